"""What is learnt of a target's face before another is put on it: what covers it, and its light.

All of it lies on the chart, where a face's spots stay while the face moves, and changes slowly from frame to
frame: a film's faces are studied every few frames, and between them a study is mixed of two. What hands cover
is not part of it: that is found in every frame (`mien.engine.mesh.cover`).
"""

from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np

from mien.engine.crisp import Touch
from mien.engine.identity import nearest
from mien.engine.mesh import lamps, light
from mien.engine.mesh.beard import bearded, full_beard, grizzled
from mien.engine.mesh.chart import Chart
from mien.engine.mesh.cover import Cover
from mien.engine.mesh.glasses import Seat
from mien.engine.mesh.layout import Layout, with_rings
from mien.engine.mesh.look import Look, look
from mien.engine.mesh.occlusion import bare, target_free
from mien.engine.mesh.raster import Region, gridded, region_of
from mien.engine.mesh.regions import OVAL
from mien.engine.mesh.source import Source, seen_cells
from mien.engine.mesh.told import Told, believed
from mien.engine.mesh.view import View, as_is, filling, share, together, trusted
from mien.engine.options import SwapOptions
from mien.engine.sampling import blurred, disc
from mien.engine.types import Face, Floats, Image, Mask, Points

#: A smaller share than this of another side would not be seen, nor would less of it, well inside the
#: outline, than this share of the chart.
LEAST_SHARE, WORTH_LENDING = 0.15, 0.0075
#: Beside a hand, up to this share of a face, its edge and its shadow are taken for the hand's; sigma (cells)
#: of the blur on that.
BESIDE_HAND, SOFT_BESIDE = 0.035, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What painting a face leaves for the frame after."""

    touch: Touch
    cover: Cover | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """A face of the target laid on the chart: what can be seen of it before anything tells what covers it."""

    #: ``(540, 3)`` its mesh, picture pixels.
    points: Points
    #: ``(rows, columns, 3)`` the picture on the grid around it, and where that lies.
    scene: Image
    around: Region
    #: ``(rows, columns, 3)`` and ``(rows, columns)`` of the chart: the face, and how squarely the camera sees it.
    face: Image
    seen: Mask
    #: 0..1: how surely the picture is black and white, sepia or lit by one colour.
    ink: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """What a face of the target is like, whoever is put in its place. Masks are as in `Study`."""

    #: Its skin, and what is foreign to that.
    look: Look
    #: 0 where something stands before it, 1 where it shows.
    free: Mask
    #: 0..1: how surely the picture is black and white, sepia or lit by one colour.
    ink: float
    #: 1 on what hands cover; None where no hand is.
    hands: Mask | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Study:
    """What a face of the target is like for one source. Masks are ``(rows, columns)`` of the chart."""

    #: The photo of the source that fits the face.
    source: Source
    #: 0 where something stands before the target's face, 1 where it shows.
    free: Mask
    #: Well inside the face, where what covers it counts; the same for all.
    core: Mask
    #: How much of each cell the source's other side or photo gives.
    lent: Mask
    #: Where the source may be shown.
    trust: Mask
    #: How the source is brought into the target's light, after it lost a share ``pale`` of its colour.
    by: light.Relight
    pale: float
    #: 0..1: how surely the target is black and white, sepia or lit by one colour.
    ink: float
    #: 1 on what hands cover, and beside it; None where no hand is.
    hidden: Mask | None = None
    #: How the source is made as sharp and as grainy as the target; None where that is still to be measured.
    touch: Touch | None = None
    #: What hands covered in the frame before; None where there is none, or nothing is known of it.
    earlier: Cover | None = None


@dataclass(frozen=True, kw_only=True)
class Observer:
    """Studies faces."""

    chart: Chart
    seat: Seat
    layout: Layout

    def laid(self, picture: Image, face: Face) -> Laid | None:
        """``face`` of ``picture`` on the chart; None when it lies outside."""
        points = with_rings(face.landmarks)
        around = region_of(points, picture.shape[1], picture.shape[0])
        if around is None:
            return None
        scene = gridded(picture, around)
        return Laid(
            points=points,
            scene=scene,
            around=around,
            face=self.chart.unrolled(scene, around, points),
            seen=seen_cells(points, self.chart, self.layout),
            ink=lamps.one_ink(scene[around.cells_of(around.part(face.landmarks[OVAL]))]),
        )

    def sight(self, laid: Laid, face: Face, options: SwapOptions) -> Sight:
        """What the ``face`` is like that was ``laid`` on the chart; waits for what covers it."""
        if not options.occlusion:
            own = self._look(laid, None)
            return Sight(look=own, free=np.ones_like(own.seen), ink=laid.ink, hands=None)
        cover = Cover.of(face, laid.scene, laid.around)
        hands = None if cover is None else self.chart.laid(cover.mask, laid.around, laid.points)
        own, free = self._uncovered(face, laid, hands)
        return Sight(look=own, free=free, ink=laid.ink, hands=hands)

    def study(self, sight: Sight, face: Face, source: Source, options: SwapOptions) -> Study:
        """What the ``face`` that is known by ``sight`` is like for ``source``."""
        own, free, hands = sight.look, sight.free, sight.hands
        view = as_is(nearest(source, face.landmarks), covered=options.occlusion)
        lent, trust, shown = self._shown(view, own, free)
        trust = trust * self.chart.seam
        by, pale = self._light(own, free, trust, shown, sight.ink)
        return Study(
            source=view.source,
            free=free,
            core=self.chart.core,
            lent=lent,
            trust=trust,
            by=by,
            pale=pale,
            ink=sight.ink,
            hidden=None if hands is None else with_edges(hands, self.chart.cells),
        )

    def _uncovered(self, face: Face, laid: Laid, hands: Mask | None) -> tuple[Look, Mask]:
        """What is seen of a face, and where nothing stands before it; told by a network, or else by colours."""
        look_at = partial(self._look, laid)
        told = believed(face.parts, laid.points, self.chart, lambda: self._free(look_at(hands)))
        if told is None:
            own = look_at(hands)
            return own, self._free(own)
        told = told.closely(self.seat)
        covered = told.before_target
        hidden = covered if hands is None else np.maximum(covered, hands)
        own = look_at(hidden)
        covered = np.maximum(covered, bearded(own, self.chart))
        frame = self._frame(own, told)
        return own, (1 - covered) * (1 - frame)

    def _frame(self, own: Look, told: Told) -> Mask:
        """The frame of worn glasses; in films there is no closer look, and a line around each eye takes what is thin."""
        if told.close:
            return told.frame(self.chart, self.seat)
        return self.seat.frame(own.face, own.seen, worn=told.glasses(self.seat))

    def _look(self, laid: Laid, hidden: Mask | None) -> Look:
        seen = laid.seen if hidden is None else laid.seen * (1 - hidden)
        return look(laid.face, seen, self.chart)

    def _free(self, own: Look) -> Mask:
        frame = self.seat.frame(own.face, own.seen)
        return target_free(own, self.chart, self.seat.lenses(own.face)) * (1 - frame)

    def _shown(self, view: View, own: Look, free: Mask) -> tuple[Mask, Mask, View]:
        """What is lent, what is trusted, and what of the source is shown."""
        filler = filling(view, self.layout)
        lent = share(view, filler, self.chart.cells) * self.chart.outline * free
        lent *= lent > LEAST_SHARE
        trust = trusted(view, own.seen)
        if (lent * self.chart.core).mean() <= WORTH_LENDING:
            return np.zeros_like(lent), trust, view
        # Where hair covers both faces, the target's stays.
        other = trusted(filler, own.seen) * bare(own, self.chart)
        return lent, trust + lent * (other - trust), together(view, filler, lent)

    def _light(
        self, own: Look, free: Mask, trust: Mask, view: View, ink: float
    ) -> tuple[light.Relight, float]:
        chart, face = self.chart, view.face
        bare = chart.outline * (1 - chart.own) * free * view.free
        full = chart.jaw * full_beard(face, chart.outline * (1 - chart.own) * view.free, chart)
        # The far edge of a turned head is seen badly, and often bright: it counts, if less than all else.
        skin = light.Skin(
            there=bare * np.sqrt(own.seen),
            here=bare * np.sqrt(view.seen) * (1 - full),
            stays=1 - trust * free,
            beard=grizzled(own, chart),
            full=full * (1 - chart.lips),
        )
        colourless = lamps.colourless(face, skin.here, chart)
        pale = max(colourless, ink, lamps.muted(own.face, face, skin.both))
        if pale:
            face = lamps.without_colour(face, pale)
        by = light.relight(own.face, face, skin, chart)
        if colourless:
            shows = chart.outline * (1 - chart.own + chart.lips) * free * np.sqrt(own.seen)
            by = lamps.tinted(by, own.face, shows, chart, share=colourless)
        return by, pale


def with_edges(hands: Mask, cells: float) -> Mask:
    """``hands`` ``(rows, columns)`` and what is beside them, on the chart of a face of so many ``cells``."""
    wider = cv2.dilate(hands, disc(2 * BESIDE_HAND * cells))
    return blurred(np.asarray(wider, np.float32), SOFT_BESIDE)


#: Two studies between which what covers a face changes by more than this (a mean well inside it) are not
#: of a face that stays as it is: of clips of faces alone nine in ten lie below, four frames apart.
SAME_COVER = 0.04


def alike(one: Study, other: Study) -> bool:
    """Whether what was learnt of a face twice may be mixed for the time between."""
    if one.source is not other.source:
        return False
    if one.hidden is not None or other.hidden is not None:
        return True  # What is learnt jumps with what a hand hides, and the face behind it does not.
    changed = float(np.vdot(np.abs(one.free - other.free), one.core))
    return changed < SAME_COVER * float(one.core.sum())


#: Of what is learnt of a face with a hand before it, so much is new from one study to the next.
NEW = 0.5


def following(now: Study, before: Study | None) -> Study:
    """``now``, as it goes on from the study ``before`` it, where hands hide a part of the face.

    The less of a face is seen, the more its skin and its light are guessed, and the guess changes with what
    is hidden. What is hidden stays as it was known before; where nothing is known the face shows.
    """
    if before is None or before.source is not now.source:
        return now if now.hidden is None else replace(now, free=np.maximum(now.free, now.hidden))
    if now.hidden is None and before.hidden is None:
        return now
    seen = np.float32(1) if now.hidden is None else 1 - now.hidden
    return replace(
        between(before, now, NEW),
        free=np.asarray(before.free + NEW * seen * (now.free - before.free), np.float32),
        hidden=now.hidden,
        touch=now.touch,
    )


def between(one: Study, other: Study, part: float) -> Study:
    """``one`` at 0, ``other`` at 1, and what lies between; they must be `alike`."""
    return replace(
        one,
        free=_mixed(one.free, other.free, part),
        lent=_mixed(one.lent, other.lent, part),
        trust=_mixed(one.trust, other.trust, part),
        by=light.Relight(
            gain=_mixed(one.by.gain, other.by.gain, part),
            lift=_mixed(one.by.lift, other.by.lift, part),
            own=_mixed(one.by.own, other.by.own, part),
        ),
        pale=one.pale + part * (other.pale - one.pale),
        ink=one.ink + part * (other.ink - one.ink),
    )


def _mixed(one: Floats, other: Floats, part: float) -> Floats:
    return np.asarray(one + np.float32(part) * (other - one), np.float32)
