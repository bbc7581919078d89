"""Vertices of the mesh by what they show. Rings are in order around; "left" as seen in the picture.

The numbers are those of MediaPipe's face mesh (``face_mesh_connections.py`` of its wheel), put in
order around each ring.
"""

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int32]


def _ring(*vertices: int) -> Indices:
    return np.array(vertices, np.int32)


# fmt: off
#: The outline of the face from the forehead's middle, clockwise.
OVAL = _ring(
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)
LIPS_OUTER = _ring(
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
)
LIPS_INNER = _ring(
    78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191,
)
LEFT_EYE = _ring(33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
RIGHT_EYE = _ring(263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
#: The rings next to the eyes' own, in which the lids lie.
LEFT_LIDS = _ring(226, 247, 30, 29, 27, 28, 56, 190, 243, 112, 26, 22, 23, 24, 110, 25)
RIGHT_LIDS = _ring(446, 467, 260, 259, 257, 258, 286, 414, 463, 341, 256, 252, 253, 254, 339, 255)
LEFT_BROW = _ring(46, 53, 52, 65, 55, 107, 66, 105, 63, 70)
RIGHT_BROW = _ring(276, 283, 282, 295, 285, 336, 296, 334, 293, 300)
#: The lower half of the nose, nostrils included.
NOSE = _ring(49, 131, 134, 51, 5, 281, 363, 360, 279, 358, 327, 326, 2, 97, 98, 129)
#: The oval above the eyes' outer corners, closed along the upper edge of the brows.
FOREHEAD = _ring(
    10, 338, 297, 332, 284, 251, 389, 300, 293, 334, 296, 336, 9, 107, 66, 105, 63, 70,
    162, 21, 54, 103, 67, 109,
)
#: The same without the temples.
FOREHEAD_MIDDLE = _ring(
    10, 338, 297, 332, 284, 300, 293, 334, 296, 336, 9, 107, 66, 105, 63, 70, 54, 103, 67, 109,
)
#: Between brows and inner corners of the eyes, where the bridge of glasses lies.
BRIDGE = _ring(55, 8, 285, 417, 351, 6, 122, 193)
#: Between nose and upper lip.
MOUSTACHE = _ring(98, 97, 2, 326, 327, 322, 391, 393, 164, 167, 165, 92)
#: The nose without its wings, from between the eyes down.
NOSE_RIDGE = _ring(6, 196, 174, 198, 209, 126, 49, 45, 4, 275, 279, 355, 429, 420, 399, 419)
# fmt: on
#: The middle of it.
BRIDGE_LINE = _ring(168, 6)

UPPER_LIP, LOWER_LIP = 13, 14
#: Where the nose meets the face, and where the upper lip begins below it.
NOSE_BASE, UPPER_LIP_EDGE = 2, 0
CHIN = 152
LEFT_CORNERS = (33, 133)
RIGHT_CORNERS = (263, 362)

#: Vertices that expression hardly moves, with how much each is trusted to lay one face on another:
#: eye corners and the ridge of the nose most, then forehead and temples, then jaw sides and chin.
STABLE = {
    **dict.fromkeys((33, 133, 362, 263), 3.0),
    **dict.fromkeys((168, 6, 197, 195, 5, 4), 2.0),
    **dict.fromkeys((10, 151, 9, 8, 67, 297, 109, 338), 1.0),
    **dict.fromkeys((127, 356, 162, 389, 234, 454), 1.0),
    **dict.fromkeys((58, 288, 132, 361), 0.5),
    152: 0.3,
}
