"""What never changes about the 478-point face mesh: who is joined to whom, and which is which."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.engine.types import MESH_POINTS, Floats

#: Vertices of the surface; the ten after them are the irises, which no triangle uses.
SURFACE_POINTS = 468
#: A disc of 468 vertices with 36 on its rim has 2 * 468 - 36 - 2 triangles.
TRIANGLES = 898
LIP_POINTS = 80
EYE_POINTS = 71
IRIS_POINTS = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Topology:
    """Facts of the mesh, loaded once and passed in. "Left" is as seen in the picture.

    The five index lists say where the rows of the mesh network's refining outputs belong:
    row i of ``output_lips`` is a better (x, y) of vertex ``lips[i]``, and so on.

    Raises:
        ValueError: when an array has another shape or names a vertex that does not exist.
    """

    #: ``(898, 3)`` vertices of each triangle, 0..467; eye openings and mouth are filled.
    triangles: NDArray[np.int32]
    #: ``(468, 3)`` the mean face, centimetres: x to the picture's right, y **up**, z towards the
    #: camera.
    canonical: Floats
    #: ``(468, 2)`` texture coordinates in 0..1: u to the right, v **down** from the forehead.
    uv: Floats
    #: ``(80,)`` vertices of ``output_lips``.
    lips: NDArray[np.int32]
    #: ``(71,)`` vertices of ``output_left_eye``: lids, eyebrow and what lies between.
    left_eye: NDArray[np.int32]
    #: ``(71,)`` the same of ``output_right_eye``.
    right_eye: NDArray[np.int32]
    #: ``(5,)`` vertices 468..472 of ``output_left_iris``: centre, then four on the rim.
    left_iris: NDArray[np.int32]
    #: ``(5,)`` vertices 473..477 of ``output_right_iris``.
    right_iris: NDArray[np.int32]

    def __post_init__(self) -> None:
        _require_shape("canonical", self.canonical, (SURFACE_POINTS, 3))
        _require_shape("uv", self.uv, (SURFACE_POINTS, 2))
        _require_indices("triangles", self.triangles, (TRIANGLES, 3), SURFACE_POINTS)
        _require_indices("lips", self.lips, (LIP_POINTS,), SURFACE_POINTS)
        _require_indices("left_eye", self.left_eye, (EYE_POINTS,), SURFACE_POINTS)
        _require_indices("right_eye", self.right_eye, (EYE_POINTS,), SURFACE_POINTS)
        _require_indices("left_iris", self.left_iris, (IRIS_POINTS,), MESH_POINTS)
        _require_indices("right_iris", self.right_iris, (IRIS_POINTS,), MESH_POINTS)


def _require_shape(name: str, array: NDArray[np.generic], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")


def _require_indices(
    name: str, array: NDArray[np.int32], shape: tuple[int, ...], count: int
) -> None:
    _require_shape(name, array, shape)
    low, high = int(array.min()), int(array.max())
    if low < 0 or high >= count:
        raise ValueError(f"{name} must name vertices 0..{count - 1}, got {low}..{high}")
