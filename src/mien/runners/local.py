"""Worker processes on this machine, each with a pipe of its own.

A worker that dies or takes too long is replaced and takes nothing with it but its own job:
no lock, queue or pipe is shared between workers. One thread watches pipes, deaths and deadlines
at once, so every end is noticed when it happens, and nothing is polled.
"""

import atexit
import logging
import multiprocessing
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from mien.errors import JobError, TimedOut, WorkerLost
from mien.jobs.model import Job
from mien.jobs.ports import Done
from mien.runners.process import BEGUN, READY, Factory, serve

log = logging.getLogger(__name__)

#: Jobs that wait for whoever is done first. Its next one would come some 8 ms later by way of the
#: dispatcher, a fifth of what a picture takes: three threads take turns with those who answer callers.
AHEAD = 1
#: Before a worker that could not even start is tried again; else a broken installation would
#: start processes as fast as it can.
RESTART_S = 1.0
#: For an idle worker to leave by itself when the runner stops; it only has to notice.
LEAVE_S = 1.0
DIED = "The worker that ran this job died (exit code {code})."
KILLED = "The worker that ran this job was stopped, because it did not answer any more."
TOO_LONG = "This job took longer than {limit_s:g} seconds and was stopped."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    job_id: str
    ticket: str
    done: Done


@dataclass(frozen=True, slots=True)
class _Kill:
    ticket: str


class _Recall:
    """What waits for a worker is to go back."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Worker:
    """A process and what it is doing."""

    process: ForkServerProcess
    pipe: Connection
    ready: bool = False
    task: _Task | None = None
    #: When its task is over the limit, on `monotonic`'s clock; None until it has begun.
    deadline: float | None = None

    def give(self, task: _Task) -> None:
        self.task = task
        try:
            self.pipe.send((task.job_id, task.ticket))
        except OSError:
            # It has died just now; its sentinel will say so, and the task is reported lost.
            return

    def take(self) -> _Task | None:
        task, self.task, self.deadline = self.task, None, None
        return task


@dataclass(kw_only=True)
class LocalRunner:
    """`mien.jobs.ports.Runner` over worker processes; `start` it once, `stop` it once."""

    #: Picklable; called in each worker process, returns what runs a job there.
    factory: Factory
    workers: int
    #: Seconds that a job may run.
    timeout_s: float
    _requests: SimpleQueue[_Task | _Kill | _Recall | None] = field(
        default_factory=SimpleQueue, init=False
    )
    _queue: deque[_Task] = field(default_factory=deque, init=False)
    _crew: list[_Worker] = field(default_factory=list, init=False)
    #: When a next worker may be started, on `monotonic`'s clock.
    _start_at: float = field(default=0.0, init=False)
    _stopping: bool = field(default=False, init=False)
    _thread: Thread | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(self.factory.preload))
        self._wakened, self._waker = self._context.Pipe(duplex=False)

    @property
    def capacity(self) -> int:
        return self.workers

    @property
    def ahead(self) -> int:
        return AHEAD

    @property
    def alive(self) -> int:
        """Worker processes that are there."""
        return sum(worker.process.is_alive() for worker in list(self._crew))

    def start(self) -> None:
        """Start the workers, in the background."""
        # Workers outlive an interpreter that ends without `stop`, and it would wait for them.
        atexit.register(self.stop)
        self._thread = Thread(target=self._loop, name="runner", daemon=True)
        self._thread.start()

    def run(self, job_id: str, ticket: str, done: Done) -> None:
        self._ask(_Task(job_id=job_id, ticket=ticket, done=done))

    def kill(self, ticket: str) -> None:
        self._ask(_Kill(ticket))

    def recall(self) -> None:
        self._ask(_Recall())

    def stop(self) -> None:
        """End all workers; those that are in the middle of a job are killed."""
        if self._thread is None:
            return
        self._ask(None)
        self._thread.join()
        self._thread = None
        atexit.unregister(self.stop)
        self._waker.close()
        self._wakened.close()

    def _ask(self, request: _Task | _Kill | _Recall | None) -> None:
        self._requests.put(request)
        self._waker.send_bytes(b"!")

    def _loop(self) -> None:
        while not self._stopping:
            self._man()
            ready = set(wait(self._watched(), self._patience()))
            if self._wakened in ready:
                self._wakened.recv_bytes()
            self._read_requests()
            for worker in list(self._crew):
                self._attend(worker, ready)
            self._assign()
        self._dismiss()

    def _watched(self) -> list[Connection | int]:
        pipes: list[Connection | int] = [worker.pipe for worker in self._crew]
        return [self._wakened, *pipes, *(worker.process.sentinel for worker in self._crew)]

    def _patience(self) -> float | None:
        """Seconds until something is due by the clock; None when nothing is."""
        due = [worker.deadline for worker in self._crew if worker.deadline is not None]
        if len(self._crew) < self.workers:
            due.append(self._start_at)
        return max(0.0, min(due) - monotonic()) if due else None

    def _read_requests(self) -> None:
        while True:
            try:
                request = self._requests.get_nowait()
            except Empty:
                return
            match request:
                case None:
                    self._stopping = True
                case _Kill(ticket):
                    self._stop_working(ticket)
                case _Recall():
                    self._let_go()
                case _Task():
                    self._queue.append(request)

    def _stop_working(self, ticket: str) -> None:
        for worker in list(self._crew):
            # One that still loads has not seen the job yet, and another would load no faster.
            if worker.ready and worker.task is not None and worker.task.ticket == ticket:
                self._kill(worker, WorkerLost(KILLED))

    def _let_go(self) -> None:
        while self._queue:
            self._queue.popleft().done(None)

    def _attend(self, worker: _Worker, ready: Collection[object]) -> None:
        if worker.pipe in ready:
            self._listen(worker)
        if worker.process.sentinel in ready:
            self._bury(worker)
        elif worker.deadline is not None and worker.deadline <= monotonic():
            self._kill(worker, TimedOut(TOO_LONG.format(limit_s=self.timeout_s)))

    def _listen(self, worker: _Worker) -> None:
        try:
            while worker.pipe.poll():
                self._hear(worker, worker.pipe.recv())
        except (EOFError, OSError):
            # It is dying; its sentinel follows.
            return

    def _hear(self, worker: _Worker, message: str | Job | None) -> None:
        if message == READY:
            worker.ready = True
        elif message == BEGUN:
            worker.deadline = monotonic() + self.timeout_s
        elif not isinstance(message, str):
            self._report(worker, message)

    def _bury(self, worker: _Worker) -> None:
        self._crew.remove(worker)
        # What it said before it died counts.
        self._listen(worker)
        worker.process.join()
        code = worker.process.exitcode
        log.warning("worker died", extra={"event": "worker_died", "exit_code": code})
        if not worker.ready:
            self._start_at = monotonic() + RESTART_S
        worker.pipe.close()
        self._report(worker, WorkerLost(DIED.format(code=code)))

    def _kill(self, worker: _Worker, why: JobError) -> None:
        self._crew.remove(worker)
        worker.process.kill()
        worker.process.join()
        # What it said before it died counts.
        self._listen(worker)
        worker.pipe.close()
        log.warning("worker killed", extra={"event": "worker_killed", "reason": why.code})
        self._report(worker, why)

    def _report(self, worker: _Worker, how: Job | JobError | None) -> None:
        task = worker.take()
        if task is not None:
            self._assign()  # before others hear of the end, and take their turns
            task.done(how)

    def _man(self) -> None:
        """Start the workers that are missing."""
        while len(self._crew) < self.workers and monotonic() >= self._start_at:
            try:
                self._crew.append(self._new_worker())
            except (OSError, EOFError) as error:
                # The process that forks workers has just died (the next try starts another), or
                # the system has no room for one more.
                log.warning("worker not started: %s", error, extra={"event": "worker_not_started"})
                self._start_at = monotonic() + RESTART_S

    def _new_worker(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=serve, args=(self.factory, theirs), name="mien-worker", daemon=True
        )
        try:
            process.start()
        except (OSError, EOFError):
            ours.close()
            theirs.close()
            raise
        # Ours alone now, so that the worker's death closes it.
        theirs.close()
        return _Worker(process=process, pipe=ours)

    def _assign(self) -> None:
        # Those that have warmed up come first.
        free = [worker for worker in self._crew if worker.task is None]
        free.sort(key=lambda worker: not worker.ready)
        for worker in free:
            if not self._queue:
                return
            worker.give(self._queue.popleft())

    def _dismiss(self) -> None:
        for worker in self._crew:
            # Busy ones would finish first, and those that still load would load to the end.
            if worker.task is not None or not worker.ready:
                worker.process.kill()
            worker.pipe.close()
        for worker in self._crew:
            worker.process.join(LEAVE_S)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._crew.clear()
