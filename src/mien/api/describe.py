"""Pieces of the OpenAPI description, so that each route states its contract beside its code.

The description is OpenAPI 3.0.3, the newest version that the shipped Swagger UI reads.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from mien.api.errors import ErrorWire, wire
from mien.jobs.words import DISCORD_BUSY

OPENAPI_VERSION: Final = "3.0.3"
BEARER: Final = {"type": "http", "scheme": "bearer", "description": "A token of `mien tokens`."}

Endpoint = Any  # FastAPI takes any callable; it reads the signature itself
Description = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One error that an operation answers with, as its example."""

    status: int
    sentence: str
    details: str | None = None


UNAUTHORIZED: Final = Refusal(401, "Unauthorized")
EXPIRED: Final = Refusal(402, "Account has no subscription or subscription expired")
BUSY: Final = Refusal(429, "Unable to lock Discord after 1 attempts")
DISCORD: Final = Refusal(429, DISCORD_BUSY, '{"global":true,"retry_after":10}')
HEADLINES: Final = {
    400: "Something in the request cannot be used; `errorDetails` names the field.",
    401: "No token, or one that is unknown or revoked.",
    402: "The user's subscription ended.",
    404: "There is no such thing for this user.",
    409: "It does not fit to what is there already.",
    416: "The range lies outside of the file.",
    429: "The queue is full, or an upstream is asked too often. Wait as long as `Retry-After` says and send it again.",
}


#: What every route has unless it says otherwise.
PLAIN: Final[Description] = {"response_model": None, "response_class": JSONResponse}


def route(
    router: APIRouter,
    path: str,
    endpoint: Endpoint,
    method: str,
    *,
    head: bool = True,
    **about: Any,
) -> None:
    """Route ``path``, and describe it.

    Args:
        head: whether what answers GET answers HEAD too.
    """
    router.add_api_route(path, endpoint, methods=[method], **(PLAIN | about))
    if method == "GET" and head:
        router.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False, **PLAIN)


def serve(
    router: APIRouter,
    path: str,
    endpoint: Endpoint,
    method: str,
    *,
    head: bool = True,
    **about: Any,
) -> None:
    """Route ``path`` with and without a slash at its end; one of them is described."""
    route(router, path, endpoint, method, head=head, **about)
    other = path.rstrip("/") if path.endswith("/") else f"{path}/"
    methods = ["GET", "HEAD"] if method == "GET" and head else [method]
    router.add_api_route(other, endpoint, methods=methods, include_in_schema=False, **PLAIN)


def answers(
    ok: Description, *refusals: Refusal, ok_status: int = 200
) -> dict[int | str, Description]:
    """``responses`` of a route: what 200 looks like, and every refusal as a named example."""
    by_status: defaultdict[int, list[Refusal]] = defaultdict(list)
    for refusal in refusals:
        by_status[refusal.status].append(refusal)
    described: dict[int | str, Description] = {ok_status: ok}
    for status, rows in by_status.items():
        described[status] = _refused(status, rows)
    return described


def _refused(status: int, rows: Sequence[Refusal]) -> Description:
    examples = {
        f"{status}-{number}": {
            "summary": row.sentence,
            "value": wire(status, row.sentence, row.details),
        }
        for number, row in enumerate(rows, start=1)
    }
    answer: Description = {
        "model": ErrorWire,
        "description": HEADLINES[status],
        "content": {"application/json": {"examples": examples}},
    }
    if status == BUSY.status:
        answer["headers"] = {
            "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
            "RateLimit": {"description": "What is left, and when.", "schema": {"type": "string"}},
            "RateLimit-Policy": {"description": "What is limited.", "schema": {"type": "string"}},
        }
    return answer


def json_answer(model: Any, about: str, examples: Mapping[str, Any]) -> Description:
    """A 200 with a JSON body of the type ``model``."""
    shown = {name: {"value": value} for name, value in examples.items()}
    return {
        "model": model,
        "description": about,
        "content": {"application/json": {"examples": shown}},
    }


def secured(**extra: Any) -> Description:
    """``openapi_extra`` of a route that takes a token."""
    return {"security": [{"token": []}], **extra}


def file_field(about: str) -> Description:
    """A file of a form."""
    return {"type": "string", "format": "binary", "description": about}


def text_field(about: str, *, longest: int | None = None) -> Description:
    """A text of a form."""
    limit = {} if longest is None else {"maxLength": longest}
    return {"type": "string", "description": about, **limit}


def parameter(name: str, where: str, about: str, example: str) -> Description:
    """A required parameter in the query or the path."""
    return {
        "name": name,
        "in": where,
        "required": True,
        "description": about,
        "schema": {"type": "string"},
        "example": example,
    }


def narrowing(name: str, about: str, example: object, **schema: Any) -> Description:
    """An optional parameter in the query, a text unless ``schema`` says more."""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": about,
        "schema": {"type": "string", **schema},
        "example": example,
    }


def describe(app: FastAPI) -> Description:
    """The whole description, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            openapi_version=OPENAPI_VERSION,
            routes=app.routes,
            servers=app.servers,
        )
        made["components"]["securitySchemes"] = {"token": BEARER}
        app.openapi_schema = made
    return app.openapi_schema
