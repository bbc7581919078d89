"""Keeps the loops of a service alive: what one piece of work raises is not the end of the others."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mien.errors import MienError

Made = TypeVar("Made")


def unless_broken(
    work: Callable[[], Made], log: logging.Logger, sentence: str, **facts: object
) -> Made | None:
    """Do ``work``; where it has a bug, log ``sentence`` with ``facts`` and the traceback in the place of raising.

    Returns:
        What ``work`` does; None when it has a bug.

    Raises:
        MienError: whatever ``work`` raises on purpose.
    """
    try:
        return work()
    except MienError:
        raise
    except Exception:  # a loop's: one bug is not the end of all that follows
        log.exception(sentence, extra=facts)
        return None


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
        sentence, event = self.bug
        try:
            unless_broken(work, self.log, sentence, event=event)
        except MienError as error:
            sentence, event = self.trouble
            self.log.error("%s: %s", sentence, error, extra={"event": event})  # noqa: TRY400 - no bug
