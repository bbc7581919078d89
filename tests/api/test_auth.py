"""Tokens in requests."""

import pytest
from fastapi import Request

from api.world import World
from mien.api.auth import bearer
from mien.errors import Unauthorized


def request_with(value: bytes) -> Request:
    """A request with this Authorization header."""
    return Request({"type": "http", "headers": [(b"authorization", value)]})


@pytest.mark.parametrize(
    ("value", "token"),
    [
        (b"Bearer mien_abc", "mien_abc"),
        (b"bearer user:123-abc", "user:123-abc"),
        (b"BEARER   a.b_c~d+e/f==  ", "a.b_c~d+e/f=="),
        (b"Bearer \xe9\xff", "éÿ"),
    ],
)
def test_a_token_is_opaque(value: bytes, token: str) -> None:
    """Any scheme case, any blanks around it, any characters in it."""
    assert token == bearer(request_with(value))


@pytest.mark.parametrize("value", [b"", b"Bearer", b"Bearer ", b"Basic abc", b"abc", b"\xff\xfe"])
def test_a_header_without_a_token_is_unauthorized(value: bytes) -> None:
    """Nothing to look up."""
    with pytest.raises(Unauthorized):
        bearer(request_with(value))


def test_a_revoked_token_opens_nothing(world: World) -> None:
    """From the moment on that it is revoked."""
    assert 200 == world.get("/v1/faceswap/jobs").status_code

    world.tokens.revoke("tests")
    answer = world.get("/v1/faceswap/jobs")

    assert 401 == answer.status_code
    assert "Bearer" == answer.headers["www-authenticate"]
    assert {"error": "Unauthorized", "code": 401} == answer.json()
