"""How soon a job goes on whose worker, server or service was killed, or stands still."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest

from acceptance.live import until
from crash.fleet import Service
from crash.served import SLOW
from crash.world import LANES, MakeWorld, World

#: A lease of 5 s, and a sweep a second.
PROMISE_S = 6.0

Harm = Callable[[Service, int], None]


def kill_server(service: Service, pid: int) -> None:
    """kill -9 the server; it is started again."""
    del pid
    service.kill_server()
    service.start()


def kill_service(service: Service, pid: int) -> None:
    """kill -9 all; it is started again."""
    del pid
    service.kill()
    service.start()


HARMS: dict[str, Harm] = {
    "worker": Service.kill_worker,
    "stall": Service.stall_worker,
    "server": kill_server,
    "service": kill_service,
}


def test_a_job_goes_on_soon(worlds: MakeWorld, pytestconfig: pytest.Config) -> None:
    """
    Within 6 s of the kill, or of the moment at which a killed service answers again.
    """
    if not pytestconfig.getoption("--crash-timed"):
        pytest.skip("takes a machine of its own; `make crash` measures it")
    world = worlds(1)
    soon = {name: until_again(world, name, harm) for name, harm in HARMS.items()}
    print({name: f"{took_s:.1f} s" for name, took_s in soon.items()})  # noqa: T201 - seen with -s

    assert {} == {name: took_s for name, took_s in soon.items() if took_s > PROMISE_S}


def until_again(world: World, name: str, harm: Harm) -> float:
    """Seconds until a job is at work again after that harm."""
    (service,) = world.services
    with ThreadPoolExecutor(1) as thread:
        call = thread.submit(world.caller.swap, f"{SLOW}-{name}", next(iter(LANES)))
        until(service.working)
        job_id, pid = service.working()[0]
        harm(service, pid)
        since = monotonic()
        call.result()
    return second_beginning(world, job_id) - since


def second_beginning(world: World, job_id: str) -> float:
    """When the job was begun again, on the clock of the book."""
    return float(
        next(
            note["at"]
            for note in world.book.notes()
            if (note["job"], note["what"], note["attempt"]) == (job_id, "begun", 2)
        )
    )
