"""What the operator's commands need."""

from dataclasses import dataclass

from mien.bootstrap.store import Store
from mien.jobs.access import Tokens
from mien.jobs.channels import Channels
from mien.jobs.deliveries import DeliveryStore
from mien.jobs.ids import Snowflakes
from mien.jobs.users import Users
from mien.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the operator's commands need; it starts nothing."""

    tokens: Tokens
    users: Users
    channels: Channels
    deliveries: DeliveryStore


def open_desk(settings: Settings) -> Desk:
    """The operator's desk over the data folder, which is made when it is not there.

    Raises:
        SetupError, StorageFull: folder or database cannot be used.
    """
    # Not pooled: nobody says when a desk is done with.
    store = Store.open(settings, pooled=False)
    return Desk(
        tokens=tokens_of(store),
        users=Users(desk=store.directory),
        channels=Channels(desk=store.directory),
        deliveries=store.deliveries,
    )


def tokens_of(store: Store) -> Tokens:
    """The users' keys."""
    return Tokens(desk=store.directory, new_id=Snowflakes())
