"""What the chart tells of one face: its skin, how it is seen, and what is foreign to it."""

from dataclasses import dataclass
from functools import cached_property

from mien.engine.mesh.chart import Chart
from mien.engine.mesh.skin import foreign, from_skin, length, unlit
from mien.engine.types import Floats, Image, Mask


@dataclass(frozen=True, kw_only=True, eq=False)
class Look:
    """A face on the chart, and its distances from its own skin, in sigmas."""

    #: ``(rows, columns, 3)``.
    face: Image
    #: ``(rows, columns)`` how squarely the camera sees each cell, 0..1.
    seen: Mask
    #: ``(rows, columns)`` where skin was learnt from.
    skin: Mask
    #: ``(rows, columns, 3)`` by colour (Y, Cr, Cb), and the lengths of that.
    colour: Floats
    plain: Floats

    @cached_property
    def foreign(self) -> Floats:
        """``(rows, columns)`` sigmas: what neither colour nor light explains."""
        return foreign(self.plain, length(unlit(self.face, self.skin)))


def look(face: Image, seen: Mask, chart: Chart) -> Look:
    """What there is to see of ``face`` ``(rows, columns, 3)``, which lies on the chart.

    Args:
        seen: ``(rows, columns)`` how squarely the camera sees each cell; skin is learnt from what it
            sees at all.
    """
    skin = chart.core * (1 - chart.own) * (seen > 0)
    colour = from_skin(face, skin)
    return Look(face=face, seen=seen, skin=skin, colour=colour, plain=length(colour))
