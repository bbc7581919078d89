"""Whether the service can work, for those who watch it; no token, no secrets."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from mien import __version__
from mien.api.describe import answers, json_answer, serve
from mien.api.schemas import HealthWire, WorkersWire
from mien.bootstrap.room import Health

WELL: Final = HealthWire(
    status="ok",
    version=__version__,
    workers=WorkersWire(alive=2, wanted=2),
    running=1,
    waiting=0,
    code=200,
)


@dataclass(frozen=True, kw_only=True)
class Watch:
    """The operation that watchers call."""

    health: Callable[[], Health]

    async def look(self, request: Request) -> JSONResponse:
        """The state of the service, with 503 when it cannot take jobs."""
        del request
        health = await run_in_threadpool(self.health)
        status = HTTPStatus.OK if health.ok else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse(health_wire(health, status), int(status))

    def router(self) -> APIRouter:
        """The routes of this group."""
        router = APIRouter(tags=["operating"])
        serve(
            router,
            "/health",
            self.look,
            "GET",
            summary="Is the service well?",
            description=LOOK,
            responses=answers(json_answer(HealthWire, "It takes jobs.", {"ok": WELL})),
        )
        return router


LOOK: Final = """Cheap and without a token. 503 with the same fields and an `error` when the service
cannot take jobs: the database does not answer, or no worker lives."""


def health_wire(health: Health, status: HTTPStatus) -> HealthWire:
    """The JSON object of ``health``."""
    wire = HealthWire(
        status="ok" if health.ok else "failing",
        version=__version__,
        workers=WorkersWire(alive=health.workers, wanted=health.workers_wanted),
        running=health.running,
        waiting=health.waiting,
        code=int(status),
    )
    if health.problem:
        wire["error"] = health.problem
    return wire
