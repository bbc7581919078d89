"""A browser and a service for each module, and pages that are watched."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from acceptance.live import Server, new_token
from browser.screens import DESK, Watch, browser, opened

#: Of users; no two have the same.
NUMBERS = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Files to choose."""

    source: Path
    target: Path
    #: Three people side by side.
    group: Path
    gif: Path
    video: Path
    #: Long enough to be watched while it is worked on.
    film: Path
    faceless: Path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module.

    Not for the session: while Playwright is open an event loop runs in this thread, and tests of
    other modules run their own.
    """
    with browser() as started:
        yield started


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running service."""
    with Server(tmp_path_factory.mktemp("served") / "data") as running:
        yield running


@pytest.fixture
def newcomer(server: Server) -> str:
    """The token of a user who has done nothing yet."""
    name = f"user{next(NUMBERS)}"
    return new_token(server.folder, name, name)


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory, astronaut: Any, hopper: Any) -> Files:
    """The shipped pictures as files, and what is made of them."""
    folder = tmp_path_factory.mktemp("pictures")
    small = np.asarray(Image.fromarray(hopper).resize((437, 512)))
    Image.fromarray(astronaut).save(folder / "source.jpg", quality=95)
    Image.fromarray(hopper).save(folder / "target.jpg", quality=95)
    group = np.hstack([astronaut, small, astronaut[:, ::-1]])
    Image.fromarray(group).save(folder / "group.jpg", quality=95)
    frames = [np.roll(small[100:356, 90:346], 2 * step, axis=1) for step in range(4)]
    first, *others = map(Image.fromarray, frames)
    first.save(folder / "moving.gif", save_all=True, append_images=others, duration=120, loop=0)
    (folder / "moving.webm").write_bytes(_webm(frames * 3))
    (folder / "film.webm").write_bytes(_webm(frames * 40))
    Image.new("RGB", (320, 240), (128, 128, 128)).save(folder / "faceless.png")
    return Files(
        source=folder / "source.jpg",
        target=folder / "target.jpg",
        group=folder / "group.jpg",
        gif=folder / "moving.gif",
        video=folder / "moving.webm",
        film=folder / "film.webm",
        faceless=folder / "faceless.png",
    )


def _webm(frames: list[Any]) -> bytes:
    """A video, twelve frames a second, in a format that every Chromium plays."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=12)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for pixels in frames:
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return buffer.getvalue()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages of a service; at the end they must not have complained, or asked anybody else."""
    seen: list[tuple[Watch, tuple[str, ...]]] = []
    with ExitStack() as stack:

        def visited(
            server: Server,
            tab: str = "swap",
            *,
            token: str | None = None,
            tolerated: tuple[str, ...] = (),
            **looks: Any,
        ) -> Page:
            """A page of ``server`` at ``tab``, with its token unless another one is given."""
            context = chromium.new_context(**({"viewport": DESK} | looks))
            stack.callback(context.close)
            watch = Watch(server.url)
            seen.append((watch, tolerated))
            key = server.token if token is None else token
            page = opened(context, watch, f"{server.url}/{f'#token={key}' if key else ''}")
            if tab != "swap":
                page.get_by_role("navigation").get_by_role("link", name=tab.title()).click()
            return page

        yield visited
    for watch, tolerated in seen:
        assert [] == watch.left(tolerated)
        assert [] == watch.strangers
