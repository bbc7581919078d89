"""Draw the pictures of docs/portraits.md: every scene, and portraits of the astronaut (NASA, public domain)."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from skimage import data

from mien.bootstrap.engine import build_engine
from mien.engine.portrait.backdrop import backdrop
from mien.engine.portrait.look import Film, Look
from mien.engine.portrait.scenes import SCENES
from mien.engine.portrait.segment import Segmenter
from mien.engine.portrait.studio import Sitter, portrait
from mien.engine.types import Image as Pixels
from mien.models.store import ModelStore
from mien.settings import Settings

GALLERY = Path(__file__).resolve().parent.parent / "docs" / "gallery"
#: A picture on the sheet, pixels, with room for its name; and how many stand in a row.
WIDTH, HEIGHT, NAME, ROW = 160, 200, 22, 7
LOOKS = (
    Look(scene="paper", colours=((60, 90, 130),)),
    Look(scene="library"),
    Look(scene="sunset"),
    Look(scene="city night", film=Film.MONO),
)


def small(picture: Pixels, width: int, height: int) -> Pixels:
    """``picture`` reduced."""
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def cell(name: str) -> Pixels:
    """A scene with its name under it."""
    out = np.full((HEIGHT + NAME, WIDTH, 3), 255, np.uint8)
    if name:
        out[:HEIGHT] = small(backdrop(Look(scene=name), 640, 800, 4).pixels, WIDTH, HEIGHT)
        where = (4, HEIGHT + 16)
        cv2.putText(out, name, where, cv2.FONT_HERSHEY_SIMPLEX, 0.45, (40, 40, 40), 1, cv2.LINE_AA)
    return np.pad(out, ((4, 4), (4, 4), (0, 0)), constant_values=255)


def main() -> None:
    """Write both pictures."""
    names = [*SCENES, *[""] * (-len(SCENES) % ROW)]
    rows = [
        np.hstack([cell(name) for name in names[i : i + ROW]]) for i in range(0, len(names), ROW)
    ]
    Image.fromarray(np.vstack(rows)).save(GALLERY / "scenes.jpg", quality=84)
    finder, _ = build_engine(Settings.load())
    photo = np.ascontiguousarray(data.astronaut())
    segmenter = Segmenter(network=ModelStore().network("parts"))
    sitter = Sitter.of(photo, finder.find(photo)[0], segmenter)
    shown = [
        small(portrait(sitter, look, 640, 800, seed=5 + number), 280, 350)
        for number, look in enumerate(LOOKS)
    ]
    Image.fromarray(np.hstack(shown)).save(GALLERY / "portraits-astronaut.jpg", quality=86)


if __name__ == "__main__":
    main()
