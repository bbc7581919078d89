"""The commands: a form comes in, a job is made, its end is waited for."""

from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from mien.api.auth import Callers
from mien.api.bodies import read_fields
from mien.api.checks import Inspect, Readers, check_texts, checked_files
from mien.api.describe import serve
from mien.api.errors import refusal, too_many
from mien.api.forms import Sent, sent_to
from mien.api.operations import about
from mien.api.outcome import Outcome
from mien.api.routes.jobs import Shown
from mien.api.uploads import FormLimits, Intake
from mien.api.wishes import Wishes, wishes_of
from mien.contract import OPERATIONS, Operation
from mien.jobs.access import Caller, PickChannel
from mien.jobs.admission import RETRY_AFTER_S
from mien.jobs.keys import Key, fingerprint
from mien.jobs.model import Job, Status
from mien.jobs.submit import NewJob, Submit

Endpoint = Callable[[Request], Awaitable[JSONResponse]]


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

    async def run(self, request: Request, operation: Operation) -> Job:
        """Do what ``request`` asks for; the job at its end, or as it stands when nobody waits."""
        caller = await self.callers.caller(request)
        wishes = wishes_of(request)
        job, end = await self._take_in(request, caller, operation, wishes)
        if wishes.applied or operation.blocking:
            return await self.outcome(caller.user, job, end, wait_s=wishes.wait_s)
        end.cancel()
        return job

    def endpoint(self, operation: Operation) -> Endpoint:
        """What answers calls of ``operation``."""

        async def call(request: Request) -> JSONResponse:
            job = await self.run(request, operation)
            if job.code != HTTPStatus.OK:
                again = too_many(RETRY_AFTER_S, policy=job.provider, quota=1)
                return refusal(job.code, job.error or "", job.error_details, again)
            # A command answers with one of three words; that it may still queue is for `jobs`.
            instead = {} if job.done else {"status": Status.STARTED.value}
            return self.shown.answer(request, job, instead, wishes_of(request).headers)

        return call

    async def _take_in(
        self, request: Request, caller: Caller, operation: Operation, wishes: Wishes
    ) -> tuple[Job, Future[Job]]:
        """Read the form and make it a job; its files are out of memory when this returns."""
        with self.intake.portion() as portion:
            form = await read_fields(request, operation, limits=self.limits, portion=portion)
            sent = sent_to(operation, form)
            return await run_in_threadpool(self._accept, caller, operation, sent, wishes)

    def _accept(
        self, caller: Caller, operation: Operation, sent: Sent, wishes: Wishes
    ) -> tuple[Job, Future[Job]]:
        """All that needs disk or database, in one hop; the queue is asked last."""
        user = caller.user
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
            key=_key(caller, operation, sent, wishes),
            cancel_after_s=wishes.cancel_after_s,
        )
        return self._submitted(new)

    def _submitted(self, new: NewJob) -> tuple[Job, Future[Job]]:
        end = self.outcome.wait.coming(new.id)
        job = None
        try:
            job = self.submit(new)
        finally:
            if job is None or job.id != new.id:
                end.cancel()
        if job.id != new.id:  # the same request came before
            end = self.outcome.wait.future(job.id)
        return job, end

    def router(self) -> APIRouter:
        """A route for each operation, in both forms of its path."""
        router = APIRouter(tags=["faceswap"])
        for operation in OPERATIONS.values():
            endpoint = self.endpoint(operation)
            serve(router, operation.path, endpoint, operation.method, **about(operation))
        return router


def _key(caller: Caller, operation: Operation, sent: Sent, wishes: Wishes) -> Key | None:
    if wishes.key is None:
        return None
    texts = {
        **sent.texts,
        "channel": sent.channel,
        "replyUrl": sent.reply_url,
        "replyRef": sent.reply_ref,
    }
    content = fingerprint(operation.verb, texts, sent.files)
    return Key(token_id=caller.token_id, name=wishes.key, fingerprint=content)
