"""Multipart forms from the wire: kept in memory, counted byte by byte, stopped at a limit.

Nothing is written to disk here, and a body is never trusted to be as long as it says: a
request can hold at most ``files * max_file_bytes + overhead_bytes``, counted as it arrives,
and all requests together no more than their :class:`Intake` allows.
The wire library finds the boundaries; what a part *is* (a file has a file name, all else is
text) and what is too much is decided in this file.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from mien.errors import BadRequest, Busy, TooLarge

#: Names of files, see `read_form`.
Files = Sequence[tuple[str, ...]]

MULTIPART: Final = "multipart/form-data"
URLENCODED: Final = "application/x-www-form-urlencoded"
#: What a caller is told to wait when there is no memory for its form; uploads take seconds.
RETRY_AFTER_S: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLimits:
    """How much of a form is read."""

    #: Bytes of one uploaded file.
    max_file_bytes: int = 50_000_000
    #: Bytes kept of one text part; what comes after them is counted and dropped. Far above
    #: every legal text, so that a text this long is refused by the check of its field.
    max_text_bytes: int = 65_536
    #: Parts of one form; the operations have 8 fields at most.
    max_parts: int = 64
    #: Bytes of texts, headers and boundaries beside the files.
    overhead_bytes: int = 1_048_576

    def body_bytes(self, files: int) -> int:
        """Bytes of a whole body that carries ``files`` files."""
        return files * self.max_file_bytes + self.overhead_bytes


@dataclass(slots=True)
class Intake:
    """How many bytes of forms are in memory, over all requests; only the event loop asks.

    Without it twenty callers with the largest uploads would fill two gigabytes.
    """

    #: Bytes at a time; one whole form always fits.
    most: int
    held: int = 0

    @contextmanager
    def portion(self) -> Iterator["Portion"]:
        """One request's share, given back at the end of the block."""
        portion = Portion(self)
        try:
            yield portion
        finally:
            self.held -= portion.size


@dataclass(slots=True)
class Portion:
    """What one request holds of an :class:`Intake`."""

    intake: Intake
    size: int = 0

    def add(self, size: int) -> None:
        """Hold ``size`` bytes more.

        Raises:
            Busy: there is no room for them now.
        """
        if self.intake.held + size > self.intake.most:
            raise Busy(
                "Too much is being sent to the service at the same time.",
                retry_after_s=RETRY_AFTER_S,
                policy="uploads",
                quota=self.intake.most,
                unit="content-bytes",
            )
        self.intake.held += size
        self.size += size


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a form holds. Empty parts are absent; of several with one name the first counts."""

    #: Text parts by name, decoded as UTF-8 (U+FFFD where they are not).
    texts: Mapping[str, str] = field(default_factory=dict)
    #: The bytes of file parts by name.
    files: Mapping[str, bytes] = field(default_factory=dict)
    #: Why the form is empty when its content type was none of a form, else "".
    note: str = ""

    def text(self, name: str) -> str | None:
        """The text of the part ``name``; None when it is absent, empty or a file."""
        return self.texts.get(name)


@dataclass(slots=True)
class _Part:
    """One part while it arrives."""

    disposition: bytes = b""
    name: str = ""
    is_file: bool = False
    #: Bytes that are kept; a file that nobody asked for keeps none.
    keep: int = 0
    size: int = 0
    chunks: list[bytes] = field(default_factory=list)

    def take(self, chunk: bytes) -> None:
        room = self.keep - self.size
        self.size += len(chunk)
        if room > 0:
            self.chunks.append(chunk if len(chunk) <= room else chunk[:room])


class _Collector:
    """The parser's callbacks: builds parts, refuses what is over a limit as it arrives."""

    def __init__(self, files: Files, limits: FormLimits) -> None:
        self._wanted = {names[0]: names for names in files}
        self._limits = limits
        self._part = _Part()
        self._header = (bytearray(), bytearray())
        self._parts = 0
        self.finished = False
        self.texts: dict[str, str] = {}
        self.files: dict[str, bytes] = {}

    def on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > self._limits.max_parts:
            raise TooLarge(
                f"The form has more than {self._limits.max_parts} fields.",
                name="fields",
                value=self._parts,
                limit=self._limits.max_parts,
                field="body",
            )
        self._part = _Part()

    def on_header_begin(self) -> None:
        self._header = (bytearray(), bytearray())

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def on_header_end(self) -> None:
        if self._header[0].lower() == b"content-disposition":
            self._part.disposition = bytes(self._header[1])

    def on_headers_finished(self) -> None:
        part = self._part
        _, options = parse_options_header(part.disposition)
        if b"name" not in options:
            raise BadRequest("A part of the form has no field name.", field="body")
        part.name = options[b"name"].decode("utf-8", "replace")
        # Old clients send a name that is not ASCII as `filename*=` alone.
        part.is_file = b"filename" in options or b"filename*=" in part.disposition.lower()
        part.keep = self._room_for(part)

    def _room_for(self, part: _Part) -> int:
        if part.is_file:
            return self._limits.max_file_bytes if part.name in self._wanted else 0
        return self._limits.max_text_bytes

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        part.take(data[start:end])
        if part.is_file and part.size > self._limits.max_file_bytes:
            raise file_too_large(part.name, part.size, self._limits.max_file_bytes)

    def on_part_end(self) -> None:
        part = self._part
        if not part.chunks:
            return
        content = b"".join(part.chunks)
        if part.is_file:
            self._add_file(part.name, content)
        else:
            self.texts.setdefault(part.name, content.decode("utf-8", "replace"))

    def _add_file(self, name: str, content: bytes) -> None:
        names = self._wanted.get(name, ())
        free = next((each for each in names if each not in self.files), None)
        if free is not None:
            self.files[free] = content
        elif len(names) > 1:
            raise TooLarge(
                f"There are more than {len(names)} files in {name}.",
                name="files",
                value=len(names) + 1,
                limit=len(names),
                field=name,
            )

    def on_end(self) -> None:
        self.finished = True


def file_too_large(name: str, size: int, limit: int) -> TooLarge:
    """The refusal of a file that has at least ``size`` bytes."""
    return TooLarge(
        f"The file in {name} is larger than {_megabytes(limit)}.",
        name="bytes",
        value=size,
        limit=limit,
        field=name,
    )


def body_too_large(size: int, limit: int) -> TooLarge:
    """The refusal of a whole body."""
    return TooLarge(
        f"The request is larger than {_megabytes(limit)}.",
        name="bytes",
        value=size,
        limit=limit,
        field="body",
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:g} MB"


async def read_form(
    request: Request, *, files: Files, limits: FormLimits, portion: Portion
) -> Form:
    """The form in the body of ``request``; of its files only those named in ``files`` are kept.

    Args:
        files: for each field the names under which its files are kept, the field's own first: of a
            field with one name the first file counts, one with several takes as many.

    A body of another content type is not read and gives an empty form whose ``note`` says so.

    Raises:
        BadRequest: the body is not the form that its content type promises.
        TooLarge: a file, the number of parts or the body is over its limit; reading stopped.
        Busy: other requests fill the memory that ``portion`` is a share of.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    media_type = kind.decode("latin-1")
    if media_type == MULTIPART:
        boundary = options.get(b"boundary", b"")
        if not boundary:
            raise BadRequest("The Content-Type header of the form names no boundary.", field="body")
        collector = _Collector(files, limits)
        most = limits.body_bytes(sum(map(len, files)))
        await _collect(request, boundary, collector, most, portion)
        return Form(texts=collector.texts, files=collector.files)
    if media_type == URLENCODED:
        return await _read_urlencoded(request, limits)
    sent = f"it came as {media_type}" if media_type else "it came without a content type"
    return Form(note=f"the body must be {MULTIPART}, {sent}")


async def _collect(
    request: Request, boundary: bytes, collector: _Collector, most: int, portion: Portion
) -> None:
    _require_declared(request, most)
    try:
        await _feed(request, _parser(boundary, collector), most, portion)
    except FormParserError as broken:
        raise BadRequest(f"The body is no valid {MULTIPART}.", field="body") from broken
    if not collector.finished:
        raise BadRequest("The form ends before its last boundary.", field="body")


def _require_declared(request: Request, most: int) -> None:
    """Refuse by the Content-Length header, before a byte is read."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        raise body_too_large(int(declared), most)


def _parser(boundary: bytes, collector: _Collector) -> MultipartParser:
    return MultipartParser(
        boundary,
        {
            "on_part_begin": collector.on_part_begin,
            "on_part_data": collector.on_part_data,
            "on_part_end": collector.on_part_end,
            "on_header_begin": collector.on_header_begin,
            "on_header_field": collector.on_header_field,
            "on_header_value": collector.on_header_value,
            "on_header_end": collector.on_header_end,
            "on_headers_finished": collector.on_headers_finished,
            "on_end": collector.on_end,
        },
    )


async def _feed(request: Request, parser: MultipartParser, most: int, portion: Portion) -> None:
    async for chunk in request.stream():
        portion.add(len(chunk))
        if portion.size > most:
            raise body_too_large(portion.size, most)
        parser.write(chunk)


async def _read_urlencoded(request: Request, limits: FormLimits) -> Form:
    """A form without files, as ``curl -d`` sends it: every part is text."""
    body = await read_small(request, limits)
    texts: dict[str, str] = {}
    for name, value in parse_qsl(body.decode("utf-8", "replace"), errors="replace"):
        texts.setdefault(name, value)
    return Form(texts=texts)


async def read_small(request: Request, limits: FormLimits) -> bytes:
    """The body of a request that holds no files.

    Raises:
        TooLarge: it is longer than the texts of a form may be; reading stopped.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limits.overhead_bytes:
            raise body_too_large(len(body), limits.overhead_bytes)
    return bytes(body)
