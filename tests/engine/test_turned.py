"""Turned heads: what stands before their far outline belongs to the face, and their folds show no line."""

import cv2
import numpy as np
import pytest

from mien.engine.mesh.fold import folds, unfolded
from mien.engine.mesh.layout import OUTER, with_rings
from mien.engine.mesh.masks import contour
from mien.engine.mesh.raster import draw, polygon, region_of
from mien.engine.mesh.regions import (
    LEFT_BROW,
    LEFT_CORNERS,
    LEFT_EYE,
    LIPS_INNER,
    LIPS_OUTER,
    NOSE,
    OVAL,
)
from mien.engine.mesh.shape import reshaped
from mien.engine.mesh.topology import SURFACE_POINTS
from mien.engine.options import SwapOptions
from mien.engine.pose import LOWER_LIDS, UPPER_LIDS
from mien.engine.types import Face

SIDE = 400
#: The vertex at the tip of the nose.
TIP = 4


def turned(face, degrees):
    """``face`` turned about the vertical in the middle of a picture of `SIDE` pixels, 220 high."""
    angle = np.radians(degrees)
    turn = np.array(
        [[np.cos(angle), 0, -np.sin(angle)], [0, 1, 0], [np.sin(angle), 0, np.cos(angle)]]
    )
    points = face.landmarks @ turn.T
    points *= 220 / np.ptp(points[:, 1])
    points[:, :2] += SIDE / 2 - (points[:, :2].min(axis=0) + points[:, :2].max(axis=0)) / 2
    return Face(landmarks=points.astype(np.float32), score=1.0)


def drawn(swapper, face):
    """The mesh of ``face`` drawn on its picture."""
    points = with_rings(face.landmarks)
    region = region_of(points, SIDE, SIDE)

    assert region
    return draw(points, swapper.layout, region)


@pytest.mark.parametrize("degrees", [-45, -30, 0, 30, 45])
def test_the_rings_lie_around_all_of_a_face(swapper, astronaut_face, degrees):
    """
    Whatever stands before the outline of a turned head, the outer ring goes around it.
    """
    face = turned(astronaut_face, degrees)
    points = with_rings(face.landmarks)
    region = region_of(points, SIDE, SIDE)

    assert region
    within = polygon(points[OUTER], region) > 0
    x, y = np.rint(region.to_grid(points[:SURFACE_POINTS])).astype(int).T

    assert within[y, x].all()


def test_the_rings_of_a_frontal_face_are_its_outline_enlarged(astronaut_face):
    """
    Nothing stands before the outline of a face that looks into the camera.
    """
    face = turned(astronaut_face, 0)
    points = with_rings(face.landmarks)
    outline = points[OVAL, :2]
    middle = (outline.min(axis=0) + outline.max(axis=0)) / 2

    np.testing.assert_allclose(points[OUTER, :2], middle + 1.5 * (outline - middle), atol=0.01)


@pytest.mark.parametrize("degrees", [-40, 40])
def test_all_that_is_seen_of_a_turned_face_is_the_source(swapper, hopper, hopper_face, degrees):
    """
    The far cheek stands before the far outline, and goes with the rest of the face.
    """
    face = turned(hopper_face, degrees)
    target = np.full((SIDE, SIDE, 3), (170, 130, 110), np.uint8)
    source = swapper.prepare(hopper, hopper_face)

    result = swapper.swap(target, face, source, SwapOptions(occlusion=False))

    far = face.landmarks[OVAL, 0].min() if degrees < 0 else face.landmarks[OVAL, 0].max()
    raster = drawn(swapper, face)
    surface = cv2.resize(raster.surface(swapper.layout), raster.region.size) > 0.5
    x = np.arange(surface.shape[1]) + raster.region.x0
    beyond = surface & ((x < far) if degrees < 0 else (x > far))
    rows, columns = np.nonzero(beyond)
    changed = np.abs(result.astype(int) - target).max(axis=2) > 2

    assert len(rows) > 100
    # The rest is the seam.
    assert changed[rows + raster.region.y0, columns + raster.region.x0].mean() > 0.3


def test_an_unsure_contour_is_wider(swapper, astronaut_face):
    """
    Nearly in profile the mesh lies beside the face: there the edge is softer, and nowhere harder.
    """
    surface = drawn(swapper, turned(astronaut_face, 40)).surface(swapper.layout)

    sure, unsure = contour(surface, 128, 20), contour(surface, 128, -60)

    assert (unsure <= sure).all()
    assert sure.sum() - unsure.sum() > 100
    assert not sure[surface == 0].any()


def test_a_turned_nose_folds(swapper, astronaut_face):
    """
    It stands before the cheek behind it; when it points at the camera, before none.
    """

    def folded(degrees):
        face = turned(astronaut_face, degrees)
        raster = drawn(swapper, face)
        found = folds(swapper.chart.seen_from(raster), raster.surface(swapper.layout))
        x, y = np.rint(raster.region.to_grid(face.landmarks[TIP][None])[0]).astype(int)
        return found[y - 12 : y + 4, x - 12 : x + 13].sum()

    assert folded(0) == 0
    assert folded(40) > 5


def test_a_fold_shows_no_line(swapper, astronaut_face):
    """
    A dark line along a fold is spread over its surroundings; what is not folded stays as it is.
    """
    region = drawn(swapper, turned(astronaut_face, 0)).region
    folded = np.zeros((region.rows, region.columns), np.float32)
    folded[:, 20:22] = 1
    light = np.full((region.size[1], region.size[0], 3), 200, np.uint8)
    lined = light.copy()
    lined[:, 21 * region.step] = 0

    out = unfolded(lined, folded, region)

    assert out.min() > 60
    assert (out[:, : 19 * region.step] == light[:, : 19 * region.step]).all()
    assert unfolded(lined, np.zeros_like(folded), region) is lined


def test_eyes_take_the_sources_shape_and_the_targets_opening(swapper, astronaut_face):
    """
    An eye that is open further than the target's is open no further there; one that is longer is longer there.
    """
    goal = astronaut_face.landmarks
    wide_open, long = goal.copy(), goal.copy()
    for upper in UPPER_LIDS:
        wide_open[upper, 1] -= 4
    outer, inner = LEFT_CORNERS
    long[outer, 0] -= 4

    def gap(points):
        return np.mean(
            [
                points[lower, 1].mean() - points[upper, 1].mean()
                for upper, lower in zip(UPPER_LIDS, LOWER_LIDS, strict=True)
            ]
        )

    def width(points):
        return points[inner, 0] - points[outer, 0]

    opened = reshaped(goal, wide_open, swapper.layout, 0.0)
    widened = reshaped(goal, long, swapper.layout, 0.0)

    assert abs(gap(opened) - gap(goal)) < 1
    assert width(widened) - width(goal) > 1


def test_features_go_further_where_heads_turn_differently(swapper, hopper_face, astronaut_face):
    """Much of the outline is hidden there; the mouth's place stays expression."""
    goal, other = hopper_face.landmarks, astronaut_face.landmarks
    alike, apart = (reshaped(goal, other, swapper.layout, turn) for turn in (0.0, 30.0))

    def way(points, at):
        return np.linalg.norm((points - goal[:SURFACE_POINTS])[at, :2], axis=1).mean()

    features = np.concatenate([LEFT_EYE, LEFT_BROW, NOSE])
    assert way(apart, features) > 1.08 * way(alike, features)
    still = np.concatenate([OVAL, LIPS_OUTER, LIPS_INNER])
    np.testing.assert_allclose(apart[still], alike[still], atol=1e-4)
