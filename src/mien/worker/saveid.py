"""``saveid`` as a job does it."""

from dataclasses import dataclass

from mien.commands.saveid import Saveid
from mien.commands.wanted import parse_name
from mien.contract import SAVEID
from mien.jobs.identities import IDNAME
from mien.jobs.run import Outcome, Work
from mien.worker.keeping import Keep
from mien.worker.shelf import Shelf

(IMAGE,) = SAVEID.file_names


@dataclass(frozen=True, kw_only=True)
class SaveidWork:
    """Saves the person of a job's photos."""

    saveid: Saveid
    shelf: Shelf
    keep: Keep
    #: Longest name, characters.
    longest: int

    def __call__(self, work: Work) -> Outcome:
        """The identity, to be kept when the job ends.

        Raises:
            InputError: as the command's; the gallery is full.
            LeaseLost: the job has another owner.
        """
        name = parse_name(work.job.params[IDNAME], longest=self.longest)
        self.keep.require_room(self.shelf.gallery(work.job.user_id), name)
        photos = [work.files[field] for field in sorted(work.files)]
        face = self.saveid(photos, check=work.check)
        kept = self.keep(work.job.user_id, name, face, photos=len(photos))
        said = " ".join((f"[SaveID: '{name}'] It is the default now.", *face.warnings))
        report = {"photos": len(photos), "warnings": list(face.warnings)}
        return Outcome(message=said, report=report, changes=(kept.change,), kept=kept.blobs)
