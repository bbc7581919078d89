"""What has no colour of its own gets the target's."""

import cv2
import numpy as np
import pytest

from mien.engine.mesh import lamps
from mien.engine.mesh.regions import LIPS_INNER, LIPS_OUTER
from mien.engine.options import SwapOptions


@pytest.fixture(scope="module")
def grey(astronaut):
    """The same picture in black and white."""
    return cv2.cvtColor(cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def redness(picture, where):
    """The logarithm of red by green, a mean ``where`` a mask of the picture is."""
    red, green, _ = np.log(picture[where].astype(np.float32) + 1).T
    return float((red - green).mean())


def test_a_photo_without_colours_is_colourless(swapper, astronaut, astronaut_face, grey):
    """
    Black and white and sepia leave all of what colour they have behind, a photo in colour none.
    """
    sepia = (grey * np.array([1, 0.85, 0.65])).astype(np.uint8)
    chart = swapper.chart
    skin = chart.core * (1 - chart.own)

    share = [
        lamps.colourless(swapper.prepare(photo, astronaut_face).face, skin, chart)
        for photo in (grey, sepia, astronaut)
    ]

    assert share == [1, 1, 0]


def test_a_black_and_white_source_gets_the_targets_lips_in_red(
    swapper, astronaut, astronaut_face, grey
):
    """
    Next to the chin they are nearly half as red as the target's; with one colour for all of a face they are a quarter.
    """
    source = swapper.prepare(grey, astronaut_face)
    result = swapper.swap(astronaut, astronaut_face, source, SwapOptions())
    lips, skin = lips_and_chin(astronaut_face, astronaut.shape[:2])

    ours, theirs = (redness(one, lips) - redness(one, skin) for one in (result, astronaut))

    assert theirs > 0.1
    assert ours > 0.42 * theirs


def lips_and_chin(face, shape):
    """Masks of a picture of that ``shape``: the lips, and a disc on the chin below them."""
    drawn = np.zeros((2, *shape), np.uint8)
    points = face.landmarks[:, :2]
    outlines = [np.rint(points[line]).astype(np.int32) for line in (LIPS_OUTER, LIPS_INNER)]
    cv2.fillPoly(drawn[0], outlines[:1], 1)
    cv2.fillPoly(drawn[0], outlines[1:], 0)
    middle = (points[18] + points[200]) / 2
    radius = float(np.linalg.norm(points[18] - points[200])) / 2
    cv2.circle(drawn[1], np.rint(middle).astype(int).tolist(), round(radius), 1, -1)
    return drawn > 0
