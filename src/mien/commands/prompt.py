"""What a headshot shows, and of whom: the text ``prompt``.

Grammar: ``people, text switch…``. People are a saved name, or a mix ``a+b`` of three at most; what
stands before the first comma and is not saved is part of the text. Switches begin with two dashes and
may stand anywhere: ``--no WORD…`` (up to the next switch), ``--square``, and mien's own ``--ar W:H``,
``--seed N`` and ``--n K``; of two of a kind the last one counts, words after ``--no`` add up. A switch that
mien does not know is left out with a warning, as prompts for other generators are full of them.
"""

import re
import unicodedata
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mien.commands.wanted import MOST_MIXED, Mix, is_name
from mien.contract.saying import head_of, named_in
from mien.errors import BadOption, BadRequest

#: Pictures of one headshot, at most and by default.
MOST_PICTURES = 4
#: Longest prompt, characters: what Discord takes.
LONGEST = 6000
#: Seeds are below this.
SEEDS = 2**32
#: Sides of a picture have this ratio at most.
WIDEST = 3.0
#: Longest piece of a caller's text that a message repeats, characters.
QUOTED = 40
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a prompt says."""

    #: Names of who is shown, mixed; empty means the default.
    people: Mix = ()
    #: What to show, without switches; may be empty.
    text: str = ""
    #: What is not to be seen.
    unwanted: tuple[str, ...] = ()
    #: Width over height as it was asked for; None leaves it to the command.
    ratio: tuple[int, int] | None = None
    #: None: any.
    seed: int | None = None
    #: How many pictures; None leaves it to the command.
    count: int | None = None
    #: Sentences about what was left out.
    warnings: tuple[str, ...] = field(default=())


def parse_prompt(prompt: str, saved: Container[str] = NOBODY) -> Prompt:
    """Read a prompt.

    Args:
        saved: names that are identities.

    Raises:
        BadRequest: it says nothing or is too long, or a mix names somebody who is not saved.
        BadOption: a switch has no number, or one out of range.
    """
    clean = _clean(prompt)
    name, text = named_in(clean, saved)
    if not name:
        _require_no_mix(clean, saved)
    people = tuple(name.split("+")) if name else ()
    if len(people) > MOST_MIXED:
        raise _bad(f"A mix has {MOST_MIXED} people at most", name)
    return replace(_read(text), people=people)


def parse_description(description: str, *, called: str = "prompt") -> Prompt:
    """Read a prompt that names nobody; its switches are the same.

    Args:
        called: the field that it came in.

    Raises:
        BadRequest, BadOption: as `parse_prompt`.
    """
    return _read(_clean(description, called))


def check_prompt(prompt: str) -> None:
    """Refuse what `parse_prompt` would refuse whoever is saved.

    Raises:
        BadRequest, BadOption: as `parse_prompt`.
    """
    parse_description(prompt)


def _clean(text: str, field: str = "prompt") -> str:
    """``text`` on one line, composed, with blanks in the place of what cannot be printed.

    Raises:
        BadRequest: nothing is left, or it is too long.
    """
    if len(text) > LONGEST:
        facts = {"name": "characters", "value": len(text), "limit": LONGEST}
        raise BadRequest(f"Required param {field} is too long", field=field, details=facts)
    shown = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", text))
    # Telephones write two dashes as one long one.
    words = re.sub("(^|\\s)\u2014(?=[a-zA-Z])", r"\1--", shown).split()
    if not words:
        raise BadRequest(f"Required param {field} is missing or empty", field=field)
    return " ".join(words)


def _require_no_mix(prompt: str, saved: Container[str]) -> None:
    """Refuse ``a+b`` before the comma when one of them is not saved."""
    names = head_of(prompt)[0].split("+")
    unknown = next((name for name in names if name not in saved), None)
    if len(names) > 1 and unknown is not None and all(is_name(name) for name in names):
        raise _bad(f"There is no identity called {_quoted(unknown)}", "+".join(names))


def _read(text: str) -> Prompt:
    """The text and the switches of a prompt without people."""
    prompt, kept = Prompt(), []
    words = text.split()
    while words:
        word = words.pop(0)
        if word.startswith("--") and len(word) > len("--"):
            prompt = _switched(prompt, word, words)
        else:
            kept.append(word)
    return replace(prompt, text=" ".join(kept).strip(" ,"))


def _switched(prompt: Prompt, word: str, rest: list[str]) -> Prompt:
    """``prompt`` with the switch ``word``; takes what belongs to it from ``rest``."""
    name, given, value = word.partition("=")
    if name not in SWITCHES:
        # `--stylize 250`, `--v 5.2`: the number is the switch's.
        ignored = [word, *([rest.pop(0)] if not given and rest and _is_number(rest[0]) else [])]
        warning = f"The switch {_quoted(' '.join(ignored))} is unknown and was left out."
        return replace(prompt, warnings=(*prompt.warnings, warning))
    if given:
        rest.insert(0, value)
    return SWITCHES[name](prompt, rest)


def _square(prompt: Prompt, rest: list[str]) -> Prompt:
    del rest
    return replace(prompt, ratio=(1, 1))


def _without(prompt: Prompt, rest: list[str]) -> Prompt:
    words: list[str] = []
    while rest and not rest[0].startswith("--"):
        words += [word for word in rest.pop(0).split(",") if word]
    if not words:
        raise _refused("--no", "takes what is not to be seen, as in --no green")
    return replace(prompt, unwanted=tuple(dict.fromkeys((*prompt.unwanted, *words))))


def _ratio(prompt: Prompt, rest: list[str]) -> Prompt:
    written = rest.pop(0) if rest else ""
    found = re.fullmatch(r"([1-9][0-9]{0,3}):([1-9][0-9]{0,3})", written)
    if found is None:
        raise _refused("--ar", "takes width and height, as in --ar 4:5", written)
    width, height = int(found[1]), int(found[2])
    if max(width / height, height / width) > WIDEST:
        raise _refused("--ar", f"goes from 1:{WIDEST:g} to {WIDEST:g}:1", written)
    return replace(prompt, ratio=(width, height))


def _seed(prompt: Prompt, rest: list[str]) -> Prompt:
    return replace(prompt, seed=_number("--seed", rest, 0, SEEDS - 1))


def _count(prompt: Prompt, rest: list[str]) -> Prompt:
    return replace(prompt, count=_number("--n", rest, 1, MOST_PICTURES))


#: What each switch changes; it takes its words from what follows it.
SWITCHES: Mapping[str, Callable[[Prompt, list[str]], Prompt]] = MappingProxyType(
    {"--no": _without, "--square": _square, "--ar": _ratio, "--seed": _seed, "--n": _count}
)


def _number(name: str, rest: list[str], least: int, most: int) -> int:
    written = rest.pop(0) if rest else ""
    if re.fullmatch(r"[0-9]{1,10}", written) and least <= int(written) <= most:
        return int(written)
    raise _refused(name, f"takes a whole number from {least} to {most}", written)


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[0-9.:]+", word) is not None


def _refused(name: str, sentence: str, written: str = "") -> BadOption:
    got = f", got {_quoted(written)}" if written else ""
    facts = {"name": "prompt", "value": _quoted(written)} if written else {}
    return BadOption(f"The switch {name} {sentence}{got}.", field="prompt", details=facts)


def _bad(sentence: str, text: str) -> BadRequest:
    return BadRequest(f"{sentence}.", field="prompt", details={"value": _quoted(text)})


def _quoted(text: str) -> str:
    return text if len(text) <= QUOTED else f"{text[: QUOTED - 1]}…"
