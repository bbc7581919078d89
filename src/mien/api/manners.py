"""What every answer has, whatever it says: a request id, CORS, nosniff - and never a traceback.

One plain ASGI wrapper around the routes. It is the API's last handler: what nobody foresaw is
logged with the request id and answered with one sentence that names the id.
"""

import asyncio
import logging
import re
import secrets
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mien.api.errors import refusal

log = logging.getLogger(__name__)

#: A caller's own id is repeated when it cannot break a log line or a header.
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
EXPOSED: Final = (
    "X-Request-Id, Retry-After, RateLimit, RateLimit-Policy, Preference-Applied, "
    "Content-Disposition"
)
METHODS: Final = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
#: "*" does not cover Authorization, so it is named; sent when a browser asks for nothing.
HEADERS: Final = "Authorization, Content-Type"
#: U+FFFD in a query.
UNKNOWN: Final = b"%EF%BF%BD"
PREFLIGHT_VALID_S: Final = 86_400


@dataclass(slots=True)
class _Exchange:
    """One request: its id, and what became of it."""

    id: str
    send: Send
    status: int = 0
    began: float = field(default_factory=time.perf_counter)

    async def reply(self, message: Message) -> None:
        """Pass ``message`` on, with our headers when it begins the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            _add_headers(MutableHeaders(scope=message), self.id)
        await self.send(message)


class Manners:
    """ASGI middleware; see the module."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        exchange = _Exchange(_request_id(headers), send)
        if _is_preflight(scope, headers):
            await _preflight(headers)(scope, receive, exchange.reply)
        else:
            await self._guarded(_without_nul(scope), receive, exchange)
        _log(scope, exchange)

    async def _guarded(self, scope: Scope, receive: Receive, exchange: _Exchange) -> None:
        try:
            await self._app(scope, receive, exchange.reply)
        except ClientDisconnect:
            log.info("caller left", extra={"event": "caller_left", "request": exchange.id})
        except asyncio.CancelledError:
            # The server cancels whoever still sends when its time to leave is over. It goes
            # away next, so the cancellation ends here, with an answer in place of a hang-up.
            log.info("left unanswered", extra={"event": "cancelled", "request": exchange.id})
            if not exchange.status:
                await _goodbye()(scope, receive, exchange.reply)
        except Exception:
            log.exception(
                "request failed", extra={"event": "request_failed", "request": exchange.id}
            )
            if exchange.status:  # half an answer is out; only closing the connection is left
                raise
            await _apology(exchange.id)(scope, receive, exchange.reply)


def _without_nul(scope: Scope) -> Scope:
    """The request with U+FFFD for each NUL of its address.

    Nothing has a NUL in its name, and PostgreSQL does not even look for it.
    """
    query = scope["query_string"].replace(b"%00", UNKNOWN)
    return {**scope, "path": scope["path"].replace("\0", "\ufffd"), "query_string": query}


def _request_id(headers: Headers) -> str:
    sent = headers.get("x-request-id", "")
    return sent if REQUEST_ID.fullmatch(sent) else secrets.token_hex(8)


def _is_preflight(scope: Scope, headers: Headers) -> bool:
    return (
        scope["method"] == "OPTIONS"
        and "origin" in headers
        and "access-control-request-method" in headers
    )


def _preflight(headers: Headers) -> Response:
    """Any origin may call: the token is sent by the caller's own code, never by the browser."""
    allowed = {
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": headers.get("access-control-request-headers", HEADERS),
        "Access-Control-Max-Age": str(PREFLIGHT_VALID_S),
    }
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=allowed)


def _apology(request_id: str) -> Response:
    return refusal(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"Something went wrong on our side; the service's log tells more under {request_id}.",
    )


def _goodbye() -> Response:
    return refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The service is stopping; send the request again when it is back.",
        headers={"Connection": "close"},
    )


def _add_headers(headers: MutableHeaders, request_id: str) -> None:
    headers["X-Request-Id"] = request_id
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = EXPOSED
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Cache-Control", "no-store")  # jobs change, and hold links


def _log(scope: Scope, exchange: _Exchange) -> None:
    """One line a request; without its query, which may hold the signature of a link."""
    took_ms = (time.perf_counter() - exchange.began) * 1000
    log.info(
        "%s %s %d",
        scope["method"],
        scope["path"],
        exchange.status,
        extra={"event": "request", "request": exchange.id, "took_ms": round(took_ms, 1)},
    )
