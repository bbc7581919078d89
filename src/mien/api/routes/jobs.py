"""Reading jobs, and how a job is shown wherever one is answered."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from mien.api import examples
from mien.api.auth import Callers
from mien.api.base import base_of
from mien.api.describe import (
    EXPIRED,
    UNAUTHORIZED,
    Refusal,
    answers,
    json_answer,
    parameter,
    route,
    secured,
    serve,
)
from mien.api.outcome import Outcome
from mien.api.wishes import HEADERS, wishes_of
from mien.errors import BadRequest
from mien.jobs.cancel import Cancel
from mien.jobs.links import Links
from mien.jobs.model import Attachment, Job
from mien.jobs.ports import ListsJobs
from mien.jobs.read import ReadJob
from mien.jobs.wire import JobWire, job_wire, own_job_wire

NOTHING: Mapping[str, object] = MappingProxyType({})
NO_JOBID = "Query param jobid not provided"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Turns jobs into answers, with fresh links each time."""

    links: Links
    public_url: str | None

    def answer(
        self,
        request: Request,
        job: Job,
        instead: Mapping[str, object] = NOTHING,
        headers: Mapping[str, str] | None = None,
    ) -> JSONResponse:
        """``job`` as JSON; ``instead`` replaces fields of it."""
        return JSONResponse({**self.wire(request, job), **instead}, headers=headers)

    def wire(self, request: Request, job: Job) -> dict[str, object]:
        """``job`` as an object of JSON."""
        return job_wire(job, self._linker(request))

    def own(self, request: Request, job: Job) -> dict[str, object]:
        """``job`` as an object of JSON, with what only our own operations show."""
        return own_job_wire(job, self._linker(request))

    def _linker(self, request: Request) -> Callable[[Attachment], str]:
        return self.links.linker(base_of(request, self.public_url), now_s=int(time.time()))


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """The operations on jobs that exist."""

    callers: Callers
    read_job: ReadJob
    store: ListsJobs
    cancel_job: Cancel
    outcome: Outcome
    shown: Shown

    async def list_or_read(self, request: Request) -> JSONResponse:
        """``/jobs`` lists; ``/jobs/`` reads; with a jobid both read."""
        if request.url.path.endswith("/") or "jobid" in request.query_params:
            return await self.read(request)
        return await self.list(request)

    async def read(self, request: Request) -> JSONResponse:
        """A job of the caller as it stands."""
        user = await self.callers.user(request)
        job = await run_in_threadpool(self.read_job, user, _jobid(request))
        wishes = wishes_of(request)
        if wishes.wait_s and not job.done:
            end = await run_in_threadpool(self.outcome.wait.future, job.id)
            job = await self.outcome(user, job, end, wait_s=wishes.wait_s)
        return self.shown.answer(request, job, headers=wishes.headers)

    async def list(self, request: Request) -> JSONResponse:
        """Ids of the caller's jobs that wait or run."""
        user = await self.callers.user(request)
        return JSONResponse(await run_in_threadpool(self.store.unfinished_of, user.id))

    async def cancel(self, request: Request) -> JSONResponse:
        """End a job of the caller."""
        user = await self.callers.user(request)
        job = await run_in_threadpool(self.cancel_job, user, _jobid(request))
        return JSONResponse({"jobid": job.id, "status": job.status.value, "code": 200})

    def router(self) -> APIRouter:
        """The routes of this group."""
        router = APIRouter(tags=["jobs"])
        route(
            router,
            "/v1/faceswap/jobs/",
            self.list_or_read,
            "GET",
            summary="Read a job",
            description=READ,
            responses=answers(
                json_answer(JobWire, "The job as it stands.", examples.JOBS), *REFUSALS
            ),
            openapi_extra=secured(parameters=[JOB_ID, *HEADERS[:1]]),
        )
        route(
            router,
            "/v1/faceswap/jobs",
            self.list_or_read,
            "GET",
            summary="List unfinished jobs",
            description=LIST,
            responses=answers(
                json_answer(list[str], "Ids.", {"one": [examples.JOB_ID]}), UNAUTHORIZED, EXPIRED
            ),
            openapi_extra=secured(),
        )
        serve(
            router,
            "/v1/faceswap/jobs/cancel/",
            self.cancel,
            "GET",
            summary="Cancel a job",
            description=CANCEL,
            responses=answers(
                json_answer(CancelledWire, "How it ended.", {"cancelled": CANCELLED}), *REFUSALS
            ),
            openapi_extra=OF_A_JOB,
            head=False,
        )
        return router


def _jobid(request: Request) -> str:
    """The id in the query.

    Raises:
        BadRequest: there is none.
    """
    job_id = request.query_params.get("jobid", "")
    if not job_id:
        raise BadRequest(NO_JOBID, field="jobid")
    return job_id


class CancelledWire(TypedDict):
    """A job's end: ``cancelled``, or how it had ended before."""

    jobid: str
    status: str
    code: int


CANCELLED = CancelledWire(jobid=examples.JOB_ID, status="cancelled", code=200)
JOB_ID = parameter("jobid", "query", "The job's id.", examples.JOB_ID)
OF_A_JOB = secured(parameters=[JOB_ID])
REFUSALS = (
    Refusal(400, NO_JOBID, "jobid"),
    UNAUTHORIZED,
    EXPIRED,
    Refusal(404, f"Unable to locate job {examples.JOB_ID}"),
)

LIST = """Ids of your jobs that wait or run, oldest first. Without a slash at its end and without a
`jobid`; with either, the path reads a job."""

CANCEL = """Ends a job that waits or runs: it is `cancelled` at once, and its callback is sent. A job
that has ended already stays as it is, and the answer says how it ended. The next job of the channel
begins when the work of this one has really stopped, some seconds later at most."""


READ = """The job with fresh links to its results. While its status is `created`, `started` or
`progress` it is not done: ask again in a few seconds. Done are `completed`, `failed`, `moderated`
and `cancelled`. The same path without the slash at its end answers the same."""
