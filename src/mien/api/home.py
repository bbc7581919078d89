"""The page at /: the web app, whose built files lie in ``page/`` beside this module.

Nothing of it comes from elsewhere and no script or style stands in the HTML; the
Content-Security-Policy holds that. `web/` in the repository has the sources and says how they are built.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mien.api.errors import refusal

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
#: The page is asked for anew each time, so that it names the files of this very version; those are
#: called by their content, and kept.
ANEW: Final = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
KEPT: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
}
#: A script is a script, whatever a browser might guess.
SAFE: Final = {"X-Content-Type-Options": "nosniff"}
HTML: Final = "text/html; charset=utf-8"
#: What the page loads; a name that is not here does not exist.
ASSETS: Final[Mapping[str, str]] = {
    "app.js": "text/javascript; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
#: Hexadecimal digits that tell one content of a file from another.
DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class _Text:
    """A file of the page, as it is and packed."""

    plain: bytes
    packed: bytes

    @classmethod
    def of(cls, content: bytes) -> "_Text":
        return cls(content, gzip.compress(content, mtime=0))

    @property
    def version(self) -> str:
        """Changes with the content."""
        return sha256(self.plain).hexdigest()[:DIGITS]

    def answer(self, request: Request, media_type: str, headers: Mapping[str, str]) -> Response:
        """The content, packed for callers that unpack."""
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self.plain, media_type=media_type, headers=dict(headers))
        packed = {**headers, "Content-Encoding": "gzip"}
        return Response(self.packed, media_type=media_type, headers=packed)


@cache
def _asset(name: str) -> _Text:
    return _Text.of((files("mien.api") / "page" / name).read_bytes())


@cache
def _page() -> _Text:
    html = (files("mien.api") / "page" / "index.html").read_text(encoding="utf-8")
    for name in ASSETS:
        html = html.replace(f"{{{name}}}", _asset(name).version)
    return _Text.of(html.encode())


def page(request: Request) -> Response:
    """The page itself."""
    return _page().answer(request, HTML, HEADERS | ANEW)


def asset(request: Request, name: str) -> Response:
    """A file that the page loads; 404 for every other name."""
    if name not in ASSETS:
        return refusal(HTTPStatus.NOT_FOUND, "There is no such path.")
    found = _asset(name)
    # During an upgrade two versions may answer: nobody keeps one's file under the other's name.
    kept = KEPT if request.query_params.get("v") == found.version else ANEW
    return found.answer(request, ASSETS[name], SAFE | kept)


def router() -> APIRouter:
    """Routes of the page; none of them is part of the described API."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/", page, methods=["GET", "HEAD"])
    routes.add_api_route("/page/{name}", asset, methods=["GET", "HEAD"])
    return routes
