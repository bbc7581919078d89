"""What is painted where the frame of glasses was."""

import numpy as np

from mien.engine.ground import luminance
from mien.engine.mesh.unframed import PORED, between, pores

SIZE = 300.0
#: A part of the picture.
PART = (slice(20, 110), slice(30, 150))


def test_paint_gets_the_pores_of_the_skin_beside_it():
    """
    As strong as they are there, times a share; the same at every call, and neither brighter nor darker.
    """
    skin = np.zeros((120, 160), np.float32)
    skin[:, :80] = 1
    smooth = np.full((120, 160, 3), (180, 140, 120), np.uint8)
    rough = 8 * between((slice(0, 120), slice(0, 160)), 0.003 * SIZE, 0.006 * SIZE)
    under = np.clip(smooth + rough[..., None], 0, 255).astype(np.uint8)

    out = pores(under, skin, SIZE, PART)

    assert (90, 120) == out.shape
    assert 0.6 < out.std() / (PORED * luminance(under).std()) < 1.5
    assert 0.5 > abs(float(out.mean()))
    assert (out == pores(under, skin, SIZE, PART)).all()


def test_pores_lie_where_they_lie_in_the_whole_picture():
    """
    A part of the pattern, not another one.
    """
    whole = between((slice(0, 120), slice(0, 160)), 1.0, 2.0)
    part = between(PART, 1.0, 2.0)

    assert 0.999 < np.corrcoef(whole[PART].ravel(), part.ravel())[0, 1]


def test_paint_beside_smooth_skin_stays_smooth():
    """
    And where there is no skin at all nothing is made up.
    """
    skin, part = np.ones((60, 60), np.float32), (slice(0, 60), slice(0, 60))
    smooth = np.full((60, 60, 3), 150, np.uint8)
    rough = (smooth + 40 * (np.arange(60) % 2)[:, None, None]).astype(np.uint8)

    assert 0.01 > np.abs(pores(smooth, skin, SIZE, part)).max()
    assert not pores(rough, 0 * skin, SIZE, part).any()
