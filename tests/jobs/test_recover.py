"""What becomes of a job whose worker is gone."""

import pytest

from mien.errors import TimedOut, WorkerLost
from mien.jobs.recover import Persistence

LOST = WorkerLost("The worker that ran this job died (exit code -9).")
SLOW = TimedOut("This job took longer than 300 seconds and was stopped.")


@pytest.mark.parametrize(
    ("error", "attempts", "verdict"),
    [
        (LOST, 1, None),
        (LOST, 2, None),
        (LOST, 3, "The worker that ran this job died; it was tried 3 times."),
        (LOST, 4, "The worker that ran this job died; it was tried 4 times."),
        (SLOW, 1, str(SLOW)),
        (SLOW, 3, str(SLOW)),
    ],
)
def test_the_verdict(error, attempts, verdict):
    """
    A lost worker's job is tried three times; one that took too long is not tried again.
    """
    assert verdict == Persistence(max_attempts=3).verdict(error, attempts)


def test_a_single_attempt_is_allowed_and_none_is_not():
    """
    With one attempt the first loss is the end.
    """
    assert Persistence(max_attempts=1).verdict(LOST, 1)
    with pytest.raises(ValueError, match="at least 1"):
        Persistence(max_attempts=0)
