"""``delid`` as a job does it."""

from mien.commands.wanted import parse_names
from mien.jobs.identities import IDNAME, Forget
from mien.jobs.run import Outcome, Work


def delid(work: Work) -> Outcome:
    """Forget the identities that are named."""
    names = parse_names(work.job.params[IDNAME])
    return Outcome(message=f"[deleted: {', '.join(names)}]", changes=(Forget(names=names),))
