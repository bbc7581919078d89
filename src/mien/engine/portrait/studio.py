"""The photo studio: a person cut out of a photo, once, and as many portraits of them as are wanted."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np

from mien.engine.portrait.backdrop import backdrop
from mien.engine.portrait.compose import Placed, composed, placed
from mien.engine.portrait.cutout import Cutout, cut_out
from mien.engine.portrait.frame import Figure, figure_of, framed
from mien.engine.portrait.look import Look
from mien.engine.portrait.retouch import retouched
from mien.engine.portrait.segment import Segmenter
from mien.engine.types import Face, Image

#: Longest side of a photo that portraits are made of, pixels: what is larger is reduced.
LONGEST = 1600
#: Portraits of a job differ in size and place of the face by so much, one after the other.
ZOOMS = (1.0, 1.12, 0.93, 1.05)
ASIDES = (0.0, 0.02, -0.025, 0.01)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sitter:
    """A person who sits for portraits."""

    person: Cutout
    figure: Figure

    @classmethod
    def of(cls, image: Image, face: Face, segmenter: Segmenter) -> Self:
        """The person with ``face`` in ``image`` ``(H, W, 3)``, retouched."""
        image, face = reduced(image, face)
        people = segmenter.people(image, [face])
        person = cut_out(retouched(image, face), people, face.size, [face])
        return cls(person=person, figure=figure_of(person.alpha, face.landmarks))


def reduced(image: Image, face: Face, longest: int = LONGEST) -> tuple[Image, Face]:
    """``image`` and ``face`` with no side longer than ``longest``."""
    height, width = image.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return image, face
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    by = np.array([size[0] / width, size[1] / height, scale], np.float32)
    return small, Face(landmarks=face.landmarks * by, score=face.score)


def portrait(
    sitter: Sitter, look: Look, width: int, height: int, *, seed: int, number: int = 0
) -> Image:
    """``(h, w, 3)`` a portrait of ``sitter``, of ``width`` x ``height`` or smaller for a small photo.

    Args:
        seed: of the backdrop.
        number: which of several portraits: they differ in how the person is framed.
    """
    figure = sitter.figure
    turn = number % len(ZOOMS)
    frame = framed(figure, width, height, zoom=ZOOMS[turn], aside=ASIDES[turn])
    person = placed(sitter.person, frame, figure.middle, figure.face)
    return composed(person, backdrop(look, frame.width, frame.height, seed), look)


def in_place(person: Cutout, faces: list[Face], look: Look, *, seed: int) -> Image:
    """``(H, W, 3)`` people where they are, before another backdrop."""
    height, width = person.alpha.shape
    boxes = np.array([face.box for face in faces] or [(0, 0, width, height)], np.float32)
    there = Placed(
        colour=person.colour,
        alpha=person.alpha,
        middle=float((boxes[:, 0].min() + boxes[:, 2].max()) / 2),
        half=max(1.0, float(boxes[:, 2].max() - boxes[:, 0].min()) / 2),
    )
    return composed(there, backdrop(look, width, height, seed), look)
