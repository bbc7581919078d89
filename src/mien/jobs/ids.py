"""Names for new things: job ids and snowflakes."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock

#: Where snowflakes count from, as at the service whose contract we keep.
EPOCH_MS = int(datetime(2015, 1, 1, tzinfo=UTC).timestamp() * 1000)
#: Bits below the milliseconds. There they hold a machine, a process and a counter; here chance.
LOW_BITS = 22
JOB_ID_BYTES = 16

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of the product; tests bring their own."""
    return datetime.now(UTC)


def new_job_id() -> str:
    """32 hexadecimal digits that nobody can guess: safe in URLs and as a file name."""
    return secrets.token_hex(JOB_ID_BYTES)


class Snowflakes:
    """Makes ids: decimal strings whose upper bits are the time in milliseconds.

    One maker never gives an id twice and always a larger one than before. Makers in other
    processes draw their lower bits by chance: two of them meet in one of 4 million ids of the
    same millisecond, and then the primary key refuses the second.
    """

    def __init__(self, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._lock = Lock()
        self._last = 0

    def __call__(self) -> str:
        """A new id."""
        since_ms = int(self._clock().timestamp() * 1000) - EPOCH_MS
        drawn = (since_ms << LOW_BITS) | secrets.randbits(LOW_BITS)
        with self._lock:
            self._last = max(drawn, self._last + 1)
            return str(self._last)
