"""What of a request is refused before a job exists, beyond the errors of the operation's page."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from mien.commands import options
from mien.contract import File, Operation, Text, TextKind
from mien.errors import BadRequest, InputError
from mien.jobs.submit import NewFile
from mien.media.probe import Seen

#: Longest text of a command, characters: what Discord takes, which the original stands on.
LONGEST_TEXT: Final = 6000

#: Looks at the header of a file that the second argument describes.
Inspect = Callable[[bytes, File], Seen]

#: Reads a text of that kind, and refuses it with an `InputError`.
READERS: Final[Mapping[TextKind, Callable[[str], object]]] = MappingProxyType(
    {TextKind.PLAIN: str, TextKind.OPTIONS: options.parse}
)


def check_texts(operation: Operation, texts: Mapping[str, str]) -> None:
    """Refuse what a worker could not read.

    Raises:
        InputError: with the field at fault.
    """
    for text in operation.texts:
        value = texts.get(text.name)
        if value is not None:
            _require_short(text, value)
            with _blamed(text.name):
                READERS[text.kind](value)


def checked_file(file: File, data: bytes, inspect: Inspect) -> NewFile:
    """``data`` of the field ``file``, known from its header to be a picture within the limits.

    Raises:
        InputError: its sentence speaks of the picture, its field is the form's.
    """
    with _blamed(file.name):
        seen = inspect(data, file)
    return NewFile(data=data, media_type=seen.format.media_type, extension=seen.format.extension)


def _require_short(text: Text, value: str) -> None:
    if len(value) > LONGEST_TEXT:
        what = "Required" if text.required else "Optional"
        facts = {"name": "characters", "value": len(value), "limit": LONGEST_TEXT}
        raise BadRequest(f"{what} param {text.name} is too long", field=text.name, details=facts)


@contextmanager
def _blamed(field: str) -> Iterator[None]:
    """Make ``field`` the one that an error names."""
    try:
        yield
    except InputError as error:
        error.field = field
        raise
