"""``mien gallery``: a folder as one page."""

import json
import os
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image


class Reader(HTMLParser):
    """What a browser would ask for, follow and show."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.alts: list[str] = []
        self.tags: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note tags and addresses."""
        named = dict(attrs)
        self.tags.append(tag)
        self.links += [named["href"]] if "href" in named else []
        self.sources += [named["src"]] if "src" in named else []
        self.alts += [named["alt"]] if "alt" in named else []

    def handle_data(self, data):
        """Note what is shown."""
        self.words += data


def picture(path, colour="red", size=(40, 30)):
    """A picture of one colour."""
    path.parent.mkdir(exist_ok=True, parents=True)
    Image.new("RGB", size, colour).save(path)


def test_a_page_shows_every_picture_below_the_folder(mien, here):
    """
    Small pictures are in the page itself, links lead to the files, nothing else is asked for.
    """
    picture(here / "out" / "b.png")
    picture(here / "out" / "deep" / "a.jpg", size=(2000, 1000))
    (here / "out" / "notes.txt").write_text("no picture")
    run = mien("gallery", "out", "--json")
    told = json.loads(run.stdout)
    page = Reader((here / "out" / "gallery.html").read_text())

    assert (0, "") == (run.returncode, run.stderr)
    assert ["b.png", "deep/a.jpg"] == [one["name"] for one in told["pictures"]] == page.links
    assert [(40, 30), (2000, 1000)] == [(one["width"], one["height"]) for one in told["pictures"]]
    assert 2 == len(page.sources)
    assert all(source.startswith("data:image/jpeg;base64,") for source in page.sources)
    assert {"script", "link", "iframe"} & set(page.tags) == set()
    assert "2 files" in page.words


def test_names_cannot_break_the_page(mien, here):
    """
    Markup in names is shown, not obeyed; links find files with any name.
    """
    names = ['<b>"&.png', "ä #1 %41?.jpg", "javascript:alert(1).png", "two\nlines.png"]
    for name in names:
        picture(here / "out" / name)
    picture(here / "out" / os.fsdecode(b"\xff\xfe.png"))
    run = mien("gallery", "out", "--title", "<script>alert(1)</script>")
    page = Reader((here / "out" / "gallery.html").read_text())

    assert 0 == run.returncode, run.stderr
    assert {"b", "script"} & set(page.tags) == set()
    assert "<script>alert(1)</script>" in page.words
    assert '<b>"&.png' in page.alts
    for link in page.links:
        assert ("", "", "", "") == (*urlsplit(link)[:2], *urlsplit(link)[3:])
        assert (here / "out" / os.fsdecode(unquote(link, "utf-8", "surrogateescape"))).is_file()
    assert 5 == len(page.links)


def test_what_was_altered_is_marked(mien, here, woman, officer):
    """
    A result of mien says so on the page, its target does not; the page may lie elsewhere.
    """
    mien("swap", woman, officer, "-o", "result.png")
    run = mien("gallery", ".", "-o", "../sheet.html", "--json")
    told = {one["name"]: one["altered"] for one in json.loads(run.stdout)["pictures"]}
    page = Reader((here.parent / "sheet.html").read_text())

    assert {"officer.png": False, "result.png": True, "woman.jpg": False} == told
    assert 1 == page.words.count("altered")
    assert "cwd/result.png" in page.links


def test_a_broken_file_is_named_and_the_others_are_shown(mien, here):
    """
    The exit code is 1, the sentence names the file.
    """
    picture(here / "out" / "good.png")
    (here / "out" / "bad.jpg").write_text("text")
    (here / "out" / "empty.png").touch()
    os.mkfifo(here / "out" / "pipe.png")
    run = mien("gallery", "out", "--json")
    told = json.loads(run.stdout)

    assert 1 == run.returncode
    assert ["good.png"] == [one["name"] for one in told["pictures"]]
    assert told["faults"] == run.stderr.splitlines()
    assert ["out/bad.jpg", "out/empty.png"] == [one.split(":")[0] for one in told["faults"]]


def test_a_page_is_never_written_over_a_picture(mien, here, sentence):
    """
    A result that is not called a page is wrong usage.
    """
    picture(here / "me.png")
    before = (here / "me.png").read_bytes()
    run = mien("gallery", ".", "-o", "me.png")

    assert 2 == run.returncode
    assert "call it .html" in sentence(run)
    assert before == (here / "me.png").read_bytes()


@pytest.mark.parametrize(("folder", "said"), [("empty", "no picture"), ("missing", "missing")])
def test_a_folder_without_pictures_is_one_sentence(mien, here, sentence, folder, said):
    """
    No page is written.
    """
    (here / "empty").mkdir()
    run = mien("gallery", folder)

    assert 4 == run.returncode
    assert said in sentence(run)
    assert [] == list(here.rglob("*.html"))
