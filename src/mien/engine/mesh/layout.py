"""The mesh as the swapper uses it: 468 vertices, and two rings around them that carry its edges.

The inner ring lets texture reach past the outline, so that a soft edge has something to fade from.
The outer ring does not move: between outline and outer ring the background follows the face.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.engine.mesh.regions import (
    LEFT_EYE,
    LIPS_INNER,
    LIPS_OUTER,
    OVAL,
    RIGHT_EYE,
    STABLE,
    Indices,
)
from mien.engine.mesh.topology import SURFACE_POINTS, Topology
from mien.engine.types import Floats, Points

#: Where the rings lie: the outline enlarged from its centre by these factors.
INNER_RING, OUTER_RING = 1.18, 1.5
RING_POINTS = len(OVAL)
INNER = np.arange(SURFACE_POINTS, SURFACE_POINTS + RING_POINTS, dtype=np.int32)
OUTER = INNER + RING_POINTS
VERTICES = SURFACE_POINTS + 2 * RING_POINTS

#: How far a region's influence on the mesh reaches, in steps from vertex to vertex (sigma).
LID_REACH, LIP_REACH, OUTLINE_REACH = 1.5, 2.5, 4.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """What follows from the topology alone, computed once."""

    #: ``(M, 3)`` triangles over all vertices, those of the rings first.
    triangles: NDArray[np.int32]
    #: How many of them belong to the rings.
    ring_triangles: int
    #: ``(540,)`` the vertex on the other side of the face for each vertex.
    mirror: Indices
    #: ``(2, 468)`` how much a vertex goes along when the left and the right eye open: fully at the middle of
    #: the upper lid, not at all at the corners and below.
    opening: Floats
    #: ``(468,)`` how much a vertex belongs to the lips, 0..1.
    lips: Floats
    #: ``(468,)`` how much a vertex belongs to brows, eyes and nose rather than to outline or lips, 0..1.
    inner: Floats
    #: ``(468,)`` how much a vertex goes along when the jaw opens, 0..1.
    jaw: Floats
    #: ``(468,)`` weight of each vertex when one face is laid on another.
    stable: Floats

    @staticmethod
    def of(topology: Topology) -> "Layout":
        """The layout of a mesh."""
        rings = np.concatenate([band(OVAL, INNER), band(INNER, OUTER)])
        lips = nearness(topology.triangles, np.concatenate([LIPS_OUTER, LIPS_INNER]), LIP_REACH)
        outline = nearness(topology.triangles, OVAL, OUTLINE_REACH)
        return Layout(
            triangles=np.ascontiguousarray(np.concatenate([rings, topology.triangles])),
            ring_triangles=len(rings),
            mirror=mirrored(topology.canonical),
            opening=np.stack([lid_opening(topology, eye) for eye in (LEFT_EYE, RIGHT_EYE)]),
            lips=lips,
            inner=(1 - outline) * (1 - lips),
            jaw=below_mouth(topology.canonical),
            stable=stable_weights(),
        )


def band(inner: Indices, outer: Indices) -> NDArray[np.int32]:
    """Triangles, ``(2 N, 3)``, between two rings of N vertices."""
    a, b = inner, np.roll(inner, -1)
    c, d = outer, np.roll(outer, -1)
    return np.concatenate([np.stack([a, c, b], axis=1), np.stack([b, c, d], axis=1)])


def mirrored(canonical: Floats) -> Indices:
    """For each vertex, rings included, the one that stands where its mirror image falls."""
    image = canonical * np.array([-1, 1, 1], np.float32)
    surface = np.linalg.norm(image[:, None] - canonical[None], axis=2).argmin(axis=1)
    position = {int(v): i for i, v in enumerate(OVAL)}
    ring = np.array([position[int(surface[v])] for v in OVAL])
    return np.concatenate([surface, INNER[ring], OUTER[ring]]).astype(np.int32)


def nearness(triangles: NDArray[np.int32], seeds: Indices, reach: float) -> Floats:
    """``(468,)`` 1 at ``seeds``, falling with the steps from them: exp(-(steps / reach)^2)."""
    steps = np.full(SURFACE_POINTS, np.inf)
    steps[seeds] = 0
    for _ in range(SURFACE_POINTS):
        nearest = np.full(SURFACE_POINTS, np.inf)
        np.minimum.at(nearest, triangles.ravel(), np.repeat(steps[triangles].min(axis=1), 3))
        if (nearest + 1 >= steps).all():
            break
        steps = np.minimum(steps, nearest + 1)
    return np.asarray(np.exp(-((steps / reach) ** 2)), np.float32)


#: From so many centimetres above the corners of an eye all goes along with its upper lid.
LID_STARTS = 0.25


def lid_opening(topology: Topology, eye: Indices) -> Floats:
    """``(468,)`` a row of `Layout.opening`."""
    near = nearness(topology.triangles, eye, LID_REACH)
    away = topology.canonical[:, :2] - topology.canonical[eye, :2].mean(axis=0)
    along = away[:, 0] / (np.ptp(topology.canonical[eye, 0]) / 2)
    above = np.clip(away[:, 1] / LID_STARTS, 0, 1)
    return np.asarray(near * above * np.clip(1 - along**2, 0, 1), np.float32)


#: From the line between the lips, this share of the way to the chin, all goes along with the jaw.
JAW_STARTS = 0.12


def below_mouth(canonical: Floats) -> Floats:
    """``(468,)`` 0 above the line between the lips, 1 from a little below it."""
    top = float(canonical[LIPS_INNER, 1].mean())
    bottom = float(canonical[:, 1].min())
    below = (top - canonical[:, 1]) / ((top - bottom) * JAW_STARTS)
    return np.asarray(np.clip(below, 0, 1), np.float32)


def stable_weights() -> Floats:
    """``(468,)`` the weights of `mien.engine.mesh.regions.STABLE`, 0 elsewhere."""
    weights = np.zeros(SURFACE_POINTS, np.float32)
    weights[list(STABLE)] = list(STABLE.values())
    return weights


def with_rings(landmarks: Points) -> Points:
    """``(540, 3)``: the 468 surface vertices of ``landmarks`` and both rings around them."""
    out = np.empty((VERTICES, 3), np.float32)
    out[:SURFACE_POINTS] = landmarks[:SURFACE_POINTS]
    outline = out[OVAL]
    middle = (outline.min(axis=0) + outline.max(axis=0)) / 2
    away = outline - middle
    away[:, 2] = 0
    reach = reached(out[:SURFACE_POINTS, :2] - middle[:2], away[:, :2])[:, None]
    for ring, factor in ((INNER, INNER_RING), (OUTER, OUTER_RING)):
        out[ring] = outline + away * (np.float32(factor) * reach - 1)
    return out


#: A surface that reaches beyond its outline by this share stands before it; within so many radians it
#: moves the rings.
STANDS_BEFORE, BESIDE = 0.02, 0.3


def reached(surface: Floats, outline: Floats) -> Floats:
    """``(36,)`` by what factor the surface reaches beyond each vertex of its outline; 1 on frontal faces.

    The far cheek and the nose of a turned head stand before its far outline.

    Args:
        surface: ``(468, 2)`` from the outline's middle.
        outline: ``(36, 2)`` the same.
    """
    angles, radii = polar(surface)
    at, ends = polar(outline)
    order = np.argsort(at)
    # Once around, and the next one on either side: NumPy's own periods take four times as long.
    around = np.concatenate([order[-1:], order, order[:1]])
    turns = at[around]
    turns[0] -= 2 * np.pi
    turns[-1] += 2 * np.pi
    there = np.interp(angles, turns, ends[around])
    before = radii > (1 + STANDS_BEFORE) * there
    if not before.any():
        return np.ones(len(outline), np.float32)
    apart = np.abs((angles[before] - at[:, None] + np.pi) % (2 * np.pi) - np.pi)
    furthest = np.where(apart < BESIDE, radii[before], 0).max(axis=1)
    return np.asarray(np.maximum(furthest / np.maximum(ends, LEAST_RADIUS), 1), np.float32)


#: Pixels, so that nothing is divided by zero.
LEAST_RADIUS = 1e-3


def polar(points: Floats) -> tuple[Floats, Floats]:
    """``(N,)`` angles, -pi..pi, and lengths of ``points`` ``(N, 2)``."""
    return np.arctan2(points[:, 1], points[:, 0]), np.hypot(points[:, 0], points[:, 1])
