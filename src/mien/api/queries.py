"""Parameters in the query of a list, refused with the parameter's name."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeVar

from starlette.datastructures import QueryParams

from mien.api.describe import EXPIRED, UNAUTHORIZED, Description, Refusal, narrowing
from mien.errors import BadRequest
from mien.jobs.pages import MAX_PAGE, Place

Word = TypeVar("Word", bound=StrEnum)
DEFAULT_PAGE = 50
#: How the parameters of every list are described.
PAGING: Final[tuple[Description, ...]] = (
    narrowing(
        "limit",
        "Entries of a page.",
        DEFAULT_PAGE,
        type="integer",
        minimum=1,
        maximum=MAX_PAGE,
        default=DEFAULT_PAGE,
    ),
    narrowing("cursor", "Where the next page begins, from the page before.", ""),
)
NO_LIMIT: Final = f"The limit is a number from 1 to {MAX_PAGE}."
#: What every list in pages refuses.
NO_PAGE: Final = (Refusal(400, NO_LIMIT, "limit"), UNAUTHORIZED, EXPIRED)


def limit_of(query: QueryParams) -> int:
    """How many entries a page has.

    Raises:
        BadRequest: it is no number from 1 to 200.
    """
    text = query.get("limit") or str(DEFAULT_PAGE)
    if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_PAGE)):
        number = int(text)
        if 1 <= number <= MAX_PAGE:
            return number
    raise BadRequest(NO_LIMIT, field="limit")


def place_of(query: QueryParams) -> Place | None:
    """Where the page before this one ended.

    Raises:
        BadRequest: the cursor is none.
    """
    cursor = query.get("cursor")
    return Place.parse(cursor) if cursor else None


def onward(places: Sequence[Place], limit: int) -> dict[str, str]:
    """What a page with entries at ``places`` says of the next one; nothing where the page has room for more."""
    return {"cursor": places[-1].cursor} if len(places) == limit else {}


def word_of(query: QueryParams, name: str, words: type[Word]) -> Word | None:
    """One of ``words``, or None.

    Raises:
        BadRequest: it is another word.
    """
    text = query.get(name)
    if not text:
        return None
    try:
        return words(text)
    except ValueError:
        known = ", ".join(words)
        raise BadRequest(f"The {name} is one of: {known}.", field=name) from None


def moment_of(query: QueryParams, name: str) -> datetime | None:
    """A time in ISO 8601, or None; UTC when it names no zone.

    Raises:
        BadRequest: it is no time.
    """
    text = query.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise BadRequest(f"The {name} is a time like 2026-01-31T12:00:00Z.", field=name) from None
