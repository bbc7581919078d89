"""Long lists in pages: newest first, and stable while new entries come in."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from mien.errors import BadRequest
from mien.jobs.model import Status, require_utc

MAX_PAGE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page ended; the next one begins behind it."""

    created: datetime
    id: str

    @property
    def cursor(self) -> str:
        """This place, as callers hand it back; what it holds is nobody's business."""
        text = f"{self.created.isoformat()} {self.id}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, cursor: str) -> Self:
        """The place that ``cursor`` names.

        Raises:
            BadRequest: it is no cursor of ours.
        """
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            text = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True).decode()
            created, _, name = text.partition(" ")
            moment = datetime.fromisoformat(created)
            require_utc(moment)
        except (ValueError, binascii.Error):
            raise BadRequest("The cursor is not one that a list gave.", field="cursor") from None
        return cls(created=moment, id=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQuery:
    """Which jobs of a user; None asks for any.

    Raises:
        ValueError: when the limit is not 1 to 200.
    """

    user_id: str
    status: Status | None = None
    verb: str | None = None
    channel: str | None = None
    #: Accepted then or later.
    since: datetime | None = None
    before: Place | None = None
    limit: int = 50

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_PAGE:
            raise ValueError(f"a page has 1 to {MAX_PAGE} entries, got {self.limit}")
