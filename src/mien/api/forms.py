"""From a form to the fields of one operation, refused in the order and the words of its specification."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mien.api.uploads import Form
from mien.errors import BadRequest
from mien.jobs.addresses import HttpAddress

SOURCE: Final = "source_image"
TARGET: Final = "target_image_gif_or_video"
PICSI_FILES: Final = (SOURCE, TARGET)

#: The 400s of picsi, as its page writes them.
MISSING: Final = f"Required param {SOURCE} or {TARGET} is missing or empty"
NOT_A_FILE: Final = f"Param {SOURCE} or {TARGET} is not File or Blob"
REPLY_TOO_LONG: Final = "Optional param replyUrl or replyRef is too long"

#: Longest replyUrl and replyRef, characters; the contract's number.
REPLY_CHARACTERS: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PicsiForm:
    """The fields of a picsi request; None where an optional one is absent."""

    source: bytes
    target: bytes
    channel: str | None
    options: str | None
    reply_url: str | None
    reply_ref: str | None


def picsi_form(form: Form) -> PicsiForm:
    """Check the fields of ``form`` in the order of the specification's errors.

    Raises:
        BadRequest: its sentence is the specification's; its details name the fields at fault.
    """
    _require_present(form)
    _require_files(form)
    _require_short(form)
    return PicsiForm(
        source=form.files[SOURCE],
        target=form.files[TARGET],
        channel=form.text("channel"),
        options=form.text("options"),
        reply_url=form.text("replyUrl"),
        reply_ref=form.text("replyRef"),
    )


def _require_present(form: Form) -> None:
    absent = [name for name in PICSI_FILES if name not in form.files and name not in form.texts]
    if absent:
        raise _bad(MISSING, absent, form.note or "missing or empty")


def _require_files(form: Form) -> None:
    texts = [name for name in PICSI_FILES if name not in form.files]
    if texts:
        raise _bad(NOT_A_FILE, texts, "sent as text, without a file name")


def _require_short(form: Form) -> None:
    for name in ("replyUrl", "replyRef"):
        text = form.text(name) or ""
        if len(text) > REPLY_CHARACTERS:
            facts = {"name": "characters", "value": len(text), "limit": REPLY_CHARACTERS}
            raise BadRequest(REPLY_TOO_LONG, field=name, details=facts)
        if "\0" in text:  # PostgreSQL stores no NUL, and no address or reference needs one
            raise _bad(f"The field {name} holds a NUL character.", [name], "not storable")
    reply_url = form.text("replyUrl")
    if reply_url:
        HttpAddress.parse(reply_url)


def _bad(sentence: str, names: Iterable[str], reason: str) -> BadRequest:
    return BadRequest(sentence, field=", ".join(names), details={"reason": reason})
