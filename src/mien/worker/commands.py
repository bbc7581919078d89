"""What the jobs of a worker do, by verb."""

from collections.abc import Mapping
from typing import NoReturn

import numpy as np

from mien.bootstrap import build_engine, build_films, open_shelves
from mien.commands.check import Check
from mien.commands.picsi import Picsi
from mien.commands.saveid import Saveid
from mien.commands.swapid import Swapid
from mien.contract import (
    DELALL,
    DELID,
    INSWAPPER,
    LISTID,
    OPERATIONS,
    PICSI,
    SAVEID,
    SETID,
    SWAP,
    SWAPID,
)
from mien.contract.own import FACES
from mien.errors import NoGenerator
from mien.jobs.run import Command, Work
from mien.settings import Settings
from mien.worker.delall import delall
from mien.worker.delid import delid
from mien.worker.faces import FacesWork
from mien.worker.inswapper import InswapperWork
from mien.worker.keeping import Keep
from mien.worker.listid import ListidWork
from mien.worker.picsi import PicsiWork
from mien.worker.saveid import SaveidWork
from mien.worker.setid import setid
from mien.worker.shelf import Shelf
from mien.worker.swap import SwapWork
from mien.worker.swapid import SwapidWork

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
    finder, swapper = build_engine(settings)
    # The first run of a network takes three times as long as the second; no caller should wait
    # for it.
    finder.find(np.zeros(BLANK, np.uint8))
    limits, longest = settings.limits, settings.identity_name_length
    films = build_films(settings, finder, swapper)
    picsi = Picsi(finder=finder, swapper=swapper, limits=limits, films=films)
    swapid = Swapid(picsi=picsi, mixer=swapper)
    saveid = Saveid(
        finder=finder, maker=swapper, limits=limits, keep_photo=settings.identity_keep_photo
    )
    shelves = open_shelves(settings)
    shelf = Shelf(galleries=shelves.galleries, blobs=shelves.blobs)
    keep = Keep(most=settings.identity_limit)
    return {
        **{each.verb: ungenerated for each in OPERATIONS.values() if each.generates},
        PICSI.verb: PicsiWork(picsi=picsi),
        SAVEID.verb: SaveidWork(saveid=saveid, shelf=shelf, keep=keep, longest=longest),
        SETID.verb: setid,
        SWAPID.verb: SwapidWork(swapid=swapid, shelf=shelf),
        LISTID.verb: ListidWork(shelf=shelf),
        DELID.verb: delid,
        DELALL.verb: delall,
        INSWAPPER.verb: InswapperWork(
            swapid=swapid, shelf=shelf, messages=shelves.messages, blobs=shelves.blobs
        ),
        FACES.verb: FacesWork(check=Check(finder=finder, limits=limits)),
        SWAP.verb: SwapWork(saveid=saveid, swapid=swapid, shelf=shelf, keep=keep, longest=longest),
    }
