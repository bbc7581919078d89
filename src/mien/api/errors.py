"""Which HTTP status an error has, and the one form in which every error leaves the service."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NotRequired

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
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


def refusal(
    status: int, sentence: str, details: str | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """An error answer, always ``application/json``."""
    return JSONResponse(wire(status, sentence, details), int(status), headers=headers)


async def on_mien_error(request: Request, error: Exception) -> JSONResponse:
    """Answer an error of our own vocabulary by the table."""
    del request
    if not isinstance(error, MienError):
        raise error
    return refusal(status_of(error), str(error), details_of(error), _headers(error))


def _headers(error: MienError) -> dict[str, str]:
    if isinstance(error, Busy):
        return {"Retry-After": str(max(1, round(error.retry_after_s)))}
    if isinstance(error, Unauthorized):
        return {"WWW-Authenticate": "Bearer"}
    return {}


async def on_http_exception(request: Request, error: Exception) -> JSONResponse:
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
