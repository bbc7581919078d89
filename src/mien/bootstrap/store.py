"""What is kept: database and blobs, opened."""

from dataclasses import dataclass

from mien.jobs.burial import Bury
from mien.jobs.tidy import Tidy
from mien.settings import Settings
from mien.storage.blobs import FolderBlobs
from mien.storage.database import Database
from mien.storage.deliveries import SqlDeliveries
from mien.storage.directory import SqlDirectory
from mien.storage.folder import prepare_folder
from mien.storage.identities import SqlIdentities
from mien.storage.jobs import SqlJobs
from mien.storage.migrate import migrate


@dataclass(frozen=True, kw_only=True)
class Store:
    """What is kept, opened."""

    database: Database
    jobs: SqlJobs
    directory: SqlDirectory
    deliveries: SqlDeliveries
    identities: SqlIdentities
    blobs: FolderBlobs

    @classmethod
    def open(cls, settings: Settings, *, pooled: bool = True) -> "Store":
        """Make what is missing, bring the database up to date, and attach."""
        prepare_folder(settings.data_dir)
        store = cls.attach(settings, pooled=pooled)
        migrate(store.database)
        return store

    @classmethod
    def attach(cls, settings: Settings, *, pooled: bool = True) -> "Store":
        """Over what is there already."""
        database = Database(settings.database, sync=settings.sync_writes, pooled=pooled)
        return cls(
            database=database,
            jobs=SqlJobs(database, settings.lanes),
            directory=SqlDirectory(database),
            deliveries=SqlDeliveries(database),
            identities=SqlIdentities(database),
            blobs=FolderBlobs(settings.blobs, sync=settings.sync_writes),
        )


def tidy_of(settings: Settings, store: Store) -> Tidy:
    """What removes the uploads of ended jobs, unless they are kept."""
    return Tidy(store=store.jobs, blobs=store.blobs, keep_inputs=settings.keep_inputs)


def bury_of(store: Store) -> Bury:
    """What removes the blobs of deleted identities."""
    return Bury(store=store.identities, blobs=store.blobs)
