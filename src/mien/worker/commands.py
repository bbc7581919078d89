"""What the jobs of a worker do, by verb."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mien.bootstrap import build_picsi
from mien.commands.options import parse
from mien.commands.picsi import Picsi, PicsiRequest, PicsiResult
from mien.jobs.run import Command, Outcome, ResultFile, Work
from mien.settings import Settings

PICSI = "faceswap-picsi"
SOURCE_FIELD = "source_image"
TARGET_FIELD = "target_image_gif_or_video"
OPTIONS_FIELD = "options"
#: (H, W, 3) of a picture without a face, that all detectors look at.
BLANK = (480, 640, 3)

Commands = Mapping[str, Command]


@dataclass(frozen=True, kw_only=True)
class PicsiWork:
    """``picsi`` as a job does it."""

    picsi: Picsi

    def __call__(self, work: Work) -> Outcome:
        """Swap the faces of the job's uploads.

        Raises:
            InputError: as the command's.
            LeaseLost: the job has another owner.
        """
        request = PicsiRequest(
            source=work.files[SOURCE_FIELD],
            target=work.files[TARGET_FIELD],
            options=parse(work.job.params.get(OPTIONS_FIELD)),
        )
        return _outcome(self.picsi(request, check=work.check))


def _outcome(result: PicsiResult) -> Outcome:
    report = result.report
    file = ResultFile(
        data=result.data,
        media_type=result.media_type,
        extension=result.extension,
        width=result.width,
        height=result.height,
    )
    return Outcome(
        files=(file,),
        message=" ".join(report.warnings),
        report={
            "faces_found": report.faces_found,
            "faces_swapped": report.faces_swapped,
            "warnings": list(report.warnings),
            "ms": dict(report.ms),
        },
    )


def served(settings: Settings) -> Commands:
    """What this installation does, by verb, with all models loaded."""
    picsi = build_picsi(settings)
    # The first run of a network takes three times as long as the second; no caller should wait
    # for it.
    picsi.finder.find(np.zeros(BLANK, np.uint8))
    return {PICSI: PicsiWork(picsi=picsi)}
