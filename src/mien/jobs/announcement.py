"""What a job that takes long says from the beginning, in the words of the original's bot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mien.contract import OPERATIONS, PREFIX, TextKind
from mien.contract.saying import named_in
from mien.jobs.credits import Credits, balance, price_tag
from mien.jobs.identities import Gallery
from mien.jobs.model import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """``<@1> Picsi.Ai Headshot Job Submitted [jobid: …] [credits: 4] …``."""

    #: "Picsi.Ai Headshot Job Submitted".
    title: str
    prompt: str
    #: The saved identity that is shown, if there is one.
    identity: str | None = None

    def __call__(self, job: Job, credits_left: Credits | None) -> str:
        """The message of ``job``.

        Args:
            credits_left: of its channel, with the price taken; None where none are taken.
        """
        parts = [
            f"<@{job.user_id}>",
            self.title,
            f"[jobid: {job.id}]",
            price_tag(job.price),
            f"[prompt: '{self.prompt}']",
            f"[time: {job.created:%Y-%m-%d %H:%M:%S}]",
            f"[SaveID: '{self.identity}']" if self.identity else "",
            balance(job.price, credits_left),
        ]
        return " ".join(part for part in parts if part)


def announcement_of(
    verb: str, texts: Mapping[str, str], gallery: Callable[[], Gallery]
) -> Announcement | None:
    """What a job with these texts says from the beginning; None for commands that say nothing.

    Args:
        gallery: the user's identities; read only where a prompt can name one.
    """
    operation = OPERATIONS.get(verb.removeprefix(PREFIX))
    if operation is None or not operation.announced:
        return None
    prompt = next(text for text in operation.texts if text.required)
    said = texts[prompt.name]
    identity, shown = (None, said)
    if prompt.kind is TextKind.PROMPT:
        identity, shown = _parts(said, gallery())
    return Announcement(title=operation.announced, prompt=shown, identity=identity)


def _parts(prompt: str, gallery: Gallery) -> tuple[str | None, str]:
    """Identity and text of ``me, a mad king``: who is named, or else the default, if there is one."""
    name, text = named_in(prompt, {one.name for one in gallery.identities})
    return name or gallery.choice.people or None, text
