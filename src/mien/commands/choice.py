"""The words by which a caller says which faces are meant: ``all``, ``1,3``, ``box:…``, ``at:…``, ``like:…``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mien.commands.inspection import inspect
from mien.engine.choose import FIELD, All, At, Choice, Largest, Like, Numbered, Within
from mien.engine.likeness import likeness
from mien.engine.pipeline import Finder
from mien.errors import BadOption, NoFaceFound
from mien.media.limits import Limits
from mien.media.still import decode

#: What can be asked for, for messages and helps.
FORMS = (
    "all, largest, 1,3 (from left to right), box:X0,Y0,X1,Y1 or at:X,Y (pixels), "
    "like:PICTURE (of the same occasion)"
)
#: What comes before the name of a picture.
LIKE = "like:"

NUMBERS = re.compile(r"\d{1,4}(,\d{1,4})*")
#: Up to six digits: no picture is wider.
COORDINATES = re.compile(r"\d{1,6}(\.\d{1,3})?(,\d{1,6}(\.\d{1,3})?)*")
#: Longest piece of a caller's text that a message repeats, characters.
QUOTED = 40

#: Names that stand for themselves.
NAMED: Mapping[str, Choice] = MappingProxyType({"all": All(), "largest": Largest()})
#: What follows a colon, and how many coordinates it takes.
PLACES: Mapping[str, tuple[int, Callable[..., Choice]]] = MappingProxyType(
    {"box": (4, Within), "at": (2, At)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LikePicture:
    """Faces that look like the largest one of another picture."""

    #: Its file.
    name: str

    def looked_up(self, data: bytes, finder: Finder, limits: Limits) -> Choice:
        """The choice, now that the file is read.

        Raises:
            Unreadable, Unsupported, TooLarge, Damaged: by the picture.
            NoFaceFound: it shows none.
        """
        inspect(data, field=FIELD, limits=limits)
        pixels = decode(data, field=FIELD).pixels
        faces = finder.find(pixels)
        if not faces:
            raise NoFaceFound(FIELD)
        return Like.of(likeness(pixels, faces[0]))


def parse_choice(text: str) -> Choice | LikePicture:
    """The faces that ``text`` means; blanks do not count, but in the name of a picture.

    Raises:
        BadOption: with a sentence that shows what can be asked for.
    """
    if text.strip().startswith(LIKE) and text.strip() != LIKE:
        return LikePicture(name=text.strip().removeprefix(LIKE))
    words = "".join(text.split())
    if words in NAMED:
        return NAMED[words]
    try:
        return _numbered(words) if NUMBERS.fullmatch(words) else _placed(words)
    except ValueError:
        raise _refused(text) from None


def _numbered(words: str) -> Choice:
    return Numbered(tuple(int(word) for word in words.split(",")))


def _placed(words: str) -> Choice:
    kind, _, rest = words.partition(":")
    numbers = rest.split(",") if COORDINATES.fullmatch(rest) else []
    count, make = PLACES.get(kind, (-1, Within))
    if len(numbers) != count:
        raise ValueError(words)
    return make(*map(float, numbers))


def _refused(text: str) -> BadOption:
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)[:QUOTED]
    return BadOption(
        f'"{shown}" names no faces; the choices are {FORMS}.',
        field=FIELD,
        details={"name": FIELD, "value": shown},
    )
