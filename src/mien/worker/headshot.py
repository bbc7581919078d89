"""``headshot`` as a job does it."""

from dataclasses import dataclass
from typing import Final

from mien.commands.headshot import Headshot, HeadshotRequest
from mien.commands.prompt import parse_prompt
from mien.commands.wanted import Mix, parse_people
from mien.contract import HEADSHOT
from mien.errors import BadRequest
from mien.jobs.run import Outcome, Work
from mien.worker.outcomes import portraits, seed_of
from mien.worker.shelf import Shelf

PROMPT = HEADSHOT.texts[0].name
NOBODY_SAVED: Final = (
    "The prompt begins with no saved identity, and no default identity is set: save one with saveid, "
    "or choose one with setid."
)


@dataclass(frozen=True, kw_only=True)
class HeadshotWork:
    """Makes portraits of saved people."""

    headshot: Headshot
    shelf: Shelf

    def __call__(self, work: Work) -> Outcome:
        """The portraits; the words that had no effect as the message.

        Raises:
            InputError: as the command's; nobody is named, and there is no default.
            NotFound: somebody is not saved.
            NetworkError, SetupError: no generator works.
            LeaseLost: the job has another owner.
        """
        job = work.job
        gallery = self.shelf.gallery(job.user_id)
        prompt = parse_prompt(job.params[PROMPT], {one.name for one in gallery.identities})
        mix = prompt.people or _default(gallery.choice.people)
        known = self.shelf.people(job.user_id, mix)
        request = HeadshotRequest(
            people=tuple(known[name] for name in mix),
            photos=self.shelf.photos(job.user_id, mix[0]),
            prompt=prompt,
            seed=seed_of(job),
        )
        result = self.headshot(request, check=work.check, tell=work.report)
        return portraits(result.pictures, result.account)


def _default(people: str) -> Mix:
    """Who is meant where nobody is named: of a list the first.

    Raises:
        BadRequest: nobody.
    """
    named = [mix for mix in parse_people(people) if mix] if people else []
    if not named:
        raise BadRequest(NOBODY_SAVED, field=PROMPT)
    return named[0]
