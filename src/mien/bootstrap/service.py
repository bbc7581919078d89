"""The service: everything that an entry point calls."""

from collections.abc import Callable
from dataclasses import dataclass

from mien.bootstrap.callbacks import build_courier
from mien.bootstrap.desk import tokens_of
from mien.bootstrap.room import Health, build_engine_room
from mien.bootstrap.store import Store, bury_of, tidy_of
from mien.errors import BadRequest
from mien.jobs.access import Authenticate, PickChannel, Tokens
from mien.jobs.burial import Bury
from mien.jobs.cancel import Cancel
from mien.jobs.configure import Configure
from mien.jobs.deliveries import DeliveryStore
from mien.jobs.identities import IdentityStore
from mien.jobs.links import Links
from mien.jobs.ports import ListsJobs
from mien.jobs.profile import Profile
from mien.jobs.read import OpenAttachment, ReadJob
from mien.jobs.repeat import Repeat
from mien.jobs.submit import Submit
from mien.jobs.wait import Wait
from mien.net.webhooks import new_secret
from mien.runners.process import Factory
from mien.settings import Settings
from mien.storage.folder import DISCORD_KEY, read_secret
from mien.storage.seal import Seal, key_of

#: Name of the token that the first start makes.
FIRST_TOKEN = "first"  # noqa: S105 - its name, not its key


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStart:
    """What the very first start made; the token is shown once and known to nobody afterwards."""

    #: The token's key.
    token: str
    #: The default user's channel.
    channel: str


@dataclass(frozen=True, kw_only=True)
class Service:
    """Everything that an entry point calls. Built stopped: `start` it, and `stop` it at the end.

    All methods are synchronous and thread-safe; those that touch the disk take milliseconds, so
    an event loop calls them in a thread.
    """

    settings: Settings
    #: 32 random bytes that live in the data folder: the key of signed addresses.
    secret: bytes
    #: What the first start made; None at every later start.
    first_start: FirstStart | None
    authenticate: Authenticate
    accounts: Configure
    profile: Profile
    pick_channel: PickChannel
    submit: Submit
    wait: Wait
    read_job: ReadJob
    cancel: Cancel
    repeat: Repeat
    open_attachment: OpenAttachment
    list_jobs: ListsJobs
    deliveries: DeliveryStore
    identities: IdentityStore
    #: Removes what was kept of deleted identities.
    bury: Bury
    #: A fresh webhook secret.
    new_secret: Callable[[], str]
    #: How the service is, now.
    health: Callable[[], Health]
    #: Start the workers and the hand-out of jobs; returns before the workers are warm.
    start: Callable[[], None]
    #: Stop: running jobs get ``grace_s`` seconds, then they are handed back to the queue.
    stop: Callable[[], None]


def build_service(settings: Settings, factory: Factory, *, url: str = "") -> Service:
    """The service over the data folder of ``settings``, which is made when it is not there.

    Args:
        factory: builds what runs jobs, in each worker process; picklable. The product's is
            `mien.worker.WorkerFactory`.
        url: where the service listens; callbacks name it when no ``public_url`` is set.

    Raises:
        SetupError, StorageFull: folder or database cannot be used.
    """
    store = Store.open(settings)
    tokens = tokens_of(store)
    first_start = _first_start(store, tokens)
    secret = read_secret(settings.data_dir)
    links = Links(secret=secret, valid_s=round(settings.url_ttl_s))
    courier = build_courier(settings, store, links, base=settings.public_url or url)
    room = build_engine_room(settings, store, factory, courier)
    pick_channel = PickChannel(directory=store.directory)
    submit = Submit(
        store=store.jobs,
        blobs=store.blobs,
        announce=room.dispatcher.announce,
        prices=settings.price_list,
        galleries=store.identities,
        keep_inputs=settings.keep_inputs,
    )
    read_job = ReadJob(store=store.jobs)
    return Service(
        settings=settings,
        secret=secret,
        first_start=first_start,
        authenticate=Authenticate(directory=store.directory),
        accounts=Configure(book=store.directory, seals=_seal(settings)),
        profile=Profile(book=store.directory),
        pick_channel=pick_channel,
        submit=submit,
        wait=Wait(store=store.jobs, waiters=room.dispatcher.waiters),
        read_job=read_job,
        cancel=Cancel(
            read_job=read_job,
            store=store.jobs,
            tidy=tidy_of(settings, store),
            announce=room.dispatcher.cancelled,
        ),
        repeat=Repeat(
            read_job=read_job, blobs=store.blobs, pick_channel=pick_channel, submit=submit
        ),
        open_attachment=OpenAttachment(store=store.jobs, blobs=store.blobs),
        list_jobs=store.jobs,
        deliveries=store.deliveries,
        identities=store.identities,
        bury=bury_of(store),
        new_secret=new_secret,
        health=room.health,
        start=room.start,
        stop=room.stop,
    )


def _seal(settings: Settings) -> Seal:
    if settings.discord_key:
        return Seal(settings.discord_key.split(","))
    return Seal([key_of(read_secret(settings.data_dir, DISCORD_KEY))])


def _first_start(store: Store, tokens: Tokens) -> FirstStart | None:
    """Make the default user with a channel and a token, where there is nobody yet."""
    if store.directory.has_users():
        return None
    try:
        key = tokens.create(FIRST_TOKEN).key
    except BadRequest:
        return None  # another process was first in this very moment
    user = Authenticate(directory=store.directory)(key)
    return FirstStart(token=key, channel=store.directory.channels(user.id)[0].id)
