"""Callbacks of the whole service: real database, real worker, real receiver."""

import json
import socket
from contextlib import suppress
from dataclasses import replace
from threading import Event

import pytest
from standardwebhooks import Webhook

from jobs.making import DEADLINE_S, a_request
from mien.bootstrap import build_service
from mien.jobs.deliveries import DeliveryState
from mien.settings import Settings
from mien.testing import TinyFactory
from net.receiver import OK, Receiver


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
