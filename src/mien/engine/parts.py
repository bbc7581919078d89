"""What is hair, skin, cloth or a thing around a face.

The network is MediaPipe's selfie multiclass segmentation (Apache-2.0), shown an upright square around the
face. It was taught on selfies: fringes and strands, glasses with their lenses, microphones, hats, scarves and
hands it tells from a face as no colour could, and knows beards and brows for the face's own.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from mien.engine.beside import ALONE, Beside, Later
from mien.engine.geometry import Viewed, crop_of, moved_by
from mien.engine.landmarks import crop_around, crop_of_detection, eye_roll
from mien.engine.protocols import Network
from mien.engine.types import Detection, Face, Floats, Image, Matrix, Parts

#: What the network tells, in the order of its output: what is behind, hair, skin of hands and bodies, skin of
#: faces, cloth, and things that people wear or hold.
BACKGROUND, HAIR, BODY, FACE, CLOTHES, THINGS = range(6)
#: Side of the square that it is shown, pixels: less than half of what it was taught on, in a sixth of the time. Inside
#: the faces of 154 pictures its answer differs from that at 256 pixels by .04 on average, as at 128 pixels and 1.75
#: faces (.035); at 64 by .1.
SIDE = 96
#: The same for frames of glasses, in 26 ms: at 96 pixels clear and thin rims are lost in part, at 256 hardly more is
#: seen than at this, in twice the time.
FINE_SIDE = 192
#: That square, in sizes of the face, or of the detector's box, which is nearly the same. Closer there are more pixels
#: to a face, but from 1.4 on the network misses what is around it, and takes drawn and blurred ones for none.
FACES = 1.5
#: Faces below this (pixels) are not looked at.
SMALLEST = 48.0
#: The face lies well in a square that was laid by another look: it is so large a share of it, its middle so
#: near to the square's (shares of the square), and turned by so much at most (radians).
SHARES, OFF, TURNED = (0.46, 0.84), 0.15, 0.6


@dataclass(frozen=True, kw_only=True)
class PartFinder:
    """Looks at faces. Threads may share it if they may share the network."""

    network: Network
    #: How the network works while the mesh is laid.
    side: Beside = ALONE

    def of_detection(self, image: Viewed, found: Detection) -> Parts:
        """The parts of ``image`` around the face that was ``found``."""
        return self._within(image, crop_of_detection(found, FACES, SIDE))

    def with_parts(self, image: Viewed, face: Face) -> Face:
        """``face`` of ``image`` with what is around it, unless it is too small to be looked at."""
        if face.size < SMALLEST:
            return face
        parts = self._within(image, crop_around(face.landmarks, FACES, SIDE))
        return replace(face, parts=parts)

    def finer(self, image: Viewed, face: Face) -> Later[Parts]:
        """The parts of ``image`` around ``face`` at more pixels, once they are asked for."""
        return Later(partial(self._finely, image, crop_around(face.landmarks, FACES, FINE_SIDE)))

    def _within(self, image: Viewed, matrix: Matrix) -> Parts:
        look = partial(likely, self.network, image, matrix, SIDE)
        return Parts(answer=self.side.later(look), matrix=matrix)

    def _finely(self, image: Viewed, matrix: Matrix) -> Parts:
        seen = likely(self.network, image, matrix, FINE_SIDE)
        return Parts(answer=lambda: seen, matrix=matrix)


def likely(network: Network, image: Viewed, matrix: Matrix, side: int) -> Floats:
    """``(side, side, 6)`` how likely each pixel of the square shows what.

    Args:
        matrix: picture -> square, of so many pixels a ``side``.
    """
    (logits,) = network(tensor_of(crop_of(image, matrix, side))).values()
    return softmax(logits[0])


def lies_well(face: Face, matrix: Matrix) -> bool:
    """Whether ``face`` is where a square should have it.

    Args:
        matrix: picture -> square.
    """
    points = moved_by(matrix, face.landmarks)
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    share = float((high - low).max()) / SIDE
    off = np.abs((low + high) / 2 / SIDE - 0.5).max()
    return SHARES[0] < share < SHARES[1] and off < OFF and abs(eye_roll(points)) < TURNED


def tensor_of(crop: Image) -> Floats:
    """``(1, S, S, 3)`` RGB in -1..1."""
    return crop[None].astype(np.float32) / np.float32(127.5) - np.float32(1)


def softmax(logits: Floats) -> Floats:
    """``(h, w, K)`` logits as probabilities."""
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True), np.float32)
