"""Where a person stands in a portrait: head room, eye line, shoulders, and no cut-off edges in view."""

from dataclasses import dataclass

import numpy as np

from mien.engine.types import Mask, Points

#: Height of the face from the forehead's top to the chin, and of the eye line, in heights of the picture.
FACE_HIGH, EYE_LINE = 0.30, 0.40
#: In a square, faces are larger; hair has at least this much room above it.
FACE_HIGH_SQUARE, HEAD_ROOM = 0.36, 0.04
#: Photos are enlarged this much at most; then the portrait becomes smaller.
MOST_ENLARGED = 1.6
#: Smallest portrait, pixels of the shorter side.
SMALLEST = 512
#: Shares of an edge of the photo that a person must cover to be cut off by it.
CUT_OFF = 0.02
#: What deviations cost: of the face's size (octaves), of the eye line, of the middle, of head room (heights).
SIZE_COST, LINE_COST, MIDDLE_COST, ROOM_COST = 1.0, 9.0, 4.0, 30.0
#: Scales that are tried, a step of 2 % each, around the best size of a face.
TRIED = np.exp(np.linspace(np.log(0.45), np.log(3.2), 100))
#: Vertices: forehead and chin, outer corners of the eyes.
TOP, CHIN, EYES = 10, 152, [33, 263]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What of a person matters for the frame, pixels of the photo."""

    #: The photo's size.
    width: int
    height: int
    #: The face's height, its eye line and its middle.
    face: float
    eyes: float
    middle: float
    #: The hair's top and the lowest row with the person.
    top: float
    bottom: float
    #: Whether the person is cut off by the photo's left, right and upper edge.
    left_cut: bool
    right_cut: bool
    top_cut: bool


def figure_of(alpha: Mask, landmarks: Points) -> Figure:
    """The figure of the person with those ``(478, 3)`` landmarks in a photo cut out by ``alpha``."""
    height, width = alpha.shape
    solid = alpha > 0.5  # noqa: PLR2004 - more person than not
    rows = np.flatnonzero(solid.any(axis=1))
    flat = landmarks[:, :2]
    eyes = flat[EYES].mean(axis=0)
    face = float(np.hypot(*(flat[CHIN] - flat[TOP])))
    return Figure(
        width=width,
        height=height,
        face=max(face, 1.0),
        eyes=float(eyes[1]),
        middle=float((eyes[0] + flat[CHIN, 0]) / 2),
        top=float(rows[0]) if len(rows) else 0.0,
        bottom=float(rows[-1] + 1) if len(rows) else float(height),
        left_cut=bool(solid[:, 0].mean() > CUT_OFF),
        right_cut=bool(solid[:, -1].mean() > CUT_OFF),
        top_cut=bool(solid[0].mean() > CUT_OFF),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where a photo lies in a portrait: pixel (x, y) comes to (x, y) * scale + (left, top)."""

    #: Of the portrait, pixels.
    width: int
    height: int
    scale: float
    left: float
    top: float


def framed(
    figure: Figure, width: int, height: int, *, zoom: float = 1.0, aside: float = 0.0
) -> Frame:
    """The best frame of ``width`` x ``height``, or a smaller one for a small photo.

    Args:
        zoom: how much larger the face is than the rules say.
        aside: how far the face is moved to the right, in heights.
    """
    tall = FACE_HIGH + (FACE_HIGH_SQUARE - FACE_HIGH) * min(
        1.0, max(0.0, (width / height - 0.8) / 0.2)
    )
    ideal = zoom * tall * height / figure.face
    frames = (_at(figure, width, height, ideal * by, aside) for by in TRIED)
    _, best = min(
        ((_cost(figure, frame, ideal, aside), frame) for frame in frames if frame is not None),
        key=lambda pair: pair[0],
        default=(0.0, _filled(figure, width, height)),
    )
    return _of_sensible_size(best)


def _at(figure: Figure, width: int, height: int, scale: float, aside: float) -> Frame | None:
    """The best place at a scale; None when an edge of the photo would show in the person."""
    # Both sides at the lower edge, and those that cut the person, must lie outside the frame.
    lowest, highest = height - figure.bottom * scale, np.inf
    if figure.top_cut:
        highest = 0.0
    leftmost, rightmost = -np.inf, np.inf
    if figure.left_cut:
        rightmost = 0.0
    if figure.right_cut:
        leftmost = width - figure.width * scale
    if lowest > highest or leftmost > rightmost:
        return None
    left = width / 2 + aside * height - figure.middle * scale
    top = EYE_LINE * height - figure.eyes * scale
    return Frame(
        width=width,
        height=height,
        scale=scale,
        left=float(np.clip(left, leftmost, rightmost)),
        top=float(np.clip(top, lowest, highest)),
    )


def _cost(figure: Figure, frame: Frame, ideal: float, aside: float) -> float:
    height = frame.height
    eyes = (figure.eyes * frame.scale + frame.top) / height - EYE_LINE
    middle = (figure.middle * frame.scale + frame.left - frame.width / 2) / height - aside
    room = 0.0 if figure.top_cut else (figure.top * frame.scale + frame.top) / height
    tight = min(0.0, room - HEAD_ROOM) if not figure.top_cut else 0.0
    size = np.log2(frame.scale / ideal)
    return float(
        SIZE_COST * size**2 + LINE_COST * eyes**2 + MIDDLE_COST * middle**2 + ROOM_COST * tight**2
    )


def _filled(figure: Figure, width: int, height: int) -> Frame:
    """The photo over the whole frame, its upper part for choice: nothing else is possible."""
    scale = max(width / figure.width, height / figure.height)
    left = min(0.0, max(width - figure.width * scale, width / 2 - figure.middle * scale))
    return Frame(width=width, height=height, scale=scale, left=left, top=0.0)


def _of_sensible_size(frame: Frame) -> Frame:
    """``frame``, smaller where the photo would be enlarged too much."""
    least = SMALLEST / min(frame.width, frame.height)
    by = max(min(1.0, MOST_ENLARGED / frame.scale), min(1.0, least))
    if by >= 1:
        return frame
    return Frame(
        width=round(frame.width * by),
        height=round(frame.height * by),
        scale=frame.scale * by,
        left=frame.left * by,
        top=frame.top * by,
    )
