"""What covers a face, as the network for parts tells (`mien.engine.parts`), on the chart."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from mien.engine.geometry import moved_by
from mien.engine.mesh.chart import Chart, brought
from mien.engine.mesh.glasses import Seat
from mien.engine.mesh.masks import BROWS
from mien.engine.mesh.occlusion import opened, touching
from mien.engine.mesh.shape import smoothstep
from mien.engine.parts import BACKGROUND, BODY, CLOTHES, HAIR, THINGS
from mien.engine.sampling import blurred, channels, disc
from mien.engine.types import HALF, Mask, Parts, Points

#: How likely something that is no face has to be to cover it perhaps, and surely: a target's, a source's.
TARGET, SOURCE = (0.3, 0.6), (0.1, 0.35)
#: What covers a source is taken wider by so many cells, with an edge of this sigma: nothing of it may come along.
WIDER, EDGE = 2, 0.8
#: Skin of bodies is a neck, and what is behind a face is beside it, where they reach less deep into the face than
#: this share of it.
BESIDE = 0.09
#: The ends of a fringe are so near to hair, a share of the face.
NEAR_HAIR = 0.1
#: Where more than this share of a face is covered colours must tell of it, too, and of how much of that.
MUCH, SEEN_TOO = 0.45, 0.5
#: Between the eyes glasses have a bridge: a thing from brow to nose, so likely on the average of all columns.
#: Of 18 faces with glasses all have .32 and more, of 150 without none has .19.
BRIDGE = 0.26
#: A brow is seen that is covered by less than this on the average, and by things, whose shade lies on it, than that.
BROW_COVERED, BROW_THINGS = 0.2, 0.05
#: How likely a thing has to be to be perhaps a part of a frame, and surely: it is thinner than the network's pixels.
FRAME = (0.1, 0.3)
#: What is thicker than this share of a face is a lens, not a frame.
LENS = 0.14
#: Where glasses are looked at closely, what is smaller than this share of a face is shine on it.
SPECK = 0.08
#: Cells across over which a frame is taken wider, so that no rim is left.
FRAME_WIDER = 3
#: Cells around a spot that go with it: the softness of its edge.
SOFT_EDGE = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """What the network makes of a face: masks ``(rows, columns)`` of the chart, how likely."""

    #: Hair and clothes.
    grown: Mask
    #: What people wear or hold.
    things: Mask
    #: Skin that is not the face's and what is behind, where they reach into the face: a hand, and no neck.
    before: Mask
    #: What a closer look tells; None where there is none.
    finer: "Callable[[], Told] | None" = None
    #: Whether it was a closer look that told.
    close: bool = False

    @staticmethod
    def of(parts: Parts, points: Points, chart: Chart) -> "Told":
        """``parts`` around a face whose mesh is at ``points`` ``(540, 3)``."""
        likely = parts.likely
        pairs = ((HAIR, CLOTHES), (BODY, BACKGROUND))
        grown, other = (likely[..., one] + likely[..., more] for one, more in pairs)
        at = chart.spread(chart.raster.values(moved_by(parts.matrix, points[:, :2])))
        three = np.asarray(cv2.merge([grown, likely[..., THINGS], other]), np.float32)
        grown, things, other = channels(brought(three, at))
        look = parts.finer
        return Told(
            grown=grown,
            things=things,
            before=deep(other, BESIDE, chart),
            finer=(lambda: Told.of(look(), points, chart)) if look else None,
        )

    def closely(self, seat: Seat) -> "Told":
        """What a closer look tells, where the face wears glasses and there is one; else the same."""
        return replace(self.finer(), close=True) if self.finer and self.glasses(seat) else self

    @cached_property
    def before_target(self) -> Mask:
        """``(rows, columns)`` 1 where something stands before a target's face."""
        return smoothstep(*TARGET, self.grown + self.things + self.before)

    def before_source(self, chart: Chart, seat: Seat) -> Mask:
        """``(rows, columns)`` 1 where something stands before a source's face but for a frame of glasses.

        That is thin, and painted over.
        """
        things = self.things
        if self.glasses(seat):
            others = things * (1 - self.frame(chart, seat))
            things = opened(others, SPECK * chart.cells)
        before = self.grown + things + self.before
        wide = cv2.dilate(smoothstep(*SOURCE, before), disc(2 * WIDER + 1))
        wide = blurred(np.asarray(wide, np.float32), EDGE)
        # An eye beside hair is seen: with only one of both a face would have eyes of two colours.
        seen = np.maximum(chart.lids, self.seen_brows(before, chart))
        return np.asarray(
            np.minimum(wide, 1 - seen * (1 - smoothstep(*TARGET, before))), np.float32
        )

    def seen_brows(self, before: Mask, chart: Chart) -> Mask:
        """``(rows, columns)`` 1 on the brows that hair or cloth is beside: half of one would go on as the target's.

        Args:
            before: ``(rows, columns)`` how likely it is that something stands before the face.
        """
        seen = np.zeros_like(before)
        for brow in chart.features[BROWS]:
            area = float(brow.sum())
            covered, things = (float(np.vdot(one, brow)) / area for one in (before, self.things))
            if covered < BROW_COVERED and things < BROW_THINGS:
                seen = np.maximum(seen, brow * chart.brows)
        return seen

    def frame(self, chart: Chart, seat: Seat) -> Mask:
        """``(rows, columns)`` 1 on the frame of worn glasses: what is thin before the eyes, and what goes on from there."""
        likely = smoothstep(*FRAME, self.things)
        thick = opened(likely, LENS * chart.cells)
        thin = likely * (thick < HALF) * seat.reach
        thin = thin * touching(thin > HALF, (thin * seat.eyes.near) > HALF)
        return np.asarray(cv2.dilate(thin, disc(FRAME_WIDER)), np.float32)

    def beside_hair(self, chart: Chart) -> Mask:
        """``(rows, columns)`` 1 on hair and clothes, and near to them."""
        sure = (self.grown > HALF).astype(np.float32)
        wide = cv2.dilate(sure, disc(2 * NEAR_HAIR * chart.cells))
        return blurred(np.asarray(wide, np.float32), NEAR_HAIR * chart.cells / 4)

    def much(self, chart: Chart) -> float:
        """The share of a face that is covered, where that is so much that colours must tell of it, too; or 0."""
        share = float(np.vdot(self.before_target, chart.core) / chart.core.sum())
        return share if share > MUCH else 0.0

    def glasses(self, seat: Seat) -> bool:
        """Whether the face wears glasses, clear, dark or mirrored."""
        rows, columns = seat.bridge
        bridge = self.things[seat.rows][rows, columns]
        return float(bridge.max(axis=0).mean()) > BRIDGE


def believed(
    parts: Parts | None, points: Points, chart: Chart, by_colour: Callable[[], Mask]
) -> Told | None:
    """What a network tells of a face whose mesh is at ``points`` ``(540, 3)``; None where that cannot be.

    It takes drawings and small old photographs for no faces at all.

    Args:
        by_colour: gives ``(rows, columns)`` 1 where by its colours the face shows.
    """
    if parts is None:
        return None
    told = Told.of(parts, points, chart)
    much = told.much(chart)
    if much and float(np.vdot(1 - by_colour(), chart.core) / chart.core.sum()) < SEEN_TOO * much:
        return None
    return told


def deep(mask: Mask, depth: float, chart: Chart) -> Mask:
    """``mask`` ``(rows, columns)`` without what reaches less deep into the face than ``depth``, a share of it."""
    sure = mask > HALF
    spots = touching(sure, sure & (chart.depth > depth))
    return mask * np.asarray(cv2.dilate(spots, disc(SOFT_EDGE)), np.float32)
