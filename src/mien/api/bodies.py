"""Where the fields of a request stand: in a form, in an object of JSON, in the query of a DELETE."""

import json
from collections.abc import Collection
from typing import Final

from fastapi import Request

from mien.api.uploads import Form, FormLimits, Portion, read_form, read_small
from mien.contract import Operation
from mien.errors import BadRequest

JSON: Final = "application/json"
NOT_AN_OBJECT: Final = "The body is no valid object of JSON."


async def read_fields(
    request: Request, operation: Operation, *, limits: FormLimits, portion: Portion
) -> Form:
    """The fields of ``request``, from wherever ``operation`` takes them.

    Raises:
        BadRequest: the body is not what its content type promises.
        TooLarge, Busy: as `read_form` says.
    """
    form = await _read_body(request, operation, limits, portion)
    if operation.method != "DELETE":
        return form
    # Many clients cannot send a body with DELETE; where one comes, it goes before the query.
    query = {name: value for name, value in request.query_params.items() if value}
    return Form(texts={**query, **form.texts}, files=form.files, note=form.note)


async def _read_body(
    request: Request, operation: Operation, limits: FormLimits, portion: Portion
) -> Form:
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if operation.json and sent == JSON:
        return await read_object(request, operation.text_names, limits)
    files = [file.names for file in operation.files]
    return await read_form(request, files=files, limits=limits, portion=portion)


async def read_object(
    request: Request, names: Collection[str], limits: FormLimits, *, empty: bool = False
) -> Form:
    """The texts called ``names`` in a body of JSON, whatever its content type says.

    Args:
        empty: whether an empty text, or null, is there as an empty text.

    Raises:
        BadRequest: it is no object, or one of them is no text.
        TooLarge: it is longer than texts may be.
    """
    return _of_json(await read_small(request, limits), names, empty=empty)


def _of_json(body: bytes, names: Collection[str], *, empty: bool) -> Form:
    """The texts in an object; a number counts as its digits, null as an empty text.

    Raises:
        BadRequest: it is no object, or a field of ``names`` holds something else than a text.
    """
    if not body:
        return Form(note="the body is empty")
    try:
        # Numbers stay as they were written: a channel is a number of 19 digits.
        fields = json.loads(body, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise BadRequest(NOT_AN_OBJECT, field="body") from None
    if not isinstance(fields, dict):
        raise BadRequest(NOT_AN_OBJECT, field="body")
    texts = {name: _text(name, fields[name] or "") for name in names if name in fields}
    return Form(texts={name: text for name, text in texts.items() if text or empty})


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadRequest(f"The field {name} is no text.", field=name)
    # U+FFFD for halves of characters, which JSON can write and nothing can store.
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
