"""How much a result looks like its source: a table by class of target, and a contact sheet each.

    python bench/quality.py [--out FOLDER] [--every N]

The judge is dlib's recogniser, which the engine does not use. Sheets show source, target, result;
they go to a folder outside the repository, because the test set's pictures are not ours to ship.
"""

import argparse
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from mien.engine.options import SwapOptions
from mien.engine.types import Face
from mien.engine.types import Image as Pixels
from support.engine import Engine
from support.faces import SAME_PERSON, Judge, cropped, manifest, opened

#: Each target gets this many sources.
SOURCES_EACH = 2
#: Words of the manifest that make a target hard, by class, in the order they are looked for.
CLASSES = {
    "painting": r"painting|stylised|cartoon",
    "occlusion": r"glasses|hand|mic|mask|fringe|hijab|veil|scarf|hat|cap|turban|headwrap|moustache|hair o|hair f|hair s",
    "expression": r"mouth|scream|laugh|shout|closed|tongue|surpris",
    "light": r"shadow|low-key|low light|back light|monochrome|gel light|b&w|silhouette",
    "yaw": r"yaw~(1[5-9]|[2-9])|profile|pitch up|high camera",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Portrait:
    """A picture of one person with its face found."""

    name: str
    identity: str
    kind: str
    image: Pixels
    face: Face


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """One swap, judged."""

    source: Portrait
    target: Portrait
    result: Pixels
    #: Distances of the result to source and target, and of the two to each other.
    to_source: float
    to_target: float
    before: float


def kind_of(row: dict[str, str]) -> str:
    """The class of a target; frontal when nothing makes it hard."""
    text = f"{row['kind']} {row['pose']} {row['attributes']}".lower()
    return next((name for name, words in CLASSES.items() if re.search(words, text)), "frontal")


def portraits(engine: Engine) -> Iterator[Portrait]:
    """Every single portrait and painting of the test set in which a face is found."""
    for row in manifest():
        if row["kind"] not in ("portrait", "painting", "stylised"):
            continue
        image = opened(row["file"])
        faces = engine.finder.find(image)
        if faces:
            yield Portrait(
                name=row["file"],
                identity=row["identity"],
                kind=kind_of(row),
                image=image,
                face=faces[0],
            )
        else:
            print(f"no face: {row['file']}")


def pairs(people: list[Portrait]) -> Iterator[tuple[Portrait, Portrait]]:
    """Sources are the frontal portraits, dealt to all targets in turn; nobody meets themselves."""
    sources = [p for p in people if p.kind == "frontal"]
    for index, target in enumerate(people):
        for deal in range(SOURCES_EACH):
            source = sources[(3 * index + 7 * deal + 1) % len(sources)]
            if source.identity != target.identity:
                yield source, target


def judged(engine: Engine, judge: Judge, source: Portrait, target: Portrait) -> Outcome:
    """Swap, and measure."""
    prepared = engine.swapper.prepare(source.image, source.face)
    result = engine.swapper.swap(target.image, target.face, prepared, SwapOptions())
    own = judge.descriptor(source.image, source.face)
    was = judge.descriptor(target.image, target.face)
    now = judge.descriptor(result, target.face)
    return Outcome(
        source=source,
        target=target,
        result=result,
        to_source=float(np.linalg.norm(now - own)),
        to_target=float(np.linalg.norm(now - was)),
        before=float(np.linalg.norm(own - was)),
    )


def table(outcomes: dict[str, list[Outcome]]) -> str:
    """One row a class."""
    head = (
        f"{'class':<12}{'pairs':>6}{'before':>8}{'source':>8}{'target':>8}{'<0.6':>7}{'closer':>8}"
    )
    lines = [head, "-" * len(head)]
    for kind, rows in outcomes.items():
        source, target, before = (
            np.array([getattr(r, n) for r in rows]) for n in ("to_source", "to_target", "before")
        )
        same, closer = (source < SAME_PERSON).mean(), (source < target).mean()
        lines.append(
            f"{kind:<12}{len(rows):>6}{before.mean():>8.3f}{source.mean():>8.3f}"
            f"{target.mean():>8.3f}{same:>7.0%}{closer:>8.0%}"
        )
    return "\n".join(lines)


def sheet(rows: list[Outcome], path: Path, side: int = 200, columns: int = 4) -> None:
    """Source, target, result of each row, the worst likeness first."""
    cells = [
        np.hstack(
            [
                cropped(r.source.image, r.source.face, side, 0.65),
                cropped(r.target.image, r.target.face, side, 0.65),
                cropped(r.result, r.target.face, side, 0.65),
            ]
        )
        for r in sorted(rows, key=lambda r: -r.to_source)
    ]
    cells += [np.zeros_like(cells[0])] * (-len(cells) % columns)
    lines = [np.hstack(cells[i : i + columns]) for i in range(0, len(cells), columns)]
    Image.fromarray(np.vstack(lines)).save(path)


def main() -> None:
    """Print the table, write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "mien-quality")
    parser.add_argument("--every", type=int, default=1, help="judge every n-th pair only")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    engine, judge = Engine.built(threads=1), Judge.loaded()
    people = list(portraits(engine))
    outcomes: dict[str, list[Outcome]] = {}
    for source, target in list(pairs(people))[:: arguments.every]:
        outcomes.setdefault(target.kind, []).append(judged(engine, judge, source, target))
    outcomes = dict(sorted(outcomes.items()))
    print(table(outcomes))
    for kind, rows in outcomes.items():
        sheet(rows, arguments.out / f"{kind}.png")
    print(f"contact sheets: {arguments.out}")


if __name__ == "__main__":
    main()
