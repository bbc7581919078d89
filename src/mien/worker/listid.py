"""``listid`` as a job does it."""

from dataclasses import dataclass

from mien.commands.listid import listing
from mien.jobs.run import Outcome, Work
from mien.worker.shelf import Shelf


@dataclass(frozen=True, kw_only=True)
class ListidWork:
    """Tells what a user has saved."""

    shelf: Shelf

    def __call__(self, work: Work) -> Outcome:
        """Names, default and preferences, in words and as facts."""
        gallery = self.shelf.gallery(work.job.user_id)
        names = [one.name for one in gallery.identities]
        choice = gallery.choice
        said = listing(names, default=choice.people, preferences=choice.options)
        report = {"ids": names, "default": choice.people, "options": choice.options}
        return Outcome(message=said, report=report)
