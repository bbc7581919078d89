"""How a user has a job done once more."""

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from jobs.making import CHANNEL, LEASE, NOW, USER, a_file, a_request, an_ending
from mien.errors import Conflict, NotFound
from mien.jobs.access import PickChannel
from mien.jobs.accounts import User
from mien.jobs.read import ReadJob
from mien.jobs.repeat import Repeat
from mien.jobs.submit import NewFile, Submit
from mien.testing import MemoryBlobs


class OneChannel:
    """A directory in which `USER` has a channel."""

    def channels(self, user_id):
        return [CHANNEL] if user_id == USER.id else []


@pytest.fixture
def blobs():
    return MemoryBlobs()


@pytest.fixture
def submit(store, blobs):
    return Submit(store=store, blobs=blobs, announce=lambda _: None)


@pytest.fixture
def repeat(store, blobs, submit):
    return Repeat(
        read_job=ReadJob(store=store),
        blobs=blobs,
        pick_channel=PickChannel(directory=OneChannel()),
        submit=submit,
    )


def test_the_new_job_asks_for_the_same(repeat, submit, store, blobs):
    """
    Command, texts, files, channel and reply fields; it is another job with files of its own.
    """
    files = {"source_image": a_file(b"source"), "target": a_file(b"target")}
    first = submit(a_request("echo", params={"options": "-m"}, files=files))
    store.claim(first.id, LEASE, now=NOW)
    store.finish(first.id, 1, an_ending())
    second = repeat(USER, first.id)

    assert second == store.find(second.id)
    assert first.id != second.id
    assert (first.verb, first.params, first.channel, first.reply_url, first.reply_ref) == (
        second.verb,
        second.params,
        second.channel,
        second.reply_url,
        second.reply_ref,
    )
    uploads = second.uploads.values()
    assert [b"source", b"target"] == [upload.of(blobs.get(upload.key)) for upload in uploads]
    assert all(upload.key.startswith(f"inputs/{second.id}.") for upload in uploads)


def test_each_file_keeps_its_extension(repeat, submit):
    """
    Also of two that lay in one blob, which is called after the first, where the new job's lie apart.
    """
    jpeg = NewFile(data=b"target", media_type="image/jpeg", extension=".jpg")
    first = submit(a_request("echo", files={"source_image": a_file(b"source"), "target": jpeg}))
    apart = replace(repeat, submit=replace(submit, keep_inputs=True))
    second = apart(USER, first.id)

    assert {"source_image": ".png", "target": ".jpg"} == {
        name: PurePosixPath(upload.key).suffix for name, upload in second.uploads.items()
    }


def test_a_job_whose_uploads_are_gone_cannot_be_repeated(repeat, submit, blobs):
    """
    The sentence says what to do; a job without uploads has no such trouble.
    """
    job = submit(a_request("echo", files={"source_image": a_file()}))
    blobs.delete([job.uploads["source_image"].key])

    with pytest.raises(Conflict, match="are not kept any more"):
        repeat(USER, job.id)

    assert repeat(USER, submit(a_request("nothing")).id)


def test_another_users_job_cannot_be_repeated(repeat, submit):
    """
    It does not exist for them.
    """
    job = submit(a_request("nothing"))

    with pytest.raises(NotFound):
        repeat(User(id="1002", name="bea"), job.id)
