"""The ``options`` text of a request: ``-m`` and its kind, as the original API writes them.

Grammar: words are separated by white space; a word that begins with ``-`` is an option, any other
word is ignored with a warning. Options come in any order and may be repeated; of two that contradict
each other the last one counts. An option that takes a number takes it from the next word
(``-o 300``), after an equals sign (``--oldify=300``) or, with one dash, right after its letter
(``-o300``); without one it means `USUAL`. An option that mien does not serve is refused by name: an
ignored wish would give a wrong picture, and a wrong picture looks like a bug.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mien.engine.options import SwapOptions
from mien.errors import BadOption, did_you_mean

#: The number that an option takes: its range, and what it is when none follows.
LEAST, MOST, USUAL = 1, 1000, 300

#: What each option without a number changes; those with two dashes are mien's own.
PLAIN: Mapping[str, Callable[[SwapOptions], SwapOptions]] = MappingProxyType(
    {
        "-m": lambda options: replace(options, keep_mouth=True),
        "-f": lambda options: replace(options, texturize=True),
        "-s": lambda options: replace(options, sharpen=True),
        "--keep-eyes": lambda options: replace(options, keep_eyes=True),
        "--no-occlusion": lambda options: replace(options, occlusion=False),
    }
)


def _older(options: SwapOptions, number: int) -> SwapOptions:
    return replace(options, age=number / MOST)


def _younger(options: SwapOptions, number: int) -> SwapOptions:
    return replace(options, age=-number / MOST)


#: What each option with a number changes. ``--younger`` is mien's own; the others are the original's.
NUMBERED: Mapping[str, Callable[[SwapOptions, int], SwapOptions]] = MappingProxyType(
    {"-o": _older, "--oldify": _older, "--younger": _younger}
)

#: Every option, in the order in which messages name them.
SERVED: tuple[str, ...] = (*PLAIN, *NUMBERED)

#: Longest piece of a caller's text that a message repeats, characters.
QUOTED = 40
#: More digits than any number that is served.
DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedOptions:
    """What the options text asks for."""

    #: What the engine has to do differently.
    swap: SwapOptions = field(default_factory=SwapOptions)
    #: The text as the caller wrote it, without blanks at its ends.
    text: str = ""
    #: Sentences about words that were ignored.
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """One option of the text."""

    #: The word, as written.
    word: str
    #: The option's name; "" when mien does not know it.
    name: str
    #: What it says of its number; "" when it says nothing.
    number: str = ""


def parse(text: str | None) -> ParsedOptions:
    """Read an options text; None and blanks mean "no options".

    Raises:
        BadOption: for the first option that is unknown or whose number is none or out of range;
            the sentence names it.
    """
    wishes, ignored = _read((text or "").split())
    swap = SwapOptions()
    for wish in wishes:
        swap = _applied(swap, wish)
    return ParsedOptions(swap=swap, text=(text or "").strip(), warnings=_warnings(ignored))


def _read(words: list[str]) -> tuple[list[_Wish], list[str]]:
    """The options among ``words``, and the words that are neither option nor number of one."""
    wishes: list[_Wish] = []
    ignored: list[str] = []
    waits = False
    for word in words:
        if word.startswith("-"):
            wishes.append(_wish(word))
            waits = wishes[-1].name in NUMBERED and wishes[-1].word == wishes[-1].name
        elif waits and word[0] in "0123456789":
            wishes[-1] = replace(wishes[-1], number=word)
            waits = False
        else:
            ignored.append(word)
            waits = False
    return wishes, ignored


def _wish(word: str) -> _Wish:
    """The option that ``word`` writes, with the number that it holds."""
    if word in SERVED:
        return _Wish(word=word, name=word)
    written = re.fullmatch(r"(?s)(--[a-z]+|-[a-z])=(.*)|(-[a-z])([0-9].*)", word)
    name, number = (written[1] or written[3], written[2] or written[4]) if written else ("", "")
    if name not in NUMBERED:
        return _Wish(word=word, name="")
    # `--oldify=` holds a number that is none.
    return _Wish(word=word, name=name, number=number or "nothing")


def _applied(options: SwapOptions, wish: _Wish) -> SwapOptions:
    if wish.name in PLAIN:
        return PLAIN[wish.name](options)
    if wish.name in NUMBERED:
        return NUMBERED[wish.name](options, _number(wish))
    served = ", ".join(SERVED)
    hint = did_you_mean(wish.word, SERVED)
    raise _refused(
        wish.word, f"Option {_quoted(wish.word)} is unknown; mien serves {served}.{hint}"
    )


def _number(wish: _Wish) -> int:
    """The number of an option, `USUAL` when it has none."""
    if not wish.number:
        return USUAL
    if re.fullmatch(rf"[0-9]{{1,{DIGITS}}}", wish.number) and LEAST <= int(wish.number) <= MOST:
        return int(wish.number)
    raise _refused(
        wish.name,
        f"Option {wish.name} takes a whole number from {LEAST} to {MOST}, got {_quoted(wish.number)}.",
    )


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
