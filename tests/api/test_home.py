"""The page at /, as a browser fetches it; tests/browser looks at what it does."""

import gzip
import re
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest

from mien.api.home import ASSETS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "src" / "mien" / "api" / "page"
WEB = ROOT / "web"
#: Bytes of the whole first load as it goes over the wire, and what it may be at the most.
MOST_LOAD = 150_000


class Loaded(HTMLParser):
    """What a page names: the addresses that it loads."""

    def __init__(self, html):
        super().__init__()
        self.addresses = []
        self.inline = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag in {"link", "script"}:
            self.addresses.append(named.get("href") or named.get("src"))
        self.inline += (
            "style" in named or tag == "style" or (tag == "script" and "src" not in named)
        )
        self.inline += any(name.startswith("on") for name in named)


def loaded(world):
    """The addresses that the page loads."""
    return Loaded(world.caller.get("/").text).addresses


def test_the_page_needs_no_token_and_is_asked_for_anew(world):
    """
    The page is HTML that caches ask for each time, so that a new version is seen at once.
    """
    answer = world.caller.get("/", headers={"Authorization": ""})

    assert 200 == answer.status_code
    assert "text/html; charset=utf-8" == answer.headers["content-type"]
    assert "no-cache" == answer.headers["cache-control"]


def test_the_page_allows_nothing_from_elsewhere_and_nothing_inline(world):
    """
    The policy names this origin only, and the page keeps to it: relative addresses, no inline code.
    """
    answer = world.caller.get("/")
    page = Loaded(answer.text)
    policy = answer.headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; ")
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"} & set(policy.split())
    assert 3 == len(page.addresses)
    assert all(re.fullmatch(r"page/[a-z.]+\?v=[0-9a-f]{12}", each) for each in page.addresses)
    assert 0 == page.inline


def test_files_of_the_page_are_kept_for_as_long_as_their_content_is_the_same(world):
    """
    Their address changes with their content, and the answer to it may be kept for a year.
    """
    for address in loaded(world):
        answer = world.caller.get(f"/{address}")

        assert 200 == answer.status_code
        assert "public, max-age=31536000, immutable" == answer.headers["cache-control"]
        assert address.endswith(sha256(answer.content).hexdigest()[:12])


@pytest.mark.parametrize("version", ["", "?v=", "?v=000000000000"])
def test_a_file_of_another_version_is_not_kept(world, version):
    """
    While an upgrade runs, the old file does not get into caches under the new one's name.
    """
    assert "no-cache" == world.caller.get(f"/page/app.js{version}").headers["cache-control"]


@pytest.mark.parametrize("name", ["built.json", "..%2Fhome.py", "__init__.py", "APP.JS", ""])
def test_only_what_the_page_loads_is_there(world, name):
    """
    Every other name is unknown, whatever lies in the folder.
    """
    answer = world.caller.get(f"/page/{name}")

    assert 404 == answer.status_code
    assert "There is no such path." == answer.json()["error"]


def test_callers_that_cannot_unpack_get_it_as_it_is(world):
    """
    Packed and plain are the same bytes, and say which they are.
    """
    (address,) = [each for each in loaded(world) if "app.js" in each]
    plain = world.caller.get(f"/{address}", headers={"Accept-Encoding": "identity"})
    packed = world.caller.get(f"/{address}", headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in plain.headers
    assert "gzip" == packed.headers["content-encoding"]
    assert {"Accept-Encoding"} == {each.headers["vary"] for each in (plain, packed)}
    assert plain.content == packed.content


def test_heads_of_the_page_have_no_body(world):
    """
    HEAD answers with the headers of GET alone.
    """
    answer = world.caller.request("HEAD", "/")

    assert 200 == answer.status_code
    assert b"" == answer.content


def test_the_first_load_is_light():
    """
    Everything that the first visit fetches fits into 150 kB, packed.
    """
    names = ["index.html", *ASSETS]
    size = sum(len(gzip.compress((PAGE / name).read_bytes(), mtime=0)) for name in names)

    assert size < MOST_LOAD


def test_the_page_is_not_part_of_the_described_api(world):
    """
    The description of the API names operations only.
    """
    assert not {"/", "/page/{name}"} & set(world.caller.get("/openapi.json").json()["paths"])


def test_the_built_files_are_those_of_the_sources():
    """
    `make web` ran after the last change: the fingerprint in built.json is that of web/.
    """
    if not WEB.is_dir():
        pytest.skip("needs the sources of the page, which are in the repository only")
    found = [path for path in (WEB / "src").rglob("*") if path.is_file()]
    digest = sha256()
    for path in sorted([*found, WEB / "package-lock.json", WEB / "build.mjs"]):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(WEB).as_posix()}\n{len(content)}\n".encode() + content)

    assert f'"sources": "{digest.hexdigest()}"' in (PAGE / "built.json").read_text()


def test_the_page_is_package_data():
    """
    What is served is read from the installed package.
    """
    assert all((files("mien.api") / "page" / name).is_file() for name in ASSETS)
