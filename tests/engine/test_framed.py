"""A source's glasses: looked at closely, and left behind with the shade that they throw."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from mien.engine.geometry import moved_by
from mien.engine.mesh.framed import framed, paint, thrown
from mien.engine.mesh.look import look
from mien.engine.mesh.regions import LEFT_EYE, RIGHT_EYE
from mien.engine.mesh.told import Told
from mien.engine.options import SwapOptions
from mien.engine.parts import FINE_SIDE, SIDE, PartFinder

SKIN = (205, 150, 125)
#: Half the width and height of a rim around an eye, shares of the face.
RIM = (0.2, 0.16)


@pytest.fixture(scope="module")
def chart(swapper):
    return swapper.chart


def rings(chart, thickness):
    """``(rows, columns)`` 1 on a rim around each eye, or within it for a negative ``thickness``."""
    drawn = np.zeros(chart.own.shape, np.float32)
    size = tuple(round(share * chart.cells) for share in RIM)
    for eye in (LEFT_EYE, RIGHT_EYE):
        x, y = chart.points[eye, :2].mean(axis=0).round().astype(int).tolist()
        cv2.ellipse(drawn, (x, y), size, 0, 0, 360, 1.0, thickness)
    return drawn


def bridge(chart):
    """``(rows, columns)`` 1 on a line from eye to eye."""
    drawn = np.zeros(chart.own.shape, np.float32)
    ends = (chart.points[eye, :2].mean(axis=0).round().astype(int) for eye in (LEFT_EYE, RIGHT_EYE))
    (left, y), (right, _) = (end.tolist() for end in ends)
    reach = round(RIM[0] * chart.cells)
    cv2.line(drawn, (left + reach, y), (right - reach, y), 1.0, 3)
    return drawn


def told(things):
    none = np.zeros_like(things)
    return Told(grown=none, things=np.asarray(things, np.float32), before=none)


class TestTold:
    def test_what_is_thin_is_frame_and_what_is_thick_a_lens(self, chart, swapper):
        """Rims and bridge are painted over; dark lenses cover the face, and would be paint over eyes."""
        rims, lenses = rings(chart, 3), rings(chart, -1)
        clear = told(np.maximum(rims, bridge(chart)))
        dark = told(np.maximum(lenses, bridge(chart)))

        assert clear.frame(chart, swapper.seat)[rims > 0].min() > 0.9
        assert clear.before_source(chart, swapper.seat)[chart.inside > 0].max() < 0.1
        assert dark.frame(chart, swapper.seat)[cv2.erode(lenses, np.ones((5, 5))) > 0].max() < 0.1
        assert dark.before_source(chart, swapper.seat)[lenses > 0].min() > 0.9

    def test_an_arm_is_frame_out_to_the_ear(self, chart, swapper):
        """And a thing on the forehead that no rim touches is none."""
        rims = np.maximum(rings(chart, 3), bridge(chart))
        arm, apart = np.zeros_like(rims), np.zeros_like(rims)
        x, y = chart.points[LEFT_EYE, :2].mean(axis=0).round().astype(int).tolist()
        cv2.line(arm, (4, y), (x - round(RIM[0] * chart.cells), y), 1.0, 3)
        cv2.circle(
            apart, (round(float(chart.points[10, 0])), y - round(0.4 * chart.cells)), 6, 1.0, -1
        )

        frame = told(np.maximum.reduce([rims, arm, apart])).frame(chart, swapper.seat)

        assert frame[(arm > 0) & (chart.inside > 0)].min() > 0.9
        assert frame[apart > 0].max() < 0.1

    def test_a_speck_of_shine_covers_nothing(self, chart, swapper):
        """The network takes the shine on a nose for a thing; a nose with holes in it is nobody's."""
        things = np.maximum(rings(chart, 3), bridge(chart))
        x, y = chart.points[4, :2].round().astype(int).tolist()
        for radius, most in ((3, 0.1), (8, 1.0)):
            seen = things.copy()
            cv2.circle(seen, (x, y), radius, 1.0, -1)
            covered = told(seen).before_source(chart, swapper.seat)[y, x]
            assert (covered > 0.9) == (most > 0.9)


class TestThrown:
    def test_shade_below_a_rim_goes_with_it(self, chart, swapper):
        """A dark crescent beside the rim is found; the same on a cheek that no rim is near to is not."""
        face = np.full((*chart.own.shape, 3), SKIN, np.uint8)
        rims = rings(chart, 3)
        x, y = chart.points[LEFT_EYE, :2].mean(axis=0).round().astype(int).tolist()
        shaded = np.zeros_like(rims)
        down = round(RIM[1] * chart.cells)
        for row in (y + down + 4, y + down + 25):
            cv2.line(shaded, (x - 8, row), (x + 4, row), 1.0, 3)
        face[shaded > 0] = np.asarray(SKIN) * 0.6

        found = thrown(face, rims, chart, swapper.seat)

        assert found[y + down + 4, x - 6 : x + 3].min() > 0.9
        assert found[y + down + 20 :].max() < 0.1

    def test_lids_are_no_shade(self, chart, swapper):
        """Eyes are dark themselves, and stay."""
        face = np.full((*chart.own.shape, 3), SKIN, np.uint8)
        face[chart.eyes > 0.5] = 40

        assert thrown(face, rings(chart, 3), chart, swapper.seat)[chart.lids > 0.5].max() < 0.1


def test_a_rim_in_the_shade_is_painted_with_shade(chart, swapper):
    """Half of a face is dark: skin all the same. Without glasses only what is near to skin in colour is paint."""
    face = np.full((*chart.own.shape, 3), SKIN, np.uint8)
    dark = np.zeros(chart.own.shape, np.bool_)
    dark[:, : dark.shape[1] // 3] = True
    face[dark] = 20
    own = look(face, np.ones(chart.own.shape, np.float32), chart)
    cheek = dark & (chart.core * (1 - chart.own) > 0.99)
    worn = told(np.maximum(rings(chart, 3), bridge(chart)))

    assert paint(own, worn, chart, swapper.seat)[cheek].mean() > 0.8
    assert paint(own, None, chart, swapper.seat)[cheek].max() < 0.1
    assert framed(own, told(np.zeros_like(chart.own)), chart.own, chart, swapper.seat).max() == 0


def test_only_glasses_are_looked_at_twice(finder, swapper, hopper, astronaut):
    """The second look has more pixels and takes its time: once a face, be it source or target, and never in films."""
    asked = []

    def network(tensor):
        asked.append(tensor.shape[1])
        return finder.parts.network(tensor)

    parts = PartFinder(network=network)
    (plain,), (worn,) = (
        replace(finder, parts=parts).closely(picture) for picture in (astronaut, hopper)
    )
    source = swapper.prepare(astronaut, plain)
    swapper.swap(hopper, worn, source, SwapOptions())
    swapper.swap(astronaut, plain, swapper.prepare(hopper, worn), SwapOptions())
    swapper.swap(hopper, parts.with_parts(hopper, worn), source, SwapOptions())

    assert sorted(asked) == [SIDE, SIDE, SIDE, FINE_SIDE]


def test_a_closer_look_moves_with_its_picture(finder, hopper):
    """Cut out of a picture, a face has the same frame before it; it lies in the middle of what is looked at."""
    (face,) = finder.closely(hopper)
    near, moved = face.parts.finer(), face.parts.moved(-30, -20).finer()
    at = face.landmarks[:, :2]

    np.testing.assert_allclose(
        moved_by(near.matrix, at), moved_by(moved.matrix, at - (30, 20)), atol=1e-3
    )
    seen = moved_by(near.matrix, at)
    assert np.abs((seen.min(axis=0) + seen.max(axis=0)) / 2 - FINE_SIDE / 2).max() < 1
    assert near.likely.shape == moved.likely.shape == (FINE_SIDE, FINE_SIDE, 6)
