"""Where there surely is person, where surely none, and the band between, from a network's coarse mask."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.portrait.heads import inside_faces
from mien.engine.portrait.palette import odds
from mien.engine.portrait.segment import People
from mien.engine.portrait.verdict import weighed
from mien.engine.sampling import averaged_values
from mien.engine.types import Cells, Face, Floats, Image, Mask

#: Whole numbers, one a cell.
Numbers = NDArray[np.integer[Any]]
#: Longest side of the picture that the band is worked out on, pixels.
WORKED_ON = 512

#: Probabilities from which a pixel is surely person, and below which surely not.
SURE, SURELY_NOT = 0.9, 0.1
#: As likely as not, and how much of a piece has to be surely person.
EVEN, MOSTLY = 0.5, 0.5
#: The band reaches this far (faces) into what was person, out of hair, which flies, and out of all else.
INWARDS, OUTWARDS, BEYOND_CLOTH = 0.03, 0.05, 0.025
#: Nothing is person that is farther than so many faces from what more likely is than not.
ASTRAY_HAIR = 0.06
#: Width of the band (faces) where colours changed what the network said.
BESIDE = 0.012
#: Odds by colour, logarithms, that are clear, and that leave no doubt of the background.
CLEAR, EMPTY = 3.0, 3.5
#: Share of a face's outline inside which it surely is a face.
INNER = 0.94
#: Share of a face's outline outside which a network that sees nothing beyond it is right: the nose and the
#: brow of a profile are inside a mesh that is fitted loosely.
DEEP = 0.7
#: Holes of the mask up to so many faces across are filled where a person nowhere is less likely than this, in hair,
#: which has gaps, and elsewhere; and how likely a person then is in them.
PINHOLE, UNSURE_HAIR, UNSURE, FILLED = 0.2, 0.4, 0.28, 0.6
#: Single hairs are so near (faces) to what the network takes for hair.
FRINGE = 0.08
#: Shares below these hold nothing together, and nothing that is broader than a lock of hair: half its width (faces).
FAINT, FIRM, BROAD = 0.15, 0.3, 0.025


def of_people(mask: Mask, faces: Mask, size: float) -> Mask:
    """``mask`` without pieces that have no face and for the most part are not surely person.

    Lamps, trees and hazy backgrounds are what a network finds "perhaps a person"; where their veils
    would come along, they end at ``ASTRAY_HAIR``.

    Args:
        faces: ``(h, w)`` 1 in faces.
        size: of a face, cells.
    """
    likely = (mask > EVEN).astype(np.uint8)
    count, labels = cv2.connectedComponents(likely, connectivity=4)
    cells, sure = (np.bincount(labels[of], minlength=count) for of in (likely > 0, mask > SURE))
    people = (sure > cells * MOSTLY).astype(np.uint8)
    people[labels[(faces > 0) & (likely > 0)]] = 1
    if not people.any():
        return mask
    away = cv2.distanceTransform(1 - people[labels], cv2.DIST_L2, 3)
    return np.asarray(mask * (away <= max(1.0, size * ASTRAY_HAIR)), np.float32)


def without_pinholes(mask: Mask, hair: Mask, size: float) -> Mask:
    """``mask`` with holes that are small, and that it is in doubt of, more likely person than not.

    Args:
        hair: ``(h, w)`` 1 where there can be hair.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        (mask <= EVEN).astype(np.uint8), connectivity=4
    )
    small = stats[:, cv2.CC_STAT_AREA] < (PINHOLE * size) ** 2
    small[labels[mask < np.where(hair > 0, UNSURE_HAIR, UNSURE)]] = False
    small[[0, *np.unique(border_of(np.asarray(labels, np.int32)))]] = False
    return np.asarray(np.where(small[labels], np.maximum(mask, FILLED), mask), np.float32)


def of_one_piece(shares: Mask, person: Mask, size: float) -> Mask:
    """``shares`` without what hangs together with no cell of ``person``, or is broad and does so by a veil only.

    Args:
        size: of a face, cells.
    """
    held = shares * attached(shares > FAINT, person, 0)
    return np.asarray(held * attached(held > FIRM, person, size * BROAD), np.float32)


def attached(cells: Cells, person: Mask, broad: float) -> Mask:
    """``(h, w)`` 0 in pieces of ``cells`` with no cell of ``person`` and one farther than ``broad`` from their outline."""
    piece = cells.astype(np.uint8)
    _, labels = cv2.connectedComponents(piece, connectivity=8)
    inside = cv2.distanceTransform(piece, cv2.DIST_L2, 3)
    kept = np.ones(labels.max() + 1, np.float32)
    kept[labels[inside > broad]] = 0
    kept[labels[person > 0]] = 1
    kept[0] = 1
    return np.asarray(kept[labels], np.float32)


def border_of(cells: Numbers) -> Numbers:
    """``(N,)`` the outermost cells."""
    return np.concatenate([cells[0], cells[-1], cells[:, 0], cells[:, -1]])


def surely(mask: Mask, hair: Mask, size: float) -> tuple[Mask, Mask]:
    """``(h, w)`` each: 1 where there surely is person, and where there surely is none.

    Args:
        hair: ``(h, w)`` 1 where there can be hair.
    """
    inside = eroded(mask > SURE, size * INWARDS)
    free = mask < SURELY_NOT
    beyond_cloth = eroded(free, size * BEYOND_CLOTH) * (hair <= 0)
    return inside, np.maximum(eroded(free, size * OUTWARDS), beyond_cloth)


def eroded(cells: Cells, by: float) -> Mask:
    """``(h, w)`` 1 in ``cells`` but for their outer ``by`` ones; beyond the picture they go on."""
    side = 2 * max(1, round(by)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    edge, beyond = cv2.BORDER_CONSTANT, 1
    # Bytes take a third of the time of floats.
    inner = cv2.erode(cells.view(np.uint8), kernel, borderType=edge, borderValue=beyond)
    return inner.astype(np.float32)


def eased(mask: Mask) -> Mask:
    """``mask`` and the cells next to it."""
    return np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.float32)


def settled(
    mask: Mask, hair: Mask, told: Mask, before: tuple[Mask, Mask], size: float
) -> tuple[Mask, Mask]:
    """What surely is person and surely not, by ``mask`` and where it says the same as ``before``.

    Args:
        hair: ``(h, w)`` 1 where there can be hair.
        told: ``(h, w)`` logarithms of odds by colour: what clearly is background may lie close to the person.
    """
    inside = mask > EVEN
    empty = eroded((told < -EMPTY) & (mask < SURELY_NOT), 1)
    person, nobody = (
        np.maximum(now, then * eroded(side, size * BESIDE))
        for now, then, side in zip(surely(mask, hair, size), before, (inside, ~inside), strict=True)
    )
    return person, np.maximum(nobody, empty)


def fringed(hair: Mask, size: float) -> Mask:
    """``(h, w)`` 1 where there likely is ``hair``, and so near to it that single hairs can be."""
    side = 2 * max(1, round(FRINGE * size)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return cv2.dilate((hair > EVEN).view(np.uint8), kernel).astype(np.float32)


def agreed(mask: Mask, told: Mask) -> Mask:
    """``(h, w)`` how clearly colours say what ``mask`` does, 0..1."""
    clear = np.clip(np.abs(told) / CLEAR, 0, 1)
    return np.asarray(clear * ((told > 0) == (mask > EVEN)), np.float32)


def solid_of(faces: Sequence[Face], mask: Mask, scale: float) -> Mask:
    """``(h, w)`` 1 in faces; but not where the ``mask`` has nothing from outside a face into its rim.

    Args:
        scale: cells of a pixel of the photo.
    """
    solid = inside_faces(faces, scale, mask.shape, INNER)
    free = (mask < EVEN) & (inside_faces(faces, scale, mask.shape, DEEP) <= 0)
    count, labels = cv2.connectedComponents(free.astype(np.uint8), connectivity=4)
    beyond = np.zeros(count, np.bool_)
    beyond[labels[free & (solid <= 0)]] = True
    return np.asarray(solid * ~beyond[labels], np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """A photo, reduced, and what is known of each of its cells before its colours are compared."""

    #: ``(h, w, 3)`` colours, 0..1.
    guide: Floats
    #: ``(h, w)`` how likely each cell is person.
    mask: Mask
    #: ``(h, w)`` how clearly colours say so, too: 0..1.
    clear: Mask
    #: ``(h, w)`` each: 1 where there surely is person, where surely none, in faces, and where there can be hair.
    person: Mask
    nobody: Mask
    solid: Mask
    hair: Mask
    #: Of a face, cells; and cells of a pixel of the photo.
    size: float
    scale: float

    @classmethod
    def of(
        cls,
        image: Image,
        people: People,
        size: float,
        faces: Sequence[Face],
    ) -> Self:
        """``image`` ``(H, W, 3)`` with its ``people``, faces of ``size`` pixels."""
        height, width = people.likely.shape
        scale = min(1.0, WORKED_ON / max(height, width))
        small = max(8, round(width * scale)), max(8, round(height * scale))
        guide = np.asarray(cv2.resize(image, small, interpolation=cv2.INTER_AREA), np.float32)
        likely = averaged_values(people.likely, small)
        seen = inside_faces(faces, scale, likely.shape)
        hair = fringed(averaged_values(people.hair, small), size * scale)
        mask = of_people(without_pinholes(likely, hair, size * scale), seen, size * scale)
        guide *= np.float32(1 / 255)
        before = surely(mask, hair, size * scale)
        solid = solid_of(faces, mask, scale)
        known = np.maximum(before[0], solid), before[1] * (1 - solid)
        told = odds(guide, *known, size * scale)
        mask = weighed(mask, hair, told, size * scale, faces, scale=scale)
        person, nobody = settled(mask, hair, told, before, size * scale)
        return cls(
            guide=guide,
            mask=mask,
            clear=agreed(mask, told),
            person=np.maximum(person, solid),
            nobody=nobody * (1 - solid),
            solid=solid,
            hair=hair,
            size=size * scale,
            scale=scale,
        )

    def pierced(self, holes: Mask) -> Self:
        """The same with ``holes`` ``(h, w)`` that are no person, but in faces."""
        mask = self.mask * (1 - holes * (1 - self.solid))
        person = self.person * (1 - eased(holes) * (1 - self.solid))
        return replace(self, mask=mask, person=person)
