"""Services on one database, and a user with two lanes who calls them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crash.callers import Caller
from crash.fleet import Service
from crash.ledger import Ledger
from crash.served import Book
from mien.bootstrap.desk import open_desk
from mien.settings import Settings

#: Lanes with their widths; the first one has credits.
LANES = {"1150077000000000011": 1, "1150077000000000012": 2}
PAID = "1150077000000000011"
BUDGET = 10_000


@dataclass(kw_only=True)
class World:
    """Services on one database with one folder, and a user with two lanes."""

    folder: Path
    database_url: str
    book: Book
    services: list[Service]
    ledger: Ledger
    caller: Caller

    @property
    def settings(self) -> Settings:
        """What a service of this world has."""
        return Settings.load(data_dir=self.folder / "data", database_url=self.database_url)


MakeWorld = Callable[[int], World]


def set_lanes(caller: Caller, settings: Settings, book: Book) -> None:
    """Configure the lanes: widths, the budget of one of them, and places in the book."""
    channels = open_desk(settings).channels
    for number, (channel, width) in enumerate(LANES.items()):
        account = {"discord": f"secret{number}", "server": f"11500770000000002{number}"}
        path = f"/v1/faceswap/account/{channel}"
        caller.insist("POST", path, json=account | {"channel": channel})
        channels.set_work(channels.find(channel), width=width)
        book.widen(channel, width)
    channels.set_budget(channels.find(PAID), BUDGET, renewal=None)
