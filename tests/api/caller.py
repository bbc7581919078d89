"""Calls an ASGI app without a network, from synchronous tests."""

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from starlette.types import ASGIApp

Result = TypeVar("Result")

#: Longest that one call may take, far below what a caller may wait for a job.
PATIENCE_S = 180


class Caller:
    """One event loop and one client over ``app``; a context manager."""

    def __init__(self, app: ASGIApp) -> None:
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://mien.test:8000")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def request(self, method: str, url: str, **request: Any) -> httpx.Response:
        """The answer to one request; redirects are not followed."""
        return self.run(self._client.request(method, url, **request))

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """What ``work`` returns, run in the loop of the app."""
        return self._runner.run(asyncio.wait_for(work, PATIENCE_S))

    def get(self, url: str, **request: Any) -> httpx.Response:
        """The answer to a GET."""
        return self.request("GET", url, **request)

    def post(self, url: str, **request: Any) -> httpx.Response:
        """The answer to a POST."""
        return self.request("POST", url, **request)
