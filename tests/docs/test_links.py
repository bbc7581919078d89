"""Links inside the documents lead to a heading that is there; the site's menu has every page."""

import re
from pathlib import Path

import pytest

from docs.blocks import FENCE, ROOT, documents

LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
#: Pages that tools/site_pages.py makes of files outside docs/.
BROUGHT = {"contributing.md", "changelog.md", "examples.md"}
HEADING = re.compile(r"^#{1,6} +(?P<text>.+?) *$", re.MULTILINE)


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub and the site make it."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def anchors(document: Path) -> set[str]:
    """Every anchor of ``document``."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    return {slug(found["text"]) for found in HEADING.finditer(text)}


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_headings(document):
    """
    A link's file is there, and so is the heading behind its #.
    """
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    lost = []
    for found in LINK.finditer(text):
        name, _, anchor = found["target"].partition("#")
        if "://" in name:
            continue
        path = (document.parent / name).resolve() if name else document
        if not path.exists() or (anchor and anchor not in anchors(path)):
            lost.append(found["target"])

    assert [] == lost


def test_the_menu_of_the_site_has_every_page():
    """
    A page that is written can be found.
    """
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    menu = re.findall(r"^ +- (?:[^:]+: )?(\S+\.md)$", text, re.MULTILINE)
    pages = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}

    assert sorted(pages) == sorted(set(menu) - BROUGHT)
    assert len(menu) == len(set(menu))
