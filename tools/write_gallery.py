"""Write the pictures of docs/options.md and docs/gallery.md anew: ``python tools/write_gallery.py``.

Only pictures in the public domain are shown: scikit-image's astronaut (NASA) and matplotlib's Grace
Hopper (US Navy).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import cbook
from PIL import Image
from skimage import data

from mien.commands.options import parse
from mien.engine.faces import FaceFinder
from mien.engine.parts import PartFinder
from mien.engine.swap import MeshSwapper
from mien.engine.types import Face
from mien.engine.types import Image as Pixels
from mien.models.store import ModelStore

GALLERY = Path(__file__).resolve().parent.parent / "docs" / "gallery"
#: Height of a strip, pixels; what is shown around a face, share of its box; JPEG quality.
HEIGHT, AROUND, QUALITY = 300, 0.18, 85
#: Pixels between two pictures of a strip.
GAP = 4
#: The strips: name, source, target, and the options of each picture; None is the target untouched.
#: What is shown around a face of a whole swap.
SHOULDERS = 0.75
SWAPS = (("swap", "astronaut", "hopper"), ("swap-back", "hopper", "astronaut"))
AGES = (None, "-o 100", "-o 300", "-o 600", "-o 1000")
YOUTHS = (None, "--younger 100", "--younger 300", "--younger 1000")
FINISH = (None, "", "-s", "-f", "-f -s")
STRIPS: tuple[tuple[str, str, str, tuple[str | None, ...]], ...] = (
    ("oldify-astronaut", "astronaut", "astronaut", AGES),
    ("oldify-hopper", "hopper", "hopper", AGES),
    ("younger-hopper", "hopper", "hopper", YOUTHS),
    # A photo of half the size put back in its own place: what is missing is known.
    ("finish-hopper", "small hopper", "hopper", FINISH),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """A picture and the face in it."""

    image: Pixels
    face: Face


def sitters(finder: FaceFinder) -> dict[str, Sitter]:
    """The two people that may be shown, and one of them in a photo of half the size."""
    path = str(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))
    with Image.open(path) as picture:
        hopper = picture.convert("RGB")
    images = {
        "astronaut": data.astronaut(),
        "hopper": np.asarray(hopper),
        "small hopper": np.asarray(hopper.reduce(2)),
    }
    return {
        name: Sitter(image=image, face=finder.closely(image)[0])
        for name, image in ((n, np.ascontiguousarray(i)) for n, i in images.items())
    }


def portrait(image: Pixels, face: Face, *, around: float = AROUND) -> Pixels:
    """The face of ``image`` with so much of its size around it, `HEIGHT` pixels high."""
    x0, y0, x1, y1 = (float(side) for side in face.box)
    edge = around * face.size
    height, width = image.shape[:2]
    box = (
        max(0.0, x0 - edge),
        max(0.0, y0 - edge),
        min(float(width), x1 + edge),
        min(float(height), y1 + edge),
    )
    wide = round(HEIGHT * (box[2] - box[0]) / (box[3] - box[1]))
    cut = Image.fromarray(image).resize((wide, HEIGHT), Image.Resampling.BICUBIC, box)
    return np.asarray(cut)


def strip(
    swapper: MeshSwapper, source: Sitter, target: Sitter, wishes: Sequence[str | None]
) -> Pixels:
    """The target's face for each wish, side by side."""
    prepared = swapper.prepare(source.image, source.face)
    gap = np.full((HEIGHT, GAP, 3), 255, np.uint8)
    shown: list[Pixels] = []
    for wish in wishes:
        image = target.image
        if wish is not None:
            image = swapper.swap(image, target.face, prepared, parse(wish).swap)
        shown += [portrait(image, target.face), gap]
    return np.concatenate(shown[:-1], axis=1)


def swapped(swapper: MeshSwapper, source: Sitter, target: Sitter) -> Pixels:
    """Source, target and result side by side, each a portrait with shoulders."""
    prepared = swapper.prepare(source.image, source.face)
    result = swapper.swap(target.image, target.face, prepared, parse("").swap)
    gap = np.full((HEIGHT, GAP, 3), 255, np.uint8)
    pictures = [
        portrait(image, face, around=SHOULDERS)
        for image, face in (
            (source.image, source.face),
            (target.image, target.face),
            (result, target.face),
        )
    ]
    return np.concatenate([pictures[0], gap, pictures[1], gap, pictures[2]], axis=1)


def main() -> None:
    """Write every strip."""
    store = ModelStore(threads=1)
    parts = PartFinder(network=store.network("parts"))
    finder = FaceFinder(
        full_range=store.network("face_full_range"),
        short_range=store.network("face_short_range"),
        mesh=store.network("face_mesh"),
        topology=store.topology(),
        parts=parts,
    )
    swapper = MeshSwapper(topology=store.topology())
    people = sitters(finder)
    GALLERY.mkdir(parents=True, exist_ok=True)
    for name, source, target, wishes in STRIPS:
        path = GALLERY / f"{name}.jpg"
        picture = strip(swapper, people[source], people[target], wishes)
        Image.fromarray(picture).save(path, quality=QUALITY, optimize=True)
        print(f"{path.name}: {path.stat().st_size // 1000} kB")
    for name, source, target in SWAPS:
        path = GALLERY / f"{name}.jpg"
        picture = swapped(swapper, people[source], people[target])
        Image.fromarray(picture).save(path, quality=QUALITY, optimize=True)
        print(f"{path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
