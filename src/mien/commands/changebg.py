"""``changebg``: another background behind the people of a picture."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from types import MappingProxyType
from typing import Final

import cv2
import numpy as np

from mien.commands.headshot import Account, Portraits, encoded
from mien.commands.inspection import inspect
from mien.commands.looks import understood
from mien.commands.prompt import Prompt
from mien.commands.stopwatch import Stopwatch
from mien.commands.studio import NAME, NOTHING_KNOWN
from mien.engine.pipeline import Finder, go_on
from mien.engine.portrait.cutout import cut_out
from mien.engine.portrait.segment import Segmenter
from mien.engine.portrait.studio import in_place
from mien.engine.types import Face, Image, Mask
from mien.errors import NoPersonFound
from mien.media.formats import Format
from mien.media.identity import srgb
from mien.media.limits import Limits
from mien.media.still import decode

PHOTO: Final = "photo"
#: Faces whose heads are looked at closely.
MOST_HEADS = 12
#: A picture of which less than this share is person shows nobody.
NOBODY = 0.003
#: Where there is no face, fine detail is taken for this share of the people's height.
FACE_SHARE = 0.2
#: Longest side of a result, pixels; larger pictures are reduced.
LONGEST = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangebgRequest:
    """What to put behind whom."""

    photo: bytes
    prompt: Prompt
    #: Used when the prompt names none.
    seed: int
    #: The results' format; None keeps the photo's.
    format: Format | None = None


@dataclass(frozen=True, kw_only=True)
class Changebg:
    """Put another background behind people. Keeps nothing between calls but backdrops."""

    finder: Finder
    segmenter: Segmenter
    limits: Limits
    #: Seconds; only differences count.
    clock: Callable[[], float] = perf_counter

    def __call__(self, request: ChangebgRequest, *, check: Callable[[], None] = go_on) -> Portraits:
        """Carry ``request`` out.

        Raises:
            Unreadable, Unsupported, TooLarge, Damaged: by the photo.
            NoPersonFound: it shows nobody.
        """
        watch = Stopwatch(clock=self.clock, check=check)
        inspect(request.photo, field=PHOTO, limits=self.limits)
        still = watch.time("decode", lambda: decode(request.photo, field=PHOTO))
        pixels = of_sensible_size(srgb(still))
        faces = watch.time("detect", lambda: self.finder.find(pixels)[:MOST_HEADS])
        people = watch.time("segment", lambda: self.segmenter.people(pixels, faces))
        size = _face_size(faces, people.likely)
        person = watch.time(
            "cut out",
            lambda: cut_out(pixels, people, size, faces),
        )
        prompt = request.prompt
        meaning = understood(prompt.text, prompt.unwanted)
        seed = request.seed if prompt.seed is None else prompt.seed
        looks = meaning.looks(prompt.count or 1, turn=seed)
        kind = request.format or still.format
        pictures = watch.time(
            "backdrops",
            lambda: tuple(
                encoded(in_place(person, faces, look, seed=seed + number), kind)
                for number, look in enumerate(looks)
            ),
        )
        notes = () if meaning.heard or not prompt.text else (NOTHING_KNOWN,)
        reduced = () if pixels.shape == still.pixels.shape else (REDUCED,)
        framed = () if prompt.ratio is None else (KEEPS_SHAPE,)
        account = Account(
            generator=NAME,
            seed=seed,
            unheard=meaning.unheard,
            warnings=(*still.warnings, *prompt.warnings, *framed, *reduced, *notes),
            ms=MappingProxyType(watch.ms),
        )
        return Portraits(pictures=pictures, account=account)


REDUCED: Final = f"The photo was reduced: no side of the result is longer than {LONGEST} pixels."
KEEPS_SHAPE: Final = "The result has the shape of the photo; --square and --ar do not change it."


def of_sensible_size(pixels: Image) -> Image:
    """``pixels``, with no side longer than `LONGEST`."""
    height, width = pixels.shape[:2]
    scale = LONGEST / max(height, width)
    if scale >= 1:
        return pixels
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _face_size(faces: list[Face], likely: Mask) -> float:
    """What fine detail is measured in, pixels.

    Raises:
        NoPersonFound: there is nobody.
    """
    solid = likely > 0.5  # noqa: PLR2004 - more person than not
    if not faces and float(solid.mean()) < NOBODY:
        raise NoPersonFound(PHOTO)
    if faces:
        return faces[0].size
    rows = np.flatnonzero(solid.any(axis=1))
    return max(8.0, FACE_SHARE * float(rows[-1] - rows[0]))
