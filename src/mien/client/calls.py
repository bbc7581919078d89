"""How a service is called: with a token, and with errors that are ours."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import httpx

from mien.errors import RemoteError, Unreachable

NOTHING: Mapping[str, str] = MappingProxyType({})


class Calls:
    """One service, called with one token.

    Every call raises `RemoteError` when the service refuses it, with the service's sentence, and
    `Unreachable` when it does not answer.
    """

    def __init__(self, url: str, token: str, *, timeout_s: float) -> None:
        """Nothing is called yet."""
        self._http = httpx.Client(base_url=url, timeout=timeout_s)
        self._token = {"Authorization": f"Bearer {token}"}

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(
        self, method: str, path: str, headers: Mapping[str, str] = NOTHING, **request: Any
    ) -> httpx.Response:
        """The answer to a request with the token."""
        sent = {**headers, **self._token}
        with _reached():
            return _checked(self._http.request(method, path, headers=sent, **request))

    def json(self, method: str, path: str, **request: Any) -> Any:
        """What the answer holds."""
        return self.send(method, path, **request).json()

    def pages(self, path: str, name: str, filters: Mapping[str, str]) -> Iterator[Any]:
        """The entries ``name`` of a list, page after page."""
        params = dict(filters)
        while True:
            page = self.json("GET", path, params=params)
            yield from page[name]
            if "cursor" not in page:
                return
            params["cursor"] = page["cursor"]

    def events(self, path: str) -> Iterator[Any]:
        """The data of server-sent events, until their end."""
        with _reached(), self._http.stream("GET", path, headers=self._token) as answer:
            if answer.is_error:
                answer.read()
                _refuse(answer)
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    yield json.loads(line.removeprefix("data: "))

    def download(self, url: str) -> bytes:
        """A file from wherever its link leads; the token stays here."""
        with _reached():
            return _checked(self._http.get(url)).content


@contextmanager
def _reached() -> Iterator[None]:
    """Turns errors of the connection into ours."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(f"The service does not answer: {error}.") from error


def _checked(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        _refuse(answer)
    return answer


def _refuse(answer: httpx.Response) -> None:
    try:
        sentence = str(answer.json()["error"])
    except (ValueError, LookupError, TypeError):
        sentence = f"The service answered {answer.status_code}."
    raise RemoteError(sentence, status=answer.status_code)
