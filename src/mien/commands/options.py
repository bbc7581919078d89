"""The ``options`` text of a request: ``-m`` and its kind, as the original API writes them.

Grammar: words are separated by white space; a word that begins with ``-`` is an option, any other
word is ignored with a warning. An option that mien does not serve is refused by name: an ignored
wish would give a wrong picture, and a wrong picture looks like a bug.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mien.engine.options import SwapOptions
from mien.errors import BadOption

#: What each served option changes.
SERVED: Mapping[str, Callable[[SwapOptions], SwapOptions]] = MappingProxyType(
    {"-m": lambda options: replace(options, keep_mouth=True)}
)

#: Options of the original API that are known here, but not served yet, and what they mean.
NOT_YET: Mapping[str, str] = MappingProxyType(
    {
        "-f": "face texturizer",
        "-s": "sharper",
        "-o": "oldify",
        "--oldify": "oldify",
    }
)

#: Longest piece of a caller's text that a message repeats, characters.
QUOTED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedOptions:
    """What the options text asks for."""

    #: What the engine has to do differently.
    swap: SwapOptions = field(default_factory=SwapOptions)
    #: The text as the caller wrote it, without blanks at its ends.
    text: str = ""
    #: Sentences about words that were ignored.
    warnings: tuple[str, ...] = ()


def parse(text: str | None) -> ParsedOptions:
    """Read an options text; None and blanks mean "no options".

    Raises:
        BadOption: for the first option that is unknown or not served yet; the sentence names it.
    """
    words = (text or "").split()
    return ParsedOptions(
        swap=_applied(words),
        text=(text or "").strip(),
        warnings=_warnings([word for word in words if not word.startswith("-")]),
    )


def _applied(words: list[str]) -> SwapOptions:
    options = SwapOptions()
    for word in words:
        if word.startswith("-"):
            options = _change(word)(options)
    return options


def _change(word: str) -> Callable[[SwapOptions], SwapOptions]:
    # `--oldify=300` is the same option as `--oldify 300`.
    name = word.partition("=")[0]
    if name in NOT_YET:
        raise _refused(name, f"Option {name} ({NOT_YET[name]}) is not served yet.")
    if word not in SERVED:
        raise _refused(word, f"Option {_quoted(word)} is unknown; mien serves {', '.join(SERVED)}.")
    return SERVED[word]


def _refused(name: str, sentence: str) -> BadOption:
    return BadOption(sentence, field="options", details={"name": "options", "value": _quoted(name)})


def _warnings(words: list[str]) -> tuple[str, ...]:
    if not words:
        return ()
    text = _quoted(" ".join(words))
    return (f'Ignored "{text}" in the options, because an option begins with a dash.',)


def _quoted(text: str) -> str:
    """``text`` fit for a message: printable, and not longer than `QUOTED`."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= QUOTED else shown[: QUOTED - 1] + "…"
