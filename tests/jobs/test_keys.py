"""A request that comes twice is one job; run against SQL and the fake."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobs.conftest import STORES, database_of, sql_jobs
from jobs.making import (
    CHANNEL,
    LEASE,
    NOW,
    ROOMY,
    HandClock,
    a_file,
    a_job,
    a_request,
    accept,
    admission,
    an_ending,
    memory_jobs,
)
from mien.errors import BadRequest, Busy, Conflict
from mien.jobs.admission import Accepted, Known
from mien.jobs.credits import Credits
from mien.jobs.ids import new_job_id
from mien.jobs.keys import Key, fingerprint
from mien.jobs.lanes import LaneRules
from mien.jobs.model import Status
from mien.jobs.submit import Submit
from mien.storage.database import Database
from mien.storage.jobs import SqlJobs
from mien.testing import MemoryBlobs

#: The token that `enrol` makes for the user.
TOKEN = "91001"  # noqa: S105 - its id
KEY = Key(token_id=TOKEN, name="order-17", fingerprint="a" * 64)
DAY = timedelta(hours=24)


def asked(job, key=KEY):
    """``job`` asks to be accepted under ``key``."""
    return replace(admission(job), key=key)


def test_the_same_request_again_is_the_job_of_the_first(store):
    """
    Nothing is written for the second.
    """
    first, second = a_job(), a_job()
    made = store.accept(asked(first))

    assert isinstance(made, Accepted)
    assert Known(job=made.job) == store.accept(asked(second))
    assert store.find(second.id) is None


def test_another_request_under_the_key_is_refused(store):
    """
    And leaves the key to the first.
    """
    first, second = a_job(), a_job()
    store.accept(asked(first))
    with pytest.raises(Conflict, match="was used for another request"):
        store.accept(asked(second, replace(KEY, fingerprint="b" * 64)))

    assert store.find(second.id) is None
    assert first.id == store.accept(asked(a_job())).job.id


def test_a_key_is_its_tokens_own_and_one_of_many(store):
    """
    Another key is another request.
    """
    first = store.accept(asked(a_job())).job
    other = store.accept(asked(a_job(), replace(KEY, name="order-18"))).job

    assert first.id != other.id
    assert first.id == store.accept(asked(a_job())).job.id


def test_a_key_is_forgotten_after_a_day(store):
    """
    Until then the first job answers; afterwards a new one, and then that.
    """
    first = store.accept(asked(a_job())).job
    late = NOW + DAY - timedelta(seconds=1)
    again = NOW + DAY

    assert first.id == store.accept(asked(a_job(created=late, updated=late))).job.id

    second = store.accept(asked(a_job(created=again, updated=again))).job

    assert first.id != second.id
    assert second.id == store.accept(asked(a_job(created=again, updated=again))).job.id


@pytest.fixture(params=STORES)
def narrow(request):
    """A store with room for two jobs, of which one costs all that there is."""
    paying = replace(CHANNEL, width=1, credits=Credits(total=4, since=NOW, changed=NOW))
    rules = LaneRules(depth=1)
    if request.param == "memory":
        return memory_jobs(paying, rules=rules)
    return sql_jobs(database_of(request), paying, rules=rules)


def test_a_refusal_is_not_remembered(narrow):
    """
    Busy now, accepted later; and the second of two equal requests needs neither room nor credits.
    """
    free = [accept(narrow, a_job()).job for _ in range(2)]
    with pytest.raises(Busy):
        narrow.accept(asked(a_job(price=4)))

    narrow.claim(free[0].id, LEASE, now=NOW)
    narrow.finish(free[0].id, 1, an_ending())
    made = narrow.accept(asked(a_job(price=4)))

    assert isinstance(made, Accepted)
    assert made.job.id == narrow.accept(asked(a_job(price=4))).job.id


def test_who_was_told_to_ask_again_later_may(store):
    """
    The job ended because an upstream was busy: the same request makes a new one.
    """
    busy = store.accept(asked(a_job())).job
    store.claim(busy.id, LEASE, now=NOW)
    store.finish(busy.id, 1, an_ending(Status.FAILED, code=429))
    again = store.accept(asked(a_job()))

    assert isinstance(again, Accepted)
    assert again.job.id == store.accept(asked(a_job())).job.id


def test_requests_at_once_are_one_job(database):
    """
    Threads of two services bring the same request twenty times.
    """
    first = sql_jobs(database)
    other = Database(database.engine.url.render_as_string(hide_password=False))
    stores = [first, SqlJobs(other, ROOMY)]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: stores[n % 2].accept(asked(a_job())), range(20)))
    other.close()

    assert 1 == sum(isinstance(answer, Accepted) for answer in answers)
    assert 1 == len({answer.job.id for answer in answers})


def test_a_repeated_submit_leaves_no_files(store):
    """
    The first job's uploads stay, the second's go, and nobody is told of a second job.
    """
    blobs = MemoryBlobs()
    announced: list[Accepted] = []
    submit = Submit(store=store, blobs=blobs, announce=announced.append, clock=HandClock())
    request = replace(a_request(files={"image": a_file()}), key=KEY)
    first, second = submit(request), submit(replace(request, id=new_job_id()))

    assert first == second
    assert [first.uploads["image"].key] == blobs.list(
        "inputs", before=datetime.now(UTC) + timedelta(minutes=1)
    )
    assert 1 == len(announced)


def test_a_key_of_a_request_that_was_wrong_is_free(store):
    """
    A channel that does not exist any more: nothing is remembered.
    """
    with pytest.raises(BadRequest):
        store.accept(asked(a_job(channel="1")))

    assert isinstance(store.accept(asked(a_job(), replace(KEY, fingerprint="c" * 64))), Accepted)


def test_a_fingerprint_is_of_what_is_asked_for():
    """
    The order of fields does not matter; a field, a byte, a name and the command do.
    """
    texts, files = {"a": "1", "b": None}, {"image": b"x", "other": b"y"}
    same = fingerprint("v", dict(reversed(texts.items())), dict(reversed(files.items())))

    assert same == fingerprint("v", texts, files)

    others = [
        fingerprint("w", texts, files),
        fingerprint("v", texts | {"a": "2"}, files),
        fingerprint("v", texts | {"b": "1"}, files),
        fingerprint("v", texts, files | {"image": b"z"}),
        fingerprint("v", texts, {"image": b"y", "other": b"x"}),
    ]
    assert len({same, *others}) == 6
