"""The old background in a person's hair: its light on strands, and what shows between them.

Where what is behind has a colour and the hair another, how far a pixel's hue is on the way from the hair's
to that behind tells how much of what is behind is in it. That much is replaced by the hair's own colour.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from mien.engine.portrait.guided import (
    boxed,
    cells_of,
    dotted,
    hue,
    looked_up,
    mean_around,
    places_of,
)
from mien.engine.portrait.heads import inside_faces
from mien.engine.portrait.stage import step
from mien.engine.portrait.trimap import EVEN, View, eased
from mien.engine.types import Face, Floats, Image, Mask

#: Hair is looked for up to so many faces from the outline.
REACH = 0.2
#: Hair begins at so many times the face's outline.
SKIN = 1.15
#: How much colour (squared, of 1) what is behind has, and how far the hair's hue is from it: none, all.
COLOURED, APART = (0.01, 0.03), (0.02, 0.06)
#: Shares of what is behind, by hue, from which it is taken out, and from which all of it is.
SOME, MUCH = 0.2, 0.5
#: Share of a face with the hue of what is behind, from which that is the light's.
ALIKE = 0.025
#: Weights below this say nothing.
FAINT = 1e-3


def hair_of(faces: Sequence[Face], view: View) -> Mask:
    """``(h, w)`` 1 where there can be hair near the outline of the mask, but not in faces."""
    near = boxed((view.mask < EVEN).astype(np.float32), max(1, round(view.size * REACH))) > 0
    return view.hair * near * (1 - inside_faces(faces, view.scale, view.mask.shape, SKIN))


def spilled_on(view: View, ours: Floats, behind: Floats) -> Mask:
    """``(h, w)`` 1 at and next to cells with something of what is ``behind`` in their colours."""
    return eased((share_behind(view.guide, ours, behind) > 0).astype(np.float32))


def share_behind(colours: Floats, ours: Floats, behind: Floats) -> Mask:
    """``(...)`` how far the hue of ``colours`` is on the way from ``ours`` to ``behind``, where those differ."""
    way = hue(behind - ours)
    along = dotted(hue(colours - ours), way) / np.maximum(dotted(way, way), FAINT)
    share = np.clip(along, 0, 1) * step(SOME, MUCH, along)
    return np.asarray(share * trusted(ours, behind), np.float32)


def trusted(ours: Floats, behind: Floats) -> Mask:
    """``(...)`` 1 where what is behind has a colour, and another than the person, 0 where not."""
    theirs, way = hue(behind), hue(behind - ours)
    return step(*COLOURED, dotted(theirs, theirs)) * step(*APART, dotted(way, way))


def hair_colours(view: View, behind: Floats) -> Floats:
    """``(h, w, 3)`` the colours of the person around each cell, without those that are like what is behind."""
    reach = max(2, round(view.size * REACH))

    alike = share_behind(view.guide, mean_around(view.guide, view.person, reach), behind)
    own = np.asarray(view.person * (1 - alike) ** 2, np.float32)
    return mean_around(view.guide, own, reach)


def lit_alike(view: View, ours: Floats, behind: Floats) -> bool:
    """Whether a face has the hue of what is behind: the same lamp shines on both, and hair has it by right."""
    cells = view.solid > 0
    share = share_behind(view.guide[cells], ours[cells], behind[cells])
    return bool(len(share)) and float((share > SOME).mean()) > ALIKE


def without_spill(colour: Image, zone: Mask, ours: Floats, behind: Floats) -> Image:
    """``(H, W, 3)`` ``colour`` with ``ours`` instead of ``behind`` in the cells of ``zone`` ``(h, w)``."""
    amount = np.asarray(cv2.resize(zone, (colour.shape[1], colour.shape[0])), np.float32)
    rows, columns = places_of(amount > 0)
    if not len(rows):
        return colour
    at = cells_of(rows, columns, amount.shape, zone.shape)
    own, theirs = (looked_up(each, at) for each in (ours, behind))
    pixels = colour[rows, columns] * np.float32(1 / 255)
    share = share_behind(pixels, own, theirs) * amount[rows, columns]
    out = colour.copy()
    cleaned = np.clip(pixels + share[:, None] * (own - theirs), 0, 1)
    out[rows, columns] = np.rint(cleaned * 255).astype(np.uint8)
    return out
