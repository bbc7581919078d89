"""``setid`` as a job does it."""

from mien.commands.wanted import parse_wanted
from mien.jobs.identities import IDNAME, Choose
from mien.jobs.run import Outcome, Work


def setid(work: Work) -> Outcome:
    """Choose whom the user means by default; a part that is not named stays as it is."""
    wanted = parse_wanted(work.job.params[IDNAME])
    change = Choose(people=wanted.words or None, options=wanted.written or None)
    said = [f"[default ids: {wanted.words}]"] if wanted.words else []
    said += [f"[prefer options: {wanted.written}]"] if wanted.written else []
    return Outcome(message=" ".join(said), changes=(change,))
