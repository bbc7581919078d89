"""The facts of the mesh: a disc of triangles, symmetric, with its axes as documented."""

from collections import Counter
from dataclasses import fields, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.engine.mesh.topology import Topology
from mien.models.store import ModelStore

TOPOLOGY = ModelStore().topology()
REFINED = ("lips", "left_eye", "right_eye", "left_iris", "right_iris")
FOREHEAD, CHIN, NOSE_TIP, EAR = 10, 152, 1, 234


def directed_edges(triangles: NDArray[np.int32]) -> Counter[tuple[int, int]]:
    return Counter((int(t[k]), int(t[(k + 1) % 3])) for t in triangles for k in range(3))


class TestTriangles:
    def test_surface_is_wound_one_way(self):
        """No edge is run through twice in the same direction, so all triangles face one side."""
        assert 1 == max(directed_edges(TOPOLOGY.triangles).values())

    def test_surface_is_a_disc_with_36_points_on_its_rim(self):
        """Eyes and mouth are filled: the face's outline is the only border."""
        edges = directed_edges(TOPOLOGY.triangles)
        rim = [edge for edge in edges if edge[::-1] not in edges]
        undirected = {frozenset(edge) for edge in edges}

        assert 36 == len(rim)
        assert 1 == 468 - len(undirected) + len(TOPOLOGY.triangles)


class TestCanonicalFace:
    def test_axes_are_as_documented(self):
        """x to the picture's right, y up, z towards the camera, in centimetres."""
        face = TOPOLOGY.canonical

        assert (face[TOPOLOGY.left_eye, 0] < 0).all()
        assert (face[TOPOLOGY.right_eye, 0] > 0).all()
        assert 17 < face[FOREHEAD, 1] - face[CHIN, 1] < 18
        assert face[NOSE_TIP, 2] - face[EAR, 2] > 8

    def test_texture_runs_down_from_the_forehead(self):
        """v grows downwards, u to the right."""
        uv = TOPOLOGY.uv

        assert uv[FOREHEAD, 1] < uv[CHIN, 1]
        assert uv[33, 0] < uv[263, 0]
        assert (uv >= 0).all()
        assert (uv <= 1).all()

    def test_eyes_mirror_each_other_row_by_row(self):
        """Row i of one eye is the mirror image of row i of the other."""
        mirrored = TOPOLOGY.canonical[TOPOLOGY.left_eye] * [-1, 1, 1]

        assert mirrored == pytest.approx(TOPOLOGY.canonical[TOPOLOGY.right_eye], abs=1e-4)


class TestIndices:
    def test_no_vertex_is_refined_twice(self):
        """The five lists name different vertices."""
        lists = [getattr(TOPOLOGY, name) for name in REFINED]

        assert 80 + 71 + 71 + 5 + 5 == len(set(np.concatenate(lists).tolist()))

    def test_irises_follow_the_surface(self):
        """They are vertices 468 to 477, the left one first."""
        irises = [*TOPOLOGY.left_iris, *TOPOLOGY.right_iris]

        assert list(range(468, 478)) == irises


class TestChecks:
    @pytest.mark.parametrize("name", [field.name for field in fields(Topology)])
    def test_another_shape_is_refused(self, name):
        """The message names the array, and says what was expected and what came."""
        array = getattr(TOPOLOGY, name)[:-1]

        with pytest.raises(ValueError, match=f"{name} must have shape .* got"):
            replace(TOPOLOGY, **{name: array})

    @pytest.mark.parametrize(
        ("name", "wrong"), [("triangles", 468), ("lips", -1), ("left_iris", 478)]
    )
    def test_a_vertex_that_does_not_exist_is_refused(self, name, wrong):
        """Triangles and lips end at 467, irises at 477."""
        array = getattr(TOPOLOGY, name).copy()
        array.flat[0] = wrong

        with pytest.raises(ValueError, match=f"{name} must name vertices"):
            replace(TOPOLOGY, **{name: array})
