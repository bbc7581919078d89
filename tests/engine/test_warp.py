"""How a source is sampled."""

import numpy as np

from mien.engine.mesh.warp import without_finer


def test_detail_too_fine_for_a_place_goes_before_it_is_sampled():
    """
    Lines a pixel apart fade where the place is smaller, the more the smaller; what fits stays as it is.
    """
    lines = np.zeros((32, 32, 3), np.uint8)
    lines[:, ::2] = 200
    contrast = [int(np.ptp(without_finer(lines, larger)[16])) for larger in (0.7, 1.0, 1.6, 2.4)]

    assert contrast[:2] == [200, 200]
    assert 180 > contrast[2] > contrast[3]
    assert 80 > contrast[3]
    slow = np.full_like(lines, 90)
    assert (without_finer(slow, 2.4) == slow).all()
