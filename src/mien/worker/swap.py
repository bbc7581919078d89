"""``swap`` as a job does it: ``saveid`` and ``swapid`` in one."""

from dataclasses import dataclass, replace

from mien.commands.saveid import Saveid
from mien.commands.swapid import Swapid, SwapidRequest
from mien.commands.wanted import parse_name, parse_wanted
from mien.contract import SWAP
from mien.jobs.run import Outcome, Work
from mien.worker.keeping import Keep
from mien.worker.outcomes import swapped
from mien.worker.shelf import Shelf

SAVED_NAME, WANTED = (text.name for text in SWAP.texts)
PHOTO, TARGET = SWAP.file_names
#: The contract's name for who is saved without one.
UNNAMED = "id"


@dataclass(frozen=True, kw_only=True)
class SwapWork:
    """Saves the person of one picture, and puts people on another."""

    saveid: Saveid
    swapid: Swapid
    shelf: Shelf
    keep: Keep
    #: Longest name, characters.
    longest: int

    def __call__(self, work: Work) -> Outcome:
        """The picture with them, and the identity, to be kept when the job ends.

        Raises:
            InputError: as the commands'; the gallery is full.
            NotFound: somebody is not saved.
            LeaseLost: the job has another owner.
        """
        owner, params = work.job.user_id, work.job.params
        name = parse_name(params.get(SAVED_NAME, UNNAMED), longest=self.longest)
        wanted = self.shelf.meant(owner, parse_wanted(params.get(WANTED, name)))
        self.keep.require_room(self.shelf.gallery(owner), name)
        face = self.saveid([work.files[PHOTO]], check=work.check)
        others = self.shelf.people(owner, (one for one in wanted.names if one != name))
        request = SwapidRequest(
            people=wanted.people,
            known={**others, name: face.source},
            target=work.files[TARGET],
            options=wanted.options,
        )
        result = swapped(self.swapid(request, check=work.check, tell=work.report))
        kept = self.keep(owner, name, face, photos=1)
        said = " ".join((f"[SaveID: '{name}']", *face.warnings, result.message)).strip()
        return replace(result, message=said, changes=(kept.change,), kept=kept.blobs)
