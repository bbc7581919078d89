"""What the jobs of a worker do, by verb."""

from collections.abc import Mapping
from typing import NoReturn

import numpy as np

from mien.bootstrap import build_picsi
from mien.contract import OPERATIONS, PICSI
from mien.errors import NoGenerator
from mien.jobs.run import Command, Work
from mien.settings import Settings
from mien.worker.picsi import PicsiWork

#: (H, W, 3) of a picture without a face, that all detectors look at.
BLANK = (480, 640, 3)

Commands = Mapping[str, Command]


def ungenerated(work: Work) -> NoReturn:
    """Say that there is nothing to do this with.

    Raises:
        NoGenerator: always.
    """
    raise NoGenerator(work.job.verb.removeprefix("faceswap-"))


def served(settings: Settings) -> Commands:
    """What this installation does, by verb, with all models loaded."""
    picsi = build_picsi(settings)
    # The first run of a network takes three times as long as the second; no caller should wait
    # for it.
    picsi.finder.find(np.zeros(BLANK, np.uint8))
    generators = {each.verb: ungenerated for each in OPERATIONS.values() if each.generates}
    return {PICSI.verb: PicsiWork(picsi=picsi), **generators}
