"""Who is meant: the text ``idname`` of the commands on saved identities.

Grammar: ``people option…``. People are a name, a mix ``a+b`` (three names at most; the first gives the
frame, who is named twice weighs twice), or a list ``a,b+c,_`` with one entry for each face of the target
from left to right, where ``_`` leaves a face alone. Blanks around commas and plus signs do not count.
Options are those of `mien.commands.options`, and the original's preferences ``--greedy`` and
``--nogreedy``, which make no difference there since 2023 nor here. Either part may be left out.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from mien.commands.options import ParsedOptions, parse
from mien.errors import BadRequest

#: Leaves a face alone.
NOBODY = "_"
#: People in one mix, repeats counted, as in the original.
MOST_MIXED = 3
#: Entries of a list: more than there are faces in any picture that is swapped.
MOST_LISTED = 100
#: Preferences that are accepted, and make no difference.
PREFERENCES = frozenset({"--greedy", "--nogreedy"})
#: Longest piece of a caller's text that a message repeats, characters.
QUOTED = 40

#: The names in one mix; empty for `NOBODY`.
Mix = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an ``idname`` says."""

    #: For each face, from left to right, who is put there; no entry at all means the default.
    people: tuple[Mix, ...] = ()
    options: ParsedOptions = field(default_factory=ParsedOptions)
    #: The options as they were written, preferences too, with single blanks between them.
    written: str = ""

    @property
    def words(self) -> str:
        """The people, as the grammar writes them without blanks."""
        return words_of(self.people)

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody who is named, once."""
        return tuple(dict.fromkeys(name for mix in self.people for name in mix))


def words_of(people: tuple[Mix, ...]) -> str:
    """``people`` as the grammar writes them."""
    return ",".join("+".join(mix) or NOBODY for mix in people)


def parse_wanted(text: str) -> Wanted:
    """Read an ``idname``.

    Raises:
        BadRequest: it says nothing, or a part of it makes no sense.
        BadOption: an option is unknown, or its number out of range.
    """
    words = re.sub(r"\s*([,+])\s*", r"\1", _composed(text)).split()
    if not words:
        raise _bad("Required param idname is missing or empty", text)
    people = () if words[0].startswith("-") else parse_people(words.pop(0))
    wishes = " ".join(word for word in words if word not in PREFERENCES)
    options = parse(wishes)
    if options.warnings:
        raise _bad("People come first, without blanks, and options begin with a dash", text)
    return Wanted(people=people, options=options, written=" ".join(words))


def parse_people(words: str) -> tuple[Mix, ...]:
    """Read the people of an ``idname``, or of what was stored of one.

    Raises:
        BadRequest: a name is none, or a mix or the list has too many people.
    """
    entries = words.split(",")
    if len(entries) > MOST_LISTED:
        raise _bad(f"A list has {MOST_LISTED} people at most", words)
    return tuple(_mix(entry, words) for entry in entries)


def _mix(entry: str, words: str) -> Mix:
    if entry == NOBODY:
        return ()
    names = tuple(entry.split("+"))
    if not all(is_name(name) for name in names):
        raise _bad("Identities have names of letters and digits, as in a, a+b or a,b,_", words)
    if len(names) > MOST_MIXED:
        raise _bad(f"A mix has {MOST_MIXED} people at most", words)
    return names


def parse_name(text: str, *, longest: int) -> str:
    """Read the name under which somebody is to be saved.

    Raises:
        BadRequest: it is longer than ``longest`` characters, or holds something else than letters
            and digits.
    """
    name = _composed(text).strip()
    if not is_name(name) or len(name) > longest:
        sentence = f"The name of an identity has 1 to {longest} letters and digits, no blanks"
        raise _bad(sentence, text)
    return name


def parse_names(text: str) -> tuple[str, ...]:
    """Read names with commas between them.

    Raises:
        BadRequest: one of them is none.
    """
    names = tuple(name.strip() for name in _composed(text).split(","))
    if not all(is_name(name) for name in names):
        raise _bad("Identities have names of letters and digits, as in a or a,b", text)
    return tuple(dict.fromkeys(names))


def is_name(text: str) -> bool:
    """Whether ``text`` is one or more letters and digits, of any script."""
    return text.isalnum()


def _composed(text: str) -> str:
    """``text`` with each letter as one character, however it was typed."""
    return unicodedata.normalize("NFC", text)


def _bad(sentence: str, text: str) -> BadRequest:
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    shown = shown if len(shown) <= QUOTED else f"{shown[: QUOTED - 1]}…"
    return BadRequest(f"{sentence}.", field="idname", details={"value": shown})
