"""``picsi`` as a job does it."""

from dataclasses import dataclass

from mien.commands.options import parse
from mien.commands.picsi import Picsi, PicsiRequest
from mien.contract import PICSI
from mien.jobs.run import Outcome, Work
from mien.worker.outcomes import swapped

SOURCE, TARGET = PICSI.file_names
(OPTIONS,) = (text.name for text in PICSI.texts)


@dataclass(frozen=True, kw_only=True)
class PicsiWork:
    """Swaps the faces of a job's uploads."""

    picsi: Picsi

    def __call__(self, work: Work) -> Outcome:
        """The swapped target.

        Raises:
            InputError: as the command's.
            LeaseLost: the job has another owner.
        """
        request = PicsiRequest(
            source=work.files[SOURCE],
            target=work.files[TARGET],
            options=parse(work.job.params.get(OPTIONS)),
        )
        return swapped(self.picsi(request, check=work.check, tell=work.report))
