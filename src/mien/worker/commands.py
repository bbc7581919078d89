"""What the jobs of a worker do, by verb."""

from collections.abc import Mapping

import numpy as np

from mien.bootstrap.engine import build_engine, build_films, build_known
from mien.bootstrap.portraits import build_changebg, build_headshot
from mien.bootstrap.worker import open_shelves
from mien.commands.check import Check
from mien.commands.picsi import Picsi
from mien.commands.saveid import Saveid
from mien.commands.swapid import Swapid
from mien.contract import (
    CHANGEBG,
    DELALL,
    DELID,
    HEADSHOT,
    INSWAPPER,
    LISTID,
    PICSI,
    SAVEID,
    SETID,
    SWAP,
    SWAPID,
)
from mien.contract.own import FACES
from mien.jobs.run import Command
from mien.settings import Settings
from mien.worker.changebg import ChangebgWork
from mien.worker.delall import delall
from mien.worker.delid import delid
from mien.worker.faces import FacesWork
from mien.worker.headshot import HeadshotWork
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


def served(settings: Settings) -> Commands:
    """What this installation does, by verb, with all models loaded."""
    finder, swapper = build_engine(settings)
    # The first run of a network takes three times as long as the second; no caller should wait
    # for it.
    finder.find(np.zeros(BLANK, np.uint8))
    limits, longest = settings.limits, settings.identity_name_length
    films = build_films(settings, finder, swapper)
    known = build_known(settings)
    picsi = Picsi(
        finder=finder, swapper=swapper, limits=limits, films=films, known=known, side=finder.side
    )
    swapid = Swapid(picsi=picsi, mixer=swapper)
    saveid = Saveid(
        finder=finder, maker=swapper, limits=limits, keep_photo=settings.identity_keep_photo
    )
    shelves = open_shelves(settings)
    shelf = Shelf(galleries=shelves.galleries, blobs=shelves.blobs)
    keep = Keep(most=settings.identity_limit)
    return {
        PICSI.verb: PicsiWork(picsi=picsi),
        HEADSHOT.verb: HeadshotWork(
            headshot=build_headshot(settings, finder, swapper), shelf=shelf
        ),
        CHANGEBG.verb: ChangebgWork(changebg=build_changebg(settings, finder)),
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
