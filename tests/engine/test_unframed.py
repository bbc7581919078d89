"""What is painted where the frame of glasses was."""

import numpy as np

from mien.engine.ground import luminance
from mien.engine.mesh.unframed import PORED, between, pored

SIZE = 300.0


def test_paint_gets_the_pores_of_the_skin_beside_it():
    """
    As strong as they are there, times a share; the same at every call, and of the paint's own colour.
    """
    skin = np.zeros((120, 160), np.float32)
    skin[:, :80] = 1
    smooth = np.full((120, 160, 3), (180, 140, 120), np.uint8)
    pores = 8 * between(skin.shape, 0.003 * SIZE, 0.006 * SIZE)
    under = np.clip(smooth + pores[..., None], 0, 255).astype(np.uint8)

    out = pored(smooth, under, skin, SIZE)

    has, wanted = (luminance(each).std() for each in (out, under))
    assert 0.6 < has / (PORED * wanted) < 1.5
    assert (out == pored(smooth, under, skin, SIZE)).all()
    np.testing.assert_allclose(out.mean(axis=(0, 1)), (180, 140, 120), atol=1)


def test_paint_beside_smooth_skin_stays_smooth():
    """
    And where there is no skin at all nothing is made up.
    """
    skin = np.ones((60, 60), np.float32)
    smooth = np.full((60, 60, 3), 150, np.uint8)
    rough = (smooth + 40 * (np.arange(60) % 2)[:, None, None]).astype(np.uint8)

    assert (pored(smooth, smooth, skin, SIZE) == smooth).all()
    assert (pored(smooth, rough, 0 * skin, SIZE) == smooth).all()
