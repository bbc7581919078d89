"""Portraits: how fast they are, and how near their edges are to mattes made by hand.

    python bench/portraits.py

The mattes (bench/masks/portraits.json) are strokes on ten portraits of the test set, in tenths of the
picture's sides: what is surely person, what surely is not, and what is not judged. They lie close to
hard outlines (shoulders, ears, cloth) and leave room for hair. Between the strokes a pixel's share follows
from the colours of both, as a compositor keys it; no network has a part in that. The plain mask is the
network's answer to the whole picture, enlarged.
"""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.bootstrap.engine import build_engine, build_side
from mien.engine.portrait.backdrop import backdrop
from mien.engine.portrait.cutout import cut_out
from mien.engine.portrait.look import Look
from mien.engine.portrait.scenes import SCENES
from mien.engine.portrait.segment import SIDE, Segmenter, looked_at
from mien.engine.portrait.studio import Sitter, portrait
from mien.engine.portrait.verdict import SUREST, likely_of
from mien.media.identity import srgb
from mien.media.still import decode
from mien.models.store import ModelStore
from mien.settings import Settings

#: The test set beside the checkout.
FACES = Path(__file__).resolve().parents[2] / "shared" / "faces"
MATTES = Path(__file__).parent / "masks" / "portraits.json"
Floats = NDArray[np.float32]
#: Reaches of the strokes' colours, of the picture's height: the nearest stroke says most.
FAR, NEAR, NEXT = 0.16, 0.04, 0.012
#: Shares of the way between both colours below and above which a pixel is not mixed.
CLEAR, FULL = 0.08, 0.92
#: A pixel that far off the way between both colours begins to be, and is, a third colour: a person's,
#: for backgrounds are even where they are not ignored.
ASTRAY, ELSEWHERE = 0.06, 0.18


def drawn(polygons: list[list[list[float]]], shape: tuple[int, int]) -> Floats:
    """1 inside the polygons."""
    mask = np.zeros(shape, np.float32)
    size = np.array(shape[::-1], np.float32) / 10
    for polygon in polygons:
        cv2.fillPoly(mask, [np.rint(np.array(polygon, np.float32) * size).astype(np.int32)], 1.0)
    return mask


def spread(picture: Floats, known: Floats) -> Floats:
    """Colours of ``known`` pixels, spread over the others."""
    out = np.zeros_like(picture)
    for reach in (FAR, NEAR, NEXT):
        sigma = reach * picture.shape[0]
        weight = cv2.GaussianBlur(known, (0, 0), sigma)[..., None]
        colour = cv2.GaussianBlur(picture * known[..., None], (0, 0), sigma)
        sure = np.clip(weight * 50, 0, 1) if reach < FAR else 1.0
        mixed = out + (colour / np.maximum(weight, 1e-6) - out) * sure
        out = np.asarray(mixed, np.float32)
    return out


def matte(picture: NDArray[np.uint8], strokes: dict[str, Any]) -> tuple[Floats, NDArray[np.bool_]]:
    """The share of person in each pixel, and where it is judged."""
    shape = picture.shape[0], picture.shape[1]
    inside, outside, ignored = (drawn(strokes[k], shape) for k in ("inside", "outside", "ignore"))
    colours = np.asarray(picture / 255, np.float32)
    behind = spread(colours, outside)
    way, off = spread(colours, inside) - behind, colours - behind
    along = (off * way).sum(axis=2) / np.maximum((way * way).sum(axis=2), 1e-3)
    # Highlights, freckles and patterns lie on no way from the background to the colours around them.
    astray = np.sqrt(((off - np.clip(along, 0, 1)[..., None] * way) ** 2).sum(axis=2))
    along = np.maximum(along, (astray - ASTRAY) / (ELSEWHERE - ASTRAY))
    share = np.clip((along - CLEAR) / (FULL - CLEAR), 0, 1)
    share = np.where(inside > 0, 1, np.where(outside > 0, 0, share)).astype(np.float32)
    return share, ignored == 0


def took_ms(work: Callable[[int], object], rounds: int = 9) -> float:
    """Median milliseconds of ``work``, which is told the number of the round."""
    times = []
    for number in range(rounds):
        start = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def drawn_ms(scene: str) -> float:
    """Median milliseconds of drawing a scene that is not kept."""
    look = Look(scene=scene)
    return took_ms(lambda number: backdrop(look, 1024, 1280, 100 + number), 3)


def main() -> None:
    """Print both tables."""
    finder, _ = build_engine(Settings.load())
    network = ModelStore(threads=1).network("parts")
    segmenter = Segmenter(network=network, side=build_side())
    rows = []
    sitter = None
    for name, strokes in json.loads(MATTES.read_text()).items():
        picture = srgb(decode((FACES / name).read_bytes(), field="photo"))
        faces = finder.find(picture)[:1]
        share, judged = matte(picture, strokes)
        person = likely_of(looked_at(picture, network, SIDE)[..., 0])
        # What the network is as sure of as it ever is counts as none and all.
        sharp = np.clip((person - (1 - SUREST)) / (2 * SUREST - 1), 0, 1)
        plain = cv2.resize(sharp, (share.shape[1], share.shape[0]))
        people = segmenter.people(picture, faces)
        ours = cut_out(picture, people, faces[0].size, faces).alpha
        errors = [100 * np.abs(each - share)[judged].sum() / share.size for each in (plain, ours)]
        rows.append(errors)
        print(f"| {name} | {errors[0]:.2f} | {errors[1]:.2f} |")
        sitter = sitter or Sitter.of(picture, faces[0], segmenter)
    plain_mean, our_mean = np.mean(rows, axis=0)
    print(f"| mean | {plain_mean:.2f} | {our_mean:.2f} | ratio {our_mean / plain_mean:.2f}\n")
    if sitter is None:
        return
    who, look = sitter, Look(scene="paper")
    portrait(who, look, 1024, 1280, seed=0)
    print(
        f"portrait, scene cached: {took_ms(lambda _: portrait(who, look, 1024, 1280, seed=0)):.0f} ms"
    )
    cold = {name: drawn_ms(name) for name in SCENES}
    slow = max(cold, key=lambda name: cold[name])
    print(
        f"backdrop, cold: median {statistics.median(cold.values()):.0f} ms, slowest {cold[slow]:.0f} ({slow})"
    )
    cut = took_ms(lambda _: Sitter.of(picture, faces[0], segmenter), 5)
    print(f"cut-out of a photo of 1024 x 1024: {cut:.0f} ms")
    four = took_ms(
        lambda n: [portrait(who, look, 1024, 1280, seed=n * 4 + i, number=i) for i in range(4)], 3
    )
    print(f"four variations, cold: {four:.0f} ms")


if __name__ == "__main__":
    main()
