"""What of a request is refused before a job exists, beyond the errors of the operation's page."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType
from typing import Final

from mien.commands import options
from mien.commands.prompt import check_prompt, parse_description
from mien.commands.wanted import parse_name, parse_names, parse_wanted
from mien.contract import File, Operation, Text, TextKind
from mien.errors import BadRequest, InputError
from mien.jobs.credits import Priced
from mien.jobs.submit import NewFile
from mien.media.probe import Seen

#: Longest text of a command, characters: what Discord takes, which the original stands on.
LONGEST_TEXT: Final = 6000

#: Looks at the header of a file that the second argument describes.
Inspect = Callable[[bytes, File], Seen]

#: By the kind of a text: what reads it, and refuses it with an `InputError`.
Readers = Mapping[TextKind, Callable[[str], object]]

#: Digits of a message's number.
SNOWFLAKE: Final = re.compile(r"[0-9]{1,20}")
NO_MESSAGE: Final = "Param targetMessageId is not a message id"


def readers(*, longest_name: int) -> Readers:
    """What reads texts where names of identities have so many characters at most."""
    return MappingProxyType(
        {
            TextKind.PLAIN: str,
            TextKind.PROMPT: check_prompt,
            TextKind.DESCRIPTION: partial(parse_description, called="a_background_photo_of"),
            TextKind.OPTIONS: options.parse,
            TextKind.NAME: partial(parse_name, longest=longest_name),
            TextKind.NAMES: parse_names,
            TextKind.WANTED: parse_wanted,
            TextKind.SNOWFLAKE: _message,
        }
    )


def check_texts(operation: Operation, texts: Mapping[str, str], read: Readers) -> None:
    """Refuse what a worker could not read.

    Raises:
        InputError: with the field at fault.
    """
    for text in operation.texts:
        value = texts.get(text.name)
        if value is not None:
            _require_short(text, value)
            with _blamed(text.name):
                read[text.kind](value)


def checked_files(
    operation: Operation, files: Mapping[str, bytes], inspect: Inspect
) -> dict[str, NewFile]:
    """``files`` by name, known from their headers to be pictures within the limits.

    Raises:
        InputError: its sentence speaks of the picture, its field is the form's.
    """
    return {
        name: _checked_file(file, files[name], inspect)
        for file in operation.files
        for name in file.names
        if name in files
    }


def _checked_file(file: File, data: bytes, inspect: Inspect) -> NewFile:
    with _blamed(file.name):
        seen = inspect(data, file)
    return NewFile(
        data=data,
        media_type=seen.format.media_type,
        extension=seen.format.extension,
        priced=Priced(kind=seen.kind, seconds=seen.duration_s),
    )


def _message(text: str) -> str:
    if not SNOWFLAKE.fullmatch(text):
        raise BadRequest(NO_MESSAGE)
    return text


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
