"""The whole service below the wire: real database, real files, real worker processes."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic

import pytest
from sqlalchemy import update

from acceptance.live import files_below
from jobs.making import DEADLINE_S, LONGER_S, a_file, a_request
from mien.bootstrap.desk import open_desk
from mien.bootstrap.service import build_service
from mien.errors import Busy, NotFound, SetupError, Unauthorized
from mien.jobs.dispatch import Dispatcher
from mien.jobs.model import Progress, Status
from mien.settings import Settings
from mien.storage.database import Database
from mien.storage.tables import channels
from mien.testing import BrokenFactory, Gate, TinyFactory

NOBODY = 0o077
#: For tests that wait for the end of a lease. On a busy machine a worker may well be silent for so long, and its
#: job is then done by another. So these do not count attempts; the leases of others do not end.
SHORT_LEASE = {"lease_s": 1.0, "max_attempts": 100}
LONG_LEASE = {"lease_s": LONGER_S}
#: What a job may take in a test of that: more than nothing takes on a busy machine.
LIMIT_S = 2.0


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def gate():
    with Gate() as gate:
        yield gate


class Caller:
    """A service and a user who calls it."""

    def __init__(self, service, key=None):
        self.service = service
        self.key = key or service.first_start.token
        self.user = service.authenticate(self.key)
        (self.channel,) = service.pick_channel(self.user)

    def submit(self, verb, files=None, **params):
        request = a_request(verb, user=self.user, channel=self.channel, params=params, files=files)
        return self.service.submit(request)

    def end_of(self, job):
        ended = self.service.wait(job.id, timeout_s=DEADLINE_S)
        assert ended.done
        return ended

    def call(self, verb, files=None, **params):
        return self.end_of(self.submit(verb, files, **params))


@pytest.fixture
def where(data_dir, database_url):
    """Settings that name the folder and the database, of each kind."""
    return {"data_dir": data_dir, "database_url": database_url}


@pytest.fixture
def services(where):
    """Makes started services over one data folder and database, and stops them."""
    made = []

    def make(*, factory=None, **settings):
        chosen = Settings.load(**where | {"workers": 1, "grace_s": 0} | LONG_LEASE | settings)
        service = build_service(chosen, factory or TinyFactory(settings=chosen))
        made.append(service)
        service.start()
        return service

    yield make
    for service in made:
        service.stop()


def stored(data_dir, folder):
    """Files below a folder of the blob store."""
    return files_below(data_dir / "blobs" / folder)


def gone(data_dir, folder):
    """Whether there is no file, or none any more: a sweep may tell of a job's end before its worker has tidied."""
    return eventually(lambda: not stored(data_dir, folder))


def test_a_job_runs_and_its_result_can_be_fetched(services, data_dir):
    """
    From the submit to the bytes of the result; the upload is gone.
    """
    caller = Caller(services())
    done = caller.call("echo", {"source_image": a_file(b"source")})
    (attachment,) = done.attachments

    assert done == caller.service.read_job(caller.user, done.id)
    assert b"source" == caller.service.open_attachment(attachment.id).data
    assert gone(data_dir, "inputs")
    assert 1 == len(stored(data_dir, "results"))


def test_uploads_are_kept_when_asked(services, data_dir):
    """
    MIEN_KEEP_INPUTS, over a restart too.
    """
    Caller(services(keep_inputs=True)).call("echo", {"source_image": a_file()})
    services(keep_inputs=True)

    assert 1 == len(stored(data_dir, "inputs"))


def test_a_killed_worker_does_not_lose_its_job(services, gate):
    """
    kill -9 in the middle of the job: another attempt completes it, while the caller waits.
    """
    caller = Caller(services())
    job = caller.submit("hold", gate=gate.address)
    os.kill(gate.next().pid, signal.SIGKILL)
    gate.next().let_go()
    done = caller.end_of(job)

    assert (Status.COMPLETED, 2) == (done.status, done.attempts)
    assert done.content.endswith("attempt 2")


def test_a_job_that_kills_every_worker_fails(services, data_dir):
    """
    After three attempts, with a plain sentence and without its uploads; the service goes on.
    """
    caller = Caller(services())
    failed = caller.call("die", {"source_image": a_file()}, times="99")

    assert (Status.FAILED, 3) == (failed.status, failed.attempts)
    assert "The worker that ran this job died; it was tried 3 times." == failed.error
    assert gone(data_dir, "inputs")
    assert Status.COMPLETED is caller.call("nothing").status


def test_a_job_over_its_time_fails(services, gate):
    """
    The worker is killed, the job says why, the service goes on.
    """
    caller = Caller(services(job_timeout_s=LIMIT_S))
    failed = caller.call("hold", gate=gate.address)

    assert (Status.FAILED, 1) == (failed.status, failed.attempts)
    assert f"This job took longer than {LIMIT_S:g} seconds and was stopped." == failed.error
    assert Status.COMPLETED is caller.call("nothing").status


def test_workers_that_cannot_start_fail_the_jobs(services):
    """
    A broken installation answers, and does not let its callers wait for ever.
    """
    caller = Caller(services(factory=BrokenFactory(), max_attempts=1))

    assert "The worker that ran this job died; it was tried 1 times." == caller.call("echo").error


def test_a_worker_that_stands_still_is_killed_and_its_job_done_by_another(services, gate):
    """
    SIGSTOP past the lease: the job completes in another worker, in the only slot of its lane,
    and the one that stood still is not there any more to change anything.
    """
    caller = Caller(services(**SHORT_LEASE))
    job = caller.submit("hold", gate=gate.address)
    stalled = gate.next()
    os.kill(stalled.pid, signal.SIGSTOP)
    gate.open()
    done = caller.end_of(job)

    assert Status.COMPLETED is done.status
    assert done.attempts > 1
    with pytest.raises(ProcessLookupError):
        os.kill(stalled.pid, 0)


def test_an_idle_worker_that_stands_still_does_not_keep_its_next_job(services):
    """
    SIGSTOP between two jobs: it never claims the one that it is given, so no lease runs out; it is
    killed all the same.
    """
    caller = Caller(services(**SHORT_LEASE))
    worker = caller.call("tell").report["pid"]
    eventually(lambda: not caller.service.health().running)
    os.kill(worker, signal.SIGSTOP)

    assert Status.COMPLETED is caller.call("nothing").status


@pytest.mark.parametrize("width", [1, 2])
def test_a_lane_runs_its_width_and_never_more(services, database_url, tmp_path, gate, width):
    """
    Two services with four workers on one database: ``width`` jobs stand at the gate at once, and of
    many others, which fail when more than ``width`` of them hold a file's lock at once, all complete.
    """
    first = services(workers=2)
    set_width(database_url, width)
    second = services(workers=2)
    callers = [Caller(first), Caller(second, first.first_start.token)]
    held = [caller.submit("hold", gate=gate.address) for caller in callers[:width]]
    for visitor in [gate.next() for _ in held]:
        visitor.let_go()
    places = [tmp_path / f"place-{number}" for number in range(width)]
    jobs = [
        (caller, caller.submit("crowd", places=os.pathsep.join(map(str, places))))
        for _ in range(15)
        for caller in callers
    ]
    ended = [caller.end_of(job) for caller, job in jobs]

    assert {Status.COMPLETED} == {job.status for job in ended}, [job.error for job in ended]


def set_width(database_url, width):
    """Make the only channel so wide."""
    database = Database(database_url)
    with database.writing() as connection:
        connection.execute(update(channels).values(width=width))
    database.close()


def test_a_waiting_job_is_cancelled_at_once(services, data_dir, gate):
    """
    It never runs, its upload goes, and who waits for it is told.
    """
    caller = Caller(services())
    running = caller.submit("hold", gate=gate.address)
    visitor = gate.next()
    job = caller.submit("echo", {"source_image": a_file()})
    end = caller.service.wait.future(job.id)
    cancelled = caller.service.cancel(caller.user, job.id)

    assert (Status.CANCELLED, "The job was cancelled.", 0) == (
        cancelled.status,
        cancelled.error,
        cancelled.attempts,
    )
    assert cancelled == end.result(DEADLINE_S)
    assert [] == stored(data_dir, "inputs")

    visitor.let_go()
    caller.end_of(running)

    assert Status.COMPLETED is caller.call("nothing").status
    assert cancelled == caller.service.read_job(caller.user, job.id)


def test_a_cancelled_job_that_does_not_stop_is_killed(services, data_dir, database_url, gate):
    """
    Its end is told at once; the only slot of its lane is not free while its worker lives.
    """
    caller = Caller(services(workers=2))
    set_width(database_url, 1)
    job = caller.submit("hold", {"source_image": a_file()}, gate=gate.address)
    deaf = gate.next()
    cancelled = caller.service.cancel(caller.user, job.id)

    assert Status.CANCELLED is cancelled.status

    following = caller.submit("alone", pid=str(deaf.pid))

    assert Status.COMPLETED is caller.end_of(following).status
    assert gone(data_dir, "inputs")
    assert Status.CANCELLED is caller.service.read_job(caller.user, job.id).status


def test_a_cancelled_job_that_looks_up_stops_by_itself(services, gate, monkeypatch):
    """
    Its worker is the same process afterwards.
    """
    monkeypatch.setitem(Dispatcher.__init__.__kwdefaults__, "stop_grace_s", LONGER_S)
    caller = Caller(services())
    job = caller.submit("linger", gate=gate.address)
    visitor = gate.next()
    visitor.let_go()
    caller.service.cancel(caller.user, job.id)
    again = caller.submit("hold", gate=gate.address)
    same = gate.next()
    same.let_go()
    caller.end_of(again)

    assert visitor.pid == same.pid


def test_the_progress_of_a_running_job_can_be_read(services, gate):
    """
    What its worker reported last, while it stands at the gate.
    """
    caller = Caller(services())
    job = caller.submit("advance", gate=gate.address)
    visitor = gate.next()
    seen = eventually(lambda: caller.service.read_job(caller.user, job.id).progress)

    assert Progress(stage="half", fraction=0.5) == seen

    visitor.let_go()

    assert caller.end_of(job).progress is None


def test_old_jobs_go_with_their_files(services, data_dir):
    """
    A start finds what has been kept long enough: rows, results, kept uploads and callbacks.
    """
    first = Caller(services(keep_inputs=True))
    files = {"source_image": a_file(b"source")}
    request = a_request("echo", user=first.user, channel=first.channel, files=files)
    job = first.service.submit(replace(request, reply_url="http://127.0.0.1:9/"))
    done = first.end_of(job)
    waiting = first.service.deliveries.deliveries(limit=9)
    first.service.stop()

    assert [job.id] == [delivery.job_id for delivery in waiting]
    assert 1 == len(stored(data_dir, "inputs")) == len(stored(data_dir, "results"))

    later = Caller(services(keep_inputs=True, keep_days=1e-9), first.key)
    assert gone(data_dir, "results")

    def unknown():
        try:
            later.service.read_job(later.user, job.id)
        except NotFound as missing:
            return str(missing)
        return ""

    assert f"Unable to locate job {job.id}" == eventually(unknown)
    assert [] == stored(data_dir, "inputs") == stored(data_dir, "results")
    assert [] == later.service.deliveries.deliveries(limit=9)
    with pytest.raises(NotFound):
        later.service.open_attachment(done.attachments[0].id)


def eventually(look):
    """What ``look`` says as soon as it says anything."""
    give_up, pause = monotonic() + DEADLINE_S, Event()
    while not (seen := look()) and monotonic() < give_up:
        pause.wait(0.01)
    return seen


KILLED = """
import sys
from mien.bootstrap.service import build_service
from mien.settings import Settings
from mien.testing import TinyFactory
from jobs.test_service import SHORT_LEASE, Caller
if __name__ == "__main__":
    folder, database = sys.argv[1:3]
    settings = Settings.load(
        data_dir=folder, database_url=database, workers=1, **SHORT_LEASE
    )
    service = build_service(settings, TinyFactory(settings=settings))
    service.start()
    caller = Caller(service)
    jobs = [caller.submit("hold", gate=sys.argv[3]) for _ in range(2)]
    print(caller.key, *(job.id for job in jobs), flush=True)
    sys.stdin.read()
"""


def test_a_killed_service_answers_for_its_jobs_after_a_restart(services, tmp_path, where, gate):
    """
    kill -9 while one job runs and one waits: the next service knows both and completes them.
    """
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}  # noqa: TID251
    with subprocess.Popen(
        [sys.executable, script, where["data_dir"], where["database_url"], gate.address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout
        key, running, waiting = process.stdout.readline().split()
        gate.next()
        process.kill()
    service = services(**SHORT_LEASE)
    caller = Caller(service, key)

    assert service.first_start is None
    assert {running, waiting} == {
        caller.service.read_job(caller.user, job_id).id for job_id in (running, waiting)
    }

    gate.open()
    ran, waited = [service.wait(job_id, timeout_s=DEADLINE_S) for job_id in (running, waiting)]

    assert [Status.COMPLETED] * 2 == [ran.status, waited.status]
    assert ran.attempts > 1


def test_a_stopped_service_hands_its_work_back(services, gate):
    """
    SIGTERM with work that does not end in time: the next start finds it waiting and completes
    it, and the interrupted attempt does not count.
    """
    caller = Caller(services(grace_s=0))
    job = caller.submit("hold", gate=gate.address)
    waiting = caller.submit("nothing")
    gate.next()
    caller.service.stop()
    left = caller.service.read_job(caller.user, job.id)

    assert (Status.CREATED, 0, None) == (left.status, left.attempts, left.lease)

    again = Caller(services(), caller.key)
    gate.next().let_go()

    assert (Status.COMPLETED, 1) == (again.end_of(job).status, again.end_of(job).attempts)
    assert Status.COMPLETED is again.end_of(waiting).status


def test_a_stopping_service_lets_running_jobs_finish(services, gate):
    """
    Within the grace; what waits is left for the next start.
    """
    caller = Caller(services(grace_s=LONGER_S))
    job = caller.submit("hold", gate=gate.address)
    # Not one that holds: it may begin before the stop is heard, and nobody would let it go.
    waiting = caller.submit("nothing")
    visitor = gate.next()
    with ThreadPoolExecutor(1) as thread:
        stopped = thread.submit(caller.service.stop)
        visitor.let_go()
        stopped.result(DEADLINE_S)

    assert Status.COMPLETED is caller.service.read_job(caller.user, job.id).status
    assert caller.service.read_job(caller.user, waiting.id).status in {
        Status.CREATED,
        Status.COMPLETED,  # when the first job ended before the stop was heard
    }


def test_a_full_queue_refuses_and_recovers(services, gate):
    """
    One runs, one waits, the third is refused; when the first has ended there is room again.
    """
    caller = Caller(services(queue_depth=1))
    first = caller.submit("hold", gate=gate.address)
    visitor = gate.next()
    second = caller.submit("nothing")

    with pytest.raises(Busy):
        caller.submit("nothing")

    visitor.let_go()
    caller.end_of(first)
    caller.end_of(second)

    assert Status.COMPLETED is caller.call("nothing").status


def test_users_do_not_see_each_other(services):
    """
    Another user's job does not exist, and neither does another's channel's fullness.
    """
    service = services()
    mine = Caller(service)
    desk = open_desk(service.settings)
    hers = Caller(service, desk.tokens.create("laptop", user="anna").key)
    also_mine = Caller(service, desk.tokens.create("laptop").key)
    job = mine.call("nothing")

    assert job == service.read_job(also_mine.user, job.id)
    assert mine.channel.id != hers.channel.id
    with pytest.raises(NotFound, match=f"Unable to locate job {job.id}"):
        service.read_job(hers.user, job.id)


def test_the_first_start_makes_what_is_needed_and_the_next_keeps_it(services, data_dir):
    """
    User, channel and token once; the secret of addresses and the token outlive a restart.
    """
    first = services()
    key, channel = first.first_start.token, first.first_start.channel
    first.stop()
    second = services()

    assert second.first_start is None
    assert (key, channel) == (Caller(second, key).key, Caller(second, key).channel.id)
    assert first.secret == second.secret
    assert 32 == len(first.secret)


def test_the_data_folder_is_private(services, data_dir):
    """
    The folder is its owner's alone, and so is the secret itself.
    """
    services()

    assert 0 == data_dir.stat().st_mode & NOBODY
    assert 0o600 == (data_dir / "secret").stat().st_mode & 0o777


def test_two_first_starts_at_once_make_one_user(where):
    """
    The service and `mien tokens` may both be the first.
    """
    settings = Settings.load(**where, workers=1)

    def build(_):
        return build_service(settings, TinyFactory(settings=settings))

    with ThreadPoolExecutor(4) as threads:
        built = list(threads.map(build, range(4)))
    for service in built:
        service.stop()

    assert 1 == len([service for service in built if service.first_start])
    assert 1 == len({service.secret for service in built})
    assert ["first"] == [token.name for token in open_desk(settings).tokens.list()]


def test_a_token_made_before_the_first_start_is_enough(services, where):
    """
    `mien tokens create` makes the default user; the first start then makes nothing more.
    """
    key = open_desk(Settings.load(**where)).tokens.create("laptop").key
    service = services()

    assert service.first_start is None
    assert Status.COMPLETED is Caller(service, key).call("nothing").status


def test_a_revoked_token_stops_working_in_a_running_service(services):
    """
    The terminal's desk and the service look at the same rows.
    """
    service = services()
    desk = open_desk(service.settings)
    key = desk.tokens.create("laptop").key

    assert "default" == service.authenticate(key).name

    desk.tokens.revoke("laptop")

    with pytest.raises(Unauthorized):
        service.authenticate(key)


def test_leftovers_go_at_the_start(services, data_dir):
    """
    An upload of a crashed submit is removed when it is an hour old.
    """
    orphan = data_dir / "blobs" / "inputs" / ("f" * 32) / "source_image.png"
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"somebody")
    long_ago = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    os.utime(orphan, (long_ago, long_ago))
    services()

    assert eventually(lambda: not orphan.exists())


def at_rest(service):
    """Its health once nothing runs: a sweep may tell of a job's end before its worker does."""
    eventually(lambda: not service.health().running)
    return service.health()


def test_the_health_tells_what_is_there(services):
    """
    A running service is well; a stopped one is not, and says why.
    """
    service = services()
    Caller(service).call("nothing")
    well = at_rest(service)
    service.stop()
    ill = service.health()

    assert (True, "", 1, 1, 0, 0) == (
        well.ok,
        well.problem,
        well.workers,
        well.workers_wanted,
        well.running,
        well.waiting,
    )
    assert (False, "No jobs are handed out: the service is stopped, or broken.", 0) == (
        ill.ok,
        ill.problem,
        ill.workers,
    )


def test_a_folder_that_cannot_be_used_is_said_in_a_sentence(tmp_path):
    """
    The operator reads which folder, and why.
    """
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(SetupError, match=r"The data folder .*file/data cannot be used: Not a dir"):
        open_desk(Settings.load(data_dir=tmp_path / "file" / "data"))
