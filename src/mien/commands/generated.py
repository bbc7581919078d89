"""Portraits that a generator of pictures makes of words, with the identity put on by our engine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import cv2
import numpy as np

from mien.commands.inspection import inspect
from mien.commands.saveid import Maker
from mien.commands.sitting import Made, Order, Sitting
from mien.engine.advice import PROFILE
from mien.engine.identity import nearest, unlike
from mien.engine.likeness import alike, likeness
from mien.engine.mesh.source import Source
from mien.engine.options import SwapOptions
from mien.engine.pipeline import Finder
from mien.engine.pose import pose
from mien.engine.quality import examine
from mien.engine.types import Face, Image
from mien.errors import InputError, RemoteError
from mien.media.identity import srgb
from mien.media.limits import Limits
from mien.media.still import decode

NAME: Final = "generated"
#: What makes a picture a portrait of somebody whose face can be put on.
PORTRAIT: Final = "portrait photo of one person, head and shoulders, face to the camera"
#: What no portrait should have.
NEVER: Final = "profile, face covered, cropped head, several people, text, watermark"
#: Faces are as good as this many pixels at least; a softer one costs.
DETAILED: Final = 200.0
NO_FACE: Final = "The generator of pictures made no face that looks into the camera."


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a generator of pictures is asked for."""

    text: str
    #: What must not be seen.
    negative: str
    #: Pixels.
    width: int
    height: int
    seed: int

    @property
    def whole(self) -> str:
        """All of it in words, for who has no place for what must not be seen."""
        return f"{self.text}. Without: {self.negative}" if self.negative else self.text


class Painter(Protocol):
    """A generator of pictures."""

    def __call__(self, brief: Brief, *, check: Callable[[], None]) -> bytes:
        """A picture file.

        Raises:
            NetworkError, SetupError: it does not work at the moment.
        """
        ...


class Swaps(Maker, Protocol):
    """Puts people on faces."""

    def paint(self, picture: Image, face: Face, source: Source, options: SwapOptions) -> object:
        """Put ``source`` in the place of ``face``, into ``picture`` itself."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """A picture with a face, and how badly that suits the person; 0 is perfect."""

    picture: Image
    face: Face
    cost: float


@dataclass(frozen=True, kw_only=True)
class Generated:
    """Portraits out of words: the best of several pictures gets the person's face."""

    painter: Painter
    finder: Finder
    swapper: Swaps
    limits: Limits
    #: Pictures that are made for each portrait.
    candidates: int = 2

    @property
    def name(self) -> str:
        """As settings and reports call it."""
        return NAME

    def portraits(self, sitting: Sitting, order: Order, *, check: Callable[[], None]) -> Made:
        """Portraits of the person in what the generator made.

        Raises:
            NetworkError, SetupError: the generator does not work, or makes no faces.
        """
        pictures = tuple(
            self._portrait(sitting, order, number, check) for number in range(order.count)
        )
        return Made(pictures=pictures)

    def _portrait(
        self, sitting: Sitting, order: Order, number: int, check: Callable[[], None]
    ) -> Image:
        best = min(
            self._candidates(sitting, order, number, check),
            key=lambda one: one.cost,
            default=None,
        )
        if best is None:
            raise RemoteError(NO_FACE, status=200)
        result, person = best.picture.copy(), nearest(sitting.person, best.face.landmarks)
        self.swapper.paint(result, best.face, person, SwapOptions())
        return fitted(result, best.face, order.width, order.height)

    def _candidates(
        self, sitting: Sitting, order: Order, number: int, check: Callable[[], None]
    ) -> Iterator[Candidate]:
        for attempt in range(self.candidates):
            seed = (order.seed + number * self.candidates + attempt) % 2**32
            picture = self._picture(brief_of(order, seed), check)
            for face in self.finder.closely(picture)[:1]:
                if abs(pose(face.landmarks)[0]) < PROFILE:
                    yield Candidate(picture=picture, face=face, cost=cost(picture, face, sitting))

    def _picture(self, brief: Brief, check: Callable[[], None]) -> Image:
        data = self.painter(brief, check=check)
        try:
            inspect(data, field="generated", limits=self.limits)
            return np.array(srgb(decode(data, field="generated")))
        except InputError as error:
            sentence = f"The generator of pictures sent what is no picture: {error}"
            raise RemoteError(sentence, status=200) from error


def brief_of(order: Order, seed: int) -> Brief:
    """What the generator is asked for."""
    return Brief(
        text=", ".join(part for part in (order.text, PORTRAIT) if part),
        negative=", ".join((*order.unwanted, NEVER)),
        width=order.width,
        height=order.height,
        seed=seed,
    )


def cost(picture: Image, face: Face, sitting: Sitting) -> float:
    """How badly ``face`` suits a person: unlike in pose, expression and looks, small, blurred, covered."""
    quality = examine(picture, face)
    photo = nearest(sitting.person, face.landmarks)
    small = max(0.0, float(np.log2(DETAILED / max(face.size, 1.0))))
    pose_cost = unlike(photo, face.landmarks)
    return (
        pose_cost
        + strange(picture, face, sitting)
        + small
        + 2 * quality.blur
        + sum(quality.covered)
    )


def strange(picture: Image, face: Face, sitting: Sitting) -> float:
    """0 for somebody with the person's head, hair and skin, which no swap changes; 1 and more for a stranger.

    Where no photo of the person is kept, everybody is alike.
    """
    if sitting.photo is None or sitting.face is None:
        return 0.0
    own = likeness(sitting.photo, sitting.face)
    return 1 - alike(own, likeness(picture, face))


def fitted(picture: Image, face: Face, width: int, height: int) -> Image:
    """``picture`` cut to the ratio that is wanted, around ``face``, and no larger than it is wanted."""
    rows, columns = picture.shape[:2]
    ratio = width / height
    wide, high = min(columns, round(rows * ratio)), min(rows, round(columns / ratio))
    x0, y0, x1, y1 = face.box
    left = int(np.clip((x0 + x1) / 2 - wide / 2, 0, columns - wide))
    # Faces stand above the middle of a portrait.
    top = int(np.clip((y0 + y1) / 2 - 0.45 * high, 0, rows - high))
    cut = np.ascontiguousarray(picture[top : top + high, left : left + wide])
    if wide <= width:
        return cut
    return np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
