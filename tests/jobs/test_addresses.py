"""The form of addresses that users give."""

import pytest

from mien.errors import BadRequest
from mien.jobs.addresses import NOT_A_URL, HttpAddress

GOOD = {
    "http://example.org": ("http", "example.org", 80, "/", "example.org"),
    "https://Example.org/a?b=c#d": ("https", "example.org", 443, "/a?b=c", "example.org"),
    "http://example.org:3000/hook": ("http", "example.org", 3000, "/hook", "example.org:3000"),
    "http://[::1]:8080/": ("http", "::1", 8080, "/", "[::1]:8080"),
    "https://bücher.example/ü": ("https", "xn--bcher-kva.example", 443, "/%C3%BC", None),
    "HTTP://example.org/%41": ("http", "example.org", 80, "/%41", None),
}
BAD = [
    "",
    "example.org",
    "/hook",
    "ftp://example.org/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://",
    "http:///hook",
    "http://:80/",
    "http://anna:secret@example.org/",
    "http://anna@example.org/",
    "http://example.org:99999/",
    "http://example.org:zz/",
    "http://example.org:25/",
    "http://example.org:0/",
    "http://exa mple.org/",
    "http://example.org/a b",
    "http://example.org/\r\nX: y",
    "http://example.org\\@127.0.0.1/",
    "http://[::1/",
    "http://" + "a" * 254 + "/",
    "http://" + "ü" * 64 + ".example/",
]


@pytest.mark.parametrize("url", GOOD)
def test_parts_of_an_address(url):
    """
    Scheme, host, port, path and Host header are what a client would send.
    """
    scheme, host, port, path, authority = GOOD[url]
    seen = HttpAddress.parse(url)

    assert (scheme, host, port, path) == (seen.scheme, seen.host, seen.port, seen.path)
    assert authority in {seen.authority, None}


@pytest.mark.parametrize("url", BAD)
def test_what_is_refused(url):
    """
    What is not plainly an http or https URL is a bad replyUrl, with a reason in the details.
    """
    with pytest.raises(BadRequest, match=NOT_A_URL) as caught:
        HttpAddress.parse(url)

    assert "replyUrl" == caught.value.field
    assert caught.value.details["reason"]
