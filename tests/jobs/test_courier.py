"""Callbacks on their way: a real receiver, real signatures, our own clock for the pauses."""

import json
from datetime import UTC, datetime
from threading import Event

import pytest
from standardwebhooks import Webhook

from jobs.making import (
    DEADLINE_S,
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
from mien.jobs.courier import Courier
from mien.jobs.deliveries import Deliver, DeliveryState
from mien.jobs.links import Links
from mien.jobs.model import Lease
from mien.jobs.wire import job_wire
from mien.net.fetch import HttpPost
from mien.net.guard import Guard
from mien.net.webhooks import new_secret, signed
from mien.testing import MemoryDeliveries
from net.receiver import OK, Receiver, answer

LINK = Links(secret=bytes(16)).linker("http://mien.example", now_s=0)


class Post:
    """The way of callbacks out of one service."""

    def __init__(self, receiver, *, allow_private=True):
        self.store = MemoryDeliveries()
        self.jobs = memory_jobs(deliveries=self.store)
        self.receiver = receiver
        self.settled = Event()
        #: The reference library compares with the real time.
        self.clock = HandClock(datetime.now(UTC))
        guard = Guard(resolve=lambda _host, _port: ["127.0.0.1"], allow_private=allow_private)
        self.deliver = Deliver(
            store=self.store,
            jobs=self.jobs,
            post=HttpPost(guard=guard),
            show=lambda job: job_wire(job, LINK),
            sign=signed,
            new_secret=new_secret,
            clock=self.clock,
            chance=lambda: 0.0,
        )
        self.courier = Courier(store=self.store, deliver=self._deliver, clock=self.clock)

    def _deliver(self, delivery):
        self.deliver(delivery)
        self.settled.set()

    def ended(self):
        """A job that has ended and wants a callback."""
        job = a_job(reply_url=self.receiver.url("hooks.example"), reply_ref="ref", params={})
        accept(self.jobs, job)
        claimed = self.jobs.claim(job.id, LEASE, now=NOW)
        assert claimed is not None
        self.jobs.finish(job.id, claimed.fence, an_ending(content="<@1001> grüße"))
        return self.jobs.find(job.id)

    def attempt(self):
        """Send what is due; the only delivery as it stands afterwards."""
        lease = Lease(owner="x", until=LATER)
        for delivery in self.store.claim_due(lease, now=self.clock(), limit=9):
            self.deliver(delivery)
        return self.store.deliveries(limit=1)[0]


@pytest.fixture
def receiver():
    with Receiver() as one:
        yield one


def body_and_headers(request):
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    return body, dict(line.split(": ", 1) for line in lines)


def test_the_body_is_the_job_as_the_api_shows_it(receiver):
    """
    The receiver gets the job object, signed with its user's secret, under the job's id.
    """
    post = Post(receiver)
    job = post.ended()
    told = post.attempt()

    body, headers = body_and_headers(receiver.requests[0])
    secret = post.store.webhook_secret(USER.id, fresh="")
    assert job_wire(job, LINK) == Webhook(secret).verify(body, headers) == json.loads(body)
    assert job.id == headers["webhook-id"]
    assert "application/json" == headers["Content-Type"]
    assert (DeliveryState.DELIVERED, 1) == (told.state, told.attempts)


def test_a_failure_is_repaired_by_a_later_attempt(receiver):
    """
    500, an early close and a redirection are tried again, with the same id; then it is delivered.
    """
    post = Post(receiver)
    post.ended()
    for reply in (answer(500), b"", answer(302, f"Location: {receiver.url()}")):
        receiver.reply_with(reply)
        told = post.attempt()
        assert DeliveryState.PENDING is told.state
        post.clock.now = told.next_at
    receiver.reply_with(OK)

    assert DeliveryState.DELIVERED is post.attempt().state
    ids = {body_and_headers(request)[1]["webhook-id"] for request in receiver.requests}
    assert (4, 1) == (len(receiver.requests), len(ids))


def test_a_receiver_that_is_gone_is_not_called_again(receiver):
    """
    After 410, time does not bring the callback back.
    """
    receiver.reply_with(answer(410))
    post = Post(receiver)
    post.ended()
    assert DeliveryState.DEAD is post.attempt().state
    post.clock.advance(1e6)
    post.attempt()

    assert 1 == len(receiver.requests)


def test_a_refused_address_never_changes_the_job(receiver):
    """
    It is a dead letter with a sentence; the job is as completed as before.
    """
    post = Post(receiver, allow_private=False)
    job = post.ended()
    told = post.attempt()

    assert (DeliveryState.DEAD, []) == (told.state, receiver.requests)
    assert "may not be called" in told.last_error
    assert job == post.jobs.find(job.id)


def test_the_courier_sends_what_is_due(receiver):
    """
    A call wakes it, and the callback is out without waiting for the next look.
    """
    post = Post(receiver)
    post.courier.sweep_s = 3600
    post.courier.start()
    post.ended()
    post.courier.wake()

    assert post.settled.wait(DEADLINE_S)
    post.courier.stop(DEADLINE_S)
    assert DeliveryState.DELIVERED is post.store.deliveries(limit=1)[0].state


def test_one_slow_receiver_does_not_hold_up_another(receiver):
    """
    While one call hangs, the callback of another job is delivered.
    """
    with Receiver() as slow:
        arrived = Event()

        def hang(connection):
            arrived.set()
            slow.silent(connection)

        slow.reply_with(hang)
        post = Post(slow)
        post.ended()
        post.courier.start()
        assert arrived.wait(DEADLINE_S)
        post.receiver = receiver
        post.ended()
        post.courier.wake()
        assert post.settled.wait(DEADLINE_S)
        post.courier.stop(0)

    assert 1 == len(receiver.requests)


def test_what_hangs_when_the_service_stops_is_handed_back():
    """
    The next service finds it due, and the attempt does not count.
    """
    with Receiver() as slow:
        arrived = Event()

        def hang(connection):
            arrived.set()
            slow.silent(connection)

        slow.reply_with(hang)
        post = Post(slow)
        post.ended()
        post.courier.start()
        assert arrived.wait(DEADLINE_S)
        post.courier.stop(0)
        left = post.store.deliveries(limit=1)[0]

    assert (DeliveryState.PENDING, 0, None) == (left.state, left.attempts, left.lease)


def test_a_callback_that_is_due_again_before_its_sender_has_left(receiver):
    """
    It is sent a second time beside the first, and neither sender disturbs the other.
    """
    post = Post(receiver)
    job = post.ended()
    second = Event()

    def deliver(delivery):
        post.deliver(delivery)
        if second.is_set():
            return
        second.set()
        post.settled.clear()
        post.store.redeliver(job.id, now=post.clock())
        post.courier.wake()
        assert post.settled.wait(DEADLINE_S)

    def tell(delivery):
        again = second.is_set()
        deliver(delivery)
        if again:
            post.settled.set()

    receiver.reply_with(OK)
    post.courier.deliver = tell
    post.courier.start()
    assert second.wait(DEADLINE_S)
    assert post.settled.wait(DEADLINE_S)
    post.courier.stop(DEADLINE_S)

    assert 2 == len(receiver.requests)
    assert {} == post.courier._sending
