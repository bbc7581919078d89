"""``listid``: what is saved, in words."""

from collections.abc import Sequence

NOTHING = "none"


def listing(names: Sequence[str], *, default: str, preferences: str) -> str:
    """One line about the saved ``names``, the default people and the options that go with them."""
    return (
        f"[ids: {', '.join(names) or NOTHING}] [default ids: {default or NOTHING}] "
        f"[prefer options: {preferences or NOTHING}]"
    )
