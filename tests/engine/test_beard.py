"""A source's full beard is told from shade, and stays as dark as it is."""

from dataclasses import replace

import numpy as np
import pytest

from mien.engine.mesh.beard import full_beard
from mien.engine.mesh.even import evening
from mien.engine.options import SwapOptions


@pytest.fixture(scope="module")
def chart(swapper):
    return swapper.chart


@pytest.fixture(scope="module")
def skin(chart):
    return np.asarray(chart.outline * (1 - chart.own), np.float32)


def jawed(chart, levels):
    """A grey face whose jaw is of ``levels`` ``(columns,)``."""
    face = np.full((*chart.own.shape, 3), 150, np.uint8)
    jaw = chart.jaw > 0.3
    face[jaw] = np.broadcast_to(levels, chart.own.shape)[jaw][:, None]
    return face


def test_a_jaw_that_is_dark_on_both_sides_wears_a_beard(chart, skin):
    """
    A shadow falls on one side, and shade from above is not as dark; where no jaw is seen nothing is told.
    """
    columns = chart.own.shape[1]
    half = np.where(np.arange(columns) < columns // 2, 40, 150)

    assert full_beard(jawed(chart, np.full(columns, 45)), skin, chart) > 0.95
    assert full_beard(jawed(chart, half), skin, chart) == 0
    assert full_beard(jawed(chart, np.full(columns, 85)), skin, chart) == 0
    assert full_beard(jawed(chart, np.full(columns, 45)), skin * (1 - chart.jaw), chart) == 0


def test_a_full_beard_makes_no_light_hard(chart, skin):
    """
    So much beard that half of a face is dark: the skin above it is no bright spot.
    """
    face = jawed(chart, np.full(chart.own.shape[1], 45))

    assert evening(face, skin * np.maximum(chart.jaw, chart.core * 0.6), chart) is None


def test_a_full_beard_stays_dark(swapper, chart, hopper, hopper_face, astronaut, astronaut_face):
    """
    On another's chin, in twice as much light, it is a third as bright as the skin above it at most: no veil.
    """
    source = swapper.prepare(hopper, hopper_face)
    face = source.face // 2
    face[chart.jaw > 0.3] //= 4
    worn = replace(source, face=face, free=np.ones_like(source.free))

    chin = (chart.jaw > 0.9) & (chart.core > 0.9) & (chart.lips < 0.1)
    cheeks = (chart.core * (1 - chart.own) > 0.9) & (chart.jaw < 0.1)
    study = swapper.study(astronaut, astronaut_face, worn, SwapOptions())
    lit = face * study.by.gain + study.by.lift
    assert lit[chin].mean() < 0.35 * lit[cheeks].mean()
