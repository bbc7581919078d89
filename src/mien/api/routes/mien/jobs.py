"""A user's jobs in pages, and what happens to one; cancel it, do it again."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, NotRequired

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse
from typing_extensions import TypedDict

from mien.api import examples
from mien.api.auth import Callers
from mien.api.describe import (
    BUSY,
    EXPIRED,
    UNAUTHORIZED,
    Refusal,
    answers,
    json_answer,
    narrowing,
    parameter,
    secured,
    serve,
)
from mien.api.operations import BEYOND
from mien.api.outcome import Outcome
from mien.api.queries import NO_PAGE, PAGING, limit_of, moment_of, onward, place_of, word_of
from mien.api.routes.jobs import Shown
from mien.api.wishes import HEADERS, Wishes, wishes_of
from mien.jobs.access import Caller
from mien.jobs.accounts import User
from mien.jobs.cancel import Cancel
from mien.jobs.keys import Key, fingerprint
from mien.jobs.model import Job, Status
from mien.jobs.pages import JobQuery, Place
from mien.jobs.ports import ListsJobs
from mien.jobs.read import ReadJob
from mien.jobs.repeat import Repeat
from mien.jobs.wire import OwnJobWire
from mien.jobs.words import UNKNOWN_JOB, UPLOADS_GONE

#: Between two looks at how far a job is; its end is told without looking.
LOOK_S: Final = 1.0
#: Looks without news after which a comment is sent, so that proxies keep the connection.
QUIET_LOOKS: Final = 15


class JobsPage(TypedDict):
    """A page of jobs, newest first; ``cursor`` asks for the next and is absent on the last."""

    jobs: list[OwnJobWire]
    cursor: NotRequired[str]
    code: int


@dataclass(frozen=True, kw_only=True)
class OwnJobs:
    """Jobs beyond the contract."""

    callers: Callers
    store: ListsJobs
    read_job: ReadJob
    cancel_job: Cancel
    repeat_job: Repeat
    outcome: Outcome
    shown: Shown
    look_s: float = LOOK_S

    async def list(self, request: Request) -> JSONResponse:
        """A page of the caller's jobs."""
        user = await self.callers.user(request)
        query = _query(request, user)
        jobs = await run_in_threadpool(self.store.jobs_of, query)
        own = [self.shown.own(request, job) for job in jobs]
        places = [Place(created=job.created, id=job.id) for job in jobs]
        return JSONResponse({"jobs": own, **onward(places, query.limit), "code": 200})

    async def read(self, request: Request) -> JSONResponse:
        """A job of the caller, with its progress."""
        return await self._answer(request, self.read_job)

    async def cancel(self, request: Request) -> JSONResponse:
        """End a job of the caller."""
        return await self._answer(request, self.cancel_job)

    async def repeat(self, request: Request) -> JSONResponse:
        """Submit a job of the caller again."""
        caller, wishes = await self.callers.caller(request), wishes_of(request)
        job_id = str(request.path_params["jobid"])

        def again() -> Job:
            return self.repeat_job(
                caller.user, job_id, key=_key(caller, job_id, wishes), after_s=wishes.cancel_after_s
            )

        job = await run_in_threadpool(again)
        if wishes.wait_s:
            end = await run_in_threadpool(self.outcome.wait.future, job.id)
            job = await self.outcome(caller.user, job, end, wait_s=wishes.wait_s)
        return JSONResponse(self.shown.own(request, job), headers=wishes.headers)

    async def _answer(self, request: Request, do: Callable[[User, str], Job]) -> JSONResponse:
        """What ``do`` makes of the job that the path names."""
        user = await self.callers.user(request)
        job = await run_in_threadpool(do, user, str(request.path_params["jobid"]))
        return JSONResponse(self.shown.own(request, job))

    async def events(self, request: Request) -> StreamingResponse:
        """The job's changes as server-sent events, until its end."""
        user = await self.callers.user(request)
        job_id = str(request.path_params["jobid"])
        job = await run_in_threadpool(self.read_job, user, job_id)
        end = await run_in_threadpool(self.outcome.wait.future, job.id)
        stream = self._events(request, user, job, end)
        return StreamingResponse(stream, media_type="text/event-stream")

    async def _events(
        self, request: Request, user: User, job: Job, end: Future[Job]
    ) -> AsyncIterator[str]:
        ended, left = asyncio.wrap_future(end), asyncio.ensure_future(self.outcome.leaving.over())
        either: set[asyncio.Future[Any]] = {ended, left}
        quiet = 0
        try:
            if not job.done:
                yield self._event("status", request, job)
            while not ended.done() and not left.done():
                await asyncio.wait(either, timeout=self.look_s, return_when=asyncio.FIRST_COMPLETED)
                seen = await run_in_threadpool(self.read_job, user, job.id)
                quiet += 1
                if not seen.done and _moved_on(job, seen):
                    name = "progress" if seen.status is job.status else "status"
                    job, quiet = seen, 0
                    yield self._event(name, request, job)
                elif quiet >= QUIET_LOOKS:
                    quiet = 0
                    yield ": still there\n\n"
            if ended.done():
                yield self._event("end", request, ended.result())
        finally:
            left.cancel()
            ended.cancel()

    def _event(self, name: str, request: Request, job: Job) -> str:
        data = json.dumps(self.shown.own(request, job), ensure_ascii=False)
        return f"event: {name}\ndata: {data}\n\n"

    def router(self) -> APIRouter:
        """The routes of this group."""
        router = APIRouter(tags=["mien"])
        serve(
            router,
            "/v1/mien/jobs",
            self.list,
            "GET",
            summary="List jobs",
            description=LIST,
            responses=answers(
                json_answer(JobsPage, "A page.", {"page": {"jobs": [], "code": 200}}),
                *NO_PAGE,
            ),
            openapi_extra=secured(parameters=[*NARROWING, *PAGING]),
        )
        serve(
            router,
            "/v1/mien/jobs/{jobid}",
            self.read,
            "GET",
            summary="Read a job with its progress",
            description=READ,
            responses=answers(ONE, *REFUSALS),
            openapi_extra=OF_A_JOB,
        )
        serve(
            router,
            "/v1/mien/jobs/{jobid}",
            self.cancel,
            "DELETE",
            summary="Cancel a job",
            description=CANCEL,
            responses=answers(ONE, *REFUSALS),
            openapi_extra=OF_A_JOB,
        )
        serve(
            router,
            "/v1/mien/jobs/{jobid}/repeat",
            self.repeat,
            "POST",
            summary="Do a job again",
            description=REPEAT,
            responses=answers(ONE, *REFUSALS, GONE, BUSY, *BEYOND),
            openapi_extra=secured(parameters=[OF_PATH, *HEADERS]),
        )
        serve(
            router,
            "/v1/mien/jobs/{jobid}/events",
            self.events,
            "GET",
            summary="Follow a job",
            description=EVENTS,
            response_class=StreamingResponse,
            responses=answers(STREAM, *REFUSALS),
            openapi_extra=OF_A_JOB,
        )
        return router


def _query(request: Request, user: User) -> JobQuery:
    query = request.query_params
    return JobQuery(
        user_id=user.id,
        status=word_of(query, "status", Status),
        verb=query.get("verb") or None,
        channel=query.get("channel") or None,
        since=moment_of(query, "since"),
        before=place_of(query),
        limit=limit_of(query),
    )


def _key(caller: Caller, job_id: str, wishes: Wishes) -> Key | None:
    if wishes.key is None:
        return None
    content = fingerprint("repeat", {"jobid": job_id}, {})
    return Key(token_id=caller.token_id, name=wishes.key, fingerprint=content)


def _moved_on(job: Job, seen: Job) -> bool:
    return (job.status, job.progress) != (seen.status, seen.progress)


OF_PATH: Final = parameter("jobid", "path", "The job's id.", examples.JOB_ID)
OF_A_JOB: Final = secured(parameters=[OF_PATH])
NARROWING: Final = (
    narrowing("status", "Only jobs of this status.", "completed", enum=list(Status)),
    narrowing("verb", "Only jobs of this command.", "faceswap-picsi"),
    narrowing("channel", "Only jobs of this channel.", "1150077000000000002"),
    narrowing("since", "Only jobs made since then, a time in ISO 8601.", "2026-01-31T12:00:00Z"),
)
OWN_JOBS: Final = {name: {**job, "price": 1, "charged": 0} for name, job in examples.JOBS.items()}
ONE: Final = json_answer(OwnJobWire, "The job as it stands.", OWN_JOBS)
REFUSALS: Final = (
    UNAUTHORIZED,
    EXPIRED,
    Refusal(404, UNKNOWN_JOB.format(job_id=examples.JOB_ID)),
)
GONE: Final = Refusal(409, UPLOADS_GONE.format(job_id=examples.JOB_ID))

READ: Final = """The job as `/v1/faceswap/jobs/` shows it, and while it runs `progress`: what is being
done, and how much of that, 0 to 1."""

CANCEL: Final = """Ends a job that waits or runs: it is `cancelled` at once, and its callback is sent.
One that has ended already stays as it is."""

REPEAT: Final = """Submits the job again, with the same texts, files, channel and reply fields, and
answers with the new job at once. The files of ended jobs are kept only with `MIEN_KEEP_INPUTS=1`."""

LIST: Final = """The caller's jobs, newest first. `status`, `verb`, `channel` and `since` narrow the
list, `limit` (1 to 200, by default 50) is the length of a page, `cursor` asks for the next one."""

#: What 200 looks like.
STREAM: Final[dict[str, Any]] = {
    "description": "The events.",
    "content": {
        "text/event-stream": {
            # No schema: OpenAPI 3.0 has no words for a stream.
            "examples": {"end": {"value": f'event: end\ndata: {{"jobid":"{examples.JOB_ID}"}}\n'}},
        }
    },
}

EVENTS: Final = """Server-sent events: `status` whenever the status changes, `progress` when only the
progress does, `end` when the job has ended, each with the job as data; then the stream ends. Comments
keep it open in between."""
