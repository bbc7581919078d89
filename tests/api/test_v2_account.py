"""``GET`` and ``POST /v2/account``: what a user sets for themselves."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.world import World

PATH = "/v2/account"
URL = "https://hooks.example/here"


def post(world: World, path: str = PATH, **body: object) -> httpx.Response:
    """A change with the token."""
    return world.caller.post(path, json=body, headers=world.bearer)


@pytest.mark.parametrize("path", [PATH, f"{PATH}/"])
def test_the_user_is_shown(world: World, path: str) -> None:
    """Name and time of making; what there is not is left out."""
    user = world.get(path).json()

    assert {"name", "created", "verified"} == set(user)
    assert "default" == user["name"]
    assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z", user["created"])


def test_a_subscription_that_ends_is_told(world: World) -> None:
    """As YYMMDD, also when it is over."""
    world.change_user(subscription_end=datetime(2026, 8, 31, 12, tzinfo=UTC))

    assert "260831" == world.get(PATH).json()["sub"]


@pytest.mark.parametrize("path", [PATH, f"{PATH}/"])
def test_name_and_reply_url_are_changed(world: World, path: str) -> None:
    """The answer is the whole account; what is not sent stays."""
    answer = post(world, path, name="Anna", replyUrl=URL)

    assert 200 == answer.status_code
    assert ("Anna", URL) == (answer.json()["name"], answer.json()["replyUrl"])
    assert answer.json() == world.get(path).json() == post(world).json()
    assert "Bea" == post(world, name="Bea").json()["name"]
    assert URL == world.get(PATH).json()["replyUrl"]


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_text_takes_a_value_away(world: World, empty: str | None) -> None:
    """And leaves what the operator calls the user."""
    post(world, name="Anna", replyUrl=URL)
    user = post(world, name=empty, replyUrl=empty).json()

    assert ("default", False) == (user["name"], "replyUrl" in user)


def test_the_operators_name_stays(world: World) -> None:
    """Tokens are made for the user by the name that the operator knows."""
    post(world, name="Anna")

    assert {"default"} == {token.user for token in world.tokens.list()}
    assert "default" == world.get("/v1/mien/me").json()["name"]


def test_the_default_reply_url_is_used_and_can_be_overridden(world: World) -> None:
    """By a request that names another one."""
    post(world, replyUrl=URL)

    assert URL == world.picsi().json()["replyUrl"]
    other = "https://hooks.example/there"
    assert other == world.picsi(data={"replyUrl": other}).json()["replyUrl"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"replyUrl": "https://x.example/" + "x" * 1024}, "replyUrl is too long"),
        ({"name": "x" * 101}, "name is too long"),
        ({"replyUrl": "u"}, "Optional param replyUrl is not a valid http or https URL"),
        ({"name": "\0"}, "The field name holds a NUL character."),
        ({"name": ["x"]}, "The field name is no text."),
    ],
)
def test_what_cannot_be_is_refused(world: World, body: dict[str, Any], said: str) -> None:
    """In the contract's words where it has some; nothing is changed."""
    before = world.get(PATH).json()
    answer = post(world, **body)

    assert (400, said) == (answer.status_code, answer.json()["error"])
    assert before == world.get(PATH).json()


def test_a_body_that_is_no_object_is_refused(world: World) -> None:
    """400; an empty body changes nothing."""
    sent = world.caller.post(PATH, content="[1]", headers=world.bearer)

    assert 400 == sent.status_code
    assert 200 == world.caller.post(PATH, headers=world.bearer).status_code


def test_a_token_is_enough(world: World) -> None:
    """401 without one; a subscription that is over is no obstacle."""
    assert 401 == world.caller.get(PATH).status_code
    assert 401 == world.caller.post(PATH, json={}).status_code

    world.suspend()

    assert 200 == world.get(PATH).status_code
    assert 200 == post(world, name="Anna").status_code
