"""Whatever is killed, and when: no job is lost, none is done twice, no lane is overrun or stuck."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from random import Random
from threading import Event

import pytest
from standardwebhooks import Webhook

from acceptance.live import files_below, until
from crash.chaos import Chaos
from crash.ledger import unlinked
from crash.world import BUDGET, LANES, PAID, MakeWorld, World
from mien.bootstrap.desk import open_desk
from mien.storage.database import Database
from mien.storage.jobs import SqlJobs

#: Jobs that callers send at the same time.
CALLERS = 6


def run_through(world: World, config: pytest.Config) -> list[str]:
    """Jobs and harm at the same time, until there was enough of both; what harm was done."""
    chance = Random(config.getoption("--crash-seed"))
    chaos = Chaos(services=world.services, caller=world.caller, chance=chance)
    numbers, raged = count(), Event()

    def call(_: int) -> None:
        for number in numbers:
            if raged.is_set() and number >= config.getoption("--crash-jobs"):
                return
            world.caller.swap(f"key-{number}", list(LANES)[number % len(LANES)])

    with ThreadPoolExecutor(CALLERS + 1) as threads:
        calls = [threads.submit(call, number) for number in range(CALLERS)]
        try:
            return chaos.rage(config.getoption("--crash-points"))
        finally:
            raged.set()
            for each in calls:
                each.result()


@pytest.mark.parametrize("services", [1, 2])
def test_nothing_is_lost_or_done_twice(
    worlds: MakeWorld, services: int, pytestconfig: pytest.Config
) -> None:
    """
    kill -9 of workers, servers and whole services, workers that stand still and jobs that are cancelled,
    while six callers send jobs to two lanes.
    """
    world = worlds(services)
    done = run_through(world, pytestconfig)
    print(f"{len(world.caller.jobs)} jobs, {len(done)} points: {done}")  # noqa: T201 - seen with -s

    every_request_is_one_job(world)
    every_job_has_one_end(world)
    every_end_was_called_back(world)
    nobody_paid_too_much(world)
    every_lane_works(world)
    nothing_is_left(world)


def every_request_is_one_job(world: World) -> None:
    """No job was lost, none was made twice, however often a call was cut off."""
    jobs = list(world.caller.jobs.values())

    assert sorted(jobs) == sorted(world.caller.listed())
    assert len(jobs) == len(set(jobs))


def every_job_has_one_end(world: World) -> None:
    """All answers, reads and callbacks tell the same end; its file is that of one attempt."""
    for job_id in world.caller.jobs.values():
        job = world.caller.read(job_id)
        possible = {"completed"} | ({"cancelled"} if job_id in world.caller.cancelled else set())

        assert job["status"] in possible, job
        assert {unlinked(dict(job))} == world.ledger.ends[job_id]
        if job["status"] == "completed":
            assert world.caller.file(job).startswith(job_id.encode())
            assert job["attachments"][0]["size"] == len(world.caller.file(job))


def every_end_was_called_back(world: World) -> None:
    """At least once; the signature is right, and the id tells repeats."""
    until(lambda: set(world.caller.jobs.values()) <= world.ledger.told())
    secret = world.caller.insist("GET", "/v1/mien/me").json()["webhookSecret"]
    for body, headers in world.ledger.callbacks:
        # `verify` would refuse those of more than five minutes ago.
        sent = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        signature = Webhook(secret).sign(headers["webhook-id"], sent, body.decode())
        assert signature in headers["webhook-signature"].split()
        assert json.loads(body)["jobid"] == headers["webhook-id"]


def nobody_paid_too_much(world: World) -> None:
    """One credit for each job that was completed in the lane that has credits, no more and no less."""
    jobs = [world.caller.read(job_id) for job_id in world.caller.jobs.values()]
    paid = [job for job in jobs if job["channel"] == PAID and job["status"] == "completed"]
    budget = open_desk(world.settings).channels.find(PAID).channel.credits

    assert budget is not None
    assert BUDGET - len(paid) == budget.left


def every_lane_works(world: World) -> None:
    """More jobs than it is wide, at once, in each."""
    calls = [(f"{channel}-{number}", channel) for channel in LANES for number in range(3)]
    with ThreadPoolExecutor(len(calls)) as threads:
        for each in [threads.submit(world.caller.swap, *call) for call in calls]:
            each.result()

    assert {"completed"} == {
        world.caller.read(world.caller.jobs[key])["status"] for key, _ in calls
    }


def nothing_is_left(world: World) -> None:
    """No slot is taken; uploads are gone, and of results only those that jobs show are there."""
    database = Database(world.database_url)
    store = SqlJobs(database)
    blobs = world.folder / "data" / "blobs"
    jobs = [world.caller.read(job_id) for job_id in world.caller.jobs.values()]
    shown = {entry["id"] for job in jobs for entry in job.get("attachments", [])}

    until(lambda: not store.leased())
    database.close()
    # A start removes what a killed service left.
    for service in world.services:
        service.stop()
        service.start()
    ids = set(world.caller.jobs.values())
    until(lambda: not ids & {path.name.partition(".")[0] for path in files_below(blobs / "inputs")})

    assert shown == {path.stem.rpartition(".")[2] for path in files_below(blobs / "results")}
