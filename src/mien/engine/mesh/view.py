"""How a source is drawn: from its photo, and where that shows nothing, from what shows it better."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from mien.engine.mesh.chart import flipped
from mien.engine.mesh.layout import Layout
from mien.engine.mesh.light import COARSER, DARK_FLOOR, LUMA, slow_mean
from mien.engine.mesh.shape import smoothstep
from mien.engine.mesh.source import Source
from mien.engine.sampling import averaged, averaged_values, disc, interpolated
from mien.engine.types import Floats, Image, Mask, Points


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """A source as it is, or with its sides exchanged."""

    source: Source
    #: ``(540, 3)`` where in the source's first level each vertex's pixels come from.
    points: Points
    #: As the fields of the same name of `Source`, on the chart.
    face: Image
    seen: Mask
    free: Mask

    @property
    def shows(self) -> Mask:
        """``(rows, columns)`` how well each cell of the skin can be seen, 0..1."""
        return self.seen * self.free


def as_is(source: Source, *, covered: bool = True) -> View:
    """The source as its photo shows it.

    Args:
        covered: mind what covers the face; without, hair and glasses count as skin.
    """
    return View(
        source=source,
        points=source.points,
        face=source.face,
        seen=source.seen,
        free=source.free if covered else np.ones_like(source.free),
    )


def mirrored(view: View, layout: Layout) -> View:
    """Each side from the other."""
    return View(
        source=view.source,
        points=view.points[layout.mirror],
        face=np.asarray(cv2.flip(view.face, 1), np.uint8),
        seen=flipped(view.seen),
        free=flipped(view.free),
    )


#: A photo is taken before the mirrored side when it shows this share of what that shows: no face is
#: the same on both sides.
ENOUGH_SHOWN = 0.6


def filling(view: View, layout: Layout) -> View:
    """What shows best what ``view`` hides: another photo of the person, else its own other side."""
    near = mirrored(view, layout)
    others = [as_is(photo) for photo in view.source.others]
    gains = [gain(view, other) for other in others]
    if gains and max(gains) > ENOUGH_SHOWN * gain(view, near):
        return others[int(np.argmax(gains))]
    return near


def gain(view: View, filler: View) -> float:
    """How much more of a face there is to see with ``filler`` than with ``view`` alone."""
    return float(np.maximum(filler.shows - view.shows, 0).mean())


#: Degrees of the source's turn from which its far side is taken from elsewhere, and fully.
FILL_FROM, FILL_FULLY = 14.0, 26.0


def turned_away(yaw: float) -> np.float32:
    """0..1: how much of the far side of a face that is turned by ``yaw`` degrees is to be had elsewhere only."""
    return np.float32(smoothstep(FILL_FROM, FILL_FULLY, abs(yaw)))


def wanted(view: View) -> Mask:
    """``(rows, columns)`` how much a filler may be used, 0..1.

    Where something covers the face, and on the far side of a turned one. Nowhere else: every outline
    is grazing a little.
    """
    return np.maximum(turned_away(view.source.yaw), 1 - view.free)


#: What is seen less squarely than the first of these is taken from elsewhere where that can be had, from
#: the second on never: along a turned face's edge there is background, and skin stretched thin.
GRAZING, SQUARE = 0.2, 0.75


#: Beside what covers it a face lies in the shade of that, or shows through it: this share of the face from there
#: nothing is taken from another side, but for what a turned head hides: there the seam would be seen.
HAIR_EDGE = 0.04
#: Strips that are narrower than this share of the face are not lent: they would be two seams and nothing between.
NARROW = 0.066


def share(view: View, filler: View, cells: float) -> Mask:
    """``(rows, columns)`` how much of each cell ``filler`` gives instead of ``view``, 0..1.

    Args:
        cells: size of the face on the chart.
    """
    inner = np.asarray(cv2.erode(filler.free, disc(2 * HAIR_EDGE * cells)), np.float32)
    other = filler.seen * (inner + turned_away(view.source.yaw) * (filler.free - inner))
    lacks = smoothstep(SQUARE, GRAZING, view.shows)
    better = smoothstep(0, LEND_FULLY, other - view.shows)
    lent = np.asarray(wanted(view) * lacks * better, np.float32)
    if not lent.any():
        return lent
    # The far side of a turned head is to be had in the light of the near one only.
    alike = alike_lit(view, filler, cells)
    lent *= alike + turned_away(view.source.yaw) * (1 - alike)
    # An odd element: an even one would move what is left by a cell.
    return np.asarray(
        cv2.morphologyEx(lent, cv2.MORPH_OPEN, disc(round(NARROW * cells) | 1)), np.float32
    )


#: Two sides of a face whose skin differs by less than the first of these factors (logarithms) are lit alike, from the
#: second on not: a patch of one would be a stain on the other. Skin is compared over this share of the face (sigma).
LIT_ALIKE, LIT_OTHERWISE, LIT_OVER = 0.25, 0.5, 0.08


def alike_lit(view: View, filler: View, cells: float) -> Mask:
    """``(rows, columns)`` 1 where ``filler`` is as bright as what ``view`` shows nearby."""
    here, there = (nearby(one, LIT_OVER * cells / COARSER) for one in (view, filler))
    alike = smoothstep(LIT_OTHERWISE, LIT_ALIKE, np.abs(here - there))
    return interpolated(alike, (view.seen.shape[1], view.seen.shape[0]))


def nearby(view: View, sigma: float) -> Floats:
    """``(h, w)`` logarithms of how bright the skin is that ``view`` shows within ``sigma`` coarse cells."""
    size = view.seen.shape[1] // COARSER, view.seen.shape[0] // COARSER
    shows = averaged_values(view.shows, size)
    levels = slow_mean(averaged(view.face, size).astype(np.float32), shows, sigma)
    return np.asarray(np.log(levels @ LUMA + DARK_FLOOR), np.float32)


#: A side that is seen better by this gives all of what the other lacks.
LEND_FULLY = 0.25


def together(view: View, filler: View, filled: Mask) -> View:
    """``view`` with what the chart tells of ``filler`` where that is shown; drawn as ``view`` is."""
    weight = filled[..., None]
    face = np.rint(view.face + weight * (filler.face.astype(np.float32) - view.face))
    return replace(
        view,
        face=face.astype(np.uint8),
        seen=view.seen + filled * (filler.seen - view.seen),
        free=view.free + filled * (filler.free - view.free),
    )


#: The source's view of a spot over the target's view of it, from which it is shown, and fully.
#: Below, few of the source's pixels would be stretched over many of the target's.
BARELY_TRUSTED, FULLY_TRUSTED = 0.2, 0.6
#: Added to both views, so that two outlines that are grazing alike count as alike.
GRAZING_ALIKE = 0.2


def trusted(view: View, target_seen: Mask) -> Mask:
    """``(rows, columns)`` where ``view`` shows skin, and well enough for how the target is seen, 0..1."""
    ratio = (view.seen + GRAZING_ALIKE) / (target_seen + GRAZING_ALIKE)
    return view.free * smoothstep(BARELY_TRUSTED, FULLY_TRUSTED, ratio)
