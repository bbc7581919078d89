"""Where a nearer part of a face stands before a farther one: the nose of a turned head before its cheek.

There the mesh jumps from one part of a source to another within a cell of the grid, and the pixels between
would show all that lies between the two: a thin dark line with steps. It is blurred over about a cell.
"""

import cv2
import numpy as np

from mien.engine.blend import feathered
from mien.engine.mesh.raster import Region
from mien.engine.sampling import blurred, interpolated
from mien.engine.types import Floats, Image, Mask

#: From one cell of the grid to the next the chart goes on by one or two cells, at the far side of a turned
#: head by five; where it goes on by more than this there is a fold.
JUMP = 7.0
#: Sigma of the blur, a share of a cell's side, and its least, pixels.
SOFT, SOFTEST = 0.8, 0.5
#: Sigma (cells) of the seam between what is blurred and what is not; what is this much fold is all blurred.
SEAM, ALL = 0.7, 0.6


def folds(at: Floats, surface: Mask) -> Mask:
    """``(rows, columns)`` 1 on both sides of a fold, softly.

    Args:
        at: ``(rows, columns, 2)`` where on the chart each cell lies.
        surface: ``(rows, columns)`` 1 where a cell shows the face.
    """
    out = np.zeros(surface.shape, np.float32)
    for one, other in (
        (np.s_[:, :-1], np.s_[:, 1:]),
        (np.s_[:-1], np.s_[1:]),
    ):
        jumps = np.abs(at[other] - at[one]).max(axis=2) > JUMP
        jumps &= (surface[one] > 0) & (surface[other] > 0)
        out[one] = np.maximum(out[one], jumps)
        out[other] = np.maximum(out[other], jumps)
    return np.minimum(blurred(out, SEAM) / np.float32(ALL), 1) if out.any() else out


def unfolded(texture: Image, folded: Mask, region: Region) -> Image:
    """``texture`` ``(H, W, 3)`` over ``region`` without the line along what is ``folded`` ``(rows, columns)``."""
    part = region.where(folded > 0)
    if part is None:
        return texture
    out, pixels = texture.copy(), region.pixels_of(part)
    sharp = texture[pixels]
    soft = cv2.GaussianBlur(sharp, (0, 0), max(SOFTEST, SOFT * region.step))
    weight = interpolated(folded[region.cells_of(part)], part.size)
    out[pixels] = feathered(sharp, np.asarray(soft, np.uint8), weight)
    return out
