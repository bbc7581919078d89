"""Results by signed links: no token, one day, and only what the link says."""

import re
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from mien.api import examples
from mien.api.describe import Refusal, answers, parameter, serve
from mien.api.errors import refusal
from mien.errors import NotFound
from mien.jobs.links import Links
from mien.jobs.read import OpenAttachment, Result

NO_FILE: Final = "There is no such file."
OVER: Final = "This link has expired; read the job again for a fresh one."
ONE_RANGE: Final = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")
#: A result is data, whatever a browser might take it for.
POLICY: Final = "default-src 'none'; sandbox"


@dataclass(frozen=True, kw_only=True)
class Files:
    """The operation that sends a result."""

    links: Links
    open_attachment: OpenAttachment

    async def send(self, request: Request) -> Response:
        """The result that the link names."""
        query = dict(request.query_params)
        attachment_id, filename = (request.path_params[name] for name in ("id", "filename"))
        if not self.links.genuine(self.links.path(attachment_id, filename), query):
            raise NotFound(NO_FILE)
        left_s = self.links.left_s(query, now_s=time.time())
        if left_s <= 0:
            raise NotFound(OVER)
        result = await run_in_threadpool(self.open_attachment, attachment_id)
        return _answer(result, request.headers.get("range"), int(left_s))

    def router(self) -> APIRouter:
        """The routes of this group."""
        router = APIRouter(tags=["results"])
        serve(
            router,
            "/files/{id}/{filename}",
            self.send,
            "GET",
            response_class=Response,
            summary="Fetch a result",
            description=SEND,
            responses=answers(
                PICTURE, Refusal(404, NO_FILE), Refusal(404, OVER), Refusal(416, OUTSIDE)
            ),
            openapi_extra={"parameters": PARAMETERS},
        )
        return router


OUTSIDE: Final = "The range lies outside of the file."
SEND: Final = """What `attachments[].url` of a job points to. The link needs no token, is signed and
expires after a day; reading the job again gives a fresh one. `HEAD` and single ranges work."""
PICTURE: Final = {
    "description": "The picture.",
    "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
}
PARAMETERS: Final = [
    parameter("id", "path", "The attachment's id.", examples.ATTACHMENT_ID),
    parameter("filename", "path", "The attachment's file name.", examples.FILENAME),
    parameter("ex", "query", "When the link expires, hexadecimal Unix seconds.", "6553f100"),
    parameter("is", "query", "When it was made, hexadecimal Unix seconds.", "65529f80"),
    parameter("hm", "query", "The signature.", "0" * 64),
]


def _answer(result: Result, wanted: str | None, left_s: int) -> Response:
    attachment, size = result.attachment, len(result.data)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": f"private, max-age={left_s}",
        "Content-Disposition": disposition(attachment.filename),
        "Content-Security-Policy": POLICY,
    }
    part = byte_range(wanted, size)
    if part is None:
        return Response(result.data, media_type=attachment.media_type, headers=headers)
    if not part:
        return refusal(416, OUTSIDE, headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return Response(
        result.data[part.start : part.stop],
        HTTPStatus.PARTIAL_CONTENT,
        media_type=attachment.media_type,
        headers=headers,
    )


def byte_range(wanted: str | None, size: int) -> range | None:
    """Which of ``size`` bytes a Range header wants.

    Returns:
        None for all (no header, several ranges, or none that we read); empty where the range
        lies outside.
    """
    match = ONE_RANGE.fullmatch(wanted or "")
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if not first:  # the last so many bytes
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last or size), size - 1) + 1)


def disposition(filename: str) -> str:
    """A Content-Disposition that shows the picture in place and names a saved copy."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", filename)
    extended = "" if plain == filename else f"; filename*=UTF-8''{quote(filename, safe='')}"
    return f'inline; filename="{plain}"{extended}'
