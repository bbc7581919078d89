"""Put a source's face in the place of a target's."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from mien.engine.age import sagged
from mien.engine.beside import ALONE, Beside
from mien.engine.blend import feathered, multiband
from mien.engine.crisp import Touch, crisped
from mien.engine.finish import finished
from mien.engine.ground import Ground
from mien.engine.identity import MOST_MIXED, merged, nearest
from mien.engine.mesh import lamps, light, masks
from mien.engine.mesh.chart import Chart, brought
from mien.engine.mesh.cover import Cover
from mien.engine.mesh.fold import folds, unfolded
from mien.engine.mesh.glasses import Seat
from mien.engine.mesh.layout import Layout, with_rings
from mien.engine.mesh.raster import Region, draw, gridded, put, region_of
from mien.engine.mesh.shape import reshaped
from mien.engine.mesh.source import HIDES_ITSELF, Source, prepared
from mien.engine.mesh.standing import standing
from mien.engine.mesh.topology import SURFACE_POINTS, Topology
from mien.engine.mesh.view import View, as_is, filling
from mien.engine.mesh.warp import displacement, followed, sampled
from mien.engine.options import Blend, SwapOptions
from mien.engine.pose import eyes_open, mouth_open, pose
from mien.engine.sampling import interpolated
from mien.engine.sketch import NOTHING_AHEAD, Ahead, Place, Role, Sketch, Stage
from mien.engine.study import Laid, Observer, Sight, Study, Trace
from mien.engine.types import Face, Floats, Image, Mask

#: Grid cells over which the background's movement is smoothed.
SMOOTH_FIELD = 3.0


@dataclass(frozen=True, kw_only=True)
class MeshSwapper:
    """The embedded swapper: geometry, light and blending, without a neural swapper."""

    topology: Topology
    #: How what a target's light is, and what moves around the face, are worked out.
    side: Beside = ALONE

    @cached_property
    def layout(self) -> Layout:
        """What follows from the topology."""
        return Layout.of(self.topology)

    @cached_property
    def chart(self) -> Chart:
        """The chart of the topology."""
        return Chart.of(self.topology, self.layout)

    @cached_property
    def seat(self) -> Seat:
        """Where glasses sit on the chart."""
        return Seat.of(self.chart)

    def prepare(self, image: Image, face: Face, *, occlusion: bool = True) -> Source:
        """``face`` of ``image`` made ready to be put on any number of targets.

        Args:
            occlusion: mind what covers it; frames of glasses are painted over.

        Raises:
            ValueError: when the face lies outside the picture.
        """
        seat = self.seat if occlusion else None
        return prepared(image, face, self.chart, seat, self.layout)

    def merge(self, photos: Sequence[Source]) -> Source:
        """One person of several photos; each target takes the one that fits it best.

        Raises:
            ValueError: when there is none.
        """
        return merged(photos)

    def mix(self, people: Sequence[Source]) -> Source:
        """What ``people`` have in common: the first one's photo with shape and skin of all.

        Each counts as often as it is named. Hair, gaze and expression are the first one's.

        Raises:
            ValueError: when there is none, or more than `mien.engine.identity.MOST_MIXED`.
        """
        if not 1 <= len(people) <= MOST_MIXED:
            raise ValueError(f"1 to {MOST_MIXED} people can be mixed, got {len(people)}")
        # A third person added by a third leaves a third to each of the two before.
        shares = enumerate(people[1:], start=2)
        return reduce(lambda one, more: self._mixed(one, more[1], 1 / more[0]), shares, people[0])

    def _mixed(self, base: Source, other: Source, share: float) -> Source:
        """The photo of ``base`` with a ``share`` of ``other``'s shape and skin, prepared anew."""
        image, face = base.levels[0], Face(landmarks=base.landmarks, score=1.0)
        role = Role(
            face=face,
            source=nearest(other, face.landmarks),
            options=SwapOptions(keep_eyes=True),
            share=share,
            opacity=share,
        )
        study = self.study(image, face, role.source, role.options)
        sketch = self._sketch(image, role)
        if study is None or sketch is None:
            return base
        landmarks = base.landmarks.copy()
        landmarks[:SURFACE_POINTS] = sketch.place.points[:SURFACE_POINTS]
        mixed = image.copy()
        self._play(mixed, role, self._staged(mixed, role, sketch, study.free), study)
        return self.prepare(mixed, Face(landmarks=landmarks, score=1.0))

    def swap(self, target: Image, face: Face, source: Source, options: SwapOptions) -> Image:
        """``target`` with ``source`` in the place of ``face``.

        Returns:
            A new array. Pixels outside the face's surroundings are those of ``target``.
        """
        result = target.copy()
        self.paint(result, face, source, options)
        return result

    def paint(
        self,
        picture: Image,
        face: Face,
        source: Source,
        options: SwapOptions,
        study: Study | None = None,
        *,
        ahead: Ahead = NOTHING_AHEAD,
    ) -> Trace | None:
        """As `swap`, into ``picture`` itself.

        Args:
            study: what is known of the face already; without, it is looked at now.
            ahead: what has been made ready of this swap; it is used up.

        Returns:
            What the frame after may know; None when nothing was painted.
        """
        own = study.source if study else nearest(source, face.landmarks)
        role = Role(face=face, source=own, options=options)
        if study:
            stage = self._drawn(picture, role, ahead, study.free, study.earlier)
            return self._play(picture, role, stage, study) if stage else None
        sight = ahead.sight or self._sight(picture, face, options)
        if sight is None:
            return None
        learnt, stage = self.side.both(
            lambda: self._observer.study(sight, face, source, options),
            lambda: self._drawn(picture, role, ahead, sight.free),
        )
        return self._play(picture, role, stage, learnt) if stage else None

    def laid(self, picture: Image, face: Face) -> Laid | None:
        """What a swap needs to see of ``face`` before anything tells what covers it; None when it lies outside."""
        return self._observer.laid(picture, face)

    def sight(self, laid: Laid, face: Face, options: SwapOptions) -> Sight:
        """What a swap needs to know of the ``face`` that was ``laid``, whoever takes its place."""
        return self._observer.sight(laid, face, options)

    def study(
        self,
        picture: Image,
        face: Face,
        source: Source,
        options: SwapOptions,
    ) -> Study | None:
        """What `paint` needs to know of ``face`` of ``picture``; None when it lies outside."""
        sight = self._sight(picture, face, options)
        return None if sight is None else self._observer.study(sight, face, source, options)

    def sketch(
        self, picture: Image, face: Face, source: Source, options: SwapOptions
    ) -> Sketch | None:
        """``source`` drawn where `paint` puts it, in its own light; None when ``face`` lies outside.

        Of ``picture`` only the size counts.
        """
        chosen = nearest(source, face.landmarks)
        return self._sketch(picture, Role(face=face, source=chosen, options=options))

    def _sight(self, picture: Image, face: Face, options: SwapOptions) -> Sight | None:
        laid = self._observer.laid(picture, face)
        return None if laid is None else self._observer.sight(laid, face, options)

    @cached_property
    def _observer(self) -> Observer:
        return Observer(chart=self.chart, seat=self.seat, layout=self.layout)

    def _play(self, picture: Image, role: Role, stage: Stage, study: Study) -> Trace:
        """Put the role's source on its ``stage`` into ``picture``; see `paint`."""
        around, within = stage.sketch.place.around.region, stage.sketch.place.within.region
        scene, part = stage.scene, around.pixels_of(within)
        scene[part], touch = self._dressed(scene[part], stage, study, role)
        put(picture, scene, around)
        return Trace(touch=touch, cover=stage.cover)

    def _place(self, target: Image, role: Role) -> Place | None:
        """The reshaped mesh drawn on the target; None when the face lies outside the picture."""
        face, source = role.face, role.source
        now = with_rings(face.landmarks)
        region = region_of(now, target.shape[1], target.shape[0])
        if region is None:
            return None
        turn = pose(face.landmarks)[0]
        apart = abs(turn - source.yaw)
        surface = reshaped(face.landmarks, source.landmarks, self.layout, apart, role.share)
        surface = sagged(surface, role.options.age)
        points = np.concatenate([surface, now[SURFACE_POINTS:]])
        around = draw(points, self.layout, region)
        within = around.part(region.part(points[:SURFACE_POINTS]))
        return Place(
            points=points,
            before=now,
            size=face.size,
            turn=turn,
            around=around,
            within=within,
            at=self.chart.seen_from(within),
        )

    def _sketch(self, target: Image, role: Role) -> Sketch | None:
        """The role's source drawn where it goes; None when the face lies outside the picture."""
        place = self._place(target, role)
        if place is None:
            return None
        shown = masks.contour(place.within.surface(self.layout), place.cells, place.turn)
        shown *= kept_for_target(place, role) * np.float32(role.opacity)
        view = as_is(role.source, covered=role.options.occlusion)
        texture = sampled(view, place.within, place.size)
        return Sketch(place=place, texture=texture, shown=shown)

    def _drawn(
        self, picture: Image, role: Role, ahead: Ahead, free: Mask, earlier: Cover | None = None
    ) -> Stage | None:
        """The role's source drawn where it goes, and what is around it; None when the face lies outside."""
        sketch = ahead.sketch or self._sketch(picture, role)
        return self._staged(picture, role, sketch, free, earlier) if sketch else None

    def _staged(
        self,
        picture: Image,
        role: Role,
        sketch: Sketch,
        free: Mask,
        earlier: Cover | None = None,
    ) -> Stage:
        """What stands before the face of ``picture`` where it goes, and what moves around it.

        Args:
            free: as in `Study`, and ``earlier`` too.
        """
        place, around = sketch.place, sketch.place.around.region
        cover = covering(picture, role, around, earlier)
        field = displacement(place.around, (place.before - place.points)[:, :2], SMOOTH_FIELD)
        face = around.cells_of(place.within.region)
        covered = self._covered(free, place.at, face, around)
        hands = cover.shown if cover else None
        moved = standing(field, around.step, *covered, hands)
        return Stage(
            sketch=sketch,
            scene=followed(picture, around, moved.field),
            cover=cover,
            covered=moved.covered[face],
            hands=None if hands is None else hands[face],
        )

    def _covered(
        self, free: Mask, at: Floats, face: tuple[slice, slice], around: Region
    ) -> tuple[Mask, Mask]:
        """``(rows, columns)`` of the grid around the face each: what covers it, and what of that is inside."""
        covered, inner = np.zeros((2, around.rows, around.columns), np.float32)
        covered[face] = brought(1 - free, at)
        inner[face] = brought((1 - free) * self.chart.interior, at)
        return covered, inner

    def _dressed(self, scene: Image, stage: Stage, study: Study, role: Role) -> tuple[Image, Touch]:
        """The cells of the face, ``scene``, with the source on them; and how sharp and grainy that was made."""
        place, options = stage.sketch.place, role.options
        texture, shown = self._texture(stage, study, role)
        ground = Ground(
            points=place.points, raster=place.within, size=place.size, layout=self.layout
        )
        mask = interpolated(shown * stage.sketch.shown, place.within.region.size)
        known, hands = study.touch, stage.hands
        texture, touch = crisped(texture, scene, ground, known, hands=hands, shown=mask)
        texture = finished(texture, ground, options)
        blend = multiband if options.blend is Blend.MULTIBAND else feathered
        return blend(scene, texture, mask), touch

    def _texture(self, stage: Stage, study: Study, role: Role) -> tuple[Image, Mask]:
        """The source drawn in the target's light, and where it may be shown.

        Returns:
            ``(H, W, 3)`` over the place's pixels, and ``(rows, columns)`` over its cells.
        """
        sketch = stage.sketch
        at, texture = sketch.place.at, sketch.texture
        if study.lent.any():
            view = as_is(role.source, covered=role.options.occlusion)
            lend(texture, filling(view, self.layout), brought(study.lent, at), sketch.place)
        if abs(sketch.place.turn) > HIDES_ITSELF:
            within = sketch.place.within
            texture = unfolded(texture, folds(at, within.surface(self.layout)), within.region)
        return self._lit(sketch.place, study, texture), brought(study.trust, at) * (
            1 - stage.covered
        )

    def _lit(self, place: Place, study: Study, texture: Image) -> Image:
        """``texture`` ``(H, W, 3)`` in the target's light."""
        if study.pale:
            texture = lamps.without_colour(texture, study.pale)
        here = light.Relight(
            gain=brought(study.by.gain, place.at),
            lift=brought(study.by.lift, place.at),
            own=brought(study.by.own, place.at),
        )
        greys = masks.eyes_and_teeth(place.points, place.within.region, place.cells)
        return light.lit(texture, light.toned(here, greys, ink=study.ink))


def covering(picture: Image, role: Role, around: Region, earlier: Cover | None) -> Cover | None:
    """What hands cover on the grid ``around`` the face; None where there are none, or none count."""
    if not role.face.hands or not role.options.occlusion:
        return None
    found = Cover.of(role.face, gridded(picture, around), around)
    return found.after(earlier) if found else None


def lend(texture: Image, filler: View, weight: Mask, place: Place) -> None:
    """Draw ``filler`` into ``texture`` ``(H, W, 3)`` with ``weight`` ``(rows, columns)`` of the place's cells.

    Left and right each in its own rectangle: what is lent lies along the outline.
    """
    middle = weight.shape[1] // 2
    for side in (slice(None, middle), slice(middle, None)):
        chosen = np.zeros(weight.shape, np.bool_)
        chosen[:, side] = weight[:, side] > 0
        region = place.within.region.where(chosen)
        if region is None:
            continue
        cells, pixels = place.within.region.cells_of(region), place.within.region.pixels_of(region)
        other = sampled(filler, place.within.part(region), place.size)
        at_pixels = interpolated(weight[cells], region.size)
        texture[pixels] = feathered(texture[pixels], other, at_pixels)


def kept_for_target(place: Place, role: Role) -> Mask:
    """1 where the source may be shown, 0 where the target's eyes or mouth stay.

    Eyes stay where either face has closed its own: nothing of an eye can be taken from closed lids. Between
    closed lips their line stays, where the source shows its teeth; where it screams all of the mouth does.
    """
    points, region, cells = place.points, place.within.region, place.cells
    face, source, options = role.face, role.source, role.options
    opening = min(eyes_open(face.landmarks), eyes_open(source.landmarks))
    closed = masks.closed_eyes(points, opening, region, cells)
    kept = [masks.between_lids(points, region, cells) if options.keep_eyes else closed]
    if options.keep_mouth:
        kept.append(masks.lips(points, region, cells))
    else:
        theirs, ours = (mouth_open(one) for one in (face.landmarks, source.landmarks))
        if share := masks.parted(theirs):
            kept.append(masks.mouth_inside(points, region, cells) * np.float32(share))
        if share := masks.meeting(theirs, ours) * masks.parted(ours):
            kept.append(masks.mouth_line(points, region, cells) * np.float32(share))
        if share := masks.torn(theirs, ours):
            kept.append(masks.lips(points, region, cells) * np.float32(share))
    return 1 - masks.union(kept)
