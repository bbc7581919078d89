"""A contact sheet: every n-th frame of a video in one picture."""

from pathlib import Path

import cv2
import numpy as np

from mien.engine.frames.picture import whole
from mien.engine.types import Image
from mien.media.formats import Format
from mien.media.pictures import Still
from mien.media.still import encode
from mien.media.video.reader import Reader
from mien.media.video.scan import scan

#: Frames of a sheet where nobody says how many, frames in a row, and the width of each, pixels.
USUAL_FRAMES, ROW, WIDTH = 16, 4, 320
#: No sheet has more.
MOST_FRAMES = 400


def contact_sheet(path: Path, form: Format, every: int | None) -> Image:
    """Every ``every``-th frame of the video at ``path``, from its first; None: so that 16 are shown."""
    clip = scan(path, form)
    step = max(every or -(-clip.frames // USUAL_FRAMES), -(-clip.frames // MOST_FRAMES))
    reader = Reader(clip)
    small = []
    for number in range(0, clip.frames, step):
        pixels = whole(next(reader.frames(number, number + 1)))
        height = max(1, round(WIDTH * pixels.shape[0] / pixels.shape[1] / float(clip.aspect)))
        resized = cv2.resize(pixels, (WIDTH, height), interpolation=cv2.INTER_AREA)
        small.append(np.asarray(resized, np.uint8))
    reader.close()
    small += [np.zeros_like(small[0])] * (-len(small) % ROW)
    rows = [np.hstack(small[at : at + ROW]) for at in range(0, len(small), ROW)]
    return np.asarray(np.vstack(rows), np.uint8)


def sheet_file(pixels: Image, form: Format) -> bytes:
    """The sheet as a picture file, marked as altered like every result."""
    return encode(Still(pixels=pixels, format=form), pixels, format=form).data
