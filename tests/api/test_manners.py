"""What every answer has: request id, CORS, nosniff, and a sentence where everything went wrong."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from api.caller import Caller
from mien.api.manners import Manners


async def fine(request: Request) -> JSONResponse:
    """An answer."""
    return JSONResponse({"code": 200})


async def broken(request: Request) -> JSONResponse:
    """A fault that nobody foresaw."""
    raise RuntimeError("the secret inside")


async def gone(request: Request) -> JSONResponse:
    """A caller who hangs up while sending."""
    raise ClientDisconnect


async def half(request: Request) -> StreamingResponse:
    """A fault in the middle of an answer."""

    async def chunks() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError("cut")

    return StreamingResponse(chunks())


@pytest.fixture
def client() -> Iterator[Caller]:
    """A small app with our manners around it."""
    routes = [Route(f"/{each.__name__}", each) for each in (fine, broken, gone, half)]
    with Caller(Starlette(routes=routes, middleware=[Middleware(Manners)])) as caller:
        yield caller


def test_every_answer_may_be_read_by_any_origin(client: Caller) -> None:
    """Also errors: a browser that may not read a 404 shows its user nothing."""
    for path in ("/fine", "/broken", "/nowhere"):
        headers = client.get(path, headers={"Origin": "https://elsewhere.example"}).headers

        assert "*" == headers["access-control-allow-origin"]
        assert "access-control-allow-credentials" not in headers
        assert "nosniff" == headers["x-content-type-options"]


def test_a_preflight_is_answered_for_any_path_and_header(client: Caller) -> None:
    """What the browser asks for is allowed, without a token and without running anything."""
    answer = client.request(
        "OPTIONS",
        "/broken",
        headers={
            "Origin": "null",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, x-odd",
        },
    )

    assert 204 == answer.status_code
    assert "*" == answer.headers["access-control-allow-origin"]
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "authorization, x-odd" == answer.headers["access-control-allow-headers"]


def test_an_unforeseen_fault_is_a_sentence_that_names_the_request(
    client: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """JSON with the id that stands in the log beside the traceback; nothing of the fault itself."""
    with caplog.at_level(logging.ERROR):
        answer = client.get("/broken", headers={"X-Request-Id": "mine-7"})
    (record,) = caplog.records

    assert (500, 500) == (answer.status_code, answer.json()["code"])
    assert "mine-7" in answer.json()["error"]
    assert "secret" not in answer.text
    assert "mine-7" == record.__dict__["request"]
    assert record.exc_info


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, "a\tb", "é"])
def test_a_request_id_that_could_break_a_log_is_replaced(client: Caller, sent: str) -> None:
    """Only short words of plain characters come back."""
    answer = client.get("/fine", headers={"X-Request-Id": sent.encode()})

    assert sent != answer.headers["x-request-id"]
    assert 16 == len(answer.headers["x-request-id"])


def test_a_request_id_of_the_caller_comes_back(client: Caller) -> None:
    """So that both sides can speak of the same request."""
    assert "A-1" == client.get("/fine", headers={"X-Request-Id": "A-1"}).headers["x-request-id"]


def test_a_caller_who_hangs_up_is_no_fault(
    client: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged as what it is, without a traceback."""
    with pytest.raises(AssertionError), caplog.at_level(logging.INFO):
        client.get("/gone")  # the test client misses an answer that nobody waits for

    assert "caller left" in caplog.messages
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_fault_in_the_middle_of_an_answer_ends_the_connection(client: Caller) -> None:
    """Headers are out; a second answer behind them would look like data."""
    with pytest.raises(RuntimeError, match="cut"):
        client.get("/half")


def test_the_log_of_a_request_has_no_query(
    client: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """A query may hold the signature of a link."""
    with caplog.at_level(logging.INFO, logger="mien.api.manners"):
        client.get("/fine?hm=secret")

    assert ["GET /fine 200"] == caplog.messages
