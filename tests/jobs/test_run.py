"""What a worker does with a job."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Condition, Event, current_thread
from time import monotonic

import pytest

from jobs.making import (
    DEADLINE_S,
    LEASE,
    NOW,
    USER,
    HandClock,
    a_file,
    a_request,
    an_ending,
    found,
    memory_jobs,
)
from mien.errors import LeaseLost, NoFaceFound, RateLimited, StorageFull, TooLarge
from mien.jobs.burial import Bury
from mien.jobs.identities import Gallery, Identity, Save
from mien.jobs.model import Progress, Status
from mien.jobs.ports import Renewal
from mien.jobs.run import UNEXPECTED, Outcome, ResultFile, RunJob
from mien.jobs.submit import Submit
from mien.jobs.tidy import Tidy, results_of
from mien.testing import TINY, MemoryBlobs, MemoryIdentities, MemoryJobs

LEASE_S = 5.0


@pytest.fixture
def clock():
    return HandClock()


def runner(store, blobs, clock, commands=TINY, *, keep_inputs=False, lease_s=LEASE_S):
    """A worker that knows the tiny commands, or others."""
    return RunJob(
        store=store,
        blobs=blobs,
        commands=commands,
        lease_s=lease_s,
        tidy=Tidy(store=store, blobs=blobs, keep_inputs=keep_inputs),
        bury=lambda: None,
        clock=clock,
    )


@pytest.fixture
def run(store, blobs, clock):
    return runner(store, blobs, clock)


@pytest.fixture
def submit(store, blobs, clock):
    return Submit(store=store, blobs=blobs, announce=lambda _: None, clock=clock)


def lease_of(job):
    """The lease, which must be there."""
    assert job.lease is not None
    return job.lease


def two_files():
    """The files of a swap."""
    return {"source_image": a_file(b"source"), "target_image_gif_or_video": a_file(b"target")}


def keys(blobs, folder):
    """What lies in a folder of the blob store."""
    return blobs.list(folder, before=datetime.now(UTC) + timedelta(minutes=1))


def test_a_job_completes_with_its_results(run, submit, store, blobs, clock):
    """
    The results lie in the blob store, the row describes them, the greeting names the user.
    """
    job = submit(a_request("echo", files=two_files(), params={"message": "Well done."}))
    clock.advance(2)

    run(job.id, "ticket-1")
    done = found(store, job)

    assert (Status.COMPLETED, 1, None, None) == (done.status, done.attempts, done.error, done.lease)
    assert f"<@{USER.id}> Well done." == done.content
    assert {"echo": True} == done.report
    assert [b"source", b"target"] == [blobs.get(result.key) for result in done.attachments]
    assert [(6, "image/png", 1, 2)] * 2 == [
        (result.size, result.media_type, result.width, result.height) for result in done.attachments
    ]
    assert all(
        result.key.endswith(f"/{job.id}.{result.id}.png") and result.filename.endswith(".png")
        for result in done.attachments
    )
    assert NOW + timedelta(seconds=2) == done.timestamp == done.updated
    assert done.message_id is not None
    assert done.message_id.isdecimal()


def test_a_greeting_without_a_message_stands_alone(run, submit, store):
    """
    The contract's content is "<@id>" and nothing behind it.
    """
    job = submit(a_request("nothing"))
    run(job.id, "ticket-1")

    assert f"<@{USER.id}>" == found(store, job).content


@pytest.mark.parametrize("verb", ["echo", "refuse", "stumble", "unknown"])
def test_uploads_go_when_the_job_ends(run, submit, blobs, verb):
    """
    However it ends.
    """
    job = submit(a_request(verb, files=two_files()))

    assert list(job.upload_keys) == keys(blobs, "inputs")

    run(job.id, "ticket-1")

    assert [] == keys(blobs, "inputs")


@pytest.mark.parametrize("verb", ["echo", "refuse", "stumble", "unknown"])
def test_the_worker_brings_the_job_as_the_store_has_it(run, submit, store, verb):
    """
    Who waits is told what everybody else reads.
    """
    job = submit(a_request(verb, files=two_files(), params={"message": "Well done."}))

    ended = run(job.id, "ticket-1")

    assert found(store, job) == ended
    assert ended.done


def test_uploads_stay_when_they_are_to_be_kept(store, blobs, clock, submit):
    """
    The setting keeps them, and a tidy-up does not touch them.
    """
    job = submit(a_request("echo", files=two_files()))
    runner(store, blobs, clock, keep_inputs=True)(job.id, "ticket-1")
    tidy = Tidy(store=store, blobs=blobs, keep_inputs=True, clock=lambda: datetime.now(UTC))

    assert 0 == tidy.leftovers()
    assert list(job.upload_keys) == keys(blobs, "inputs")


def test_a_picture_without_a_face_fails_the_job(run, submit, store):
    """
    The sentence is the command's; the details name the picture; the code stays 200.
    """
    job = submit(a_request("refuse"))
    run(job.id, "ticket-1")
    failed = found(store, job)

    assert (Status.FAILED, str(NoFaceFound("target")), "target", 200) == (
        failed.status,
        failed.error,
        failed.error_details,
        failed.code,
    )
    assert failed.timestamp is not None
    assert failed.message_id is not None


def test_a_limit_that_was_broken_is_in_the_details(store, blobs, clock, submit):
    """
    Field, value and limit, for programs.
    """

    def too_large(work):
        del work
        raise TooLarge("Too many.", name="faces", value=30.0, limit=20, field="target")

    job = submit(a_request("big"))
    runner(store, blobs, clock, {"big": too_large})(job.id, "ticket-1")

    assert "target: faces 30, limit 20" == found(store, job).error_details


def test_a_bug_fails_the_job_without_its_secrets(run, submit, store, caplog):
    """
    The caller reads a plain sentence; the log has the traceback and the job's id.
    """
    job = submit(a_request("stumble"))
    run(job.id, "ticket-1")
    failed = found(store, job)
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]

    assert (Status.FAILED, UNEXPECTED) == (failed.status, failed.error)
    assert (job.id, ZeroDivisionError) == (record.job, record.exc_info[0])


def test_an_unknown_verb_fails_the_job(run, submit, store):
    """
    For example after going back to an older version.
    """
    job = submit(a_request("levitate"))
    run(job.id, "ticket-1")

    assert "This installation does not know how to do levitate." == found(store, job).error


def test_a_job_whose_upload_is_gone_fails(run, submit, store, blobs):
    """
    Somebody has emptied the folder; the job says so.
    """
    job = submit(a_request("echo", files=two_files()))
    blobs.delete([job.uploads["source_image"].key])
    run(job.id, "ticket-1")

    assert Status.FAILED is found(store, job).status


def test_a_job_that_another_has_claimed_is_left_alone(run, submit, store):
    """
    A ticket that comes too late does nothing.
    """
    job = submit(a_request("nothing"))
    claimed = store.claim(job.id, LEASE, now=NOW)
    run(job.id, "ticket-2")

    assert claimed == found(store, job)


def test_a_worker_that_lost_its_job_leaves_nothing(store, blobs, clock, submit):
    """
    While it worked the job went to another worker: its results vanish, the uploads stay for the
    new owner, and the row is the new owner's.
    """

    def overtaken(work):
        store.hand_back(work.job.id, work.job.fence, now=NOW, spent=True)
        store.claim(work.job.id, replace(LEASE, owner="ticket-2"), now=NOW)
        file = ResultFile(data=b"late", media_type="image/png", extension=".png", width=1, height=1)
        return Outcome(files=(file,))

    job = submit(a_request("slow", files=two_files()))
    runner(store, blobs, clock, {"slow": overtaken})(job.id, "ticket-1")
    now = found(store, job)

    assert (Status.STARTED, "ticket-2", ()) == (now.status, lease_of(now).owner, now.attachments)
    assert [] == keys(blobs, "results")
    assert list(job.upload_keys) == keys(blobs, "inputs")


def test_results_of_a_lost_worker_go_when_another_completes(run, submit, store, blobs):
    """
    The first worker died after it had written its result and before it could say so. What lies beside it, and
    is another job's, stays.
    """
    job = submit(a_request("echo", files={"source_image": a_file(b"source")}))
    store.claim(job.id, LEASE, now=NOW)
    beside = f"{results_of(job.id[:-1])}.1.png"
    for key in (f"{results_of(job.id)}.1.png", beside):
        blobs.put(key, b"stray")
    store.hand_back(job.id, 1, now=NOW, spent=True)

    run(job.id, "ticket-2")

    assert sorted([beside, found(store, job).attachments[0].key]) == keys(blobs, "results")


class TellsRenewals(MemoryJobs):
    """Says when a lease was renewed, and how that went."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.renewals = []
        self._renewed = Condition()

    def renew(self, job_id, fence, *, until, now, news):
        how = super().renew(job_id, fence, until=until, now=now, news=news)
        with self._renewed:
            self.renewals.append(how)
            self._renewed.notify_all()
        return how

    def wait_for_more(self):
        """Return when two more renewals are over: the second began after this call."""
        with self._renewed:
            enough = len(self.renewals) + 2
            assert self._renewed.wait_for(lambda: len(self.renewals) >= enough, DEADLINE_S)


def test_the_lease_is_renewed_while_the_command_works(clock):
    """
    A long job does not lose its lease, and stops asking when it is over.
    """
    store = memory_jobs(kind=TellsRenewals)
    until = []

    def long(work):
        clock.advance(100)
        store.wait_for_more()
        until.append(lease_of(found(store, work.job)).until)
        work.check()
        return Outcome()

    blobs = MemoryBlobs()
    job = submit_to(store, blobs, clock)(a_request("long"))
    runner(store, blobs, clock, {"long": long}, lease_s=0.03)(job.id, "ticket-1")

    assert [clock() + timedelta(seconds=0.03)] == until
    assert {Renewal.HELD} == set(store.renewals)
    assert Status.COMPLETED is found(store, job).status


class TellsBeats(TellsRenewals):
    """Knows which threads have renewed, and that nobody renews when a job ends."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.threads = set()
        self.order = []
        self._finishing = Event()

    def renew(self, job_id, fence, *, until, now, news):
        self.threads.add(current_thread())
        self.order.append("renewing")
        # So that an end which does not wait comes in between.
        self._finishing.wait(0.05)
        self.order.append("renewed")
        return super().renew(job_id, fence, until=until, now=now, news=news)

    def wait_for_a_beginning(self):
        """Return in the middle of a renewal."""
        deadline = monotonic() + DEADLINE_S
        while self.order[-1] != "renewing":
            assert monotonic() < deadline

    def finish(self, *args, **kwargs):
        self.order.append("ending")
        self._finishing.set()
        super().finish(*args, **kwargs)
        self._finishing.clear()


def beaten(clock, jobs):
    """The store after ``jobs`` long jobs of one worker."""
    store, blobs = memory_jobs(kind=TellsBeats), MemoryBlobs()

    def long(work):
        store.wait_for_more()
        work.check()
        store.wait_for_a_beginning()
        return Outcome()

    run = runner(store, blobs, clock, {"long": long}, lease_s=0.03)
    for number in range(jobs):
        done = run(submit_to(store, blobs, clock)(a_request("long")).id, f"ticket-{number}")
        assert done is not None
        assert Status.COMPLETED is done.status
    return store


def test_one_thread_beats_for_all_jobs_and_ends_when_none_come(clock):
    """
    A thread for each job took as long as its claim; a worker that is idle has none.
    """
    store = beaten(clock, 3)
    (thread,) = store.threads

    thread.join(DEADLINE_S)

    assert not thread.is_alive()


def test_no_renewal_is_on_its_way_when_a_job_ends(clock):
    """
    It would come after the end, and be told that the job is lost.
    """
    order = beaten(clock, 2).order

    before = [order[place - 1] for place, what in enumerate(order) if what == "ending"]
    assert ["renewed"] * 2 == before
    assert order.count("renewing") == order.count("renewed")


class TellsABug(TellsRenewals):
    """Its first renewal fails in a way that nobody foresaw."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.broken = Event()

    def renew(self, *args, **kwargs):
        if not self.broken.is_set():
            self.broken.set()
            raise RuntimeError("a bug")
        return super().renew(*args, **kwargs)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_in_one_renewal_is_not_the_end_of_the_next_jobs(clock):
    """
    The thread dies with it; the next job's lease is renewed by another.
    """
    store, blobs = memory_jobs(kind=TellsABug), MemoryBlobs()
    commands = {
        "first": lambda _: Outcome() if store.broken.wait(DEADLINE_S) else None,
        "second": lambda _: store.wait_for_more() or Outcome(),
    }
    run = runner(store, blobs, clock, commands, lease_s=0.03)
    ended = [run(submit_to(store, blobs, clock)(a_request(verb)).id, verb) for verb in commands]

    assert [Status.COMPLETED] * 2 == [job.status for job in ended]


def test_the_check_stops_a_worker_that_lost_its_lease(clock):
    """
    The heartbeat notices, and the next check between two steps ends the work.
    """
    store = memory_jobs(kind=TellsRenewals)
    reached = []

    def overtaken(work):
        store.hand_back(work.job.id, work.job.fence, now=NOW, spent=True)
        with pytest.raises(LeaseLost):
            wait_for_loss(work.check)
        reached.append("check")
        work.check()
        reached.append("never")

    blobs = MemoryBlobs()
    job = submit_to(store, blobs, clock)(a_request("slow"))
    runner(store, blobs, clock, {"slow": overtaken}, lease_s=0.03)(job.id, "ticket-1")

    assert ["check"] == reached
    assert Status.CREATED is found(store, job).status


def wait_for_loss(check):
    """Check again and again: the heartbeat tells a moment after it knows."""
    deadline = monotonic() + DEADLINE_S
    while monotonic() < deadline:
        check()


def submit_to(store, blobs, clock):
    """Takes jobs for these stores."""
    return Submit(store=store, blobs=blobs, announce=lambda _: None, clock=clock)


def test_what_the_work_reports_is_written_with_the_renewals(clock):
    """
    The latest report only, as progress; a renewal without news does not touch the row's time.
    """
    store, seen = memory_jobs(kind=TellsRenewals), []

    def long(work):
        for done in range(10):
            work.report("frames", done / 10)
        for _ in range(2):
            clock.advance(1)
            store.wait_for_more()
            seen.append(found(store, work.job))
        return Outcome()

    blobs = MemoryBlobs()
    job = submit_to(store, blobs, clock)(a_request("long"))
    runner(store, blobs, clock, {"long": long}, lease_s=0.03)(job.id, "ticket-1")

    assert [(Status.PROGRESS, Progress(stage="frames", fraction=0.9))] * 2 == [
        (job.status, job.progress) for job in seen
    ]
    assert seen[0].updated == seen[1].updated
    assert lease_of(seen[0]).until < lease_of(seen[1]).until
    assert (Status.COMPLETED, None) == (found(store, job).status, found(store, job).progress)


@pytest.mark.parametrize(
    ("stage", "fraction"), [("", 0), ("x" * 101, 0), ("x", -0.1), ("x", 1.1), ("x", float("nan"))]
)
def test_a_report_that_is_none_is_a_bug(stage, fraction):
    """
    A stage has a name, and a fraction is one.
    """
    with pytest.raises(ValueError, match=r"1 to 100 characters|0 to 1"):
        Progress(stage=stage, fraction=fraction)


def test_a_cancelled_job_keeps_its_slot_until_its_worker_has_stopped(clock):
    """
    It has ended for everybody; its lease is renewed while the command goes on; the check stops
    the command, and then the slot is free and the uploads are gone.
    """
    store, blobs = memory_jobs(kind=TellsRenewals), MemoryBlobs()
    reached = []

    def slow(work):
        store.cancel(work.job.id, an_ending(Status.CANCELLED))
        with pytest.raises(LeaseLost, match="was cancelled"):
            wait_for_loss(work.check)
        reached.append(len(store.leased()))
        work.check()
        reached.append(-1)

    job = submit_to(store, blobs, clock)(a_request("slow", files=two_files()))
    runner(store, blobs, clock, {"slow": slow}, lease_s=0.03)(job.id, "ticket-1")

    assert [1] == reached
    assert (Status.CANCELLED, None) == (found(store, job).status, found(store, job).lease)
    assert [] == keys(blobs, "inputs")


def test_a_worker_that_ends_after_its_job_was_cancelled_leaves_nothing(store, blobs, clock, submit):
    """
    The command did not look up in time: its result is thrown away, its slot is free.
    """

    def deaf(work):
        store.cancel(work.job.id, an_ending(Status.CANCELLED))
        file = ResultFile(data=b"late", media_type="image/png", extension=".png", width=1, height=1)
        return Outcome(files=(file,))

    job = submit(a_request("deaf", files=two_files()))
    runner(store, blobs, clock, {"deaf": deaf})(job.id, "ticket-1")

    assert (Status.CANCELLED, None, ()) == (
        found(store, job).status,
        found(store, job).lease,
        found(store, job).attachments,
    )
    assert [] == keys(blobs, "inputs") == keys(blobs, "results")


class FullJobs(MemoryJobs):
    """Has no room for an end."""

    def finish(self, job_id, fence, ending, attachments=(), changes=()):
        del job_id, fence, ending, attachments, changes
        raise StorageFull("full")


def test_an_end_that_cannot_be_written_leaves_the_job_to_its_lease(clock, caplog):
    """
    The worker survives, the result files go, the uploads stay for the next attempt.
    """
    store, blobs = memory_jobs(kind=FullJobs), MemoryBlobs()
    job = submit_to(store, blobs, clock)(a_request("echo", files=two_files()))
    runner(store, blobs, clock)(job.id, "ticket-1")

    assert Status.STARTED is found(store, job).status
    assert [] == keys(blobs, "results")
    assert list(job.upload_keys) == keys(blobs, "inputs")
    assert "job_not_recorded" in [getattr(record, "event", "") for record in caplog.records]


class FullResults(MemoryBlobs):
    """Has room for one result."""

    def put(self, key, data):
        if key.startswith("results/") and self.list(
            "results", before=datetime.max.replace(tzinfo=UTC)
        ):
            raise StorageFull("There is no room left on the disk where mien keeps its data.")
        super().put(key, data)


def test_a_full_disk_fails_the_job_in_plain_words(clock):
    """
    The second result had no room: the first goes too, and the job says why.
    """
    store, blobs = memory_jobs(), FullResults()
    job = submit_to(store, blobs, clock)(a_request("echo", files=two_files()))
    runner(store, blobs, clock)(job.id, "ticket-1")
    failed = found(store, job)

    assert "There is no room left on the disk where mien keeps its data." == failed.error
    assert () == failed.attachments
    assert [] == keys(blobs, "results")


def test_leftovers_of_a_crash_are_removed(clock):
    """
    Uploads of ended jobs at once, uploads without a job after an hour, those of waiting jobs
    never.
    """
    store, blobs = memory_jobs(), MemoryBlobs(clock)
    ended = submit_to(store, blobs, clock)(a_request(files=two_files()))
    store.claim(ended.id, LEASE, now=NOW)
    store.finish(ended.id, 1, an_ending())
    waiting = submit_to(store, blobs, clock)(a_request(files={"source_image": a_file()}))
    blobs.put("inputs/orphan/source_image.png", b"x")
    tidy = Tidy(store=store, blobs=blobs, clock=clock)
    clock.advance(1)

    assert 1 == tidy.leftovers()
    assert ["inputs/orphan/source_image.png", waiting.uploads["source_image"].key] == sorted(
        keys(blobs, "inputs"), key=lambda key: "orphan" not in key
    )

    clock.advance(3600)

    assert 1 == tidy.leftovers()
    assert [waiting.uploads["source_image"].key] == keys(blobs, "inputs")


def test_results_of_lost_attempts_go_at_the_next_start_too(clock):
    """
    The service died between the end of the second attempt and its clean-up.
    """
    store, blobs = memory_jobs(), MemoryBlobs(clock)
    job = submit_to(store, blobs, clock)(a_request("echo", files=two_files()))
    store.claim(job.id, LEASE, now=NOW)
    blobs.put(f"{results_of(job.id)}.1.png", b"stray")
    store.hand_back(job.id, 1, now=NOW, spent=True)
    store.claim(job.id, LEASE, now=NOW)
    store.finish(job.id, 2, an_ending())
    clock.advance(1)

    assert 2 == Tidy(store=store, blobs=blobs, clock=clock).leftovers()
    assert [] == keys(blobs, "results") == keys(blobs, "inputs")


def test_what_a_killed_worker_wrote_for_a_cancelled_job_goes_with_it(clock):
    """
    Its first attempt had stored a picture, and died before it heard that nobody wants it any more.
    """
    store, blobs = memory_jobs(), MemoryBlobs(clock)
    tidy = Tidy(store=store, blobs=blobs, clock=clock)
    job = submit_to(store, blobs, clock)(a_request("echo", files=two_files()))
    store.claim(job.id, LEASE, now=NOW)
    cancelled = store.cancel(job.id, an_ending(Status.CANCELLED))
    blobs.put(f"{results_of(job.id)}.1.png", b"stray")
    clock.advance(1)

    assert store.release(job.id, 1)
    assert cancelled is not None
    tidy(cancelled)

    assert [] == keys(blobs, "results") == keys(blobs, "inputs")


def saving(identity, *, most=20):
    """A command that saves ``identity`` with one blob."""
    change = Save(identity=identity, most=most)
    kept = {identity.key: b"face"}
    return lambda _: Outcome(message="Saved.", changes=(change,), kept=kept)


def an_identity(name):
    """An identity of `USER`."""
    key = f"identities/{name}/face.npz"
    return Identity(id=name, user_id=USER.id, name=name, photos=1, key=key, created=NOW)


def test_a_change_is_made_with_the_end_of_its_job(clock):
    """
    The identity is there with its blob, and what it replaces is buried.
    """
    identities, blobs = MemoryIdentities(), MemoryBlobs()
    store = memory_jobs(identities=identities)
    job = submit_to(store, blobs, clock)(a_request("save"))
    old = replace(an_identity("anna"), id="old", key="identities/old/face.npz")
    blobs.put(old.key, b"old face")
    identities.change(USER.id, Save(identity=old, most=20))
    run = runner(store, blobs, clock, {"save": saving(an_identity("anna"))})
    replace(run, bury=Bury(store=identities, blobs=blobs))(job.id, "ticket-1")

    assert Status.COMPLETED is found(store, job).status
    assert (an_identity("anna"),) == identities.gallery(USER.id).identities
    assert ["identities/anna/face.npz"] == keys(blobs, "identities")


def test_a_change_that_is_refused_fails_its_job(clock):
    """
    The job says why, its blobs are gone, and the gallery is as it was.
    """
    identities, blobs = MemoryIdentities(), MemoryBlobs()
    store = memory_jobs(identities=identities)
    job = submit_to(store, blobs, clock)(a_request("save"))
    identities.change(USER.id, Save(identity=an_identity("anna"), most=1))
    commands = {"save": saving(an_identity("bob"), most=1)}
    runner(store, blobs, clock, commands)(job.id, "ticket-1")
    failed = found(store, job)

    assert (Status.FAILED, None) == (failed.status, failed.content)
    assert "No more than 1 can be saved; delete an identity first." == failed.error
    assert "idname: identities 2, limit 1" == failed.error_details
    assert [] == keys(blobs, "identities")
    assert (an_identity("anna"),) == identities.gallery(USER.id).identities


def test_a_worker_that_lost_its_job_saves_nothing(clock):
    """
    Another one has the job meanwhile: neither an identity nor its blob stays.
    """
    identities, blobs = MemoryIdentities(), MemoryBlobs()
    store = memory_jobs(identities=identities)
    job = submit_to(store, blobs, clock)(a_request("save"))

    def slow(work):
        store.hand_back(job.id, work.job.fence, now=NOW, spent=True)
        store.claim(job.id, LEASE, now=NOW)
        return saving(an_identity("anna"))(work)

    runner(store, blobs, clock, {"save": slow})(job.id, "ticket-1")

    assert Gallery() == identities.gallery(USER.id)
    assert [] == keys(blobs, "identities")


def test_an_upstream_that_is_asked_too_often_has_its_own_number(run, submit, store):
    """
    The job fails with 429 and what the upstream said; every other failure has 200.
    """
    crowded = submit(a_request("echo", files=two_files()))
    wrong = submit(a_request("refuse"))

    def busy(_):
        raise RateLimited("Come later.", answer="{}")

    replace(run, commands={"echo": busy})(crowded.id, "ticket-1")
    run(wrong.id, "ticket-2")

    assert (Status.FAILED, 429) == (found(store, crowded).status, found(store, crowded).code)
    assert ("Come later.", "{}") == (
        found(store, crowded).error,
        found(store, crowded).error_details,
    )
    assert (Status.FAILED, 200) == (found(store, wrong).status, found(store, wrong).code)
