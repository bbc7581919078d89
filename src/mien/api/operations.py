"""The OpenAPI description of a command, from its entry in the contract."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from mien.api import examples
from mien.api.bodies import JSON
from mien.api.checks import NO_MESSAGE
from mien.api.describe import (
    BUSY,
    DISCORD,
    EXPIRED,
    UNAUTHORIZED,
    Description,
    Refusal,
    answers,
    file_field,
    json_answer,
    secured,
    text_field,
)
from mien.api.forms import (
    MISSING,
    NOT_A_FILE,
    OR,
    TOO_LONG,
    filed_together,
    missed_together,
    replied_together,
)
from mien.api.uploads import MULTIPART
from mien.api.wishes import BAD_CANCEL_AFTER, BAD_KEY, HEADERS
from mien.contract import REPLY_REF, REPLY_URL, ChannelRule, Operation, TextKind
from mien.contract.operation import COMMON, REPLY_CHARACTERS
from mien.jobs.addresses import NOT_A_URL
from mien.jobs.keys import MISMATCH
from mien.jobs.wire import JobWire
from mien.jobs.words import CHANNEL_MISSING, UNKNOWN_CHANNEL

#: Lengths that the description states, characters.
LONGEST: Final = {REPLY_URL.name: REPLY_CHARACTERS, REPLY_REF.name: REPLY_CHARACTERS}

#: Refusals that are not about the fields.
BEYOND: Final = (
    Refusal(400, BAD_KEY, "Idempotency-Key"),
    Refusal(400, BAD_CANCEL_AFTER, "Cancel-After"),
    Refusal(402, "No configured channel has available credits", "credits 4, limit 2"),
    Refusal(409, MISMATCH, "Idempotency-Key"),
)

#: How a text of each kind is refused: an example of the sentence, and of what it names.
UNREAD: Final[Mapping[TextKind, tuple[str, str]]] = MappingProxyType(
    {
        TextKind.OPTIONS: ("Option -o takes a whole number from 1 to 1000, got 0.", "-o"),
        TextKind.NAME: (
            "The name of an identity has 1 to 10 letters and digits, no blanks.",
            "anna maria",
        ),
        TextKind.NAMES: (
            "Identities have names of letters and digits, as in a or a,b.",
            "anna;bob",
        ),
        TextKind.PROMPT: ("The switch --n takes a whole number from 1 to 4, got 9.", "9"),
        TextKind.DESCRIPTION: ("The switch --n takes a whole number from 1 to 4, got 9.", "9"),
        TextKind.WANTED: ("A mix has 3 people at most.", "a+b+c+d"),
        TextKind.SNOWFLAKE: (NO_MESSAGE, "last"),
    }
)


def about(operation: Operation) -> Description:
    """What its route says about ``operation``."""
    job = json_answer(JobWire, "The job: done, or `started`.", examples.jobs_of(operation))
    return {
        "summary": operation.summary,
        "description": operation.about,
        "responses": answers(job, *refusals(operation), *BEYOND),
        "openapi_extra": _request(operation),
    }


def refusals(operation: Operation) -> Iterator[Refusal]:
    """Every error that a call of ``operation`` can be refused with, in the order of the checks."""
    yield from _of_page(operation)
    yield from _of_channel(operation)
    for text in operation.texts:
        if text.kind in UNREAD:
            sentence, named = UNREAD[text.kind]
            yield Refusal(400, sentence, f"{text.name}: {named}")
    for name in operation.file_names[:1]:
        sentence = f"The file in {name} is larger than 50 MB."
        yield Refusal(400, sentence, f"{name}: bytes 50000001, limit 50000000")
    yield from (UNAUTHORIZED, EXPIRED, BUSY, DISCORD)


def _of_page(operation: Operation) -> Iterator[Refusal]:
    for names in missed_together(operation):
        yield _refusal(MISSING, names, f"{names[0]}: missing or empty")
    for names in filed_together(operation):
        yield _refusal(NOT_A_FILE, names, f"{names[-1]}: sent as text, without a file name")
    for names in replied_together(operation):
        yield _refusal(TOO_LONG, names, f"{names[-1]}: characters 1025, limit {REPLY_CHARACTERS}")
    yield Refusal(400, NOT_A_URL, "replyUrl: it must begin with http:// or https://")


def _refusal(sentence: str, names: tuple[str, ...], details: str) -> Refusal:
    return Refusal(400, sentence.format(names=OR.join(names)), details)


def _of_channel(operation: Operation) -> Iterator[Refusal]:
    if operation.channel is ChannelRule.REQUIRED_IF_MANY:
        yield Refusal(400, CHANNEL_MISSING, "channel: you have 2")
    yield Refusal(400, UNKNOWN_CHANNEL.format(channel="123"), "channel")


def _request(operation: Operation) -> Description:
    """``openapi_extra``: the token, and where the fields stand."""
    if operation.method == "DELETE":  # OpenAPI 3.0 gives the body of a DELETE no meaning
        return secured(parameters=[*_parameters(operation), *HEADERS])
    kinds = [MULTIPART, JSON] if operation.json else [MULTIPART]
    schema = {
        "type": "object",
        "required": list(operation.required),
        "properties": _properties(operation),
    }
    example = {text.name: text.example for text in operation.texts if text.example}
    content = {kind: {"schema": schema, "example": example} for kind in kinds}
    return secured(
        parameters=list(HEADERS),
        requestBody={"required": bool(operation.required), "content": content},
    )


def _properties(operation: Operation) -> Description:
    files = {file.name: file_field(file.about) for file in operation.files}
    texts = {
        text.name: text_field(text.about, longest=LONGEST.get(text.name))
        for text in (*operation.texts, *COMMON)
    }
    return files | texts


def _parameters(operation: Operation) -> Iterator[Description]:
    for text in (*operation.texts, *COMMON):
        yield {
            "name": text.name,
            "in": "query",
            "required": text.required,
            "description": text.about,
            "schema": text_field("", longest=LONGEST.get(text.name)),
        }
