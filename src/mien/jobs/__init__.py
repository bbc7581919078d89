"""When, where and how often work runs: users, channels, and the life of a job.

The row in the store is the truth. A job is accepted when its row ``created`` is committed; a
worker claims it (``started``, with a lease and a fencing number), renews the lease while it
works, and ends it with an update that only the holder of the latest fencing number can make.
Whatever dies in between, the row says what is left to do.

Everything here is synchronous and knows no SQL, no HTTP and no processes: `ports` names what is
needed from outside.
"""
