"""Find the hands that may be before a face.

The networks are MediaPipe's palm detector and hand landmark model (lite, Apache-2.0). Anchor grids,
crops, and the meaning of outputs follow its hand tracking graphs (``mediapipe/modules/palm_detection``
and ``mediapipe/modules/hand_landmark``). The palm detector takes pictures of any size: a glance at few
pixels tells whether to look, a look at more finds palms. It likes faces, too; what is a hand, the
landmark model decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np

from mien.engine.beside import ALONE, Beside
from mien.engine.boxes import best_of_each
from mien.engine.detect import grid
from mien.engine.geometry import Viewed, crop_of, inverse, moved_by, scale_of, upright_crop
from mien.engine.landmarks import eye_roll, roll
from mien.engine.protocols import Network
from mien.engine.types import HAND_POINTS, Face, Floats, Hand, Image, Matrix, Points

#: A face so small (pixels) is left alone: a finger before it is two pixels wide.
SMALLEST_FACE = 32.0
#: Side of the landmark network's input, pixels.
SIDE = 224


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """An upright square around a face, as the palm detector sees it. Hands come from below."""

    #: Its side: pixels, a multiple of 32, and in sizes of the face.
    pixels: int
    faces: float
    #: How far below the middle of the face its middle lies, in sizes of the face.
    below: float
    #: Logit from which there may be a palm.
    threshold: float


#: Of hands that `LOOK` finds (drawn over 156 faces) the glance misses a tenth; it lets one in six faces
#: without a hand pass.
GLANCE = View(pixels=96, faces=1.8, below=0.2, threshold=-2.0)
#: At 192 pixels, for which the detector was made, it finds no more, and takes three times as long.
LOOK = View(pixels=128, faces=2.2, below=0.3, threshold=-2.0)
#: So many palms are looked at more closely.
MOST_PALMS = 3
#: The landmark model's probability from which there is a hand, in both looks: when it was chosen 85 %
#: of the drawn hands passed, of 102 pictures without hands near a face one did.
SURELY = 0.7
#: Of a hand the length of the palm in sizes of the face: what is smaller or larger is none of it.
SHORTEST_PALM, LONGEST_PALM = 0.2, 1.5
#: Two hands whose middles are nearer than this share of a palm's length are one.
SAME_HAND = 0.5

#: Landmarks: the wrist, and the roots of fingers.
WRIST, INDEX_ROOT, MIDDLE_ROOT, RING_ROOT = 0, 5, 9, 13
#: Those that hardly move when fingers do; a crop is laid around them.
STEADY = np.array([0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Palm:
    """A palm as the detector sees it, in pixels of the picture it was found in."""

    #: ``(4,)`` x0, y0, x1, y1.
    box: Floats
    #: ``(7, 2)``: the wrist, the roots of the four fingers, two of the thumb.
    key_points: Points
    #: Logit of a palm.
    score: float


@dataclass(frozen=True, kw_only=True)
class HandFinder:
    """Finds the hands before a face."""

    palm: Network
    hand: Network
    #: How several palms are looked at.
    side: Beside = ALONE

    def before(self, image: Viewed, face: Face) -> tuple[Hand, ...]:
        """Hands of ``image`` that are before ``face`` or near it, the surest first."""
        if face.size < SMALLEST_FACE or not self._palms(image, face, GLANCE):
            return ()
        found = self.side.each(partial(self._hand, image), self._palms(image, face, LOOK))
        hands = [hand for hand in found if hand is not None and believable(hand, face)]
        return tuple(distinct(hands))

    def _palms(self, image: Viewed, face: Face, view: View) -> list[Palm]:
        matrix = view_of(face, view)
        crop = crop_of(image, matrix, view.pixels)
        outputs = self.palm(tensor_of(crop))
        seen = decoded(
            outputs["Identity"][0], outputs["Identity_1"][0, :, 0], anchors(view.pixels), view
        )
        back = inverse(matrix)
        return [moved(palm, back) for palm in best_of_each(list(seen))[:MOST_PALMS]]

    def _hand(self, image: Viewed, palm: Palm) -> Hand | None:
        first = self._in_crop(image, crop_of_palm(palm))
        if first.score < SURELY:
            return None
        second = self._in_crop(image, crop_around(first.landmarks))
        return replace(second, score=min(first.score, second.score))

    def _in_crop(self, image: Viewed, matrix: Matrix) -> Hand:
        outputs = self.hand(tensor_of(crop_of(image, matrix, SIDE)))
        points = outputs["Identity"].reshape(HAND_POINTS, 3)
        score = float(outputs["Identity_1"].ravel()[0])
        return Hand(landmarks=moved_by(inverse(matrix), points), score=score)


def tensor_of(crop: Image) -> Floats:
    """``(1, S, S, 3)`` RGB in 0..1."""
    return crop[None].astype(np.float32) / np.float32(255)


def view_of(face: Face, view: View) -> Matrix:
    """Picture -> ``view`` of ``face``."""
    turn = eye_roll(face.landmarks)
    x0, y0, x1, y1 = face.box
    down = np.array([-np.sin(turn), np.cos(turn)]) * view.below * face.size
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2]) + down
    return upright_crop(middle.astype(np.float32), face.size * view.faces, turn, view.pixels)


@cache
def anchors(side: int) -> Floats:
    """``(N, 2)`` anchor centres: two a cell of 8 pixels, then six a cell of 16."""
    return np.concatenate([grid(side // 8, 2, side), grid(side // 16, 6, side)])


def decoded(regressed: Floats, logits: Floats, centres: Floats, view: View) -> Iterator[Palm]:
    """Palms in view pixels, from ``(N, 18)`` regressors and ``(N,)`` logits."""
    for row in np.flatnonzero(logits > view.threshold):
        points = regressed[row].reshape(-1, 2) + centres[row]
        half = regressed[row, 2:4] / 2
        if (half > 0).all():
            box = np.concatenate([points[0] - half, points[0] + half])
            yield Palm(box=box, key_points=points[2:], score=float(logits[row]))


def moved(palm: Palm, matrix: Matrix) -> Palm:
    """``palm`` through ``matrix``; its box keeps its middle and sides."""
    corners = palm.box.reshape(2, 2)
    middle = moved_by(matrix, corners.mean(axis=0)[None])[0]
    half = (corners[1] - corners[0]) / 2 * np.float32(scale_of(matrix))
    return Palm(
        box=np.concatenate([middle - half, middle + half]),
        key_points=moved_by(matrix, palm.key_points),
        score=palm.score,
    )


#: The crop around a palm: its side in sides of the palm, and how far its middle lies towards the
#: fingers. The one around landmarks: its side in sides of the steady ones' box, and its shift.
PALM_CROP, PALM_SHIFT = 2.6, 0.5
HAND_CROP, HAND_SHIFT = 2.0, 0.2


def crop_of_palm(palm: Palm) -> Matrix:
    """Picture -> the square in which the hand of ``palm`` stands upright."""
    low, high = palm.box[:2], palm.box[2:]
    side = float((high - low).max())
    turn, up = fingers_up(palm.key_points[0], palm.key_points[2])
    middle = (low + high) / 2 + up * PALM_SHIFT * side
    return upright_crop(middle.astype(np.float32), PALM_CROP * side, turn, SIDE)


def crop_around(landmarks: Points) -> Matrix:
    """Picture -> the square in which the hand with ``landmarks`` ``(21, 3)`` stands upright."""
    flat = landmarks[:, :2]
    knuckles = (flat[INDEX_ROOT] + flat[RING_ROOT]) / 4 + flat[MIDDLE_ROOT] / 2
    turn, up = fingers_up(flat[WRIST], knuckles)
    upright = upright_crop(np.zeros(2, np.float32), 1, turn, 1)[:, :2]
    steady = flat[STEADY] @ upright.T
    low, high = steady.min(axis=0), steady.max(axis=0)
    middle = (low + high) / 2 @ upright + up * HAND_SHIFT * (high - low)[1]
    return upright_crop(
        middle.astype(np.float32), float((high - low).max()) * HAND_CROP, turn, SIDE
    )


def fingers_up(wrist: Floats, knuckles: Floats) -> tuple[float, Floats]:
    """The turn of a hand, radians clockwise from upright, and its ``(2,)`` direction in the picture."""
    turn = roll(wrist, knuckles) + np.pi / 2
    return turn, np.array([np.sin(turn), -np.cos(turn)], np.float32)


#: Pairs of landmarks across the palm, and the palm's length in their distances: of index, middle, ring
#: and little finger from the wrist, and of the knuckles from each other.
ACROSS_PALM = np.array([(0, 5), (0, 9), (0, 13), (0, 17), (5, 17)])
LENGTHS = np.array([1.0, 1.0, 1.05, 1.1, 1.35], np.float32)


def palm_length(landmarks: Points) -> float:
    """Length of a palm, pixels, by what is least foreshortened of its ``(21, 3)`` landmarks."""
    starts, ends = landmarks[ACROSS_PALM[:, 0]], landmarks[ACROSS_PALM[:, 1]]
    return float((np.linalg.norm(ends - starts, axis=1) * LENGTHS).max())


def believable(hand: Hand, face: Face) -> bool:
    """Whether ``hand`` is one, and as large as the hand of somebody with this face can be."""
    share = palm_length(hand.landmarks) / face.size
    return hand.score >= SURELY and SHORTEST_PALM < share < LONGEST_PALM


def distinct(hands: list[Hand]) -> list[Hand]:
    """``hands`` without those that lie on a surer one, the surest first."""
    kept: list[Hand] = []
    for hand in sorted(hands, key=lambda h: -h.score):
        middle = hand.landmarks[STEADY, :2].mean(axis=0)
        apart = [np.linalg.norm(middle - k.landmarks[STEADY, :2].mean(axis=0)) for k in kept]
        if all(far > SAME_HAND * palm_length(hand.landmarks) for far in apart):
            kept.append(hand)
    return kept
