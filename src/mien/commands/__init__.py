"""What mien does, one file a command: bytes and options in, bytes and a report out.

Commands are synchronous, keep no state and know neither HTTP nor jobs; the command line calls
them directly, the service from a worker process.
"""
