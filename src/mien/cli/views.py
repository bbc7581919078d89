"""What a file shows: its picture, or the first frame of what moves, ready to be looked at."""

import mmap
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mien.cli.files import read_input
from mien.cli.film import video_at
from mien.engine.frames.picture import whole
from mien.engine.types import Image
from mien.errors import Unreadable
from mien.media.formats import Format, Kind
from mien.media.limits import Limits
from mien.media.moving.animation import open_animation
from mien.media.pictures import Alpha, Still
from mien.media.probe import Seen, probe
from mien.media.provenance import SOURCE_TYPE
from mien.media.still import decode, match_colour

WHITE = 255


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """A file as it is shown."""

    path: Path
    #: ``(H, W, 3)`` uint8 sRGB, on white where the file is transparent; of what moves, its first frame.
    pixels: Image
    format: Format
    kind: Kind
    #: Bytes of the file.
    size: int
    #: Whether it says of itself that it was altered.
    marked: bool


def view_of(path: Path, limits: Limits) -> View:
    """What the file at ``path`` shows.

    Raises:
        InputError: it cannot be read, is over a limit, or is broken.
    """
    # A pipe would be waited for.
    if not path.is_file():
        raise Unreadable(f"There is no file {path}.")
    name = path.name  # several are looked at: sentences call each by its name
    film = video_at(path)
    if film is not None:
        limits.require(film, field=name)
        return _view(path, film, _first_of_film(path, film.format))
    data = read_input(path, field=name, max_bytes=limits.max_bytes)
    seen = probe(data, field=name)
    limits.require(seen, field=name)
    moves = seen.kind is Kind.ANIMATION
    return _view(path, seen, _first_of(data, name) if moves else _shown(decode(data, field=name)))


def _view(path: Path, seen: Seen, pixels: Image) -> View:
    return View(
        path=path,
        pixels=pixels,
        format=seen.format,
        kind=seen.kind,
        size=path.stat().st_size,
        marked=_is_marked(path),
    )


def _is_marked(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(SOURCE_TYPE.encode()) >= 0


def _shown(still: Still) -> Image:
    there = Still(pixels=np.zeros((1, 1, 3), np.uint8), format=Format.PNG)
    return _on_white(match_colour(still, there), still.alpha)


def _first_of(data: bytes, name: str) -> Image:
    clip = open_animation(data, field=name)
    canvas = next(clip.canvases())
    pixels = np.ascontiguousarray(canvas[..., :3])
    return _shown(
        Still(pixels=pixels, alpha=canvas[..., 3].copy(), format=clip.format, icc=clip.icc)
    )


def _first_of_film(path: Path, form: Format) -> Image:
    # FFmpeg's libraries load in 100 ms; few files are films.
    from mien.media.video.reader import Reader
    from mien.media.video.scan import scan

    reader = Reader(scan(path, form))
    try:
        return whole(next(reader.frames(0, 1)))
    finally:
        reader.close()


def _on_white(pixels: Image, alpha: Alpha | None) -> Image:
    if alpha is None or (alpha == WHITE).all():
        return pixels
    share = alpha[..., None] / np.float32(WHITE)
    return np.rint(pixels * share + WHITE * (1 - share)).astype(np.uint8)
