"""Where callers reach this service."""

import re
from typing import Final

from fastapi import Request

#: A host name or address with an optional port; anything else in a Host header is not repeated.
HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


def base_of(request: Request, public_url: str | None) -> str:
    """Where callers reach this service, without a slash at the end.

    ``public_url`` when it is set; else what the request itself was sent to, as far as its
    Host header is a host; else the address that the server listens on.
    """
    if public_url:
        return public_url.rstrip("/")
    return f"{request.url.scheme}://{_host(request)}"


def _host(request: Request) -> str:
    sent = request.headers.get("host", "")
    if HOST.fullmatch(sent):
        return sent
    host, port = request.scope.get("server") or ("localhost", None)
    return f"{host}:{port}" if port else str(host)
