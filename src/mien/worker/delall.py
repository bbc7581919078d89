"""``delall`` as a job does it."""

from mien.jobs.identities import ForgetAll
from mien.jobs.run import Outcome, Work


def delall(work: Work) -> Outcome:
    """Forget everybody."""
    del work
    return Outcome(message="[deleted: all]", changes=(ForgetAll(),))
