"""Swaps, and judges what came out. One a process: it remembers what it has found."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import cv2
import numpy as np

from mien.engine.advice import PROFILE
from mien.engine.mesh.source import Source
from mien.engine.options import SwapOptions
from mien.engine.pipeline import turned
from mien.engine.types import Face, Matrix
from mien.engine.types import Image as Pixels
from support.cases import SMALLEST, Case
from support.engine import Engine
from support.faces import (
    VIEW,
    Floats,
    Judge,
    cropped,
    eye_distance,
    opened,
    seen_through,
    upright,
)
from support.measures import changed, control, kept, occluded

#: dlib's 68 landmarks by part.
PARTS = {
    "jaw": slice(0, 17),
    "brows": slice(17, 27),
    "nose": slice(27, 36),
    "eyes": slice(36, 48),
    "mouth": slice(48, 68),
}
#: Side of the crops that sheets show, and the share that the face takes.
CROP, CROP_SHARE = 200, 0.65


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured on one face of one case."""

    kind: str
    source: str
    target: str
    #: Which of the target's faces, the largest is 0.
    face: int
    #: Its larger side, pixels.
    size: float
    #: dlib's distances: source to target, result to source, result to target.
    before: float
    to_source: float
    to_target: float
    #: Mean movement of dlib's landmarks from the target's, percent of the eye distance: of the
    #: result, and of the control.
    moved: float
    control: float
    #: The part of ``moved`` beyond ``control`` for each of PARTS.
    parts: tuple[float, ...]
    #: Share of the occluder's pixels that stayed; None where none was drawn.
    kept: float | None
    #: The face is another one now.
    swapped: bool

    @property
    def name(self) -> str:
        """A file name of its own."""
        parts = (self.kind, self.target, str(self.face), self.source)
        return "--".join(part.rsplit("/")[-1].rsplit(".")[0].replace(" ", "_") for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """Figures with the small pictures that belong to them."""

    figures: Figures
    source: Pixels
    target: Pixels
    result: Pixels


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """One case."""

    case: Case
    #: One a face that was found and is not in profile.
    outcomes: list[Outcome]
    #: Faces in profile, which are left alone.
    refused: int

    @property
    def missing(self) -> int:
        """Faces that a person counts as large enough and the engine did not find."""
        found = sum(o.figures.size >= SMALLEST for o in self.outcomes)
        return max(0, self.case.faces - found - self.refused)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """A face as the judge sees it."""

    matrix: Matrix
    box: Any
    descriptor: Floats
    landmarks: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sitter:
    """A picture with its faces, largest first."""

    image: Pixels
    faces: list[Face]


@dataclass(frozen=True, kw_only=True)
class Studio:
    """The engine, the judge, and what both have seen."""

    engine: Engine
    judge: Judge
    sitters: dict[str, Sitter] = field(default_factory=dict)
    looks: dict[tuple[str, int], Look] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def sitter(self, name: str) -> Sitter:
        """The picture ``name``, its faces found, and what covers them."""
        if name not in self.sitters:
            image, finder = opened(name), self.engine.finder
            faces = finder.closely(image)
            self.sitters[name] = Sitter(image=image, faces=faces)
        return self.sitters[name]

    def look(self, name: str, index: int) -> Look:
        """Face ``index`` of the picture ``name`` as the judge sees it."""
        if (name, index) not in self.looks:
            sitter = self.sitter(name)
            matrix = upright(sitter.faces[index])
            view = seen_through(matrix, sitter.image, VIEW)
            box = self.judge.box(view)
            self.looks[name, index] = Look(
                matrix=matrix,
                box=box,
                descriptor=self.judge.descriptor(view, box),
                landmarks=self.judge.landmarks(view, box),
            )
        return self.looks[name, index]

    def source(self, name: str) -> Source:
        """The largest face of ``name``, prepared."""
        if name not in self.sources:
            sitter = self.sitter(name)
            self.sources[name] = self.engine.swapper.prepare(sitter.image, sitter.faces[0])
        return self.sources[name]

    def judged(self, case: Case) -> Judged:
        """Swap, and measure every face."""
        target = self.sitter(case.target)
        # One person is meant in a portrait, whoever passes by behind them.
        faces = target.faces if case.kind == "group" else target.faces[:1]
        result = target.image
        # As the product does: faces in profile are left alone.
        chosen = [index for index, face in enumerate(faces) if turned(face) < PROFILE]
        for index in chosen:
            source = self.source(case.source)
            result = self.engine.swapper.swap(result, faces[index], source, SwapOptions())
        outcomes = [self.outcome(case, index, result) for index in chosen]
        return Judged(case=case, outcomes=outcomes, refused=len(faces) - len(chosen))

    def outcome(self, case: Case, index: int, result: Pixels) -> Outcome:
        """Face ``index`` of ``result``, measured."""
        source, target = self.sitter(case.source), self.sitter(case.target)
        face = target.faces[index]
        return Outcome(
            figures=self.figures(case, index, result),
            source=cropped(source.image, source.faces[0], CROP, CROP_SHARE),
            target=cropped(target.image, face, CROP, CROP_SHARE),
            result=cropped(result, face, CROP, CROP_SHARE),
        )

    def figures(self, case: Case, index: int, result: Pixels) -> Figures:
        """All that is measured on face ``index`` of ``result``."""
        target = self.sitter(case.target).image
        face = self.sitter(case.target).faces[index]
        own, was = self.look(case.source, 0), self.look(case.target, index)
        view = seen_through(was.matrix, result, VIEW)
        now = self.judge.descriptor(view, was.box)
        plain = seen_through(was.matrix, control(target, result, face), VIEW)
        occluder = occluded(case.target, target, face)
        moved, jitter = (self.movement(was, seen, face) for seen in (view, plain))
        return Figures(
            kind=case.kind,
            source=case.source,
            target=case.target,
            face=index,
            size=face.size,
            before=apart(own.descriptor, was.descriptor),
            to_source=apart(own.descriptor, now),
            to_target=apart(was.descriptor, now),
            moved=float(moved.mean()),
            control=float(jitter.mean()),
            parts=tuple(float((moved - jitter)[part].mean()) for part in PARTS.values()),
            kept=None if occluder is None else kept(target, result, occluder),
            swapped=changed(target, result, face),
        )

    def movement(self, was: Look, view: Pixels, face: Face) -> Floats:
        """``(68,)``: the landmarks of ``view`` from the target's, percent of the eye distance."""
        shift = np.linalg.norm(self.judge.landmarks(view, was.box) - was.landmarks, axis=1)
        scale = float(np.hypot(*was.matrix[:, 0]))
        return np.asarray(100 * shift / (scale * eye_distance(face)))


def apart(one: Floats, other: Floats) -> float:
    """The distance of two descriptors."""
    return float(np.linalg.norm(one - other))


@cache
def studio() -> Studio:
    """This process's own: one thread each, because there is a process for every core."""
    cv2.setNumThreads(1)
    return Studio(engine=Engine.built(threads=1), judge=Judge.loaded())


def judged_all(cases: list[Case]) -> list[Judged]:
    """What becomes of ``cases``; cases of one target go together."""
    return list(judged_each(cases))


def judged_each(cases: list[Case]) -> Iterator[Judged]:
    """As ``judged_all``; a source without a face is no case."""
    for case in cases:
        if studio().sitter(case.source).faces:
            yield studio().judged(case)
