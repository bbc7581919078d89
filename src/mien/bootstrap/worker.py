"""What runs jobs in a worker process, and what its commands look into."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mien.bootstrap.store import Store, bury_of, tidy_of
from mien.jobs.identities import ReadsGalleries
from mien.jobs.ports import BlobStore, FindsMessages
from mien.jobs.run import Command, RunJob
from mien.settings import Settings

#: Nobody else does our work.
NO_UPSTREAMS: Mapping[str, Command] = MappingProxyType({})


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
    store = Store.attach(settings)
    return RunJob(
        store=store.jobs,
        blobs=store.blobs,
        commands=commands,
        upstreams=upstreams,
        lease_s=settings.lease_s,
        tidy=tidy_of(settings, store),
        bury=bury_of(store),
    )


@dataclass(frozen=True, kw_only=True)
class Shelves:
    """What the commands of a worker look into besides their own job."""

    galleries: ReadsGalleries
    messages: FindsMessages
    blobs: BlobStore


def open_shelves(settings: Settings) -> Shelves:
    """What the commands of a worker look into; folder and database are there already."""
    store = Store.attach(settings)
    return Shelves(galleries=store.identities, messages=store.jobs, blobs=store.blobs)
