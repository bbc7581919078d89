"""What hands cover of a face, steady from frame to frame."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from mien.engine.hands import STEADY
from mien.engine.mesh.fingers import hands_before
from mien.engine.mesh.raster import Region
from mien.engine.mesh.shape import smoothstep
from mien.engine.types import Face, Floats, Image, Mask

#: What hands covered they still cover a second later, moved along with their palms, by this much less: contours
#: that are found frame by frame lose a fingertip in one frame and have it in the next.
HELD = 0.28
#: Below the first the face is shown, above the second what the target has there: nobody sees through a thumb.
HARDLY, SURELY = 0.2, 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cover:
    """What hands cover around a face."""

    #: ``(rows, columns)`` on the grid of ``region``, 1 where hands are.
    mask: Mask
    region: Region
    #: How many hands, and ``(2,)`` the middle of their palms, picture pixels.
    count: int
    middle: Floats

    @staticmethod
    def of(face: Face, scene: Image, around: Region) -> "Cover | None":
        """What the hands before ``face`` cover; None where there are none.

        Args:
            scene: ``(rows, columns, 3)`` the picture on the grid ``around`` the face, a pixel a cell.
        """
        if not face.hands:
            return None
        palms = np.stack([hand.landmarks[STEADY, :2].mean(axis=0) for hand in face.hands])
        return Cover(
            mask=hands_before(face.hands, scene, around),
            region=around,
            count=len(face.hands),
            middle=palms.mean(axis=0),
        )

    @property
    def shown(self) -> Mask:
        """``(rows, columns)`` 1 where the target's hands are shown: nobody sees through them."""
        return smoothstep(HARDLY, SURELY, self.mask)

    def later(self, seconds: float) -> "Cover":
        """What is still believed of it so many ``seconds`` later."""
        return replace(self, mask=self.mask * np.float32(HELD**seconds))

    def after(self, earlier: "Cover | None") -> "Cover":
        """The same with what they covered before, where ``earlier`` is what is still believed of that."""
        if earlier is None or earlier.count != self.count:
            return self
        was = earlier.moved_to(self.region, self.middle)
        return replace(self, mask=np.maximum(self.mask, was))

    def moved_to(self, region: Region, middle: Floats) -> Mask:
        """``(rows, columns)`` the mask on the grid of ``region``, once the palms are at ``middle``."""
        here, there = (
            r.to_grid(m[None])[0] for r, m in ((self.region, self.middle), (region, middle))
        )
        scale = region.step / self.region.step
        matrix = np.array(
            [[scale, 0, here[0] - scale * there[0]], [0, scale, here[1] - scale * there[1]]]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(self.mask, matrix, region.grid, flags=flags), np.float32)
