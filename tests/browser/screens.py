"""The page in Debian's Chromium, watched: what the console says, what is asked of whom, what moves."""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

#: Names of the program, the first that is there is taken.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable")
#: Milliseconds for everything that is waited for, on a slow machine.
PATIENCE_MS = 180_000
#: Width and height of windows, in CSS pixels.
DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
#: Adds up how far things moved that nobody had just touched, as Cumulative Layout Shift does.
MOVES = """
window.moved = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) window.moved.push([entry.value, entry.sources.map(
      ({ node, previousRect: from, currentRect: to }) => [
        node && (node.className || node.textContent || node.nodeName),
        [from, to].map(({ x, y, width, height }) => [x, y, width, height].map(Math.round)),
      ])]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""

#: A picture of Chromium's own in the place of a camera.
CAMERA = ["--use-fake-device-for-media-stream"]

expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window; the test is skipped where it is not installed."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("needs Chromium: on Debian, apt install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=CAMERA)
        yield started
        started.close()


@dataclass
class Watch:
    """What a page did that nobody sees."""

    #: Address of the service; everything else is elsewhere.
    home: str
    #: Warnings and errors of the console, and errors of the script.
    complaints: list[str] = field(default_factory=list)
    #: Addresses outside of the service that were asked.
    strangers: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        """Watch ``page`` from now on."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)

    def left(self, tolerated: Sequence[str]) -> list[str]:
        """Complaints, but for those that contain a tolerated text."""
        return [each for each in self.complaints if not any(text in each for text in tolerated)]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"warning", "error"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in {"blob", "data"} and not request.url.startswith(
            self.home
        ):
            self.strangers.append(request.url)


def opened(context: BrowserContext, watch: Watch, address: str) -> Page:
    """A page at ``address``, watched from its beginning."""
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.add_init_script(MOVES)
    watch.on(page)
    page.goto(address)
    return page


def moved(page: Page) -> list[Any]:
    """What moved by itself since the page was loaded: by how much, and what."""
    found: list[Any] = page.evaluate("window.moved")
    return [entry for entry in found if any(jumped(*rects) for _, rects in entry[1])]


#: CSS pixels: rectangles are rounded.
ROUNDED = 2


def jumped(before: Sequence[int], after: Sequence[int]) -> bool:
    """Whether a thing lies elsewhere; a shorter word in the middle of its line does not."""
    middles = [(x + width / 2, y + height / 2) for x, y, width, height in (before, after)]
    return any(abs(a - b) > ROUNDED for a, b in zip(*middles, strict=True))


def choose(page: Page, source: Path, target: Path) -> None:
    """Choose both files on the swap tab, as the file dialogs do."""
    place(page, "Source").set_input_files(source)
    place(page, "Target").set_input_files(target)


def place(page: Page, name: str) -> Locator:
    """The input of the place for a file whose title begins with ``name``."""
    return region(page, name).locator("input[type=file]")


def region(page: Page, title: str) -> Locator:
    """The part of the page whose title begins with ``title``."""
    return page.get_by_role("region", name=re.compile(f"^{title}"))


def swap(page: Page) -> None:
    """Press the button, and wait for the result."""
    page.get_by_role("button", name="Swap faces").click()
    expect(page.get_by_role("link", name="Download")).to_be_visible()
