"""Portraits out of the operator's own gallery: the template that fits the prompt gets the identity."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from mien.commands.generated import Swaps, fitted
from mien.commands.looks import words_of
from mien.commands.sitting import Made, Order, Sitting
from mien.commands.vocabulary import FILLERS
from mien.engine.advice import PROFILE
from mien.engine.identity import nearest
from mien.engine.options import SwapOptions
from mien.engine.pipeline import Finder, turned
from mien.engine.types import Image
from mien.errors import NoFaceFound, NoTemplate
from mien.media.identity import srgb
from mien.media.still import decode

NAME: Final = "templates"
#: From this likeness of meaning on a template fits a prompt that shares no word with it.
FITS: Final = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A picture that somebody can be put into."""

    #: Its file's name.
    name: str
    #: What it shows, in words.
    tags: str


class Templates(Protocol):
    """A gallery of templates."""

    def all(self) -> Sequence[Template]:
        """Every template, by name."""
        ...

    def read(self, name: str) -> bytes:
        """The file of a template.

        Raises:
            NotFound: there is none of that name.
        """
        ...


#: How alike a text and each of some others are in meaning, 0..1.
Meanings = Callable[[str, Sequence[str]], Sequence[float]]


@dataclass(frozen=True, kw_only=True)
class FromTemplates:
    """Portraits out of a gallery."""

    templates: Templates
    finder: Finder
    swapper: Swaps
    #: None where only words are compared.
    meanings: Meanings | None = None

    @property
    def name(self) -> str:
        """As settings and reports call it."""
        return NAME

    def portraits(self, sitting: Sitting, order: Order, *, check: Callable[[], None]) -> Made:
        """The person in the templates that fit best, each once.

        Raises:
            NoTemplate: none fits.
            InputError: a template is no picture with a face.
        """
        chosen = self._fitting(order)
        pictures = []
        for template in chosen[: order.count]:
            check()
            pictures.append(self._with(sitting, order, template))
        few = f"Only {len(pictures)} of the operator's templates fit the prompt."
        said = {word for template in chosen[: order.count] for word in stems(template.tags)}
        unheard = [word for word in worth(order.text) if stem(word) not in said]
        return Made(
            pictures=tuple(pictures),
            unheard=tuple(unheard),
            warnings=(few,) if len(pictures) < order.count else (),
        )

    def _fitting(self, order: Order) -> list[Template]:
        unwanted = {stem(word) for text in order.unwanted for word in words_of(text)}
        every = [one for one in self.templates.all() if not unwanted & stems(one.tags)]
        scores = overlaps(order.text, [one.tags for one in every])
        if self.meanings is not None and every:
            alike = self.meanings(order.text, [one.tags for one in every])
            scores = [a + (b if b >= FITS else 0.0) for a, b in zip(scores, alike, strict=True)]
        ranked = sorted(zip(scores, every, strict=True), key=lambda pair: (-pair[0], pair[1].name))
        fitting = [template for score, template in ranked if score > 0]
        if not fitting:
            raise NoTemplate
        return fitting

    def _with(self, sitting: Sitting, order: Order, template: Template) -> Image:
        where = f"template {template.name}"
        data = self.templates.read(template.name)
        picture = np.array(srgb(decode(data, field=where)))
        faces = [face for face in self.finder.closely(picture) if turned(face) < PROFILE]
        if not faces:
            raise NoFaceFound(where)
        person = nearest(sitting.person, faces[0].landmarks)
        self.swapper.paint(picture, faces[0], person, SwapOptions())
        return fitted(picture, faces[0], order.width, order.height)


def worth(text: str) -> list[str]:
    """The words of ``text`` that say something, each once."""
    return [word for word in dict.fromkeys(words_of(text)) if word not in FILLERS]


def stems(text: str) -> frozenset[str]:
    """The stems of the words of ``text`` that say something."""
    return frozenset(stem(word) for word in worth(text))


def stem(word: str) -> str:
    """``word`` without the ending of a plural or a participle."""
    for ending in ("ies", "ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004 - what is left of it
            return word.removesuffix(ending) + ("y" if ending == "ies" else "")
    return word


def overlaps(text: str, tags: Sequence[str]) -> list[float]:
    """How much each of ``tags`` has in common with ``text``: rare words count more, long lists less."""
    wanted = stems(text)
    lists = [stems(each) for each in tags]
    often = Counter(word for each in lists for word in each)
    weight = {word: math.log(1 + len(lists) / often[word]) for word in often}
    return [
        sum(weight[word] for word in wanted & each) / math.sqrt(max(1, len(each))) for each in lists
    ]
