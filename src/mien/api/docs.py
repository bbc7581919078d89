"""The page at /docs: Swagger UI from an installed package, so that it works without internet.

No script stands in the page and nothing comes from elsewhere; the Content-Security-Policy
holds that. Swagger UI sets style attributes and shows inline SVG, hence its two exceptions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mien.api.errors import refusal

POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
A_DAY: Final = {"Cache-Control": "public, max-age=86400"}

PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mien API</title>
<link rel="icon" type="image/png" href="{at}assets/favicon-32x32.png">
<link rel="stylesheet" href="{at}assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript; the same facts are in openapi.json.</noscript>
<script src="{at}assets/swagger-ui-bundle.js"></script>
<script src="{at}assets/start.js"></script>
</body>
</html>
"""

#: Relative, so that the page also works under a path of a proxy.
START: Final = """window.ui = SwaggerUIBundle({
  url: new URL("../../openapi.json", document.currentScript.src).href,
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  requestInterceptor: (request) => request,
});
"""

#: What of the package is served; a name that is not here does not exist.
ASSETS: Final[Mapping[str, str]] = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}


@dataclass(frozen=True, slots=True)
class _Asset:
    content: bytes
    media_type: str


@cache
def _asset(name: str) -> _Asset:
    return _Asset((_folder() / name).read_bytes(), ASSETS[name])


def _folder() -> Traversable:
    vendor = files("swagger_ui_bundle") / "vendor"
    return next(entry for entry in vendor.iterdir() if entry.name.startswith("swagger-ui-"))


def page(request: Request) -> Response:
    """The page itself; its own address with or without a slash decides what "beside it" means."""
    at = "" if request.url.path.endswith("/") else "docs/"
    html = PAGE.replace("{at}", at)
    return Response(html, media_type="text/html; charset=utf-8", headers=HEADERS)


def asset(name: str) -> Response:
    """A file that the page loads; 404 for every other name."""
    if name == "start.js":
        return Response(START, media_type="text/javascript; charset=utf-8", headers=A_DAY)
    if name not in ASSETS:
        return refusal(HTTPStatus.NOT_FOUND, "There is no such path.")
    found = _asset(name)
    return Response(found.content, media_type=found.media_type, headers=A_DAY)


def router() -> APIRouter:
    """Routes of the page; none of them is part of the described API."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/docs", page, methods=["GET", "HEAD"])
    routes.add_api_route("/docs/", page, methods=["GET", "HEAD"])
    routes.add_api_route("/docs/assets/{name}", asset, methods=["GET"])
    return routes
