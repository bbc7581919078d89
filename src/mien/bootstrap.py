"""Builds the objects of the product from the settings; the only place that knows every class.

What only some need is imported where it is built: `mien tokens` does not wait for the models.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from mien.errors import BadRequest, MienError
from mien.jobs.access import Authenticate, PickChannel, Tokens
from mien.jobs.burial import Bury
from mien.jobs.cancel import Cancel
from mien.jobs.channels import Channels
from mien.jobs.configure import Configure
from mien.jobs.courier import Courier
from mien.jobs.deliveries import Deliver, DeliveryStore, RetryPlan
from mien.jobs.dispatch import SWEEP_S, SWEEPS_A_LEASE, Dispatcher
from mien.jobs.housekeeping import Chore, Housekeeper
from mien.jobs.identities import IdentityStore, ReadsGalleries
from mien.jobs.ids import Snowflakes
from mien.jobs.links import Links
from mien.jobs.model import Job
from mien.jobs.ports import BlobStore, FindsMessages, ListsJobs
from mien.jobs.profile import Profile
from mien.jobs.read import OpenAttachment, ReadJob
from mien.jobs.recover import Persistence
from mien.jobs.repeat import Repeat
from mien.jobs.retention import Retention
from mien.jobs.run import Command, RunJob
from mien.jobs.submit import Submit
from mien.jobs.tidy import Tidy
from mien.jobs.users import Users
from mien.jobs.wait import Wait, Waiters
from mien.jobs.wire import job_wire
from mien.net.webhooks import new_secret, signed
from mien.runners.local import LocalRunner
from mien.runners.process import Factory
from mien.settings import Settings
from mien.storage.blobs import FolderBlobs
from mien.storage.database import Database
from mien.storage.deliveries import SqlDeliveries
from mien.storage.directory import SqlDirectory
from mien.storage.folder import DISCORD_KEY, prepare_folder, read_secret
from mien.storage.identities import SqlIdentities
from mien.storage.jobs import SqlJobs
from mien.storage.migrate import migrate
from mien.storage.seal import Seal, key_of

if TYPE_CHECKING:
    from mien.commands.changebg import Changebg
    from mien.commands.films import Films
    from mien.commands.headshot import Headshot
    from mien.commands.picsi import Picsi
    from mien.commands.video import SwapVideo
    from mien.engine.faces import FaceFinder
    from mien.engine.portrait.segment import Segmenter
    from mien.engine.swap import MeshSwapper
    from mien.storage.bell import PostgresBell

#: Nobody else does our work.
NO_UPSTREAMS: Mapping[str, Command] = MappingProxyType({})
#: Name of the token that the first start makes.
FIRST_TOKEN = "first"  # noqa: S105 - its name, not its key


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStart:
    """What the very first start made; the token is shown once and known to nobody afterwards."""

    #: The token's key.
    token: str
    #: The default user's channel.
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the service is."""

    #: Whether it can take jobs: the database answers, jobs are handed out, a worker lives.
    ok: bool
    #: "" or one sentence about what is wrong.
    problem: str
    #: Worker processes alive, and wanted.
    workers: int
    workers_wanted: int
    #: Jobs in hand: running in a worker, and waiting for one.
    running: int
    waiting: int


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


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the operator's commands need; it starts nothing."""

    tokens: Tokens
    users: Users
    channels: Channels
    deliveries: DeliveryStore


def build_service(settings: Settings, factory: Factory, *, url: str = "") -> Service:
    """The service over the data folder of ``settings``, which is made when it is not there.

    Args:
        factory: builds what runs jobs, in each worker process; picklable. The product's is
            `mien.worker.WorkerFactory`.
        url: where the service listens; callbacks name it when no ``public_url`` is set.

    Raises:
        SetupError, StorageFull: folder or database cannot be used.
    """
    store = _Store.open(settings)
    tokens = _tokens(store)
    first_start = _first_start(store, tokens)
    secret = read_secret(settings.data_dir)
    links = Links(secret=secret, valid_s=round(settings.url_ttl_s))
    courier = _courier(settings, store, links, base=settings.public_url or url)
    room = _engine_room(settings, store, factory, courier)
    pick_channel = PickChannel(directory=store.directory)
    submit = Submit(
        store=store.jobs,
        blobs=store.blobs,
        announce=room.dispatcher.announce,
        prices=settings.price_list,
        galleries=store.identities,
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
            tidy=_tidy(settings, store),
            announce=room.dispatcher.cancelled,
        ),
        repeat=Repeat(
            read_job=read_job, blobs=store.blobs, pick_channel=pick_channel, submit=submit
        ),
        open_attachment=OpenAttachment(store=store.jobs, blobs=store.blobs),
        list_jobs=store.jobs,
        deliveries=store.deliveries,
        identities=store.identities,
        bury=_bury(store),
        new_secret=new_secret,
        health=room.health,
        start=room.start,
        stop=room.stop,
    )


def open_desk(settings: Settings) -> Desk:
    """The operator's desk over the data folder, which is made when it is not there.

    Raises:
        SetupError, StorageFull: folder or database cannot be used.
    """
    # Not pooled: nobody says when a desk is done with.
    store = _Store.open(settings, pooled=False)
    return Desk(
        tokens=_tokens(store),
        users=Users(desk=store.directory),
        channels=Channels(desk=store.directory),
        deliveries=store.deliveries,
    )


def build_run_job(
    settings: Settings,
    commands: Mapping[str, Command],
    upstreams: Mapping[str, Command] = NO_UPSTREAMS,
) -> RunJob:
    """What runs jobs in a worker process; folder and database are there already.

    Args:
        commands: what our own engine does, by verb.
        upstreams: what does the work of other channels, by provider.
    """
    store = _Store.attach(settings)
    return RunJob(
        store=store.jobs,
        blobs=store.blobs,
        commands=commands,
        upstreams=upstreams,
        lease_s=settings.lease_s,
        tidy=_tidy(settings, store),
        bury=_bury(store),
    )


def build_engine(settings: Settings) -> "tuple[FaceFinder, MeshSwapper]":
    """What finds faces and what swaps them, with its networks loaded.

    Raises:
        ModelBroken: a model file is missing or not the manifest's.
    """
    # Networks and array libraries take most of a second.
    from mien.engine.faces import FaceFinder  # noqa: PLC0415
    from mien.engine.hands import HandFinder  # noqa: PLC0415
    from mien.engine.swap import MeshSwapper  # noqa: PLC0415
    from mien.models.store import ModelStore  # noqa: PLC0415

    models = ModelStore(threads=settings.threads)
    topology = models.topology()
    finder = FaceFinder(
        full_range=models.network("face_full_range"),
        short_range=models.network("face_short_range"),
        mesh=models.network("face_mesh"),
        topology=topology,
        hands=HandFinder(palm=models.network("palm"), hand=models.network("hand")),
    )
    return finder, MeshSwapper(topology=topology)


def build_picsi(settings: Settings) -> "Picsi":
    """The face swap with its networks loaded.

    Raises:
        ModelBroken: a model file is missing or not the manifest's.
    """
    from mien.commands.picsi import Picsi  # noqa: PLC0415 - as in `build_engine`

    finder, swapper = build_engine(settings)
    return Picsi(finder=finder, swapper=swapper, limits=settings.limits)


@dataclass(frozen=True, kw_only=True)
class Shelves:
    """What the commands of a worker look into besides their own job."""

    galleries: ReadsGalleries
    messages: FindsMessages
    blobs: BlobStore


def open_shelves(settings: Settings) -> Shelves:
    """What the commands of a worker look into; folder and database are there already."""
    store = _Store.attach(settings)
    return Shelves(galleries=store.identities, messages=store.jobs, blobs=store.blobs)


def build_video(settings: Settings, finder: "FaceFinder", swapper: "MeshSwapper") -> "SwapVideo":
    """The swap in videos."""
    # FFmpeg's libraries take a twentieth of a second, which only videos need.
    from mien.commands.video import SwapVideo  # noqa: PLC0415
    from mien.runners.helpers import Helper  # noqa: PLC0415

    return SwapVideo(
        finder=finder,
        swapper=swapper,
        limits=settings.limits,
        settings=settings.video,
        hands=settings.video_processes,
        help=Helper,
    )


def build_films(settings: Settings, finder: "FaceFinder", swapper: "MeshSwapper") -> "Films":
    """The swap in videos that come as bytes."""
    from mien.commands.films import Films  # noqa: PLC0415 - as in `build_engine`
    from mien.commands.workshop import Workshop  # noqa: PLC0415

    return Films(
        workshop=Workshop(settings.data_dir / "work"),
        swap=lambda: build_video(settings, finder, swapper),
    )


def build_headshot(settings: Settings, finder: "FaceFinder", swapper: "MeshSwapper") -> "Headshot":
    """The portraits, by the generators that the settings choose.

    Raises:
        ModelBroken: a model file is missing or not the manifest's.
    """
    from mien.commands.generators import Chosen  # noqa: PLC0415 - as in `build_engine`
    from mien.commands.headshot import Headshot  # noqa: PLC0415
    from mien.commands.studio import Studio  # noqa: PLC0415

    generators = Chosen(generators=(Studio(segmenter=_segmenter(settings)),))
    return Headshot(finder=finder, mixer=swapper, generators=generators)


def build_changebg(settings: Settings, finder: "FaceFinder") -> "Changebg":
    """The change of backgrounds.

    Raises:
        ModelBroken: a model file is missing or not the manifest's.
    """
    from mien.commands.changebg import Changebg  # noqa: PLC0415 - as in `build_engine`

    return Changebg(finder=finder, segmenter=_segmenter(settings), limits=settings.limits)


def _segmenter(settings: Settings) -> "Segmenter":
    from mien.engine.portrait.segment import Segmenter  # noqa: PLC0415 - as in `build_engine`
    from mien.models.store import ModelStore  # noqa: PLC0415

    return Segmenter(network=ModelStore(threads=settings.threads).network("selfie"))


def build_swapper() -> "MeshSwapper":
    """The swapper, without the networks that find faces."""
    from mien.engine.swap import MeshSwapper  # noqa: PLC0415
    from mien.models.store import ModelStore  # noqa: PLC0415

    return MeshSwapper(topology=ModelStore(threads=1).topology())


@dataclass(frozen=True, kw_only=True)
class _Store:
    """What is kept, opened."""

    database: Database
    jobs: SqlJobs
    directory: SqlDirectory
    deliveries: SqlDeliveries
    identities: SqlIdentities
    blobs: FolderBlobs

    @classmethod
    def open(cls, settings: Settings, *, pooled: bool = True) -> "_Store":
        """Make what is missing, bring the database up to date, and attach."""
        prepare_folder(settings.data_dir)
        store = cls.attach(settings, pooled=pooled)
        migrate(store.database)
        return store

    @classmethod
    def attach(cls, settings: Settings, *, pooled: bool = True) -> "_Store":
        database = Database(settings.database, sync=settings.sync_writes, pooled=pooled)
        return cls(
            database=database,
            jobs=SqlJobs(database, settings.lanes),
            directory=SqlDirectory(database),
            deliveries=SqlDeliveries(database),
            identities=SqlIdentities(database),
            blobs=FolderBlobs(settings.blobs, sync=settings.sync_writes),
        )


@dataclass(frozen=True, kw_only=True)
class _EngineRoom:
    """The moving parts of a service, and the order in which they start and stop."""

    store: _Store
    runner: LocalRunner
    dispatcher: Dispatcher
    courier: Courier
    #: None where services do not tell each other, and look once a second.
    bell: "PostgresBell | None"
    housekeeper: Housekeeper
    grace_s: float

    def start(self) -> None:
        self.runner.start()
        self.dispatcher.start()
        if self.bell is not None:
            self.bell.start(self.dispatcher.hear)
        self.courier.start()
        self.housekeeper.start()

    def stop(self) -> None:
        until = time.monotonic() + self.grace_s
        self.housekeeper.stop()
        self.dispatcher.stop(self.grace_s)
        self.courier.stop(max(0.0, until - time.monotonic()))
        # Only dead workers lose their jobs safely, so they go before the jobs are handed back.
        self.runner.stop()
        self.dispatcher.hand_back()
        if self.bell is not None:
            self.bell.stop()
        self.store.database.close()

    def health(self) -> Health:
        load = self.dispatcher.load()
        workers = self.runner.alive
        problem = self._problem(workers, dispatching=load.alive)
        return Health(
            ok=not problem,
            problem=problem,
            workers=workers,
            workers_wanted=self.runner.capacity,
            running=load.running,
            waiting=load.waiting,
        )

    def _problem(self, workers: int, *, dispatching: bool) -> str:
        try:
            self.store.directory.has_users()
        except MienError as error:
            return str(error)
        if not dispatching:
            return "No jobs are handed out: the service is stopped, or broken."
        return "" if workers else "No worker process is alive."


def _courier(settings: Settings, store: _Store, links: Links, *, base: str) -> Courier:
    # TLS and the HTTP library take a tenth of a second, which only a service has.
    from mien.net.fetch import HttpPost, look_up  # noqa: PLC0415
    from mien.net.guard import Guard  # noqa: PLC0415

    def show(job: Job) -> Mapping[str, object]:
        return job_wire(job, links.linker(base, now_s=int(time.time())))

    guard = Guard(resolve=look_up, allow_private=settings.callback_allow_private)
    deliver = Deliver(
        store=store.deliveries,
        jobs=store.jobs,
        post=HttpPost(guard=guard),
        show=show,
        sign=signed,
        new_secret=new_secret,
        plan=RetryPlan(tries=settings.callback_tries),
    )
    return Courier(store=store.deliveries, deliver=deliver)


def _engine_room(
    settings: Settings, store: _Store, factory: Factory, courier: Courier
) -> _EngineRoom:
    runner = LocalRunner(
        factory=factory, workers=settings.workers, timeout_s=settings.job_timeout_s
    )
    tidy = _tidy(settings, store)
    bell = _bell(store.database)
    dispatcher = Dispatcher(
        store=store.jobs,
        runner=runner,
        waiters=Waiters(),
        persistence=Persistence(max_attempts=settings.max_attempts),
        tidy=tidy,
        report=courier.wake,
        lease_s=settings.lease_s,
        ring=(lambda _: None) if bell is None else bell.ring,
        sweep_s=min(SWEEP_S, settings.lease_s / SWEEPS_A_LEASE),
    )
    return _EngineRoom(
        store=store,
        runner=runner,
        dispatcher=dispatcher,
        courier=courier,
        bell=bell,
        housekeeper=Housekeeper(chores=_chores(settings, store)),
        grace_s=settings.grace_s,
    )


def _bell(database: Database) -> "PostgresBell | None":
    if database.engine.dialect.name != "postgresql":
        return None
    from mien.storage.bell import PostgresBell  # noqa: PLC0415 - needs PostgreSQL's driver

    return PostgresBell(database)


def _chores(settings: Settings, store: _Store) -> list[Chore]:
    tidy, bury = _tidy(settings, store), _bury(store)
    retention = Retention(store=store.jobs, blobs=store.blobs, keep=settings.retention)
    return [lambda: _nothing_left(tidy.leftovers()), lambda: _nothing_left(bury.sweep()), retention]


def _nothing_left(removed: int) -> bool:
    """The answer of a chore that does all of its work at once."""
    del removed
    return False


def _tidy(settings: Settings, store: _Store) -> Tidy:
    return Tidy(store=store.jobs, blobs=store.blobs, keep_inputs=settings.keep_inputs)


def _bury(store: _Store) -> Bury:
    return Bury(store=store.identities, blobs=store.blobs)


def _seal(settings: Settings) -> Seal:
    if settings.discord_key:
        return Seal(settings.discord_key.split(","))
    return Seal([key_of(read_secret(settings.data_dir, DISCORD_KEY))])


def _tokens(store: _Store) -> Tokens:
    return Tokens(desk=store.directory, new_id=Snowflakes())


def _first_start(store: _Store, tokens: Tokens) -> FirstStart | None:
    """Make the default user with a channel and a token, where there is nobody yet."""
    if store.directory.has_users():
        return None
    try:
        key = tokens.create(FIRST_TOKEN).key
    except BadRequest:
        return None  # another process was first in this very moment
    user = Authenticate(directory=store.directory)(key)
    return FirstStart(token=key, channel=store.directory.channels(user.id)[0].id)
