"""A face as sharp and as grainy as its picture: a crisp face in a soft picture is seen at once.

Sharpness is measured where every face has edges, around eyes and mouth; grain where no face has any,
on the cheeks. Both are compared between the picture and the face that is put into it, in the same place
and at the same scale, and the face follows: blurred, sharpened, grained or smoothed. What differs little
is left alone, and nothing switches: how much is done grows with the difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.blend import feathered
from mien.engine.ground import Ground, brightened, grain, luminance
from mien.engine.mesh.regions import (
    LEFT_BROW,
    LEFT_EYE,
    LIPS_OUTER,
    RIGHT_BROW,
    RIGHT_EYE,
    Indices,
)
from mien.engine.mesh.shape import smoothstep
from mien.engine.ranks import MEDIAN_TO_RMS, middle
from mien.engine.sampling import averaged_values, blurred
from mien.engine.types import Floats, Image, Mask

#: Rows and columns.
Box = tuple[slice, slice]

#: Where faces have edges.
EDGES = (
    np.concatenate([LEFT_EYE, LEFT_BROW]),
    np.concatenate([RIGHT_EYE, RIGHT_BROW]),
    LIPS_OUTER,
)
#: Vertices in the middle of the cheeks, and how far around them a face is bare; a share of the face.
CHEEKS, BARE = (50, 280), 0.06
#: Around what is measured, a share of the face.
ROOM = 0.03
#: Edges are measured at this size of a face (pixels) at most: beyond it there is mostly grain.
MEASURED = 220.0
#: Widths (pixels) of the averages between which finer and coarser detail of an edge lie.
FINER, COARSER = (3, 5), (9, 17)
#: Large blurs are told by the same at this share of the size.
SMALLER = 0.4
#: Patches with fewer pixels along a side tell nothing: of grain, and of edges, where the widest average has
#: to fit in. Faces below some 75 pixels have no such edges; on the smallest the measure was noise, and
#: one in four came out as a smear.
SMALLEST, SMALLEST_EDGE = 8, COARSER[1]
#: A patch is not measured where hands cover more than this share of it.
MOST_COVERED = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """What makes a face as sharp and as grainy as its picture."""

    #: Sigma (pixels) of a blur; below 0, by how much edges are steepened.
    focus: float = 0.0
    #: Levels (RMS) of grain that is added; below 0, the share of its own that is taken away.
    grain: float = 0.0


def crisped(
    texture: Image,
    scene: Image,
    ground: Ground,
    known: Touch | None = None,
    *,
    hands: Mask | None = None,
    shown: Mask | None = None,
) -> tuple[Image, Touch]:
    """``texture`` as sharp and as grainy as ``scene``, and what was done to it.

    Args:
        texture: ``(H, W, 3)`` the face over the ground's pixels, in the light of the picture.
        scene: ``(H, W, 3)`` what the picture shows there.
        known: what is to be done, where it was measured a moment ago.
        hands: ``(rows, columns)`` of the ground's cells, 1 where hands are before the face: they are nearer
            to the camera, and may be sharp where the face is not.
        shown: ``(H, W)`` 1 where ``texture`` is shown, 0 where ``scene`` is; everywhere when None.

    Returns:
        ``texture`` itself when both are alike.
    """
    if known is not None:
        texture = focused(beside(scene, texture, shown, known.focus), known.focus)
        return grained(texture, known.grain), known
    edges = bare(ground, [around(ground, ring, ROOM) for ring in EDGES], hands)
    there, here = (patches(picture, edges, ground.size) for picture in (scene, texture))
    if not there or not here:
        return texture, Touch()
    focus = focus_between(here, there) * (max(1.0, ground.size / MEASURED))
    texture = focused(beside(scene, texture, shown, focus), focus)
    cheeks = bare(ground, [around(ground, np.array([at]), BARE) for at in CHEEKS], hands)
    grain = grain_between(texture, scene, cheeks)
    return grained(texture, grain), Touch(focus=focus, grain=grain)


def around(ground: Ground, ring: Indices, room: float) -> Box:
    """Rows and columns of the ground's pixels around the vertices of ``ring``."""
    origin = np.array([ground.region.x0, ground.region.y0], np.float32)
    points = ground.points[ring, :2] - origin
    low = np.floor(points.min(axis=0) - room * ground.size).astype(int)
    high = np.ceil(points.max(axis=0) + room * ground.size).astype(int)
    return slice(max(0, low[1]), max(0, high[1])), slice(max(0, low[0]), max(0, high[0]))


def bare(ground: Ground, boxes: Sequence[Box], hands: Mask | None) -> list[Box]:
    """Those of ``boxes`` that ``hands`` ``(rows, columns)`` hardly cover; all where they cover all."""
    if hands is None:
        return list(boxes)
    step = ground.region.step
    free = [
        (rows, columns)
        for rows, columns in boxes
        if covered(hands, rows, columns, step) < MOST_COVERED
    ]
    return free or list(boxes)


def covered(hands: Mask, rows: slice, columns: slice, step: int) -> float:
    """0..1: how much of a box of pixels ``hands`` cover, whose cells are ``step`` pixels."""
    cells = hands[
        rows.start // step : -(-rows.stop // step), columns.start // step : -(-columns.stop // step)
    ]
    return float(cells.mean()) if cells.size else 0.0


def patches(picture: Image, edges: Sequence[Box], size: float) -> list[Floats]:
    """Luminance around the features of ``picture`` ``(H, W, 3)``, at `MEASURED`, where it shows them.

    Args:
        edges: rows and columns around the features.
        size: larger side of the face, pixels.
    """
    cut = [picture[box] for box in edges]
    edged = [patch for patch in cut if large(patch, SMALLEST_EDGE)]
    return [reduced(luminance(patch), MEASURED / size) for patch in edged]


def large(patch: Image, smallest: int) -> bool:
    """Whether there is enough of a patch ``(h, w, 3)`` to measure."""
    return bool(min(patch.shape[:2]) >= smallest)


def reduced(patch: Floats, scale: float) -> Floats:
    """``patch`` ``(h, w)`` at ``scale``; never enlarged."""
    if scale >= 1:
        return patch
    height, width = patch.shape
    return averaged_values(patch, (max(1, round(width * scale)), max(1, round(height * scale))))


def sharpness(seen: Sequence[Floats]) -> float:
    """Finer over coarser detail of the features' edges, the median of the patches ``seen``.

    Crisp portraits lie between .1 and .5; a blur of 1.4, 2.8 and 5.6 pixels leaves a half, a quarter
    and an eighth of it.
    """
    return median(detail_ratio(patch) for patch in seen)


def detail_ratio(patch: Floats) -> float:
    """Finer over coarser detail at two sizes: one tells small blurs, the other large ones."""
    return finer_share(patch) * finer_share(reduced(patch, SMALLER))


def finer_share(patch: Floats) -> float:
    """Finer over coarser detail of ``patch`` ``(h, w)``."""
    return band(patch, FINER) / max(band(patch, COARSER), LEAST_DETAIL)


#: Levels of detail that are none.
LEAST_DETAIL = 1e-2


def band(patch: Floats, widths: tuple[int, int]) -> float:
    """Mean levels of what lies between two averages over squares: as good as Gaussians, and faster."""
    narrow, wide = (cv2.blur(patch, (width, width)) for width in widths)
    return float(cv2.norm(narrow, wide, cv2.NORM_L1)) / patch.size


#: Nothing is done while one has more than the first share of the other's sharpness, everything from the
#: second on: brows and lashes alone make faces differ by a third.
ALIKE, UNLIKE = 0.65, 0.4
#: What has more detail than this has wrinkles: sharper than crisp is nobody, and no target is out of focus for being
#: smoother. Of 110 pictures the sharpest feature lies at the first of the others and above, but for those out of focus:
#: at the second and below, whatever is put into them.
CRISP, SHARPEST = 0.28, (0.13, 0.08)
#: Blurs that are tried, sigmas in pixels of a face of `MEASURED`.
TRIED = (0.0, 0.7, 1.4, 2.8, 5.6, 11.2)


#: A soft source has no detail to bring out: its edges are steepened by at most this factor.
MOST_SHARPENING = 0.8
#: Sigma (pixels) of the detail that is enlarged.
STEEPENED = 1.6
#: Blurs below this sigma (pixels) change nothing.
LEAST_BLUR = 0.3


def focus_between(here: Sequence[Floats], there: Sequence[Floats]) -> float:
    """The focus of a `Touch` that makes the patches ``here`` as sharp as those ``there``; pixels at `MEASURED`."""
    ours, theirs = ([detail_ratio(patch) for patch in seen] for seen in (here, there))
    has, wanted = float(np.median(ours)), float(np.median(theirs))
    if wanted >= has:
        return -MOST_SHARPENING * out_of_focus(ours, theirs)
    beside_ours = out_of_focus(theirs, [min(one, CRISP) for one in ours])
    share = max(beside_ours, float(smoothstep(*SHARPEST, max(theirs))))
    return share * softening(here, has, wanted) if share else 0.0


def out_of_focus(softer: Sequence[float], sharper: Sequence[float]) -> float:
    """0..1: how surely a face is out of focus beside another, by the detail of the same patches of both.

    Then it is so everywhere: a shaded eye or a smooth lip is soft, too, but what is beside it is not.
    """
    both = zip(softer, sharper, strict=True)
    nearest = max(one / max(other, LEAST_DETAIL) for one, other in both)
    return float(smoothstep(ALIKE, UNLIKE, nearest))


def softening(seen: Sequence[Floats], has: float, wanted: float) -> float:
    """Sigma (pixels at `MEASURED`) of the blur that makes the patches ``seen`` as soft as ``wanted``."""
    left = [has, *(sharpness([blurred(p, sigma) for p in seen]) for sigma in TRIED[1:])]
    # Sharpness falls with the blur; np.interp wants it to rise.
    return float(np.interp(wanted, left[::-1], TRIED[::-1]))


#: From this sigma (pixels) on a blur mixes what is not shown of a face into what is.
WIDE_BLUR = 2.0


def beside(scene: Image, texture: Image, shown: Mask | None, focus: float) -> Image:
    """``texture`` beside what the ``scene`` has there, where a wide blur follows: not its own hair."""
    if shown is None or focus < WIDE_BLUR:
        return texture
    return feathered(scene, texture, shown)


def focused(picture: Image, focus: float) -> Image:
    """``picture`` ``(H, W, 3)`` with the focus of a `Touch`."""
    if focus >= LEAST_BLUR:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), focus), np.uint8)
    if focus >= 0:
        return picture
    soft = cv2.GaussianBlur(picture, (0, 0), STEEPENED)
    return np.asarray(cv2.addWeighted(picture, 1 - focus, soft, focus, 0), np.uint8)


#: Grain is what a Gaussian of this sigma (pixels) takes away; cameras and JPEG leave so fine a one.
GRAIN_SIGMA = 0.7
#: Levels (RMS): never more is added.
MOST_GRAIN = 6.0
#: Levels by which a face has less grain than its picture, from which it is added, and all of it.
HARDLY_LESS, LESS = 0.25, 0.75
#: Levels by which a face is grainier than its picture from which that is taken away, and all of it:
#: pores are a person's own.
PORES, NOISE = 1.5, 3.0


def grain_between(texture: Image, scene: Image, cheeks: Sequence[Box]) -> float:
    """The grain of a `Touch` that ``texture`` lacks of ``scene``, or has too much."""
    wanted, has = (grain_of(picture, cheeks) for picture in (scene, texture))
    if wanted > has:
        share = float(smoothstep(HARDLY_LESS, LESS, wanted - has))
        return share * min(float(np.sqrt(wanted**2 - has**2)), MOST_GRAIN)
    share = float(smoothstep(PORES, NOISE, has - wanted))
    return -share * (1 - wanted / has) if share else 0.0


#: Shares of grain below this that are taken away are lost in whole levels: of less than `NO_GRAIN`, none
#: changes.
LEAST_GRAIN = 0.04


def grained(texture: Image, grain: float) -> Image:
    """``texture`` with the grain of a `Touch`."""
    if -LEAST_GRAIN < grain <= 0:
        return texture
    return with_grain(texture, grain) if grain > 0 else smoothed(texture, 1 + grain)


def with_grain(texture: Image, levels: float) -> Image:
    """``texture`` with grain of so many ``levels`` (RMS) added."""
    shape = texture.shape[0], texture.shape[1]
    return brightened(texture, grain(shape, GRAIN_SIGMA) * np.float32(levels))


def grain_of(picture: Image, cheeks: Sequence[Box]) -> float:
    """RMS of the finest detail on the barer cheek; 0 when neither is in the picture."""
    found = [finest(luminance(picture[box])) for box in cheeks if large(picture[box], SMALLEST)]
    return min(found, default=0.0)


def finest(patch: Floats) -> float:
    """RMS of what a small blur takes from ``patch``; by the median, so that hairs do not count."""
    fine = patch - blurred(patch, 2 * GRAIN_SIGMA)
    return MEDIAN_TO_RMS * float(middle(np.abs(fine).ravel()))


#: Detail of so many levels and more is no grain, and stays.
NO_GRAIN = 12.0
#: Detail is held in 8 bits as half of itself around this level.
ZERO = 128


def smoothed(texture: Image, kept: float) -> Image:
    """``texture`` with a share of its grain ``kept``; edges stay."""
    soft = np.asarray(cv2.GaussianBlur(texture, (0, 0), 2 * GRAIN_SIGMA), np.uint8)
    detail = cv2.addWeighted(texture, 0.5, soft, -0.5, ZERO)
    return np.asarray(cv2.add(soft, cv2.LUT(detail, shrunk(kept)), dtype=cv2.CV_8U), np.uint8)


def shrunk(kept: float) -> NDArray[np.int16]:
    """``(256,)`` what becomes of detail around `ZERO`."""
    detail = 2.0 * (np.arange(256) - ZERO)
    share = np.where(np.abs(detail) < NO_GRAIN, kept, 1.0)
    return np.asarray(np.rint(detail * share), np.int16)
