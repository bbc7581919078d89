"""The figures of the benchmarks, and what the site loads."""

import re
import runpy
from pathlib import Path

import pytest

from docs.blocks import ROOT

PAGE = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
PLOTS = runpy.run_path(str(ROOT / "tools" / "write_plots.py"))


def test_the_figures_are_drawn_from_the_tables_of_the_page(tmp_path):
    """
    Every class and clip of the tables is a row of a figure; each figure that can be drawn is shown.
    """
    PLOTS["draw"](PAGE, tmp_path)
    drawn = {path.name: path.read_text() for path in tmp_path.iterdir()}
    now, *_ = PLOTS["tables"](PAGE)
    clips = PLOTS["flicker"](PAGE)

    assert len(now) >= 10
    assert [] == [row.name for row in now if f">{row.name}<" not in drawn["likeness.svg"]]
    assert [] == [c for c in clips if f">{c.replace('_', ' ')}<" not in drawn["flicker-ratio.svg"]]
    assert [] == [name for name in drawn if f"](gallery/{name})" not in PAGE]
    assert [] == [name for name in drawn if not (ROOT / "docs" / "gallery" / name).is_file()]


def test_what_the_tables_say_is_what_is_drawn():
    """
    The first table is the newest; a row is read as it stands.
    """
    line = "frontal          116   0.874   0.483   0.740    86%     97%   5.17"
    (rows,) = PLOTS["tables"](f"```text\nclass pairs\n{line}\n```")

    assert ("frontal", 0.483, 0.74, 86.0) == (
        rows[0].name,
        rows[0].source,
        rows[0].target,
        rows[0].passes,
    )


SITE = ROOT / "site"
#: What a browser loads by itself.
LOADED = re.compile(
    r"""<(?:script|img|iframe|source|link)\b[^>]*?\b(?:src|href)="?(https?:[^"\s>]+)"""
)


@pytest.mark.skipif(not SITE.is_dir(), reason="needs the built site: make site")
def test_the_site_loads_nothing_from_elsewhere():
    """
    No page asks another server for scripts, fonts, styles or pictures.
    """
    pages = list(Path(SITE).rglob("*.html"))
    loaded = {
        (page.name, url)
        for page in pages
        for url in LOADED.findall(page.read_text(encoding="utf-8"))
        if "canonical" not in url
    }

    assert pages
    assert set() == loaded
