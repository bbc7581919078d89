import numpy as np
from numpy.typing import NDArray

from mien.engine.types import Floats

def drawn(
    corners: NDArray[np.int64], order: NDArray[np.int64], columns: int, rows: int
) -> tuple[NDArray[np.int32], Floats]: ...
def values(triangle: NDArray[np.int32], shares: Floats, at_corners: Floats) -> Floats: ...
def best_line(columns: Floats) -> NDArray[np.int64]: ...
