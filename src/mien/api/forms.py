"""From a form to the fields of one operation, refused in the order and the words of its page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from mien.api.uploads import Form
from mien.contract import REPLY_REF, REPLY_URL, Operation
from mien.contract.operation import CHANNEL, REPLY_CHARACTERS
from mien.errors import BadRequest
from mien.jobs.addresses import HttpAddress

#: The 400s of the pages.
MISSING: Final = "Required param {names} is missing or empty"
NOT_A_FILE: Final = "Param {names} is not File or Blob"
TOO_LONG: Final = "Optional param {names} is too long"
#: How a page joins names.
OR: Final = " or "

#: The order in which pages name the reply fields: of one sentence for both, and of one for each.
JOINED_REPLIES: Final = (REPLY_URL.name, REPLY_REF.name)
SPLIT_REPLIES: Final = (REPLY_REF.name, REPLY_URL.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The fields of a request; what is absent or empty is not there."""

    #: The operation's own texts and files by name; of several in one field see `File.names`.
    texts: Mapping[str, str]
    files: Mapping[str, bytes]
    channel: str | None
    reply_url: str | None
    reply_ref: str | None


def sent_to(operation: Operation, form: Form) -> Sent:
    """Check the fields of ``form`` in the order of the errors on the operation's page.

    Raises:
        BadRequest: its sentence is the page's; its details name the fields at fault.
    """
    for names in missed_together(operation):
        _require_present(form, names)
    for names in filed_together(operation):
        _require_files(form, names)
    for names in replied_together(operation):
        _require_short(form, names)
    own = {text.name: form.texts[text.name] for text in operation.texts if text.name in form.texts}
    _require_storable({**own, **{name: form.text(name) or "" for name in SPLIT_REPLIES}})
    _require_address(form.text(REPLY_URL.name))
    return Sent(
        texts=own,
        files=form.files,
        channel=form.text(CHANNEL.name),
        reply_url=form.text(REPLY_URL.name),
        reply_ref=form.text(REPLY_REF.name),
    )


Groups = tuple[tuple[str, ...], ...]


def missed_together(operation: Operation) -> Groups:
    """Required fields, those together that one sentence misses."""
    return _grouped(operation, operation.required)


def filed_together(operation: Operation) -> Groups:
    """Fields that have to be files, likewise."""
    return _grouped(operation, operation.file_names)


def replied_together(operation: Operation) -> Groups:
    """The reply fields, likewise."""
    return _grouped(operation, JOINED_REPLIES if operation.joined else SPLIT_REPLIES)


def _grouped(operation: Operation, names: tuple[str, ...]) -> Groups:
    if operation.joined:
        return (names,)
    return tuple((name,) for name in names)


def _require_present(form: Form, names: Iterable[str]) -> None:
    absent = [name for name in names if name not in form.files and name not in form.texts]
    if absent:
        raise _bad(_said(MISSING, names), absent, form.note or "missing or empty")


def _require_files(form: Form, names: Iterable[str]) -> None:
    texts = [name for name in names if name not in form.files]
    if texts:
        raise _bad(_said(NOT_A_FILE, names), texts, "sent as text, without a file name")


def _require_short(form: Form, names: Iterable[str]) -> None:
    for name in names:
        text = form.text(name) or ""
        if len(text) > REPLY_CHARACTERS:
            facts = {"name": "characters", "value": len(text), "limit": REPLY_CHARACTERS}
            raise BadRequest(_said(TOO_LONG, names), field=name, details=facts)


def _require_storable(texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        if "\0" in text:  # PostgreSQL stores no NUL, and no text that means something holds one
            raise _bad(f"The field {name} holds a NUL character.", [name], "not storable")


def _require_address(reply_url: str | None) -> None:
    if reply_url:
        HttpAddress.parse(reply_url)


def _said(sentence: str, names: Iterable[str]) -> str:
    return sentence.format(names=OR.join(names))


def _bad(sentence: str, names: Iterable[str], reason: str) -> BadRequest:
    return BadRequest(sentence, field=", ".join(names), details={"reason": reason})
