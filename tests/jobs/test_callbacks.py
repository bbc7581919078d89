"""Callbacks of the whole service: real database, real worker, real receiver."""

import json
import socket
from contextlib import ExitStack, suppress
from dataclasses import replace
from threading import Event
from time import monotonic

import pytest
from standardwebhooks import Webhook

from jobs.making import DEADLINE_S, a_request
from mien.bootstrap.service import build_service
from mien.jobs.deliveries import DeliveryState
from mien.settings import Settings
from mien.testing import TinyFactory
from net.receiver import OK, Receiver, a_place, answer


class Arrivals:
    """Answers with 200, and tells that something came."""

    def __init__(self):
        self.came = Event()

    def __call__(self, connection: socket.socket) -> None:
        with suppress(OSError):
            connection.sendall(OK)
        self.came.set()


@pytest.fixture
def service_of(tmp_path, database_url):
    """Makes a started service on a database of each kind; it is stopped at the end."""
    where = {"data_dir": tmp_path / "data", "database_url": database_url}
    made = []

    def make(**settings):
        chosen = Settings.load(**where | {"workers": 1, "grace_s": 0} | settings)
        service = build_service(chosen, TinyFactory(settings=chosen), url="http://127.0.0.1:8000")
        made.append(service)
        service.start()
        return service

    yield make
    for service in made:
        service.stop()


def run_job(service, url):
    """A user's job with a callback, at its end."""
    user = service.authenticate(service.first_start.token)
    request = a_request("echo", user=user, channel=service.pick_channel(user)[0])
    job = service.submit(replace(request, reply_url=url))
    return service.wait(job.id, timeout_s=DEADLINE_S)


def test_a_job_is_reported_when_it_has_ended(service_of):
    """
    The receiver gets the ended job, signed with the secret of its user.
    """
    arrivals = Arrivals()
    service = service_of(callback_allow_private=True)
    with Receiver(arrivals) as receiver:
        job = run_job(service, receiver.url())
        assert arrivals.came.wait(DEADLINE_S)

    head, _, body = receiver.requests[0].partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    secret = service.deliveries.webhook_secret(job.user_id, fresh="")
    assert json.loads(body) == Webhook(secret).verify(body, headers)
    assert (job.id, job.status.value) == (json.loads(body)["jobid"], json.loads(body)["status"])


def test_private_addresses_are_dead_letters_by_default(service_of):
    """
    Nothing is sent to the loopback address, the job is as it was, and the letter says why.
    """
    service = service_of()
    with Receiver() as receiver:
        job = run_job(service, receiver.url())
        service.stop()
        service_again = service_of(grace_s=DEADLINE_S)
        service_again.stop()

    (letter,) = service.deliveries.deliveries(limit=9)
    assert [] == receiver.requests
    assert (DeliveryState.DEAD, True) == (letter.state, "may not be called" in letter.last_error)
    assert job == service.read_job(service.authenticate(service.first_start.token), job.id)


#: Seconds that a receiver asks for which is asked too much: longer than the first pause.
ASKED_S = 7


class Script:
    """Answers one thing after the other, the last one for ever, and knows when each was asked for."""

    def __init__(self, *replies: bytes) -> None:
        self.replies = replies
        self.asked: list[float] = []

    def __call__(self, connection: socket.socket) -> None:
        reply = self.replies[min(len(self.asked), len(self.replies) - 1)]
        self.asked.append(monotonic())
        with suppress(OSError):
            connection.sendall(reply)


def letters_by_job(service):
    return {letter.job_id: letter for letter in service.deliveries.deliveries(limit=99)}


def until_settled(service, jobs):
    """The callbacks of ``jobs`` when none of them is pending any more."""
    end, pause = monotonic() + DEADLINE_S, Event()
    while True:
        letters = letters_by_job(service)
        pending = [job for job in jobs if letters[job.id].state is DeliveryState.PENDING]
        if not pending or monotonic() > end:
            return letters
        pause.wait(0.05)


def signed_bodies(service, job, receiver):
    """The bodies that came for ``job``, each with a signature and an id that are right."""
    secret = service.deliveries.webhook_secret(job.user_id, fresh="")
    bodies = []
    for request in receiver.requests:
        head, _, body = request.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        assert job.id == headers["webhook-id"]
        bodies.append(Webhook(secret).verify(body, headers))
    return bodies


def test_receivers_of_every_kind_get_what_they_should_get(service_of):
    """
    All at once: one is well, one fails first, one closes early, one asks for time, one wants no more, one
    redirects, one is down at first, and one never answers and holds up nobody.
    """
    service = service_of(callback_allow_private=True)
    scripts = {
        "well": Script(OK),
        "failing": Script(answer(500), OK),
        "closing": Script(b"HTTP/1.1 200", OK),
        "busy": Script(answer(429, f"Retry-After: {ASKED_S}"), OK),
        "gone": Script(answer(410)),
    }
    with ExitStack() as stack:
        receivers = {
            name: stack.enter_context(Receiver(script)) for name, script in scripts.items()
        }
        elsewhere = stack.enter_context(Receiver(OK))
        redirecting = stack.enter_context(Receiver(answer(307, f"Location: {elsewhere.url()}")))
        silent = stack.enter_context(Receiver())
        silent.reply_with(silent.silent)
        place = stack.enter_context(a_place())

        held = run_job(service, silent.url())
        moved = run_job(service, redirecting.url())
        down = run_job(service, f"http://127.0.0.1:{place.getsockname()[1]}/")
        jobs = {name: run_job(service, receivers[name].url()) for name in scripts}
        up = stack.enter_context(receiver_after_failure(service, down, place))
        letters = until_settled(service, [*jobs.values(), down])

        ends = {name: letters[job.id].state for name, job in jobs.items()}
        assert DeliveryState.DEAD is ends.pop("gone")
        assert {DeliveryState.DELIVERED} == set(ends.values()) | {letters[down.id].state}
        assert {"well": 1, "failing": 2, "closing": 2, "busy": 2, "gone": 1} == {
            name: len(signed_bodies(service, jobs[name], receivers[name])) for name in scripts
        }
        first, second = scripts["busy"].asked
        assert ASKED_S <= second - first
        assert [down.id] == [body["jobid"] for body in signed_bodies(service, down, up)]
        assert [] == elsewhere.requests
        assert {DeliveryState.PENDING} == {letters[job.id].state for job in (held, moved)}
        assert 307 == letters[moved.id].last_status


def receiver_after_failure(service, job, place):
    """A receiver at ``place``, from the moment at which the callback of ``job`` has failed."""
    end, pause = monotonic() + DEADLINE_S, Event()
    while letters_by_job(service)[job.id].last_error is None and monotonic() < end:
        pause.wait(0.05)
    return Receiver(OK, place=place)
