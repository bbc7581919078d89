"""``swapid`` as a job does it."""

from dataclasses import dataclass

from mien.commands.swapid import Swapid
from mien.commands.wanted import parse_wanted
from mien.contract import SWAPID
from mien.jobs.identities import IDNAME
from mien.jobs.run import Outcome, Work
from mien.worker.outcomes import swapped
from mien.worker.shelf import Shelf

(IMAGE,) = SWAPID.file_names


@dataclass(frozen=True, kw_only=True)
class SwapidWork:
    """Puts saved people on a job's picture."""

    swapid: Swapid
    shelf: Shelf

    def __call__(self, work: Work) -> Outcome:
        """The picture with them.

        Raises:
            InputError: as the command's; there is no default.
            NotFound: somebody is not saved.
            LeaseLost: the job has another owner.
        """
        wanted = parse_wanted(work.job.params[IDNAME])
        request = self.shelf.request(work.job.user_id, wanted, work.files[IMAGE])
        return swapped(self.swapid(request, check=work.check, tell=work.report))
