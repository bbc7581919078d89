"""Colours for one frame of a GIF: the target's own where it was not touched, new ones for the face.

Measured on four animations with swapped faces (error of the face after a slight blur, change of that
error from frame to frame, size against the target's): a palette for each frame by maximum coverage
with Floyd-Steinberg has 50 to 52 dB, .7 to 1.0 levels and 1.2 to 1.3 times the size; one palette for
all frames costs 1 dB and the exact colours of the rest; an octree loses 1 to 2 dB and 5 % in size,
median cut 4 to 9 dB; ordered dithers show bands (42 dB). Fewer colours hardly make a file smaller.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.media.moving.parts import Where

#: ``(N, 3)`` uint8.
Colours = NDArray[np.uint8]
#: ``(H, W, 3)`` uint8.
Pixels = NDArray[np.uint8]
Indices = NDArray[np.uint8]

#: Colours that a changed face gets at least; below it shows bands.
FEWEST_NEW = 96


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Indexed:
    """Pixels as indices into a table."""

    #: ``(H, W)``.
    indices: Indices
    table: Colours


def indexed(pixels: Pixels, fixed: Where, free: Where, slots: int) -> Indexed:
    """``pixels`` in at most ``slots`` colours.

    Args:
        pixels: ``(H, W, 3)``.
        fixed: ``(H, W)`` pixels that the swap did not touch; they come out exactly, unless their
            colours are too many: then the rarest become their nearest.
        free: ``(H, W)`` pixels of the new face; they are dithered.
        slots: up to 256.
    """
    own, counts = colours_of(pixels[fixed])
    fresh = pixels[free]
    room = max(slots - len(own), min(FEWEST_NEW, slots)) if len(fresh) else 0
    kept = own[np.sort(np.argsort(-counts, kind="stable")[: slots - room])]
    table = np.concatenate([kept, best_colours(fresh, slots - len(kept))]) if room else kept
    if not len(table):
        table = np.zeros((1, 3), np.uint8)
    indices = (
        dithered(pixels, table) if room or len(kept) < len(own) else np.zeros(fixed.shape, np.uint8)
    )
    exact = looked_up(pixels[fixed], kept, indices[fixed])
    indices[fixed] = exact
    return Indexed(indices=indices, table=table)


def colours_of(pixels: Pixels) -> tuple[Colours, NDArray[np.int64]]:
    """The different colours of ``(N, 3)`` pixels in order, and how often each occurs."""
    keys, counts = np.unique(keyed(pixels), return_counts=True)
    return np.stack([keys >> 16, keys >> 8 & 255, keys & 255], axis=1).astype(np.uint8), counts


def keyed(pixels: Pixels) -> NDArray[np.uint32]:
    """One number for each colour, in the order of `colours_of`."""
    wide = pixels.astype(np.uint32)
    keys = wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]
    return np.asarray(keys, np.uint32)


def looked_up(pixels: Pixels, table: Colours, otherwise: Indices) -> Indices:
    """The index in the sorted ``table`` of each of ``(N, 3)`` pixels; ``otherwise`` where none is."""
    if not len(table):
        return otherwise
    wanted, keys = keyed(pixels), keyed(table)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.asarray(np.where(keys[at] == wanted, at, otherwise), np.uint8)


def best_colours(pixels: Pixels, count: int) -> Colours:
    """At most ``count`` colours for ``(N, 3)`` pixels, by maximum coverage."""
    strip = Image.fromarray(np.ascontiguousarray(pixels)[None])
    found = strip.quantize(count, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    used = int(np.asarray(found).max()) + 1
    return np.asarray(found.getpalette("RGB"), np.uint8).reshape(-1, 3)[:used]


def dithered(pixels: Pixels, table: Colours) -> Indices:
    """Nearest colours, errors carried on (Floyd and Steinberg)."""
    colours = Image.new("P", (1, 1))
    padded = np.concatenate([table, np.repeat(table[-1:], 256 - len(table), axis=0)])
    colours.putpalette(padded.ravel().tolist())
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    out = picture.quantize(palette=colours, dither=Image.Dither.FLOYDSTEINBERG)
    return np.asarray(np.minimum(np.asarray(out), len(table) - 1), np.uint8)
