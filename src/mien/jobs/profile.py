"""What users may change about themselves."""

from dataclasses import dataclass, replace
from typing import Final, Protocol

from mien.errors import BadRequest
from mien.jobs.accounts import User
from mien.jobs.addresses import HttpAddress

#: Longest replyUrl, and longest name that is shown; characters.
LONGEST: Final = {"replyUrl": 1024, "name": 100}
#: The contract's words.
TOO_LONG: Final = "{name} is too long"


class UserBook(Protocol):
    """Where users stand."""

    def put_profile(self, user: User) -> None:
        """Write down what users may change: replyUrl and the name that is shown."""
        ...


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Change a user's own settings."""

    book: UserBook

    def __call__(
        self, user: User, *, name: str | None = None, reply_url: str | None = None
    ) -> User:
        """The user with what is given; an empty text takes a value away, None leaves it.

        Raises:
            BadRequest: a text is too long, or the URL is none.
        """
        _require_short("replyUrl", reply_url)
        _require_short("name", name)
        if reply_url:
            HttpAddress.parse(reply_url)
        changed = replace(
            user,
            reply_url=user.reply_url if reply_url is None else reply_url or None,
            display_name=user.display_name if name is None else name or None,
        )
        self.book.put_profile(changed)
        return changed


def _require_short(name: str, text: str | None) -> None:
    limit = LONGEST[name]
    if text is not None and len(text) > limit:
        facts = {"name": "characters", "value": len(text), "limit": limit}
        raise BadRequest(TOO_LONG.format(name=name), field=name, details=facts)
    if text is not None and "\0" in text:  # PostgreSQL stores none
        raise BadRequest(f"The field {name} holds a NUL character.", field=name)
