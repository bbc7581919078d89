"""``inswapper`` as a job does it."""

from dataclasses import dataclass

from mien.commands.swapid import Swapid
from mien.commands.wanted import Wanted
from mien.contract import INSWAPPER
from mien.errors import NotFound
from mien.jobs.model import Job
from mien.jobs.ports import BlobStore, FindsMessages
from mien.jobs.run import Outcome, Work
from mien.worker.outcomes import swapped
from mien.worker.shelf import Shelf

(MESSAGE,) = (text.name for text in INSWAPPER.texts)
NO_PICTURE = "No message {message} with a picture was found in this channel."


@dataclass(frozen=True, kw_only=True)
class InswapperWork:
    """Puts the default identity on what another job has shown."""

    swapid: Swapid
    shelf: Shelf
    messages: FindsMessages
    blobs: BlobStore

    def __call__(self, work: Work) -> Outcome:
        """That job's first picture with it.

        Raises:
            InputError: as the command's; there is no default.
            NotFound: there is no such message, or nothing to see in it (any more).
            LeaseLost: the job has another owner.
        """
        request = self.shelf.request(work.job.user_id, Wanted(), self._picture(work.job))
        return swapped(self.swapid(request, check=work.check, tell=work.report))

    def _picture(self, job: Job) -> bytes:
        message = job.params[MESSAGE]
        shown = self.messages.find_message(job.user_id, job.channel, message)
        try:
            if shown is not None and shown.attachments:
                return self.blobs.get(shown.attachments[0].key)
        except NotFound:  # cleaned away
            pass
        raise NotFound(NO_PICTURE.format(message=message), field=MESSAGE)
