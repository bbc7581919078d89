"""Stores that keep everything in memory, with the same promises as those that do not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock

from mien.errors import LeaseLost, NotFound
from mien.jobs.accounts import Channel
from mien.jobs.admission import Accepted, Admission, Known, LaneState, recalled
from mien.jobs.identities import Change, Gallery
from mien.jobs.ids import Clock, utc_now
from mien.jobs.keys import REMEMBERED
from mien.jobs.lanes import Lane, LaneQueue, LaneRules, lane_of
from mien.jobs.model import (
    MOVES,
    RUNNING,
    UNFINISHED,
    Attachment,
    Ending,
    Job,
    Lease,
    Progress,
    Status,
)
from mien.jobs.pages import JobQuery
from mien.jobs.ports import Renewal
from mien.testing.deliveries import MemoryDeliveries
from mien.testing.directory import MemoryDirectory
from mien.testing.identities import MemoryIdentities


class MemoryJobs:
    """`mien.jobs.ports.JobStore`."""

    def __init__(
        self,
        directory: MemoryDirectory,
        *,
        deliveries: MemoryDeliveries | None = None,
        identities: MemoryIdentities | None = None,
        rules: LaneRules | None = None,
    ) -> None:
        """Without jobs.

        Args:
            directory: knows the channels.
        """
        self._lock = Lock()
        self._jobs: dict[str, Job] = {}
        #: Fingerprint and job by token and key.
        self._keys: dict[tuple[str, str], tuple[str, str]] = {}
        self._directory = directory
        self._deliveries = deliveries or MemoryDeliveries()
        self._identities = identities or MemoryIdentities()
        self._rules = rules or LaneRules()

    def accept(self, admission: Admission) -> Accepted | Known:
        user_id = admission.job.user_id
        with self._lock:
            known = self._known(admission)
            if known is not None:
                return known
            states = [
                LaneState(channel=channel, unfinished=self._unfinished_in(channel))
                for channel in self._directory.channels(user_id)
                if channel.id in admission.channels
            ]
            accepted = admission.settle(states, self._rules)
            self._directory.set_credits(accepted.channel)
            self._jobs[accepted.job.id] = accepted.job
            if admission.key is not None:
                self._keys[admission.key.token_id, admission.key.name] = (
                    admission.key.fingerprint,
                    accepted.job.id,
                )
            return accepted

    def _known(self, admission: Admission) -> Known | None:
        key = admission.key
        before = self._keys.get((key.token_id, key.name)) if key else None
        if key is None or before is None:
            return None
        fingerprint, job_id = before
        job = self._jobs.get(job_id)
        if job is None or job.created <= admission.job.created - REMEMBERED:
            return None
        return recalled(key, fingerprint, job)

    def _unfinished_in(self, channel: Channel) -> int:
        return sum(job.status in UNFINISHED for job in self._in(_lane(channel)))

    def _in(self, lane: Lane) -> list[Job]:
        return [job for job in self._jobs.values() if lane_of(job) == lane]

    def _slots_taken(self, lane: Lane) -> int:
        return sum(job.lease is not None for job in self._in(lane))

    def _width(self, lane: Lane) -> int:
        channel = self._channel(lane)
        return 0 if channel is None else self._rules.width_of(channel)

    def _channel(self, lane: Lane) -> Channel | None:
        return self._directory.channel(lane.user_id, lane.channel)

    def find(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def jobs_of(self, query: JobQuery) -> list[Job]:
        with self._lock:
            mine = [job for job in self._jobs.values() if _asked_for(job, query)]
        mine.sort(key=lambda job: (job.created, job.id), reverse=True)
        return mine[: query.limit]

    def find_message(self, user_id: str, channel: str, message_id: str) -> Job | None:
        wanted = user_id, channel, message_id
        with self._lock:
            found = (
                job
                for job in self._jobs.values()
                if (job.user_id, job.channel, job.message_id) == wanted
            )
            return next(found, None)

    def find_attachment(self, attachment_id: str) -> Attachment | None:
        with self._lock:
            results = [result for job in self._jobs.values() for result in job.attachments]
        return next((result for result in results if result.id == attachment_id), None)

    def claim(self, job_id: str, lease: Lease, *, now: datetime) -> Job | None:
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None or job.status is not Status.CREATED:
                return None
            lane = lane_of(job)
            if self._slots_taken(lane) >= self._width(lane):
                return None
            return self._put(job.claimed(lease, now))

    def renew(
        self, job_id: str, fence: int, *, until: datetime, now: datetime, news: Progress | None
    ) -> Renewal:
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None or job.lease is None or job.fence != fence:
                return Renewal.LOST
            job = self._put(replace(job, lease=replace(job.lease, until=until)))
            if job.done:
                return Renewal.CANCELLED
            if news is not None:
                self._put(replace(job, status=Status.PROGRESS, progress=news, updated=now))
            return Renewal.HELD

    def finish(
        self,
        job_id: str,
        fence: int,
        ending: Ending,
        attachments: Sequence[Attachment] = (),
        changes: Sequence[Change] = (),
    ) -> None:
        with self._lock:
            job = self._held(job_id, fence)
            if job is None or ending.status not in MOVES[job.status]:
                raise LeaseLost(f"The job {job_id} is not this worker's any more.")
            self._identities.change(job.user_id, _one_after_another(changes))
            self._pay_back(job, ending)
            ended = self._put(job.ended(ending, tuple(attachments)).let_go())
            self._deliveries.add(ended)

    def _pay_back(self, job: Job, ending: Ending) -> None:
        channel = self._channel(lane_of(job))
        if ending.status is Status.COMPLETED or channel is None or channel.credits is None:
            return
        budget = channel.credits.refund(job.charged, paid=job.created, now=ending.timestamp)
        self._directory.set_credits(replace(channel, credits=budget))

    def release(self, job_id: str, fence: int) -> bool:
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None or job.lease is None or job.fence != fence or not job.done:
                return False
            self._put(job.let_go())
            return True

    def cancel(self, job_id: str, ending: Ending) -> Job | None:
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None or job.done:
                return None
            self._pay_back(job, ending)
            ended = self._put(job.ended(ending))
            self._deliveries.add(ended)
            return ended

    def unfinished_of(self, user_id: str) -> list[str]:
        with self._lock:
            mine = [job for job in self._jobs.values() if job.user_id == user_id and not job.done]
        return [job.id for job in sorted(mine, key=lambda job: (job.created, job.id))]

    def queues(self, *, limit: int) -> list[LaneQueue]:
        with self._lock:
            waiting = [job for job in self._jobs.values() if job.status is Status.CREATED]
            waiting.sort(key=lambda job: (job.created, job.id))
            lanes = dict.fromkeys(lane_of(job) for job in waiting)
            return [self._queue(lane, waiting, limit) for lane in lanes]

    def _queue(self, lane: Lane, waiting: Sequence[Job], limit: int) -> LaneQueue:
        width, running = self._width(lane), self._slots_taken(lane)
        ids = [job.id for job in waiting if lane_of(job) == lane] if running < width else []
        return LaneQueue(lane=lane, width=width, running=running, waiting=tuple(ids[:limit]))

    def expired(self, now: datetime) -> list[Job]:
        with self._lock:
            return [job for job in self._jobs.values() if job.cancel_at and job.cancel_at <= now]

    def ended_before(self, moment: datetime, *, limit: int) -> list[Job]:
        with self._lock:
            old = [
                job
                for job in self._jobs.values()
                if job.done and job.lease is None and job.updated < moment
            ]
        return sorted(old, key=lambda job: job.created)[:limit]

    def forget(self, job_ids: Sequence[str]) -> None:
        with self._lock:
            for job_id in job_ids:
                if self._jobs[job_id].done:
                    del self._jobs[job_id]
                    self._deliveries.forget(job_id)

    def forget_keys(self, now: datetime) -> None:
        with self._lock:
            for name, (_, job_id) in list(self._keys.items()):
                job = self._jobs.get(job_id)
                if job is None or job.created <= now - REMEMBERED:
                    del self._keys[name]

    def leased(self) -> list[Job]:
        with self._lock:
            return [job for job in self._jobs.values() if job.lease]

    def hand_back(self, job_id: str, fence: int, *, now: datetime, spent: bool) -> bool:
        with self._lock:
            job = self._held(job_id, fence)
            if job is None:
                return False
            attempts = job.attempts if spent else job.attempts - 1
            waiting = replace(job, status=Status.CREATED, lease=None, progress=None)
            self._put(replace(waiting, attempts=attempts, updated=now))
            return True

    def unfinished(self, job_ids: Sequence[str]) -> set[str]:
        with self._lock:
            return {
                job_id
                for job_id in job_ids
                if job_id in self._jobs and self._jobs[job_id].status in UNFINISHED
            }

    def _held(self, job_id: str, fence: int) -> Job | None:
        job = self._jobs.get(job_id)
        if job is None or job.fence != fence or job.status not in RUNNING:
            return None
        return job

    def _put(self, job: Job) -> Job:
        self._jobs[job.id] = job
        return job


def _one_after_another(changes: Sequence[Change]) -> Change:
    def all_of_them(gallery: Gallery) -> Gallery:
        for change in changes:
            gallery = change(gallery)
        return gallery

    return all_of_them


def _lane(channel: Channel) -> Lane:
    return Lane(user_id=channel.user_id, channel=channel.id)


def _asked_for(job: Job, query: JobQuery) -> bool:
    before = query.before
    return (
        job.user_id == query.user_id
        and query.status in {None, job.status}
        and query.verb in {None, job.verb}
        and query.channel in {None, job.channel}
        and (query.since is None or job.created >= query.since)
        and (before is None or (job.created, job.id) < (before.created, before.id))
    )


class MemoryBlobs:
    """`mien.jobs.ports.BlobStore`."""

    def __init__(self, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._files: dict[str, tuple[datetime, bytes]] = {}

    def put(self, key: str, data: bytes) -> None:
        self._files[key] = (self._clock().astimezone(UTC), data)

    def get(self, key: str) -> bytes:
        if key not in self._files:
            raise NotFound("There is no such file any more.")
        return self._files[key][1]

    def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._files.pop(key, None)

    def list(self, prefix: str, *, before: datetime) -> list[str]:
        return sorted(
            key
            for key, (written, _) in self._files.items()
            if key.startswith(f"{prefix}/") and written < before
        )
