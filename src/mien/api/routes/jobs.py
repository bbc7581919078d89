"""Reading jobs, and how a job is shown wherever one is answered."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

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
    secured,
    serve,
)
from mien.errors import BadRequest
from mien.jobs.links import Links
from mien.jobs.model import Attachment, Job
from mien.jobs.read import ReadJob
from mien.jobs.wire import JobWire, job_wire

NO_JOBID = "Query param jobid not provided"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Turns jobs into answers, with fresh links each time."""

    links: Links
    public_url: str | None

    def answer(self, request: Request, job: Job, **instead: object) -> JSONResponse:
        """``job`` as JSON; ``instead`` replaces fields of it."""
        return JSONResponse(self.wire(request, job) | instead)

    def wire(self, request: Request, job: Job) -> dict[str, object]:
        """``job`` as an object of JSON."""
        return job_wire(job, self._linker(request))

    def _linker(self, request: Request) -> Callable[[Attachment], str]:
        return self.links.linker(base_of(request, self.public_url), now_s=int(time.time()))


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """The operations on jobs that exist."""

    callers: Callers
    read_job: ReadJob
    shown: Shown

    async def read(self, request: Request) -> JSONResponse:
        """A job of the caller as it stands."""
        user = await self.callers.user(request)
        job_id = request.query_params.get("jobid", "")
        if not job_id:
            raise BadRequest(NO_JOBID, field="jobid")
        job = await run_in_threadpool(self.read_job, user, job_id)
        return self.shown.answer(request, job)

    def router(self) -> APIRouter:
        """The routes of this group."""
        router = APIRouter(tags=["jobs"])
        serve(
            router,
            "/v1/faceswap/jobs/",
            self.read,
            "GET",
            summary="Read a job",
            description=READ,
            responses=answers(
                json_answer(JobWire, "The job as it stands.", examples.JOBS),
                Refusal(400, NO_JOBID, "jobid"),
                UNAUTHORIZED,
                EXPIRED,
                Refusal(404, "Unable to locate job 0123456789abcdef0123456789abcdef"),
            ),
            openapi_extra=secured(
                parameters=[parameter("jobid", "query", "The job's id.", examples.JOB_ID)]
            ),
        )
        return router


READ = """The job with fresh links to its results. While its status is `created`, `started` or
`progress` it is not done: ask again in a few seconds. Done are `completed`, `failed`, `moderated`
and `cancelled`. The same path without the slash at its end answers the same."""
