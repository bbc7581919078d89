"""Links to results: who made them, how long they live, and where they point."""

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import URL

from mien.api.base import base_of
from mien.jobs.links import DAY_S, Links

LINKS = Links(secret=b"0123456789abcdef")
NOW_S = 1_700_000_000


def query_of(link: str) -> dict[str, str]:
    """The query of a link by name."""
    return dict(pair.split("=") for pair in URL(link).query.split("&"))


def request_to(host: str | None) -> Request:
    """A request with this Host header, at a server that listens on 10.0.0.7:8000."""
    headers = [] if host is None else [(b"host", host.encode("latin-1"))]
    return Request(
        {
            "type": "http",
            "scheme": "http",
            "path": "/",
            "query_string": b"",
            "headers": headers,
            "server": ("10.0.0.7", 8000),
        }
    )


def test_a_link_ends_in_the_extension_before_its_query() -> None:
    """Clients read the extension from the path."""
    link = LINKS.sign(LINKS.path("123", "abc.jpg"), now_s=NOW_S)

    assert URL(link).path.endswith("/123/abc.jpg")


def test_a_link_is_genuine_for_whoever_holds_the_same_secret() -> None:
    """Another instance with the same secret, as after a restart, takes the link."""
    link = LINKS.sign("/files/1/a.png", now_s=NOW_S)

    assert Links(secret=b"0123456789abcdef").genuine("/files/1/a.png", query_of(link))
    assert not Links(secret=b"another secret..").genuine("/files/1/a.png", query_of(link))


def test_a_link_lives_for_a_day() -> None:
    """It is good one second before its end, and over at its end."""
    query = query_of(LINKS.sign("/files/1/a.png", now_s=NOW_S))

    assert 1 == Links.left_s(query, now_s=NOW_S + DAY_S - 1)
    assert 0 == Links.left_s(query, now_s=NOW_S + DAY_S)


@given(
    place=st.sampled_from(["path", "ex", "is", "hm"]),
    position=st.integers(min_value=0, max_value=63),
    other=st.characters(),
)
def test_a_link_with_any_changed_character_is_not_genuine(
    place: str, position: int, other: str
) -> None:
    """Whatever is changed in path, times or signature, the link is refused and nothing raises."""
    path = "/files/1/a.png"
    query = {**query_of(LINKS.sign(path, now_s=NOW_S)), "path": path}
    before = query[place]
    query[place] = before[: position % len(before)] + other + before[position % len(before) + 1 :]

    changed = query.pop("path")

    assert (query == query_of(LINKS.sign(path, now_s=NOW_S)) and changed == path) == LINKS.genuine(
        changed, query
    )


@pytest.mark.parametrize("query", [{}, {"ex": "1", "is": "1"}, {"ex": "x", "is": "y", "hm": "é"}])
def test_a_link_without_a_whole_query_is_not_genuine(query: dict[str, str]) -> None:
    """Missing and odd parts are refused like wrong ones."""
    assert not LINKS.genuine("/files/1/a.png", query)


def test_a_short_secret_is_refused() -> None:
    """A secret that can be guessed signs nothing."""
    with pytest.raises(ValueError, match="16 bytes"):
        Links(secret=b"short")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("mien.example", "http://mien.example"),
        ("localhost:8080", "http://localhost:8080"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("evil.example/path", "http://10.0.0.7:8000"),
        ("a b", "http://10.0.0.7:8000"),
        ('x"><script>', "http://10.0.0.7:8000"),
        ("user@evil.example", "http://10.0.0.7:8000"),
        ("", "http://10.0.0.7:8000"),
        (None, "http://10.0.0.7:8000"),
    ],
)
def test_only_a_host_is_repeated_from_a_host_header(host: str | None, expected: str) -> None:
    """Anything else in the header gives the server's own address."""
    assert expected == base_of(request_to(host), None)


def test_the_public_url_wins() -> None:
    """Behind a proxy the setting decides, with its path and without its last slash."""
    assert "https://x.example/mien" == base_of(request_to("a"), "https://x.example/mien/")
