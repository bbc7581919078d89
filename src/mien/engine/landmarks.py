"""From a detection to 478 landmarks.

The network is MediaPipe's face landmark model with attention (Apache-2.0): 468 points of the
surface in crop pixels, and finer points for lips, eyes and irises that replace them. Crop size,
margin and roll follow its face landmark graphs.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mien.engine.geometry import Viewed, crop_of, inverse, moved_by, upright_crop
from mien.engine.mesh.regions import LIPS_OUTER, NOSE_BASE, UPPER_LIP_EDGE
from mien.engine.mesh.shape import smoothstep
from mien.engine.mesh.topology import Topology
from mien.engine.pose import TINY, eye_distance, mouth_open
from mien.engine.protocols import Network
from mien.engine.types import Detection, Face, Floats, Matrix, Points

#: Side of the network's input, pixels.
SIDE = 192
#: The crop is this much larger than the face's larger side.
MARGIN = 1.5
#: Outer corners of the eyes, left and right in an upright picture.
OUTER_CORNERS = (33, 263)
#: The network's probability from which the first pass, in a rough crop, sees a face.
FIRST_THRESHOLD = 0.5
#: Passes after the first, and the change of roll (radians) below which the crop is upright.
MOST_PASSES, SETTLED = 3, np.radians(8)
#: Points of the surface; behind them stand 5 for each iris.
SURFACE = 468
#: The coarse mesh and the finer lips lie apart by so much (share of the eye distance) where the network doubts a
#: mouth, and by the second surely: of 130 faces that do not shout, without a mask and in no profile, one lies above
#: the first.
DOUBTED, NOT_BELIEVED = 0.085, 0.1
#: A mouth torn wide open is longer than the network has learnt. Squeezed to this share of its height a face is one
#: that it knows; squeezed further or twice, it is none.
SQUEEZED = 0.75
#: Lips that are apart by the second of these shares of the eye distance are open; closed ones, and those behind
#: a mask, are better left where the first look found them.
SHUT, TORN = 0.08, 0.14


@dataclass(frozen=True, kw_only=True)
class Landmarker:
    """Lays the mesh on a face."""

    network: Network
    topology: Topology

    def first(self, image: Viewed, found: Detection) -> Face:
        """The mesh on a detected face."""
        return self.in_crop(image, crop_of_detection(found, MARGIN, SIDE))

    def again(self, image: Viewed, face: Face) -> Face:
        """The mesh once more, from a crop that its first guess centres: steadier and finer.

        Where the network doubts the mouth, it looks once more at a squeezed face; mouth and chin are taken from
        there if that finds the mouth open.
        """
        found, doubt = self._seen(image, crop_around(face.landmarks, MARGIN, SIDE))
        if not doubt:
            return found
        crop = squeezed(crop_around(found.landmarks, MARGIN, SIDE), SQUEEZED)
        other, _ = self._seen(image, crop)
        landmarks = found.landmarks.copy()
        away = (other.landmarks - landmarks)[:, :2]
        doubt *= float(smoothstep(SHUT, TORN, mouth_open(other.landmarks)))
        landmarks[:, :2] += np.float32(doubt) * self._below[:, None] * away
        return replace(found, landmarks=landmarks)

    def settled(
        self, image: Viewed, found: Detection, least: float = FIRST_THRESHOLD
    ) -> Face | None:
        """The mesh on a detected face, from a crop that is upright and centred.

        One pass finds the crop, the next the mesh; more follow only while the head's roll changes,
        as it does where a detector misjudged a head that lies on its side. None when the first
        pass scores below ``least``: what only looks like a face can pass later, once the crop is fitted
        to it.
        """
        face = self.first(image, found)
        if face.score < least:
            return None
        for _ in range(MOST_PASSES):
            before, face = face, self.again(image, face)
            if abs(turned_between(before, face)) < SETTLED:
                break
        return face

    def in_crop(self, image: Viewed, matrix: Matrix) -> Face:
        """The mesh in the crop that ``matrix`` describes."""
        return self._seen(image, matrix)[0]

    def _seen(self, image: Viewed, matrix: Matrix) -> tuple[Face, float]:
        """The mesh in the crop that ``matrix`` describes, and how much its mouth is doubted, 0..1."""
        crop = crop_of(image, matrix, SIDE)
        outputs = self.network(crop[None].astype(np.float32) / np.float32(255))
        points = refined(outputs, self.topology)
        logit = float(outputs["conv_faceflag"].ravel()[0])
        face = Face(
            landmarks=moved_by(inverse(matrix), points), score=float(1 / (1 + np.exp(-logit)))
        )
        return face, doubted(coarse(outputs), points)

    @cached_property
    def _below(self) -> Floats:
        """``(478,)`` 0 down to the nose's base, 1 from the upper lip down; 0 for the irises."""
        heights = self.topology.canonical[:, 1]
        below = np.zeros(SURFACE + 10, np.float32)
        below[:SURFACE] = smoothstep(heights[NOSE_BASE], heights[UPPER_LIP_EDGE], heights)
        return below


def doubted(coarse: Floats, fine: Points) -> float:
    """0..1: how much a mouth is doubted that ``coarse`` ``(468, 3)`` and ``fine`` ``(478, 3)`` landmarks show."""
    away = (coarse[LIPS_OUTER] - fine[LIPS_OUTER])[:, :2]
    apart = np.linalg.norm(away, axis=1).mean() / max(eye_distance(fine), TINY)
    return float(smoothstep(DOUBTED, NOT_BELIEVED, float(apart)))


def squeezed(matrix: Matrix, share: float) -> Matrix:
    """The crop of ``matrix``, in which all is a ``share`` as high."""
    out = matrix.copy()
    out[1] *= share
    out[1, 2] += (1 - share) * SIDE / 2
    return out


def roll(left: Floats, right: Floats) -> float:
    """Turn of the line from ``left`` to ``right`` eye, radians, clockwise as seen."""
    return float(np.arctan2(right[1] - left[1], right[0] - left[0]))


def eye_roll(landmarks: Points) -> float:
    """Roll of the eye line of ``(478, 3)`` landmarks, radians."""
    return roll(landmarks[OUTER_CORNERS[0]], landmarks[OUTER_CORNERS[1]])


def turned_between(before: Face, after: Face) -> float:
    """By how much the eye line turned, radians in -pi..pi."""
    turn = eye_roll(after.landmarks) - eye_roll(before.landmarks)
    return float((turn + np.pi) % (2 * np.pi) - np.pi)


def crop_of_detection(found: Detection, margin: float, size: int) -> Matrix:
    """Matrix of the square crop around a detection, its eyes level, ``margin`` times larger."""
    low, high = found.box[:2], found.box[2:]
    turn = roll(found.key_points[0], found.key_points[1])
    centre = np.asarray((low + high) / 2, np.float32)
    return upright_crop(centre, float((high - low).max()) * margin, turn, size)


def crop_around(landmarks: Points, margin: float, size: int) -> Matrix:
    """Matrix of the upright square crop around ``(478, 3)`` landmarks, ``margin`` times larger."""
    turn = eye_roll(landmarks)
    upright = upright_crop(np.zeros(2, np.float32), 1, turn, 1)
    flat = landmarks[:, :2] @ upright[:, :2].T
    low, high = flat.min(axis=0), flat.max(axis=0)
    centre = np.asarray((low + high) / 2 @ upright[:, :2], np.float32)
    return upright_crop(centre, float((high - low).max()) * margin, turn, size)


def coarse(outputs: dict[str, Floats]) -> Points:
    """``(468, 3)`` the coarse mesh in crop pixels."""
    return np.asarray(outputs["output_mesh_identity"].reshape(SURFACE, 3), np.float32)


def refined(outputs: dict[str, Floats], topology: Topology) -> Points:
    """``(478, 3)`` in crop pixels: the coarse mesh with the finer lips, eyes and irises put in."""
    points = np.zeros((SURFACE + 10, 3), np.float32)
    points[:SURFACE] = coarse(outputs)
    eyes = topology.left_eye, topology.right_eye
    irises = topology.left_iris, topology.right_iris
    for rows, found in zip((topology.lips, *eyes, *irises), outputs["output_regions"], strict=True):
        points[rows, :2] = found[: len(rows)]
    for rows, eye in zip(irises, eyes, strict=True):
        points[rows, 2] = points[eye, 2].mean()
    return points
