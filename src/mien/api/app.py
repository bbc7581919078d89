"""Puts the API together from a service."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from mien import __version__
from mien.api import docs, home
from mien.api.auth import Callers
from mien.api.checks import readers
from mien.api.describe import describe, serve
from mien.api.errors import HANDLERS
from mien.api.leaving import Leaving
from mien.api.manners import Manners
from mien.api.outcome import Outcome
from mien.api.routes.accounts import Accounts
from mien.api.routes.faceswap import Faceswap
from mien.api.routes.files import Files
from mien.api.routes.health import Watch
from mien.api.routes.jobs import Jobs, Shown
from mien.api.routes.mien.deliveries import OwnDeliveries
from mien.api.routes.mien.faces import OwnCommands
from mien.api.routes.mien.identities import OwnIdentities
from mien.api.routes.mien.jobs import OwnJobs
from mien.api.routes.mien.me import Myself
from mien.api.routes.mien.scenes import Suggestions
from mien.api.routes.profile import OwnProfile
from mien.api.uploads import FormLimits, Intake
from mien.bootstrap.service import Service
from mien.commands.inspection import inspect
from mien.contract import OPERATIONS
from mien.contract.answers import LimitsWire
from mien.contract.own import IDENTITY
from mien.jobs.links import Links
from mien.settings import Settings

#: Bytes of uploads in memory at a time: a hundred pairs of photographs, or five of the largest.
INTAKE_BYTES: Final = 512_000_000

ABOUT: Final = """A self-hosted face-swap service. Every answer is JSON with a `code` that repeats the
HTTP status; every error is `{"error", "errorDetails"?, "code"}`. Each path works with and without a
slash at its end, and nothing is ever redirected."""


def create_app(service: Service, leaving: Leaving | None = None) -> FastAPI:
    """The ASGI app over ``service``, which it starts and stops with its own life.

    Args:
        leaving: stops the service, for those who begin that before the app ends.
    """
    leaving = leaving or Leaving(service.stop)
    app = FastAPI(
        title="mien",
        version=__version__,
        description=ABOUT,
        servers=_servers(service.settings.public_url),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        exception_handlers=HANDLERS,
        lifespan=_lifespan(service, leaving),
    )
    for router in _routers(service, leaving):
        app.include_router(router)
    app.include_router(_description(app))
    app.add_middleware(Manners)
    return app


def _lifespan(
    service: Service, leaving: Leaving
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        await run_in_threadpool(service.start)
        try:
            yield
        finally:
            leaving.begin()
            await leaving.over()

    return lifespan


def _servers(public_url: str) -> list[dict[str, str]] | None:
    """Where the page at /docs sends its calls when a proxy stands before the service."""
    return [{"url": public_url}] if public_url else None


def _routers(service: Service, leaving: Leaving) -> list[APIRouter]:
    settings = service.settings
    links = Links(secret=service.secret, valid_s=round(settings.url_ttl_s))
    shown = Shown(links=links, public_url=settings.public_url)
    callers = Callers(authenticate=service.authenticate)
    form_limits = FormLimits(max_file_bytes=settings.limits.max_bytes)
    outcome = Outcome(
        wait=service.wait, read_job=service.read_job, leaving=leaving, wait_s=settings.wait_s
    )
    commands = _faceswap(service, outcome, callers, shown)
    return [
        commands.router(),
        OwnCommands(commands=commands).router(),
        OwnIdentities(
            callers=callers,
            store=service.identities,
            bury=service.bury,
            limits=form_limits,
            most=settings.identity_limit,
            longest=settings.identity_name_length,
        ).router(),
        Jobs(
            callers=callers,
            read_job=service.read_job,
            store=service.list_jobs,
            cancel_job=service.cancel,
            outcome=outcome,
            shown=shown,
        ).router(),
        OwnJobs(
            callers=callers,
            store=service.list_jobs,
            read_job=service.read_job,
            cancel_job=service.cancel,
            repeat_job=service.repeat,
            outcome=outcome,
            shown=shown,
        ).router(),
        Accounts(callers=callers, configure=service.accounts, limits=form_limits).router(),
        OwnProfile(callers=callers, profile=service.profile, limits=form_limits).router(),
        OwnDeliveries(callers=callers, store=service.deliveries).router(),
        Myself(
            callers=callers,
            deliveries=service.deliveries,
            directory=service.pick_channel.directory,
            new_secret=service.new_secret,
            rules=settings.lanes,
            prices=settings.price_list,
            limits=_limits(settings),
        ).router(),
        Suggestions(callers=callers).router(),
        Files(links=links, open_attachment=service.open_attachment).router(),
        Watch(health=service.health).router(),
        docs.router(),
        home.router(),
    ]


def _limits(settings: Settings) -> LimitsWire:
    """What every user is told about what the service takes."""
    return LimitsWire(
        identities=settings.identity_limit,
        identityName=settings.identity_name_length,
        uploadBytes=settings.limits.max_bytes,
        pixels=settings.limits.max_pixels,
        faces=settings.limits.max_faces,
        waitingJobs=settings.queue_depth,
    )


def _faceswap(service: Service, outcome: Outcome, callers: Callers, shown: Shown) -> Faceswap:
    limits = service.settings.limits
    form_limits = FormLimits(max_file_bytes=limits.max_bytes)
    most_files = max(
        sum(file.most for file in operation.files) for operation in (*OPERATIONS.values(), IDENTITY)
    )
    return Faceswap(
        callers=callers,
        limits=form_limits,
        intake=Intake(max(INTAKE_BYTES, form_limits.body_bytes(most_files))),
        pick_channel=service.pick_channel,
        inspect=lambda data, file: inspect(
            data, field=file.spoken, limits=limits, moving=file.moving
        ),
        readers=readers(longest_name=service.settings.identity_name_length),
        submit=service.submit,
        outcome=outcome,
        shown=shown,
    )


def _description(app: FastAPI) -> APIRouter:
    async def openapi(request: Request) -> JSONResponse:
        del request
        return JSONResponse(describe(app))

    router = APIRouter(include_in_schema=False)
    serve(router, "/openapi.json", openapi, "GET")
    return router
