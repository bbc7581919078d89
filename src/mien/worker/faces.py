"""The look at a picture, as a job does it."""

from dataclasses import dataclass

from mien.commands.check import Check, Seen, facts
from mien.contract.own import FACES
from mien.jobs.run import Outcome, Work

(IMAGE,) = FACES.file_names


@dataclass(frozen=True, kw_only=True)
class FacesWork:
    """Looks for the faces of a job's picture."""

    check: Check

    def __call__(self, work: Work) -> Outcome:
        """Size and faces of the picture as the report, the faces from left to right.

        Raises:
            InputError: as the command's.
        """
        found = self.check.look(work.files[IMAGE])
        row = sorted(found.faces, key=_middle)
        report = {
            "width": found.width,
            "height": found.height,
            "faces": [facts(seen) for seen in row],
            "warnings": list(found.warnings),
        }
        return Outcome(report=report)


def _middle(seen: Seen) -> tuple[float, float]:
    x0, y0, x1, y1 = seen.box
    return x0 + x1, y0 + y1
