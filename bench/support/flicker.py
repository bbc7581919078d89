"""How much a face jitters from frame to frame.

A second difference over time takes steady movement out: what is left of landmarks and of skin colour is
jitter, the camera's and ours. Landmarks are found anew in every frame, from a detector's crop, so that
nothing of the engine's own smoothing helps. Colours are means of patches of skin, at places that the target's
smoothed landmarks say.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.frames.picture import whole
from mien.engine.types import Face, Image
from mien.media.formats import Format
from mien.media.video.reader import Reader
from mien.media.video.scan import scan
from support.engine import Engine

#: Vertices on skin: forehead, cheeks, nose, upper lip, chin.
SKIN = [151, 69, 299, 50, 280, 205, 425, 4, 195, 164, 199, 36, 266]
#: Share of the frames that count.
KEPT = 0.95
#: Radius of a patch, a share of the face.
PATCH = 0.03
Series = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Jitter:
    """Root mean squares, and the course over the frames (nan where no face is)."""

    #: Share of the face's size.
    landmarks: float
    #: Levels.
    colour: float
    marks_by_frame: Series
    colour_by_frame: Series


def jitter_of(engine: Engine, path: Path, form: Format | None) -> Jitter:
    """The jitter of the largest face of a video."""
    clip = scan(path, form or Format.MP4)
    reader = Reader(clip)
    marks, colours = [], []
    last: Face | None = None
    for sheet in reader.frames(0, clip.frames):
        picture = whole(sheet)
        faces = engine.finder.find(picture)
        face = nearest(faces, last)
        last = face or last
        marks.append(np.full((468, 2), np.nan) if face is None else placed(face))
        colours.append(np.full((len(SKIN), 3), np.nan) if face is None else skin(picture, face))
    reader.close()
    by_marks = jumps(np.array(marks)) * 100
    by_colour = jumps(np.array(colours))
    return Jitter(
        landmarks=trimmed(by_marks),
        colour=trimmed(by_colour),
        marks_by_frame=by_marks,
        colour_by_frame=by_colour,
    )


def trimmed(values: Series) -> float:
    """Root mean square without the wildest twentieth: one lost face must not decide."""
    kept = values[values <= np.nanquantile(values, KEPT)]
    return float(np.sqrt((kept**2).mean()))


def nearest(faces: list[Face], last: Face | None) -> Face | None:
    """The face that goes on from ``last``; the largest at first; None when it is gone."""
    if not faces or last is None:
        return faces[0] if faces else None
    best = min(faces, key=lambda face: apart(face, last))
    return best if apart(best, last) < last.size / 2 else None


def apart(one: Face, other: Face) -> float:
    """Pixels between the middles of two faces."""
    return float(np.linalg.norm((one.landmarks - other.landmarks)[:, :2].mean(axis=0)))


def placed(face: Face) -> Series:
    """``(468, 2)`` in sizes of the face."""
    return np.asarray(face.landmarks[:468, :2] / face.size, np.float64)


def skin(picture: Image, face: Face) -> Series:
    """``(N, 3)`` mean colours of the patches."""
    radius = max(2, round(PATCH * face.size))
    soft = cv2.blur(picture, (2 * radius + 1, 2 * radius + 1))
    height, width = picture.shape[:2]
    at = np.rint(face.landmarks[SKIN, :2]).astype(int)
    rows, columns = np.clip(at[:, 1], 0, height - 1), np.clip(at[:, 0], 0, width - 1)
    return np.asarray(soft[rows, columns], np.float64)


def jumps(values: Series) -> Series:
    """``(frames - 2,)`` root mean square of the second difference over time."""
    second = values[2:] - 2 * values[1:-1] + values[:-2]
    return np.asarray(np.sqrt((second**2).mean(axis=(1, 2)) / 6), np.float64)
