"""The commands: a form comes in, a job is made, its end is waited for."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from mien.api.auth import Callers
from mien.api.bodies import read_fields
from mien.api.checks import Inspect, Readers, check_texts, checked_files
from mien.api.describe import serve
from mien.api.errors import refusal
from mien.api.forms import Sent, sent_to
from mien.api.leaving import Leaving
from mien.api.operations import about
from mien.api.routes.jobs import Shown
from mien.api.uploads import FormLimits, Intake
from mien.contract import OPERATIONS, Operation
from mien.jobs.access import PickChannel
from mien.jobs.accounts import User
from mien.jobs.admission import RETRY_AFTER_S
from mien.jobs.model import Job, Status
from mien.jobs.read import ReadJob
from mien.jobs.submit import NewJob, Submit
from mien.jobs.wait import Wait

Endpoint = Callable[[Request], Awaitable[JSONResponse]]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Waits for the end of a job, but not for ever."""

    wait: Wait
    read_job: ReadJob
    leaving: Leaving
    wait_s: float

    async def __call__(self, user: User, job: Job, end: Future[Job]) -> Job:
        """The job at its end; as it stands when the time is over or the process leaves."""
        ended = asyncio.wrap_future(end)
        leaves = asyncio.ensure_future(self.leaving.over())
        either: set[asyncio.Future[Any]] = {ended, leaves}
        try:
            await asyncio.wait(either, timeout=self.wait_s, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                return ended.result()
        finally:
            leaves.cancel()
            ended.cancel()
        return await run_in_threadpool(self.read_job, user, job.id)


@dataclass(frozen=True, kw_only=True)
class Faceswap:
    """The commands of the contract, and whatever else is a job."""

    callers: Callers
    limits: FormLimits
    intake: Intake
    pick_channel: PickChannel
    inspect: Inspect
    readers: Readers
    submit: Submit
    outcome: Outcome
    shown: Shown
    #: Verbs that this installation cannot do; their jobs fail at once, and their callers are told.
    undoable: Collection[str] = ()

    async def run(self, request: Request, operation: Operation) -> Job:
        """Do what ``request`` asks for; the job at its end, or as it stands when nobody waits."""
        user = await self.callers.user(request)
        job, end = await self._take_in(request, user, operation)
        if operation.blocking or operation.verb in self.undoable:
            return await self.outcome(user, job, end)
        end.cancel()
        return job

    def endpoint(self, operation: Operation) -> Endpoint:
        """What answers calls of ``operation``."""

        async def call(request: Request) -> JSONResponse:
            job = await self.run(request, operation)
            if job.code != HTTPStatus.OK:
                again = {"Retry-After": f"{RETRY_AFTER_S:.0f}"}
                return refusal(job.code, job.error or "", job.error_details, again)
            if job.done:
                return self.shown.answer(request, job)
            # A command answers with one of three words; that it may still queue is for `jobs`.
            return self.shown.answer(request, job, status=Status.STARTED.value)

        return call

    async def _take_in(
        self, request: Request, user: User, operation: Operation
    ) -> tuple[Job, Future[Job]]:
        """Read the form and make it a job; its files are out of memory when this returns."""
        with self.intake.portion() as portion:
            form = await read_fields(request, operation, limits=self.limits, portion=portion)
            sent = sent_to(operation, form)
            return await run_in_threadpool(self._accept, user, operation, sent)

    def _accept(self, user: User, operation: Operation, sent: Sent) -> tuple[Job, Future[Job]]:
        """All that needs disk or database, in one hop; the queue is asked last."""
        channels = self.pick_channel(user, sent.channel, rule=operation.channel)
        check_texts(operation, sent.texts, self.readers)
        new = NewJob(
            user=user,
            channels=channels,
            verb=operation.verb,
            params=sent.texts,
            files=checked_files(operation, sent.files, self.inspect),
            reply_url=sent.reply_url or user.reply_url,
            reply_ref=sent.reply_ref,
        )
        return self._submitted(new)

    def _submitted(self, new: NewJob) -> tuple[Job, Future[Job]]:
        end = self.outcome.wait.coming(new.id)
        job = None
        try:
            job = self.submit(new)
        finally:
            if job is None:
                end.cancel()
        return job, end

    def router(self) -> APIRouter:
        """A route for each operation, in both forms of its path."""
        router = APIRouter(tags=["faceswap"])
        for operation in OPERATIONS.values():
            endpoint = self.endpoint(operation)
            serve(router, operation.path, endpoint, operation.method, **about(operation))
        return router
