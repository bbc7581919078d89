"""``changebg`` as a job does it."""

from dataclasses import dataclass

from mien.commands.changebg import Changebg, ChangebgRequest
from mien.commands.prompt import parse_description
from mien.contract import CHANGEBG
from mien.jobs.run import Outcome, Work
from mien.worker.outcomes import portraits, seed_of

DESCRIPTION = CHANGEBG.texts[0].name
(IMAGE,) = CHANGEBG.file_names


@dataclass(frozen=True, kw_only=True)
class ChangebgWork:
    """Puts another background behind the people of a job's picture."""

    changebg: Changebg

    def __call__(self, work: Work) -> Outcome:
        """The picture; the words that had no effect as the message.

        Raises:
            InputError: as the command's.
            LeaseLost: the job has another owner.
        """
        job = work.job
        request = ChangebgRequest(
            photo=work.files[IMAGE],
            prompt=parse_description(job.params[DESCRIPTION], called=DESCRIPTION),
            seed=seed_of(job),
        )
        result = self.changebg(request, check=work.check)
        return portraits(result.pictures, result.account)
