"""Worker processes: what happens when they die, stall or are told to leave."""

import errno
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import pytest

from jobs.making import DEADLINE_S, LONGER_S
from mien.errors import TimedOut, WorkerLost
from mien.runners.local import LocalRunner
from mien.testing import BrokenFactory, Gate
from mien.testing.gate import visit

#: What a job may take in a test of that: more than nothing takes on a busy machine.
LIMIT_S = 2.0


@dataclass(frozen=True)
class GateFactory:
    """Workers that stop at the gate whose address is the job's id, or return for ""."""

    preload = ("mien.testing.gate",)

    def __call__(self):
        return stop_at_gate


def stop_at_gate(job_id, ticket):
    del ticket
    if job_id:
        visit(job_id)


class Ends(SimpleQueue):
    """How jobs ended, in order."""

    def next(self):
        return self.get(timeout=DEADLINE_S)


@pytest.fixture
def gate():
    with Gate() as gate:
        yield gate


@pytest.fixture
def runners():
    """Makes started runners, and stops them."""
    made = []

    def make(workers=1, timeout_s=LONGER_S, factory=None):
        runner = LocalRunner(factory=factory or GateFactory(), workers=workers, timeout_s=timeout_s)
        made.append(runner)
        runner.start()
        return runner

    yield make
    for runner in made:
        runner.stop()


def test_a_worker_that_returns_is_reported_and_used_again(runners, gate):
    """
    One process does one job after the other.
    """
    runner, ends = runners(), Ends()
    pids = []
    for _ in range(2):
        runner.run(gate.address, "t", ends.put)
        visitor = gate.next()
        pids.append(visitor.pid)
        visitor.let_go()
        assert ends.next() is None

    assert 1 == len(set(pids))
    assert os.getpid() not in pids


def test_as_many_jobs_run_as_there_are_workers(runners, gate):
    """
    Two at a time; the third begins when one has ended.
    """
    runner, ends = runners(workers=2), Ends()
    for _ in range(3):
        runner.run(gate.address, "t", ends.put)
    first, second = gate.next(), gate.next()

    assert first.pid != second.pid

    second.let_go()
    third = gate.next()

    assert second.pid == third.pid

    for visitor in (first, third):
        visitor.let_go()

    assert [None] * 3 == [ends.next() for _ in range(3)]


def test_the_next_job_has_begun_when_the_end_of_the_last_is_told(runners, gate):
    """
    Its worker goes on at once: not when everybody has heard of the end.
    """
    runner, told = runners(), Event()

    def end(how):
        del how
        assert told.wait(DEADLINE_S)

    runner.run(gate.address, "t", end)
    first = gate.next()
    runner.run(gate.address, "t", Ends().put)
    first.let_go()
    second = gate.next()

    assert first.pid == second.pid
    assert not told.is_set()

    told.set()
    second.let_go()


def test_what_waits_can_be_recalled(runners, gate):
    """
    It comes back without an end, no worker has seen it, and what runs goes on.
    """
    runner, running, waiting = runners(), Ends(), Ends()
    runner.run(gate.address, "t", running.put)
    visitor = gate.next()
    for _ in range(2):
        runner.run("", "t", waiting.put)
    runner.recall()

    assert [None, None] == [waiting.next(), waiting.next()]
    assert running.empty()

    visitor.let_go()

    assert running.next() is None


def test_what_waits_behind_a_worker_that_dies_is_run_by_the_next(runners, gate):
    """
    Only the job in its hands is lost.
    """
    runner, lost, waiting = runners(), Ends(), Ends()
    runner.run(gate.address, "t", lost.put)
    victim = gate.next()
    runner.run(gate.address, "t", waiting.put)
    os.kill(victim.pid, signal.SIGKILL)
    heir = gate.next()

    assert isinstance(lost.next(), WorkerLost)
    assert victim.pid != heir.pid

    heir.let_go()

    assert waiting.next() is None


def test_a_killed_worker_takes_only_its_own_job_with_it(runners, gate):
    """
    Its job is reported lost; its neighbour goes on; a new worker takes its place.
    """
    runner, lost, kept = runners(workers=2), Ends(), Ends()
    runner.run(gate.address, "t", lost.put)
    victim = gate.next()
    runner.run(gate.address, "t", kept.put)
    neighbour = gate.next()
    os.kill(victim.pid, signal.SIGKILL)

    error = lost.next()

    assert isinstance(error, WorkerLost)
    assert "The worker that ran this job died (exit code -9)." == str(error)

    neighbour.let_go()
    runner.run(gate.address, "t", lost.put)
    newcomer = gate.next()
    newcomer.let_go()

    assert [None, None] == [kept.next(), lost.next()]
    assert 2 == len({victim.pid, newcomer.pid})


def test_a_worker_that_is_killed_while_idle_is_replaced(runners, gate):
    """
    At most the one job that was given to it in its last moment is lost; then a new one works.
    """
    runner, ends = runners(), Ends()
    runner.run(gate.address, "t", ends.put)
    first = gate.next()
    first.let_go()
    ends.next()
    os.kill(first.pid, signal.SIGKILL)
    runner.run("", "t", ends.put)

    assert isinstance(ends.next(), WorkerLost | None)

    runner.run(gate.address, "t", ends.put)
    second = gate.next()
    second.let_go()

    assert ends.next() is None
    assert first.pid != second.pid


def test_the_process_that_forks_workers_may_die_too(runners, gate):
    """
    Its worker dies with it and the job is reported as lost; the next one runs in a new worker.
    """
    runner, ends = runners(), Ends()
    runner.run(gate.address, "ticket-1", ends.put)
    first = gate.next()
    os.kill(parent_of(first.pid), signal.SIGKILL)
    lost = ends.next()
    runner.run(gate.address, "ticket-2", ends.put)
    second = gate.next()
    second.let_go()

    assert isinstance(lost, WorkerLost)
    assert ends.next() is None
    assert first.pid != second.pid


def parent_of(pid):
    """The process that made the process ``pid``."""
    status = Path(f"/proc/{pid}/stat").read_text()
    return int(status.rpartition(")")[2].split()[1])


def test_a_job_over_its_time_is_stopped(runners, gate):
    """
    The process is killed, the job is reported, and the next one runs in another process.
    """
    runner, ends = runners(timeout_s=LIMIT_S), Ends()
    runner.run(gate.address, "t", ends.put)
    slow = gate.next()
    error = ends.next()

    assert isinstance(error, TimedOut)
    assert f"This job took longer than {LIMIT_S:g} seconds and was stopped." == str(error)
    with pytest.raises(ProcessLookupError):
        os.kill(slow.pid, 0)

    runner.run("", "t", ends.put)

    assert ends.next() is None


def test_the_time_of_a_job_begins_with_its_worker(runners, gate):
    """
    What waits in the queue does not use up its time.
    """
    runner, ends = runners(timeout_s=LIMIT_S), Ends()
    runner.run(gate.address, "t", ends.put)
    runner.run("", "t", ends.put)

    assert isinstance(ends.next(), TimedOut)
    assert ends.next() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ignores_the_signals_of_its_service(runners, gate, number):
    """
    Ctrl-C and service managers signal the whole group; the parent decides when workers end.
    """
    runner, ends = runners(), Ends()
    runner.run(gate.address, "t", ends.put)
    visitor = gate.next()
    os.kill(visitor.pid, number)
    visitor.let_go()

    assert ends.next() is None


def test_workers_that_cannot_start_lose_jobs_but_do_not_spin(runners):
    """
    The job is reported lost; between two starts the runner pauses.
    """
    runner, ends = runners(factory=BrokenFactory()), Ends()
    runner.run("", "t", ends.put)
    error = ends.next()

    assert "The worker that ran this job died (exit code 3)." == str(error)
    assert runner._start_at > 0


@pytest.mark.parametrize("error", [EOFError(), BrokenPipeError(errno.EPIPE, "Broken pipe")])
def test_the_death_of_who_forks_workers_costs_a_moment(runners, monkeypatch, error):
    """
    It dies while it starts one: as the end of a pipe, read or written; the next try starts another.
    """
    start, errors = ForkServerProcess.start, [error]

    def die_first(process):
        if errors:
            raise errors.pop()
        start(process)

    monkeypatch.setattr(ForkServerProcess, "start", die_first)
    runner, ends = runners(), Ends()
    runner.run("", "t", ends.put)

    assert ends.next() is None
    assert not errors


def test_stopping_ends_busy_and_idle_workers(runners, gate):
    """
    The busy one is killed, the idle one leaves; nothing is reported afterwards.
    """
    runner, ends = runners(workers=2), Ends()
    runner.run(gate.address, "t", ends.put)
    visitor = gate.next()
    runner.stop()

    with pytest.raises(ProcessLookupError):
        os.kill(visitor.pid, 0)
    assert 0 == runner.alive
    assert ends.empty()


ORPHANS = """
import os, sys
from mien.runners.local import LocalRunner
from jobs.test_runner import GateFactory
if __name__ == "__main__":
    runner = LocalRunner(factory=GateFactory(), workers=2, timeout_s=600)
    runner.start()
    runner.run(sys.argv[1], "t", print)
    sys.stdin.read()
"""


@pytest.mark.parametrize("kill", [True, False])
def test_workers_leave_with_their_parent(tmp_path, gate, kill):
    """
    Killed with kill -9 or ended without a stop: a busy worker outlives its parent in neither case.
    """
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    parent = subprocess.Popen(
        [sys.executable, script, gate.address],
        stdin=subprocess.PIPE,
        env=python_path(),
    )
    with parent:
        visitor = gate.next()
        assert parent.stdin
        parent.kill() if kill else parent.stdin.close()
        # The worker's connection closes when the worker is gone, and not before.
        assert b"" == visitor.connection.recv(1)
        assert (-signal.SIGKILL if kill else 0) == parent.wait(DEADLINE_S)


def python_path():
    """Our environment, with the tests' modules."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}  # noqa: TID251 - passed on
