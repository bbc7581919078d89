"""Take the pictures of the page that the documents show: ``make screenshots``.

Starts `mien serve` with a data folder of its own, uses the page in Chromium as a person would, and
writes docs/screenshots/. The faces are public domain (NASA, US Navy), from packages of the
development environment.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import cbook
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from skimage import data

from demo import DemoError, Running, service

OUT = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
DESK = ViewportSize(width=1280, height=860)
PHONE = ViewportSize(width=390, height=844)
#: Milliseconds for everything that is waited for.
PATIENCE_MS = 60_000
#: Of WebP: text stays clean, and photographs small.
QUALITY = 88


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A picture to take: its name, how the page looks, and what is done first."""

    name: str
    act: Callable[[Page, Path], None]
    dark: bool = False
    phone: bool = False


def main() -> int:
    """Take all pictures; 0 when they were written."""
    program = shutil.which("chromium")
    if program is None:
        sys.stderr.write("Chromium is needed; on Debian: apt install chromium\n")
        return 1
    OUT.mkdir(exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mien-screens-")))
        _pictures(folder)
        running = stack.enter_context(service(folder / "data"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=program)
        for scene in SCENES:
            _take(browser, running, scene, folder)
        browser.close()
    return 0


def _pictures(folder: Path) -> None:
    shutil.copyfile(
        str(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)), folder / "portrait.jpg"
    )
    astronaut = data.astronaut()
    Image.fromarray(astronaut).save(folder / "me.jpg", quality=95)
    with Image.open(folder / "portrait.jpg") as picture:
        hopper = np.asarray(picture.convert("RGB").resize((437, 512)))
    Image.fromarray(np.hstack([hopper, astronaut])).save(folder / "group.jpg", quality=95)


def _take(browser: Browser, running: Running, scene: Scene, folder: Path) -> None:
    context = browser.new_context(
        viewport=PHONE if scene.phone else DESK,
        device_scale_factor=2 if scene.phone else 1,
        color_scheme="dark" if scene.dark else "light",
        locale="en-GB",
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{running.url}/#token={running.token}")
    scene.act(page, folder)
    # Nothing is pointed at, and what was asked for is there.
    page.mouse.move(0, 0)
    page.wait_for_load_state("networkidle")
    shot = io.BytesIO(page.screenshot(animations="disabled"))
    path = OUT / f"{scene.name}.webp"
    with Image.open(shot) as picture:
        picture.convert("RGB").save(path, quality=QUALITY, method=6)
    print(path)
    context.close()


def _tab(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name).click()


def _only(name: str) -> Callable[[Page, Path], None]:
    """Shows a tab as it is."""

    def act(page: Page, folder: Path) -> None:
        del folder
        _tab(page, name)

    return act


def _choose(page: Page, title: str, path: Path) -> None:
    page.get_by_role("region", name=title).locator("input[type=file]").set_input_files(path)


def _swap(page: Page, folder: Path) -> None:
    _choose(page, "Source", folder / "me.jpg")
    _choose(page, "Target", folder / "portrait.jpg")
    expect(page.get_by_text("Good source.")).to_be_visible()
    page.get_by_role("button", name="Swap faces").click()
    expect(page.get_by_role("link", name="Download")).to_be_visible()


def _group(page: Page, folder: Path) -> None:
    _choose(page, "Source", folder / "me.jpg")
    _choose(page, "Target", folder / "group.jpg")
    page.get_by_label("Who goes on face 2").select_option("leave it")
    page.get_by_role("button", name="Swap faces").click()
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    page.get_by_text("The same as a call of the API").click()


def _people(page: Page, folder: Path) -> None:
    _tab(page, "People")
    for name, files in {"Eileen": ["me.jpg"], "Grace": ["portrait.jpg"]}.items():
        _choose(page, "Photos", folder / files[0])
        page.get_by_label("Name: ").fill(name)
        page.get_by_role("button", name="Save this person").click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.get_by_role("button", name="Make Eileen the default").click()
    expect(page.get_by_text("default", exact=True)).to_be_visible()
    for name in ("Eileen", "Grace"):
        page.get_by_role("button", name=f"Mix {name}").click()
    expect(page.get_by_text("is the default.")).to_have_count(0)


def _portraits(page: Page, folder: Path) -> None:
    del folder
    _tab(page, "Portraits")
    page.get_by_label("Of whom").select_option("Eileen")
    page.get_by_role("button", name="library").click()
    page.get_by_role("button", name="Make portraits").click()
    page.get_by_role("button", name="Result 2 of 4").click()
    page.evaluate("scrollTo(0, 0)")


def _trouble(page: Page, folder: Path) -> None:
    Image.new("RGB", (640, 480), (110, 130, 150)).save(folder / "sky.png")
    _choose(page, "Source", folder / "me.jpg")
    _choose(page, "Target", folder / "sky.png")
    expect(page.get_by_text("No face was found here")).to_be_visible()
    page.get_by_role("button", name="Swap faces").click()
    expect(page.get_by_role("alert")).to_be_visible()


SCENES = (
    Scene(name="swap", act=_swap),
    Scene(name="swap-dark", act=_swap, dark=True),
    Scene(name="swap-phone", act=_swap, phone=True),
    Scene(name="people", act=_people),
    Scene(name="faces", act=_group),
    Scene(name="trouble", act=_trouble),
    Scene(name="portraits", act=_portraits),
    Scene(name="history", act=_only("History")),
    Scene(name="account", act=_only("Account")),
)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DemoError as error:
        sys.exit(str(error))
