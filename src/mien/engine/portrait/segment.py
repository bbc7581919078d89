"""Where people are in a picture: MediaPipe's selfie segmentation (Apache-2.0), asked more than once.

There are two networks, for square and for wide pictures, and both look at the whole picture: pieces in which
only the first one sees a person, and not surely, are in doubt. A third one (`mien.engine.portrait.bodies`) is
heard later, together with the colours.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from mien.engine.portrait.bodies import bodies
from mien.engine.portrait.stage import step
from mien.engine.portrait.verdict import EVEN, likely_of, log_odds
from mien.engine.protocols import Network
from mien.engine.sampling import averaged
from mien.engine.types import Face, Floats, Image, Mask

#: Side of the network's input, pixels.
SIDE = 256
#: The head is looked at once more in a square of so many faces, if that is a smaller part of the
#: picture than this share.
AROUND_HEAD, CLOSER = 2.4, 0.6
#: The square's middle lies above the face's by this share of it: hair is part of a head.
HAIR = 0.1
#: Width and height of the second network's input.
WIDE = (256, 144)
#: Pieces that only one network takes for a person are at least so many faces across, and how much the
#: other's doubt counts in them.
PIECE, DOUBT = 0.1, 0.43
#: Share of the square over which its mask runs into the picture's.
SEAM = 0.15
#: The whole picture is looked at from farther away, too: it then takes so much of the network's input. Not
#: where the largest face fills the picture: up to, and from these shares of its shorter side.
FARTHER, CLOSE_UPS = 0.8, (0.5, 0.55)
#: The network looks at the picture as it is and, for what is dark or out of focus, brighter by this
#: exponent, with edges of this width (cells) raised by this share.
BRIGHTER, EDGE, CRISPER = 0.55, 1.8, 0.8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Where people are in a picture, as networks see it."""

    #: ``(H, W)`` how likely each pixel shows a person, coarse at edges.
    likely: Mask
    #: ``(H, W)`` how likely the network that knows bodies thinks so; even where it was not asked.
    bodies: Mask


@dataclass(frozen=True, kw_only=True)
class Segmenter:
    """Tells people from what is behind them. Threads may share it if they may share the network."""

    network: Network
    #: For wide pictures; it sees less, and does not take for a person what only the other one does.
    second: Network | None = None
    #: The one that knows bodies.
    body: Network | None = None

    def people(self, image: Image, faces: list[Face]) -> People:
        """Who is in ``image`` ``(H, W, 3)``.

        Args:
            faces: whose heads are looked at closely.
        """
        height, width = image.shape[:2]
        whole = np.asarray(cv2.resize(looked_at(image, self.network), (width, height)), np.float32)
        for face in faces:
            self._look_closer(image, face, whole)
        largest = max((face.size for face in faces), default=0.0)
        self._step_back(image, largest, whole)
        if self.second is not None:
            other = looked_at(image, self.second, WIDE)
            whole = doubted(whole, other, largest)
        if self.body is None:
            return People(likely=whole, bodies=np.full_like(whole, EVEN))
        return People(likely=whole, bodies=bodies(image, faces, self.body))

    def _look_closer(self, image: Image, face: Face, whole: Mask) -> None:
        height, width = whole.shape
        x0, y0, x1, y1 = face.box
        half = face.size * AROUND_HEAD / 2
        across, down = (x0 + x1) / 2, (y0 + y1) / 2 - HAIR * face.size
        left, right = max(0, int(across - half)), min(width, int(across + half))
        top, bottom = max(0, int(down - half)), min(height, int(down + half))
        if (
            min(right - left, bottom - top) < SIDE / 8
            or (right - left) * (bottom - top) > CLOSER * width * height
        ):
            return
        part = looked_at(image[top:bottom, left:right], self.network)
        part = np.asarray(cv2.resize(part, (right - left, bottom - top)), np.float32)
        seam = max(1, int(2 * half * SEAM))
        weight = np.minimum(
            ramp(right - left, seam, left > 0, right < width)[None],
            ramp(bottom - top, seam, top > 0, bottom < height)[:, None],
        )
        under = whole[top:bottom, left:right]
        under += (part - under) * weight

    def _step_back(self, image: Image, largest: float, whole: Mask) -> None:
        height, width = whole.shape
        share = np.array([largest / min(height, width)], np.float32)
        weight = 1 - step(*CLOSE_UPS, share).item()
        if weight <= 0:
            return
        afar = np.asarray(
            cv2.resize(seen_from_afar(image, self.network), (width, height)), np.float32
        )
        whole += (afar - whole) * (weight / (1 + weight))


def seen_from_afar(image: Image, network: Network) -> Mask:
    """``(h, w)`` a network's answers to the picture with its outermost pixels repeated all around it.

    Large hats come whole that way, and lamps and lights near the person rather stay behind.
    """
    side = round(SIDE * FARTHER)
    before = (SIDE - side) // 2
    after = SIDE - side - before
    small = averaged(image, (side, side))
    framed = cv2.copyMakeBorder(small, before, after, before, after, cv2.BORDER_REPLICATE)
    answer = answered(np.asarray(framed, np.uint8), network)
    return answer[before : before + side, before : before + side]


def looked_at(image: Image, network: Network, size: tuple[int, int] = (SIDE, SIDE)) -> Mask:
    """``(h, w)`` a network's answers to the picture and to a clearer one, and to both mirrored, averaged.

    Args:
        size: of the network's input, (width, height).
    """
    return answered(averaged(image, size), network)


def answered(small: Image, network: Network) -> Mask:
    """``(h, w)`` a network's answers to a picture of its input's size, as `looked_at`."""
    tensor = small.astype(np.float32) / np.float32(255)
    answers = [asked_twice(network, each) for each in (tensor, clearer(tensor))]
    return np.asarray((answers[0] + answers[1]) / 2, np.float32)


def asked_twice(network: Network, tensor: Floats) -> Mask:
    """The network's answer, and that to the mirrored picture, averaged."""
    mirrored = np.ascontiguousarray(tensor[:, ::-1])
    (once,), (again,) = network(tensor[None]).values(), network(mirrored[None]).values()
    return np.asarray((once[0, ..., 0] + again[0, :, ::-1, 0]) / 2, np.float32)


def doubted(likely: Mask, other: Mask, size: float) -> Mask:
    """``likely`` ``(H, W)``, less so where a second opinion ``other`` ``(h, w)`` sees nobody in a whole piece.

    Args:
        size: of a face, pixels of ``likely``: outlines that differ by less than a part of it are no pieces.
    """
    height, width = likely.shape
    small = np.asarray(cv2.resize(likely, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)
    against = np.maximum(-log_odds(np.asarray(cv2.resize(other, (SIDE, SIDE)), np.float32)), 0)
    sides = (2 * max(1, round(PIECE * size * SIDE / side / 2)) + 1 for side in (width, height))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, tuple(sides))
    pieces = cv2.morphologyEx(against * (small > EVEN), cv2.MORPH_OPEN, kernel)
    # The doubt goes on beyond a piece, where the first network is not half sure itself.
    doubt = np.minimum(cv2.dilate(pieces, kernel), against)
    doubt = np.asarray(cv2.resize(doubt, (width, height)), np.float32)
    after, at = likely.copy(), doubt > 0
    told = np.asarray(log_odds(likely[at]) - DOUBT * doubt[at], np.float32)
    after[at] = likely_of(told)
    return after


def clearer(tensor: Floats) -> Floats:
    """``tensor`` ``(h, w, 3)``, 0..1, brighter and crisper."""
    soft = cv2.GaussianBlur(tensor, (0, 0), EDGE)
    crisp = np.clip(tensor + CRISPER * (tensor - soft), 0, 1)
    return np.asarray(crisp**BRIGHTER, np.float32)


def ramp(length: int, seam: int, begins: bool, ends: bool) -> Floats:  # noqa: FBT001 - two edges
    """``(length,)`` 1, rising from 0 over ``seam`` at edges inside the picture."""
    weights = np.ones(length, np.float32)
    rise = np.linspace(0, 1, min(seam, length), dtype=np.float32)
    if begins:
        weights[: len(rise)] *= rise
    if ends:
        weights[-len(rise) :] *= rise[::-1]
    return weights
