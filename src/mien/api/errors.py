"""Which HTTP status an error has, and the forms in which every error leaves the service."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, NotRequired

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import TypedDict

from mien.errors import (
    Busy,
    Conflict,
    Expired,
    InputError,
    JobError,
    MienError,
    NotFound,
    OutOfCredits,
    RateLimited,
    SetupError,
    StorageFull,
    Unauthorized,
)
from mien.jobs.words import details_of

#: First match wins, so a class stands before its bases.
STATUS: tuple[tuple[type[MienError], HTTPStatus], ...] = (
    (Unauthorized, HTTPStatus.UNAUTHORIZED),
    (Expired, HTTPStatus.PAYMENT_REQUIRED),
    (OutOfCredits, HTTPStatus.PAYMENT_REQUIRED),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (Busy, HTTPStatus.TOO_MANY_REQUESTS),
    (RateLimited, HTTPStatus.TOO_MANY_REQUESTS),
    (InputError, HTTPStatus.BAD_REQUEST),
    (StorageFull, HTTPStatus.INSUFFICIENT_STORAGE),
    (SetupError, HTTPStatus.SERVICE_UNAVAILABLE),
    (JobError, HTTPStatus.INTERNAL_SERVER_ERROR),
)

#: What the router itself refuses, in our words.
ROUTER_SENTENCES = {
    HTTPStatus.NOT_FOUND: "There is no such path.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This path does not answer this method.",
}


class ErrorWire(TypedDict):
    """An error as clients read it; ``code`` repeats the HTTP status."""

    error: str
    errorDetails: NotRequired[str]
    code: int


def status_of(error: MienError) -> HTTPStatus:
    """The status that the table gives ``error``; 500 for a class that it does not name."""
    for kind, status in STATUS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def wire(status: int, sentence: str, details: str | None = None) -> ErrorWire:
    """The body ``{"error", "errorDetails"?, "code"}`` of the contract."""
    body = ErrorWire(error=sentence, code=int(status))
    if details:
        body["errorDetails"] = details
    return body


class ErrorResponse(JSONResponse):
    """An error answer: the contract's form, or RFC 9457's for who asks for that and only then."""

    def __init__(self, body: ErrorWire, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(body, body["code"], headers=headers)
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if wants_problem(Headers(scope=scope)):
            await self._problem()(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def _problem(self) -> Response:
        kept = {name: value for name, value in self.headers.items() if name not in OF_THE_BODY}
        return Response(
            json.dumps(problem(self._body)),
            self.status_code,
            headers=kept,
            media_type=PROBLEM,
        )


PROBLEM: Final = "application/problem+json"
#: Headers that follow from the body.
OF_THE_BODY: Final = frozenset({"content-type", "content-length"})
#: A weight in an Accept header that means "not this one".
UNWANTED: Final = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*", re.IGNORECASE)


def wants_problem(headers: Headers) -> bool:
    """Whether the caller names the form of RFC 9457; "*/*" does not."""
    for part in ",".join(headers.getlist("accept")).split(","):
        media_type, *parameters = part.split(";")
        if media_type.strip().lower() == PROBLEM:
            return not any(map(UNWANTED.fullmatch, parameters))
    return False


def problem(body: ErrorWire) -> dict[str, object]:
    """``body`` in the form of RFC 9457, with the contract's members beside it."""
    status = HTTPStatus(body["code"])
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": body["error"],
        **body,
    }


def refusal(
    status: int, sentence: str, details: str | None = None, headers: Mapping[str, str] | None = None
) -> ErrorResponse:
    """An error answer."""
    return ErrorResponse(wire(status, sentence, details), headers)


def too_many(
    retry_after_s: float, *, policy: str, quota: int, unit: str = "concurrent-requests"
) -> dict[str, str]:
    """Headers of a 429: when to come back, and what is limited (RateLimit header fields)."""
    wait_s = max(1, round(retry_after_s))
    return {
        "Retry-After": str(wait_s),
        "RateLimit-Policy": f'"{policy}";q={quota};qu="{unit}"',
        "RateLimit": f'"{policy}";r=0;t={wait_s}',
    }


async def on_mien_error(request: Request, error: Exception) -> ErrorResponse:
    """Answer an error of our own vocabulary by the table."""
    del request
    if not isinstance(error, MienError):
        raise error
    return refusal(status_of(error), str(error), details_of(error), _headers(error))


def _headers(error: MienError) -> dict[str, str]:
    if isinstance(error, Busy):
        return too_many(
            error.retry_after_s, policy=error.policy, quota=error.quota, unit=error.unit
        )
    if isinstance(error, Unauthorized):
        return {"WWW-Authenticate": "Bearer"}
    return {}


async def on_http_exception(request: Request, error: Exception) -> ErrorResponse:
    """Answer what the router refuses (404, 405) in the same form as everything else."""
    del request
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    sentence = ROUTER_SENTENCES.get(status, str(error.detail))
    return refusal(status, sentence, headers=error.headers)


#: For ``FastAPI(exception_handlers=…)``.
HANDLERS: dict[int | type[Exception], Any] = {
    MienError: on_mien_error,
    HTTPException: on_http_exception,
}
