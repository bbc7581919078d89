"""Saved identities: what changes do, what stores promise, and that nothing stays of what is deleted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.conftest import STORES, database_of, enrol
from jobs.making import (
    CHANNEL,
    LATER,
    LEASE,
    NOW,
    USER,
    HandClock,
    a_job,
    accept,
    an_ending,
    memory_jobs,
)
from mien.errors import BadRequest, LeaseLost, NotFound, TooLarge
from mien.jobs.accounts import Channel, User
from mien.jobs.burial import Bury
from mien.jobs.identities import (
    Choice,
    Choose,
    Forget,
    ForgetAll,
    Gallery,
    Identity,
    Rename,
    Save,
)
from mien.jobs.lanes import LaneRules
from mien.storage.directory import SqlDirectory
from mien.storage.identities import SqlIdentities
from mien.storage.jobs import SqlJobs
from mien.testing import MemoryBlobs, MemoryIdentities

OTHER = User(id="1002", name="bob")
OTHERS = Channel(id="2009", user_id=OTHER.id, server="3009", discord="eng…secured…ine")


def an_identity(name, number=1, *, user=USER, photos=1):
    """An identity of `USER`, the ``number``-th that was saved."""
    return Identity(
        id=f"700{number}",
        user_id=user.id,
        name=name,
        photos=photos,
        key=f"identities/700{number}/face.npz",
        photo_keys=tuple(f"identities/700{number}/photo-{n + 1}.jpg" for n in range(photos)),
        created=NOW + timedelta(seconds=number),
    )


ANNA, BOB, EVE = (an_identity(name, n) for n, name in enumerate(("anna", "bob", "eve"), 1))


def gallery_of(*identities, people="", options=""):
    return Gallery(identities=identities, choice=Choice(people=people, options=options))


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (Save(identity=ANNA, most=20), gallery_of(), gallery_of(ANNA, people="anna")),
        (
            Save(identity=BOB, most=2),
            gallery_of(ANNA, people="anna", options="-m"),
            gallery_of(ANNA, BOB, people="bob", options="-m"),
        ),
        (
            Save(identity=replace(EVE, name="anna"), most=2),
            gallery_of(ANNA, BOB, people="bob"),
            gallery_of(BOB, replace(EVE, name="anna"), people="anna"),
        ),
        (
            Forget(names=("bob",)),
            gallery_of(ANNA, BOB, people="anna"),
            gallery_of(ANNA, people="anna"),
        ),
        (
            Forget(names=("bob",)),
            gallery_of(ANNA, BOB, EVE, people="anna+bob,_", options="-m"),
            gallery_of(ANNA, EVE, people="eve", options="-m"),
        ),
        (Forget(names=("anna",)), gallery_of(ANNA, people="anna"), gallery_of()),
        (ForgetAll(), gallery_of(ANNA, BOB, people="bob", options="-m"), gallery_of()),
        (
            Choose(people="anna+bob,_", options="--greedy"),
            gallery_of(ANNA, BOB, people="bob", options="-m"),
            gallery_of(ANNA, BOB, people="anna+bob,_", options="--greedy"),
        ),
        (
            Choose(options="-f"),
            gallery_of(ANNA, people="anna"),
            gallery_of(ANNA, people="anna", options="-f"),
        ),
        (
            Rename(name="bob", to="rob"),
            gallery_of(ANNA, BOB, people="bob+anna,bob,_"),
            gallery_of(ANNA, replace(BOB, name="rob"), people="rob+anna,rob,_"),
        ),
        (
            Rename(name="anna", to="anna"),
            gallery_of(ANNA, people="anna"),
            gallery_of(ANNA, people="anna"),
        ),
    ],
)
def test_what_a_change_leads_to(change, before, after):
    """
    The newest is the default; a default that names somebody who is gone is the newest left.
    """
    assert after == change(before)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (Save(identity=EVE, most=2), TooLarge),
        (Forget(names=("anna", "nobody")), NotFound),
        (Choose(people="anna,nobody"), NotFound),
        (Rename(name="nobody", to="eve"), NotFound),
        (Rename(name="anna", to="bob"), BadRequest),
    ],
)
def test_what_cannot_happen_is_refused(change, error):
    """
    A full gallery, people who are not there, and a name that is taken.
    """
    with pytest.raises(error):
        change(gallery_of(ANNA, BOB, people="anna"))


class Stores:
    """A job store and the identities that its jobs change."""

    def __init__(self, jobs, identities):
        self.jobs, self.identities = jobs, identities

    def running(self):
        job = a_job()
        accept(self.jobs, job)
        claimed = self.jobs.claim(job.id, LEASE, now=NOW)
        assert claimed is not None
        return claimed

    def end(self, *changes):
        """A job that ends with these changes."""
        job = self.running()
        self.jobs.finish(job.id, job.fence, an_ending(), (), changes)


@pytest.fixture(params=STORES)
def stores(request):
    if request.param == "memory":
        identities = MemoryIdentities()
        return Stores(memory_jobs(identities=identities), identities)
    database = database_of(request)
    enrol(SqlDirectory(database), USER, CHANNEL)
    enrol(SqlDirectory(database), OTHER, OTHERS)
    return Stores(SqlJobs(database, LaneRules()), SqlIdentities(database))


def test_a_job_changes_the_gallery_when_it_ends(stores):
    """
    In the order of its changes; what is saved comes back as it was.
    """
    stores.end(
        Save(identity=ANNA, most=20), Save(identity=an_identity("bob", 2, photos=3), most=20)
    )
    stores.end(Choose(people="anna+bob", options="-m --greedy"))

    gallery = stores.identities.gallery(USER.id)
    bob = an_identity("bob", 2, photos=3)
    assert gallery_of(ANNA, bob, people="anna+bob", options="-m --greedy") == gallery


def test_nothing_is_changed_by_a_worker_that_lost_its_job(stores):
    """
    Neither by an old fencing number nor after the end.
    """
    job = stores.running()
    save = Save(identity=ANNA, most=20)
    for fence in (job.fence - 1, job.fence + 1):
        with pytest.raises(LeaseLost):
            stores.jobs.finish(job.id, fence, an_ending(), (), [save])
    stores.jobs.finish(job.id, job.fence, an_ending())
    with pytest.raises(LeaseLost):
        stores.jobs.finish(job.id, job.fence, an_ending(), (), [save])

    assert Gallery() == stores.identities.gallery(USER.id)


def test_a_change_that_cannot_be_made_leaves_the_job_as_it_was(stores):
    """
    The job runs on, and the change before it is undone too.
    """
    job = stores.running()
    with pytest.raises(NotFound):
        stores.jobs.finish(
            job.id,
            job.fence,
            an_ending(),
            (),
            [Save(identity=ANNA, most=20), Forget(names=("nobody",))],
        )

    assert Gallery() == stores.identities.gallery(USER.id)
    found = stores.jobs.find(job.id)
    assert not found.done
    assert found.message_id is None


def test_users_do_not_share_galleries(stores):
    """
    The same name twice, and only one's own is deleted.
    """
    theirs = an_identity("anna", 9, user=OTHER)
    stores.identities.change(USER.id, Save(identity=ANNA, most=1))
    stores.identities.change(OTHER.id, Save(identity=theirs, most=1))
    stores.identities.change(USER.id, ForgetAll())

    assert Gallery() == stores.identities.gallery(USER.id)
    assert gallery_of(theirs, people="anna") == stores.identities.gallery(OTHER.id)


def test_blobs_of_what_is_gone_are_doomed_until_they_are_removed(stores):
    """
    Deleted and replaced identities give their keys away; those that stay or are renamed do not.
    """
    again = an_identity("anna", 3)
    for one in (an_identity("anna", 1, photos=2), BOB, again):
        stores.identities.change(USER.id, Save(identity=one, most=20))
    replaced = set(an_identity("anna", 1, photos=2).keys)
    assert replaced == set(stores.identities.doomed(limit=99))

    stores.identities.change(USER.id, Rename(name="bob", to="rob"))
    stores.identities.change(USER.id, Forget(names=("rob",)))
    assert replaced | set(BOB.keys) == set(stores.identities.doomed(limit=99))
    assert 1 == len(stores.identities.doomed(limit=1))

    stores.identities.removed(sorted(replaced))
    assert set(BOB.keys) == set(stores.identities.doomed(limit=99))
    assert {again.id} == stores.identities.kept([again.id, BOB.id, "0"])


def test_burying_removes_what_is_doomed(stores):
    """
    The blobs of deleted identities go, those of others stay, and twice does no harm.
    """
    blobs = MemoryBlobs()
    bury = Bury(store=stores.identities, blobs=blobs)
    for one in (ANNA, BOB):
        for key in one.keys:
            blobs.put(key, b"face")
        stores.identities.change(USER.id, Save(identity=one, most=20))
    stores.identities.change(USER.id, Forget(names=("anna",)))

    bury()
    bury()

    assert sorted(BOB.keys) == blobs.list("identities", before=LATER + timedelta(days=9999))
    assert [] == stores.identities.doomed(limit=9)


def test_what_a_dead_worker_has_left_is_swept_away(stores):
    """
    Blobs that no identity speaks of go after an hour; a worker may be about to save fresh ones.
    """
    clock = HandClock()
    blobs = MemoryBlobs(clock)
    bury = Bury(store=stores.identities, blobs=blobs, clock=clock)
    stores.identities.change(USER.id, Save(identity=ANNA, most=20))
    for key in (*ANNA.keys, *BOB.keys):
        blobs.put(key, b"face")

    clock.advance(3500)
    assert 0 == bury.sweep()
    clock.advance(200)
    assert len(BOB.keys) == bury.sweep()
    assert sorted(ANNA.keys) == blobs.list("identities", before=clock.now + timedelta(days=1))


def test_nothing_of_a_deleted_identity_stays_in_the_database_files(tmp_path, sqlite_database):
    """
    Neither in free pages nor in the log: id, name and keys are nowhere, those of the other are.
    """
    enrol(SqlDirectory(sqlite_database), USER, CHANNEL)
    store = SqlIdentities(sqlite_database)
    marked = replace(ANNA, id="70012345678901234567", name="Xanthippe", key="identities/mark/f")
    for one in (marked, BOB):
        store.change(USER.id, Save(identity=one, most=20))
    assert b"Xanthippe" in everything_in(tmp_path)

    store.change(USER.id, Forget(names=("Xanthippe",)))
    Bury(store=store, blobs=MemoryBlobs())()

    left = everything_in(tmp_path)
    for trace in (b"Xanthippe", b"70012345678901234567", b"identities/mark", b"7001/photo"):
        assert trace not in left
    assert BOB.key.encode() in left


def everything_in(folder):
    """The bytes of the database's files."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def test_the_job_of_a_message_is_found_in_its_channel_alone(stores):
    """
    By its owner, its channel and its message together; an unfinished job has no message.
    """
    job = stores.running()
    ending = an_ending()
    stores.jobs.finish(job.id, job.fence, ending)
    stores.running()
    find = stores.jobs.find_message

    assert job.id == find(USER.id, job.channel, ending.message_id).id
    assert find(USER.id, "2002", ending.message_id) is None
    assert find(OTHER.id, job.channel, ending.message_id) is None
    assert find(USER.id, job.channel, "1") is None


def test_changes_at_the_same_time_are_made_one_after_the_other(database):
    """
    Twelve names at once where three fit: three are saved, the others are refused, none is lost.
    """
    enrol(SqlDirectory(database), USER, CHANNEL)
    store = SqlIdentities(database)

    def save(number):
        try:
            store.change(USER.id, Save(identity=an_identity(f"name{number}", number), most=3))
        except TooLarge:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        saved = list(threads.map(save, range(10, 22)))

    assert 3 == sum(saved)
    assert 3 == len(store.gallery(USER.id).identities)


def test_a_slip_in_a_name_is_told_who_was_meant():
    """
    A name that is nearly one of the user's own names that one; another user's is never named.
    """
    gallery = Gallery(identities=(ANNA, BOB, EVE))

    with pytest.raises(NotFound, match=r"no identity called anan\. Did you mean anna\?$"):
        gallery.get("anan")
    with pytest.raises(NotFound, match=r"no identity called Bob\. Did you mean bob\?$"):
        gallery.get("Bob")
    with pytest.raises(NotFound, match=r"no identity called zoe\.$"):
        gallery.get("zoe")
