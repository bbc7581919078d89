"""Contact sheets, and the small pictures that they are made of."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from mien.engine.types import Image as Pixels
from support.studio import Outcome

#: Pairs side by side and one below the other on one sheet.
ACROSS, DOWN = 3, 6
#: Height of the line of text under a pair, pixels.
TEXT = 16


def saved(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Every result as a small picture, for a later run to stand beside."""
    folder.mkdir(parents=True, exist_ok=True)
    for outcome in outcomes:
        Image.fromarray(outcome.result).save(folder / f"{outcome.figures.name}.png")


def cell(outcome: Outcome, earlier: Path | None) -> Pixels:
    """Source, target, the earlier result where there is one, result; and their names below."""
    pictures = [outcome.source, outcome.target]
    if earlier is not None:
        pictures.append(before(outcome, earlier))
    strip = np.hstack([*pictures, outcome.result])
    figures = outcome.figures
    more = "" if figures.kept is None else f" kept {figures.kept:.0%}"
    names = " > ".join(Path(name).stem for name in (figures.source, figures.target))
    text = f"{figures.to_source:.2f} moved {figures.moved - figures.control:+.1f}{more}  {names}"
    line = np.zeros((TEXT, strip.shape[1], 3), np.uint8)
    cv2.putText(line, text, (2, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255,) * 3, 1, cv2.LINE_AA)
    return np.vstack([strip, line])


def before(outcome: Outcome, earlier: Path) -> Pixels:
    """The earlier run's result; black where it had none."""
    path = earlier / f"{outcome.figures.name}.png"
    if not path.is_file():
        return np.zeros_like(outcome.result)
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def sheets(outcomes: Sequence[Outcome], path: Path, earlier: Path | None) -> None:
    """Sheets of one class, the worst likeness first: ``path`` with numbers."""
    ordered = sorted(outcomes, key=lambda o: -o.figures.to_source)
    for number, start in enumerate(range(0, len(ordered), ACROSS * DOWN), start=1):
        cells = [cell(o, earlier) for o in ordered[start : start + ACROSS * DOWN]]
        cells += [np.zeros_like(cells[0])] * (-len(cells) % ACROSS)
        lines = [np.hstack(cells[i : i + ACROSS]) for i in range(0, len(cells), ACROSS)]
        Image.fromarray(np.vstack(lines)).save(path.with_name(f"{path.name}-{number}.png"))
