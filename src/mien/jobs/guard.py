"""Keeps the threads of a service alive: what one piece of work raises is not the end of the others."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from mien.errors import MienError


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Does work, and logs in the place of raising. Only for loops that are nobody's to catch."""

    log: logging.Logger
    #: What is said, and the event's name, when something that may happen has happened: a full disk.
    trouble: tuple[str, str]
    #: The same for a bug, whose traceback is logged.
    bug: tuple[str, str]

    def __call__(self, work: Callable[[], object]) -> None:
        """Do ``work``; return whatever happens."""
        try:
            work()
        except MienError as error:
            sentence, event = self.trouble
            self.log.error("%s: %s", sentence, error, extra={"event": event})  # noqa: TRY400 - no bug
        except Exception:  # a thread's loop: one bug is not the end of all that follows
            sentence, event = self.bug
            self.log.exception(sentence, extra={"event": event})
