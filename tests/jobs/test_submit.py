"""How a job is taken in."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from jobs.making import (
    CHANNEL,
    NOW,
    USER,
    HandClock,
    a_file,
    a_request,
    memory_jobs,
    waiting,
)
from mien.errors import Busy, StorageFull
from mien.jobs.lanes import LaneRules
from mien.jobs.model import Status
from mien.jobs.submit import PACKED_BYTES, Submit
from mien.testing import MemoryBlobs


class Announced(list):
    """Remembers what was announced."""

    __call__ = list.append


@pytest.fixture
def announced():
    return Announced()


@pytest.fixture
def submit(store, blobs, announced):
    return Submit(store=store, blobs=blobs, announce=announced, clock=HandClock())


def inputs(blobs):
    """Keys of all uploads."""
    return blobs.list("inputs", before=datetime.now(UTC) + timedelta(minutes=1))


def bytes_of(blobs, job):
    """Its uploads, as they came."""
    return [upload.of(blobs.get(upload.key)) for upload in job.uploads.values()]


def test_small_files_of_a_job_lie_in_one_blob(submit, blobs):
    """
    Behind each other; an empty one between them is nothing. Of one file it is the file.
    """
    files = {"a": a_file(b"first"), "b": a_file(b""), "c": a_file(b"last")}
    several, one = submit(a_request(files=files)), submit(a_request(files={"a": a_file(b"only")}))

    assert [b"first", b"", b"last"] == bytes_of(blobs, several)
    assert (b"firstlast", b"only") == tuple(blobs.get(*job.upload_keys) for job in (several, one))
    assert sorted([*several.upload_keys, *one.upload_keys]) == inputs(blobs)


@pytest.mark.parametrize(("keep", "size"), [(True, 9), (False, PACKED_BYTES)])
def test_files_that_stay_or_are_large_lie_apart(store, blobs, announced, keep, size):
    """
    What an operator keeps can be looked at, and no large file is copied in memory.
    """
    submit = Submit(store=store, blobs=blobs, announce=announced, keep_inputs=keep)
    job = submit(a_request(files={"a": a_file(b"first"), "b": a_file(b"x" * size)}))

    assert [b"first", b"x" * size] == [blobs.get(key) for key in job.upload_keys]
    assert [b"first", b"x" * size] == bytes_of(blobs, job)
    assert [f"inputs/{job.id}.{name}.png" for name in "ab"] == inputs(blobs)


def test_an_accepted_job_is_stored_with_its_files(submit, store, blobs, announced):
    """
    When the call returns, row and files are there, and the dispatcher knows.
    """
    files = {"source_image": a_file(b"source"), "target_image_gif_or_video": a_file(b"target")}
    job = submit(a_request(files=files, params={"options": "-m"}))

    assert job == store.find(job.id)
    assert (Status.CREATED, NOW, NOW) == (job.status, job.created, job.updated)
    assert (USER.id, CHANNEL.id, CHANNEL.server) == (job.user_id, job.channel, job.server)
    assert {"options": "-m"} == job.params
    assert [b"source", b"target"] == bytes_of(blobs, job)
    assert [6, 6] == [upload.size for upload in job.uploads.values()]
    assert [job] == [accepted.job for accepted in announced]


def test_a_full_lane_is_refused_in_the_contracts_words(blobs, announced):
    """
    One may run and two may wait; the fourth is told to come back, and leaves nothing behind.
    """
    store = memory_jobs(rules=LaneRules(depth=2, engine_width=1))
    submit = Submit(store=store, blobs=blobs, announce=announced, clock=HandClock())
    jobs = [submit(a_request(files={"source_image": a_file()})) for _ in range(3)]

    with pytest.raises(Busy) as busy:
        submit(a_request(files={"source_image": a_file()}))

    assert re.fullmatch("Unable to lock Discord after [0-9]+ attempts", str(busy.value))
    assert 10 <= busy.value.retry_after_s <= 30
    assert sorted(job.uploads["source_image"].key for job in jobs) == inputs(blobs)
    assert jobs == [accepted.job for accepted in announced]


class FullBlobs(MemoryBlobs):
    """Has room for one file."""

    def put(self, key, data):
        if self._files:
            raise StorageFull("full")
        super().put(key, data)


def test_a_full_disk_leaves_neither_row_nor_files(store, announced):
    """
    The first file was written, the second had no room: both are gone, and no job exists.
    """
    blobs = FullBlobs()
    submit = Submit(store=store, blobs=blobs, announce=announced, keep_inputs=True)

    with pytest.raises(StorageFull):
        submit(a_request(files={"source_image": a_file(), "target_image": a_file()}))

    assert [] == inputs(blobs)
    assert [] == waiting(store)
    assert [] == announced
