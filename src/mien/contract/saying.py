"""Where a prompt names somebody: ``me, a mad king`` or ``mum+dad, at the sea``.

What stands before the first comma is an identity only when everybody in it is saved; else the whole
text says what to show, and commas in it are commas.
"""

import re
from collections.abc import Container
from typing import Final

#: Up to the first comma, the first switch, or the end; and the rest.
HEAD: Final = re.compile(r"(?s)\s*(.*?)\s*(?:,|(?=\s--)|\Z)(.*)")


def head_of(prompt: str) -> tuple[str, str]:
    """What may be an identity, without blanks around its plus signs; and what comes after it."""
    found = HEAD.match(prompt)
    name, rest = found.groups() if found else ("", prompt)
    return re.sub(r"\s*\+\s*", "+", name), rest.strip()


def named_in(prompt: str, saved: Container[str]) -> tuple[str, str]:
    """The identity that ``prompt`` begins with, "" where there is none, and what it shows."""
    name, rest = head_of(prompt)
    if name and all(part in saved for part in name.split("+")):
        return name, rest
    return "", prompt.strip()
