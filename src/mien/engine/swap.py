"""Put a source's face in the place of a target's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np

from mien.engine.age import sagged
from mien.engine.blend import feathered, multiband
from mien.engine.finish import finished
from mien.engine.ground import Ground
from mien.engine.identity import MOST_MIXED, merged, nearest
from mien.engine.mesh import glasses, light, masks, occlusion
from mien.engine.mesh.layout import Layout, with_rings
from mien.engine.mesh.raster import Raster, Region, draw, region_of
from mien.engine.mesh.regions import OVAL
from mien.engine.mesh.shape import SHARE, reshaped
from mien.engine.mesh.topology import SURFACE_POINTS, Topology
from mien.engine.mesh.warp import (
    Source,
    View,
    as_is,
    cut,
    displacement,
    filling,
    followed,
    prepared,
    sampled,
    trusted,
    unseen,
)
from mien.engine.options import Blend, SwapOptions
from mien.engine.pose import eyes_open, mouth_open, pose
from mien.engine.sampling import averaged, interpolated
from mien.engine.types import Face, Floats, Image, Mask, Points

#: Grid cells over which the background's movement is smoothed.
SMOOTH_FIELD = 3.0
#: Below this what fills a hidden side would not be seen.
WORTH_FILLING = 0.2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """Where on the target a face goes."""

    #: ``(540, 3)`` where the result's vertices are, picture pixels.
    points: Points
    #: Larger side of the face, pixels.
    size: float
    #: The mesh over all that moves.
    around: Raster
    #: The mesh over the cells of the face alone.
    within: Raster

    @property
    def cells(self) -> float:
        """Larger side of the face on the grid."""
        return self.size / self.within.region.step


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Role:
    """What a face of the target is played by, and how."""

    face: Face
    source: Source
    options: SwapOptions
    #: How far the face's shape goes to the source's, 0..1.
    share: float = SHARE
    #: How much of the source's skin shows, 0..1.
    opacity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """The target at a face's place, on the grid: what the source's light and mask are made from."""

    place: Place
    #: ``(rows, columns, 3)`` the target.
    scene: Image
    #: ``(rows, columns)`` the soft inside of the outline.
    face: Mask
    #: ``(rows, columns)`` well inside it.
    core: Mask
    #: ``(rows, columns)`` each: eyes with brows, nostrils, lips, with a margin.
    features: tuple[Mask, ...]
    #: ``(rows, columns)`` all of them.
    own: Mask
    #: ``(rows, columns)`` between the lids and between the lips.
    greys: Mask


@dataclass(frozen=True, kw_only=True)
class MeshSwapper:
    """The embedded swapper: geometry, light and blending, without a neural swapper."""

    topology: Topology

    @cached_property
    def layout(self) -> Layout:
        """What follows from the topology."""
        return Layout.of(self.topology)

    def prepare(self, image: Image, face: Face) -> Source:
        """``face`` of ``image`` made ready to be put on any number of targets."""
        source = prepared(image, face, self.layout)
        return replace(source, glasses=self._wears_glasses(source))

    def _wears_glasses(self, source: Source) -> bool:
        """Whether the source does, as seen in its own picture."""
        image, face = source.levels[0], Face(landmarks=source.landmarks, score=1.0)
        place = self._place(image, Role(face=face, source=source, options=SwapOptions()))
        if place is None:
            return False
        region = place.within.region
        stage = staged(place, averaged(cut(image, region), region.grid))
        apart = occlusion.from_skin(stage.scene, stage.core * (1 - stage.own))
        return glasses.worn(occlusion.length(apart), place.points, region, place.cells)

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
        place = self._place(image, role)
        if place is None:
            return base
        landmarks = base.landmarks.copy()
        landmarks[:SURFACE_POINTS] = place.points[:SURFACE_POINTS]
        mixed = self._played(image, role, place)
        return self.prepare(mixed, Face(landmarks=landmarks, score=1.0))

    def swap(self, target: Image, face: Face, source: Source, options: SwapOptions) -> Image:
        """``target`` with ``source`` in the place of ``face``.

        Returns:
            A new array. Pixels outside the face's surroundings are those of ``target``.
        """
        role = Role(face=face, source=nearest(source, face.landmarks), options=options)
        place = self._place(target, role)
        return target.copy() if place is None else self._played(target, role, place)

    def _played(self, target: Image, role: Role, place: Place) -> Image:
        """``target`` with the role's source at ``place``."""
        result = target.copy()
        scene = self._scene(target, role.face, place)
        part = place.around.region.pixels_of(place.within.region)
        scene[part] = self._dressed(scene[part], place, role)
        put(result, scene, place.around.region)
        return result

    def _place(self, target: Image, role: Role) -> Place | None:
        """The reshaped mesh drawn on the target; None when the face lies outside the picture."""
        face, source = role.face, role.source
        now = with_rings(face.landmarks)
        region = region_of(now, target.shape[1], target.shape[0])
        if region is None:
            return None
        apart = abs(pose(face.landmarks)[0] - source.yaw)
        surface = reshaped(face.landmarks, source.landmarks, self.layout, apart, role.share)
        surface = sagged(surface, role.options.age)
        points = np.concatenate([surface, now[SURFACE_POINTS:]])
        around = draw(points, self.layout, region)
        within = around.part(region.part(points[OVAL]))
        return Place(points=points, size=face.size, around=around, within=within)

    def _scene(self, target: Image, face: Face, place: Place) -> Image:
        """The target around the face, its background moved after the face's new shape."""
        away = with_rings(face.landmarks) - place.points
        field = displacement(place.around, away[:, :2], SMOOTH_FIELD)
        return followed(target, place.around.region, field)

    def _dressed(self, scene: Image, place: Place, role: Role) -> Image:
        """The cells of the face with the source on them."""
        region, options = place.within.region, role.options
        stage = staged(place, averaged(scene, region.grid))
        view = as_is(role.source)
        filler = filling(view, self.layout)
        texture, shown = one_side(stage, view, options)
        weight = unseen(view, filler, place.within) * stage.face
        if weight.max() > WORTH_FILLING:
            other, other_shown = one_side(stage, filler, options)
            texture = feathered(texture, other, interpolated(weight, region.size))
            shown = shown + weight * (other_shown - shown)
        shown = shown * trusted(view, filler, place.points, place.within, self.layout)
        ground = Ground(
            points=place.points, raster=place.within, size=place.size, layout=self.layout
        )
        texture = finished(texture, scene, ground, options)
        shown = shown * kept_for_target(place, role.face, options) * np.float32(role.opacity)
        mask = interpolated(shown, region.size)
        blend = multiband if options.blend is Blend.MULTIBAND else feathered
        return blend(scene, texture, mask)


def staged(place: Place, scene: Image) -> Stage:
    """``scene`` with the masks that its place's mesh gives."""
    points, region, cells = place.points, place.within.region, place.cells
    features = masks.features(points, region, cells)
    return Stage(
        place=place,
        scene=scene,
        face=masks.outline(points, region, cells),
        core=masks.core(points, region, cells),
        features=tuple(features),
        own=masks.union(features),
        greys=masks.eyes_and_teeth(points, region, cells),
    )


def one_side(stage: Stage, view: View, options: SwapOptions) -> tuple[Image, Mask]:
    """The view drawn in the target's light, and where it may be shown.

    Returns:
        ``(H, W, 3)`` over the place's pixels, and ``(rows, columns)`` over its cells.
    """
    place = stage.place
    texture = sampled(view, place.within, place.size)
    small = averaged(texture, place.within.region.grid)
    shown = stage.face
    if options.occlusion:
        shown = shown * skin_free(stage, small, view.source)
    if light.one_ink(stage.scene):
        texture, small = light.without_colour(texture), light.without_colour(small)
    skin = shown * (1 - stage.own)
    by = light.relight(stage.scene, small, skin, stage.greys, place.cells)
    return light.lit(texture, by), shown


def skin_free(stage: Stage, texture: Image, given: Source) -> Mask:
    """``(rows, columns)`` where nothing stands before either face; ``texture`` on the grid."""
    core = stage.core * (1 - stage.own)
    target, source = (occlusion.from_skin(p, core) for p in (stage.scene, texture))
    worn = frames(
        stage, occlusion.length(target), occlusion.length(source), source_wears=given.glasses
    )
    return target_free(stage, target) * source_free(stage, source) * (1 - worn)


def target_free(stage: Stage, apart: Floats) -> Mask:
    """Where nothing stands before the target; ``apart`` of `mien.engine.mesh.occlusion.from_skin`."""
    cells, distance = stage.place.cells, occlusion.length(apart)
    things = occlusion.dark_and_grey(apart, cells)
    lips = [feature * (1 - things) for feature in stage.features[masks.LIPS :]]
    features = [*stage.features[: masks.LIPS], *lips]
    shield = occlusion.shielded(distance, features, stage.face * (1 - stage.own), cells)
    limits, spot = occlusion.TARGET_LIMITS, occlusion.TARGET_SPOT
    return occlusion.free(distance, shield, limits, spot, cells)


def source_free(stage: Stage, apart: Floats) -> Mask:
    """Where neither hair nor thing stands before the source; ``apart`` as in `target_free`."""
    place, region, cells = stage.place, stage.place.within.region, stage.place.cells
    forehead = masks.forehead(place.points, region)
    beside = masks.beside_forehead(place.points, region, cells)
    distance = occlusion.with_hair(apart, occlusion.length(apart), beside, forehead)
    distance = occlusion.with_hair_ends(distance, forehead)
    others = [*stage.features[: masks.BROWS.start], *stage.features[masks.BROWS.stop :]]
    own = masks.union([*others, masks.brows(place.points, region, cells)])
    limits, spot = occlusion.SOURCE_LIMITS, occlusion.SOURCE_SPOT
    return occlusion.free(distance, own, limits, spot, cells)


def frames(stage: Stage, target: Floats, source: Floats, *, source_wears: bool) -> Mask:
    """``(rows, columns)`` frames of glasses: the target's, to be kept, and the source's, to be left.

    Args:
        target, source: ``(rows, columns)`` distances from skin.
        source_wears: whether the source wears glasses.
    """
    place = stage.place
    where = place.points, place.within.region, place.cells
    found = np.zeros(target.shape, np.float32)
    if glasses.worn(target, *where):
        found = glasses.frame(target, *where, glasses.KEPT_WIDER)
    if source_wears:
        found = np.maximum(found, glasses.frame(source, *where, glasses.LEFT_WIDER))
    return found


def kept_for_target(place: Place, face: Face, options: SwapOptions) -> Mask:
    """1 where the source may be shown, 0 where the target's closed eyes or mouth stay."""
    points, region, cells = place.points, place.within.region, place.cells
    closed = masks.closed_eyes(points, eyes_open(face.landmarks), region, cells)
    kept = [masks.between_lids(points, region, cells) if options.keep_eyes else closed]
    if options.keep_mouth:
        kept.append(masks.lips(points, region, cells))
    elif mouth_open(face.landmarks) > masks.OPEN_MOUTH:
        kept.append(masks.mouth_inside(points, region, cells))
    return 1 - masks.union(kept)


def put(picture: Image, part: Image, region: Region) -> None:
    """Write ``part`` into ``picture`` where ``region`` lies; what reaches beyond is left out."""
    width, height = region.size
    hole = picture[region.y0 : region.y0 + height, region.x0 : region.x0 + width]
    hole[:] = part[: hole.shape[0], : hole.shape[1]]
