"""Where people are in a picture: MediaPipe's selfie segmentation (Apache-2.0), asked more than once."""

from dataclasses import dataclass

import cv2
import numpy as np

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
#: Share of the square over which its mask runs into the picture's.
SEAM = 0.15
#: The network looks at the picture as it is and, for what is dark or out of focus, brighter by this
#: exponent, with edges of this width (cells) raised by this share.
BRIGHTER, EDGE, CRISPER = 0.55, 1.8, 0.8


@dataclass(frozen=True, kw_only=True)
class Segmenter:
    """Tells people from what is behind them. Threads may share it if they may share the network."""

    network: Network

    def people(self, image: Image, faces: list[Face]) -> Mask:
        """``(H, W)`` how likely each pixel of ``image`` shows a person, coarse at edges.

        Args:
            faces: whose heads are looked at closely.
        """
        height, width = image.shape[:2]
        whole = np.asarray(cv2.resize(self._looked_at(image), (width, height)), np.float32)
        for face in faces:
            self._look_closer(image, face, whole)
        return whole

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
        part = self._looked_at(image[top:bottom, left:right])
        part = np.asarray(cv2.resize(part, (right - left, bottom - top)), np.float32)
        seam = max(1, int(2 * half * SEAM))
        weight = np.minimum(
            ramp(right - left, seam, left > 0, right < width)[None],
            ramp(bottom - top, seam, top > 0, bottom < height)[:, None],
        )
        under = whole[top:bottom, left:right]
        under += (part - under) * weight

    def _looked_at(self, image: Image) -> Mask:
        """The network's answers to the picture and to a clearer one, and to both mirrored, averaged."""
        small = averaged(image, (SIDE, SIDE)).astype(np.float32) / np.float32(255)
        answers = self._twice(small) + self._twice(clearer(small))
        return np.asarray(answers / 2, np.float32)

    def _twice(self, tensor: Floats) -> Mask:
        """The network's answer, and that to the mirrored picture, averaged."""
        mirrored = np.ascontiguousarray(tensor[:, ::-1])
        once, again = self._answer(tensor), self._answer(mirrored)
        return np.asarray((once + again[:, ::-1]) / 2, np.float32)

    def _answer(self, tensor: Floats) -> Mask:
        (answer,) = self.network(tensor[None]).values()
        return answer[0, ..., 0]


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
