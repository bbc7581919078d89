"""The commands: a form comes in, a job is made, its end is waited for."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from mien.api import examples
from mien.api.auth import Callers
from mien.api.describe import (
    BUSY,
    EXPIRED,
    UNAUTHORIZED,
    Refusal,
    answers,
    file_field,
    form_body,
    json_answer,
    serve,
    text_field,
)
from mien.api.forms import (
    MISSING,
    NOT_A_FILE,
    PICSI_FILES,
    REPLY_CHARACTERS,
    REPLY_TOO_LONG,
    SOURCE,
    TARGET,
    PicsiForm,
    picsi_form,
)
from mien.api.leaving import Leaving
from mien.api.routes.jobs import Shown
from mien.api.uploads import FormLimits, Intake, read_form
from mien.commands import options
from mien.errors import InputError
from mien.jobs.access import PickChannel
from mien.jobs.accounts import User
from mien.jobs.addresses import NOT_A_URL
from mien.jobs.model import Job, Status
from mien.jobs.read import ReadJob
from mien.jobs.submit import NewFile, NewJob, Submit
from mien.jobs.wait import Wait
from mien.jobs.wire import JobWire
from mien.jobs.words import UNKNOWN_CHANNEL
from mien.media.probe import Seen

PICSI: Final = "faceswap-picsi"
#: How sentences call the picture in a field.
SPOKEN: Final = {SOURCE: "source", TARGET: "target"}
#: Looks at the header of the "source" or the "target", and refuses it with an `InputError`.
Inspect = Callable[[bytes, str], Seen]


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
    """The commands of the contract."""

    callers: Callers
    limits: FormLimits
    intake: Intake
    pick_channel: PickChannel
    inspect: Inspect
    submit: Submit
    outcome: Outcome
    shown: Shown

    async def picsi(self, request: Request) -> JSONResponse:
        """Swap faces, and answer with the job: done, or ``started`` after the waiting time."""
        user = await self.callers.user(request)
        job, end = await self._take_in(request, user)
        job = await self.outcome(user, job, end)
        if job.done:
            return self.shown.answer(request, job)
        # A command answers with one of three words; that it may still queue is for `jobs`.
        return self.shown.answer(request, job, status=Status.STARTED.value)

    async def _take_in(self, request: Request, user: User) -> tuple[Job, Future[Job]]:
        """Read the form and make it a job; its files are out of memory when this returns."""
        with self.intake.portion() as portion:
            form = picsi_form(
                await read_form(request, files=PICSI_FILES, limits=self.limits, portion=portion)
            )
            return await run_in_threadpool(self._accept, user, form)

    def _accept(self, user: User, form: PicsiForm) -> tuple[Job, Future[Job]]:
        """All that needs disk or database, in one hop; the queue is asked last."""
        channel = self.pick_channel(user, form.channel)
        options.parse(form.options)
        new = NewJob(
            user=user,
            channel=channel,
            verb=PICSI,
            params={"options": form.options} if form.options else {},
            files={
                SOURCE: self._file(form.source, SOURCE),
                TARGET: self._file(form.target, TARGET),
            },
            reply_url=form.reply_url or user.reply_url,
            reply_ref=form.reply_ref,
        )
        job = self.submit(new)
        return job, self.outcome.wait.future(job.id)

    def _file(self, data: bytes, field: str) -> NewFile:
        try:
            seen = self.inspect(data, SPOKEN[field])
        except InputError as error:
            # The sentence speaks of the picture, the details of the field that carried it.
            error.field = field
            raise
        return NewFile(
            data=data, media_type=seen.format.media_type, extension=seen.format.extension
        )

    def router(self) -> APIRouter:
        """The routes of this group."""
        router = APIRouter(tags=["faceswap"])
        serve(
            router,
            "/v1/faceswap/picsi",
            self.picsi,
            "POST",
            summary="Put the face of a source on the faces of a target",
            description=ABOUT,
            responses=answers(
                json_answer(JobWire, "The job: done, or `started`.", examples.JOBS), *REFUSALS
            ),
            openapi_extra=form_body(FIELDS, PICSI_FILES, {"options": "-m"}),
        )
        return router


ABOUT: Final = """Takes the largest face of the source and puts it on every face of the target. The
call waits for the end of the job; when that takes too long, it answers with the status `started`,
and the job is read under `/v1/faceswap/jobs/`. A job that could not be done, because no face was
found, say, is answered with 200, the status `failed` and an `error`."""

FIELDS: Final = {
    SOURCE: file_field("Picture that gives the face."),
    TARGET: file_field("Picture that gets it."),
    "options": text_field("`-m`, `-f`, `-s`, `-o N`, `--younger N`; see docs/options.md."),
    "channel": text_field("Which of your channels takes the job; any, when it is left out."),
    "replyUrl": text_field("Where the result is reported.", longest=REPLY_CHARACTERS),
    "replyRef": text_field("Your own reference, kept with the job.", longest=REPLY_CHARACTERS),
}

REFUSALS: Final = (
    Refusal(400, MISSING, f"{SOURCE}: missing or empty"),
    Refusal(400, NOT_A_FILE, f"{TARGET}: sent as text, without a file name"),
    Refusal(400, REPLY_TOO_LONG, f"replyRef: characters 1025, limit {REPLY_CHARACTERS}"),
    Refusal(400, NOT_A_URL, "replyUrl: it must begin with http:// or https://"),
    Refusal(400, UNKNOWN_CHANNEL.format(channel="123"), "channel"),
    Refusal(400, "Option -o takes a whole number from 1 to 1000, got 0.", "options: -o"),
    Refusal(
        400,
        f"The file in {SOURCE} is larger than 50 MB.",
        f"{SOURCE}: bytes 50000001, limit 50000000",
    ),
    UNAUTHORIZED,
    EXPIRED,
    BUSY,
)
