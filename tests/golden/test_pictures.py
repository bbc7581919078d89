"""Swaps between the two shipped pictures, as they looked when they were found good.

A different processor moves landmarks by hundredths of a pixel; the tolerances leave room for that
and for nothing that can be seen.
"""

import cv2
import numpy as np
import pytest

from mien.engine.options import Blend, SwapOptions

TOLERANCE = {"max_mean": 0.6, "max_local": 8.0}


def shown(picture, face):
    """``picture`` around ``face``, so that golden files stay small and show what matters."""
    x0, y0, x1, y1 = (round(v) for v in face.box)
    room = round(face.size / 2)
    top, left = max(0, y0 - room), max(0, x0 - room)
    return np.ascontiguousarray(picture[top : y1 + room, left : x1 + room])


@pytest.fixture(scope="module")
def large_astronaut(astronaut):
    """The astronaut's head at twice its size: a face of about 220 pixels."""
    return cv2.resize(astronaut[:256, 96:352], None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)


def swap(finder, swapper, source, target, options=SwapOptions()):  # noqa: B008 - frozen
    (face,) = finder.closely(target)
    prepared = swapper.prepare(source, finder.closely(source)[0])
    return shown(swapper.swap(target, face, prepared, options), face)


def test_hopper_on_astronaut(golden, finder, swapper, hopper, large_astronaut):
    """
    Cap, glasses and closed lips of the source on a laughing target.
    """
    golden.check(swap(finder, swapper, hopper, large_astronaut), **TOLERANCE)


def test_astronaut_on_hopper(golden, finder, swapper, large_astronaut, hopper):
    """
    A laughing source on closed lips behind glasses.
    """
    golden.check(swap(finder, swapper, large_astronaut, hopper), **TOLERANCE)


def test_kept_mouth(golden, finder, swapper, hopper, large_astronaut):
    """
    Option -m: the astronaut's own smile.
    """
    options = SwapOptions(keep_mouth=True)

    golden.check(swap(finder, swapper, hopper, large_astronaut, options), **TOLERANCE)


def test_multiband(golden, finder, swapper, hopper, large_astronaut):
    """
    The wide seam.
    """
    options = SwapOptions(blend=Blend.MULTIBAND)

    golden.check(swap(finder, swapper, hopper, large_astronaut, options), **TOLERANCE)


def test_turned_target(golden, finder, swapper, hopper, large_astronaut):
    """
    A head that leans by thirty degrees takes the source leaning.
    """
    size = large_astronaut.shape[0]
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), 30, 0.8)
    turned = cv2.warpAffine(large_astronaut, turn, (size, size), borderMode=cv2.BORDER_REPLICATE)

    golden.check(swap(finder, swapper, hopper, turned), **TOLERANCE)


def test_grey_target(golden, finder, swapper, large_astronaut, hopper):
    """
    A black-and-white target stays black and white to the eye.
    """
    grey = np.repeat(cv2.cvtColor(hopper, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)

    golden.check(swap(finder, swapper, large_astronaut, grey), **TOLERANCE)
