"""Dark lenses before a face's eyes: told by how dark it is around both of them."""

from dataclasses import dataclass

import cv2
import numpy as np

from mien.engine.mesh.chart import Chart
from mien.engine.mesh.masks import near, together
from mien.engine.mesh.regions import LEFT_EYE, RIGHT_EYE, Indices
from mien.engine.mesh.shape import smoothstep
from mien.engine.ranks import HALFWAY, ranked
from mien.engine.sampling import disc
from mien.engine.types import HALF, Cells, Image, Mask

#: Lenses are dark where so many percent of what is around both eyes are darker than this share of the
#: cheek below: of 108 portraits only those with opaque lenses are (.63); the others begin at .91.
PERCENT, DARKER = 85, 0.8
#: A cell of a lens is perhaps darker than the first share of the cheek, surely than the second; a lens is
#: no thinner than the third, a share of the face, and reaches so far from the eyes.
PERHAPS, SURELY, THINNEST, REACH = 0.65, 0.55, 0.05, 0.17
#: Below the lids, shares of the face, the cheek begins and ends.
CHEEK_FROM, CHEEK_TO = 0.06, 0.24


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Eyes:
    """Where on the chart lenses are looked for. Masks are ``(rows, columns)``."""

    #: Around and in each eye, without its brow; and the cheek below each.
    around: tuple[Cells, Cells]
    cheeks: tuple[Cells, Cells]
    #: The forehead: beside a bright mask over the cheeks every eye is dark.
    forehead: Cells
    #: Wherever a lens may reach.
    near: Mask
    #: Cells of the thinnest lens.
    thinnest: int

    @staticmethod
    def of(chart: Chart) -> "Eyes":
        """The eyes on ``chart``."""
        both = together(chart.points, (LEFT_EYE, RIGHT_EYE), chart.region)
        left, right = (
            (np.maximum(chart.around[eye], chart.features[eye]) * (1 - chart.brows)) > HALF
            for eye in (0, 1)
        )
        return Eyes(
            around=(left, right),
            cheeks=(cheek(chart, LEFT_EYE), cheek(chart, RIGHT_EYE)),
            forehead=(chart.forehead * chart.core) > HALF,
            near=near(both, REACH * chart.cells),
            thinnest=round(THINNEST * chart.cells),
        )

    def lenses(self, face: Image) -> Mask:
        """``(rows, columns)`` 1 where dark lenses are; 0 all over for none.

        Args:
            face: ``(rows, columns, 3)`` on the chart.
        """
        light = cv2.cvtColor(face, cv2.COLOR_RGB2GRAY)
        brow = ranked(light[self.forehead], HALFWAY)
        skin = [max(1.0, min(brow, ranked(light[cheek], HALFWAY))) for cheek in self.cheeks]
        eyes = [ranked(light[eye], PERCENT) for eye in self.around]
        if any(eye > DARKER * own for eye, own in zip(eyes, skin, strict=True)):
            return np.zeros(light.shape, np.float32)
        share = light.astype(np.float32) / np.float32(sum(skin) / len(skin))
        dark = smoothstep(PERHAPS, SURELY, share) * self.near
        return np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, disc(self.thinnest)), np.float32)


def cheek(chart: Chart, eye: Indices) -> Cells:
    """``(rows, columns)`` the cheek below an ``eye``."""
    low, high = chart.points[eye, :2].min(axis=0), chart.points[eye, :2].max(axis=0)
    columns, rows = chart.region.grid
    x, y = np.arange(columns), np.arange(rows)[:, None]
    below = (y > high[1] + CHEEK_FROM * chart.cells) & (y < high[1] + CHEEK_TO * chart.cells)
    return np.asarray(below & (x >= low[0]) & (x <= high[0]) & (chart.own < HALF))
