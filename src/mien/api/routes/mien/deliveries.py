"""A user's callbacks."""

from dataclasses import dataclass
from typing import Final, NotRequired

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from mien.api import examples
from mien.api.auth import Callers
from mien.api.describe import (
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
from mien.api.queries import NO_PAGE, PAGING, limit_of, onward, place_of, word_of
from mien.contract.answers import DeliveryWire
from mien.errors import NotFound
from mien.jobs.deliveries import Delivery, DeliveryState, DeliveryStore
from mien.jobs.ids import Clock, utc_now
from mien.jobs.pages import Place
from mien.jobs.wire import millis

NO_DELIVERY: Final = "There is no ended callback of job {job_id}"


class DeliveriesPage(TypedDict):
    """A page of callbacks, newest first; ``cursor`` asks for the next."""

    deliveries: list[DeliveryWire]
    cursor: NotRequired[str]
    code: int


class Done(TypedDict):
    """It was done."""

    jobid: str
    code: int


@dataclass(frozen=True, kw_only=True)
class OwnDeliveries:
    """A user's callbacks."""

    callers: Callers
    store: DeliveryStore
    clock: Clock = utc_now

    async def list(self, request: Request) -> JSONResponse:
        """A page of the caller's callbacks."""
        user = await self.callers.user(request)
        query = request.query_params
        place, limit = place_of(query), limit_of(query)
        state = word_of(query, "state", DeliveryState)
        before = (place.created, place.id) if place else None
        found = await run_in_threadpool(
            lambda: self.store.deliveries(user_id=user.id, state=state, before=before, limit=limit)
        )
        own = [delivery_wire(one) for one in found]
        places = [Place(created=one.created, id=one.job_id) for one in found]
        return JSONResponse({"deliveries": own, **onward(places, limit), "code": 200})

    async def redeliver(self, request: Request) -> JSONResponse:
        """Make one of the caller's callbacks due again."""
        user = await self.callers.user(request)
        job_id = str(request.path_params["jobid"])
        found = await run_in_threadpool(
            lambda: self.store.redeliver(job_id, now=self.clock(), user_id=user.id)
        )
        if not found:
            raise NotFound(NO_DELIVERY.format(job_id=job_id))
        return JSONResponse({"jobid": job_id, "code": 200})

    def router(self) -> APIRouter:
        """The routes of this group."""
        router = APIRouter(tags=["mien"])
        serve(
            router,
            "/v1/mien/deliveries",
            self.list,
            "GET",
            summary="List callbacks",
            description=LIST,
            responses=answers(
                json_answer(DeliveriesPage, "A page.", {"page": {"deliveries": [], "code": 200}}),
                *NO_PAGE,
            ),
            openapi_extra=secured(
                parameters=[
                    narrowing(
                        "state",
                        "Only callbacks that stand like this.",
                        "dead",
                        enum=list(DeliveryState),
                    ),
                    *PAGING,
                ]
            ),
        )
        serve(
            router,
            "/v1/mien/deliveries/{jobid}",
            self.redeliver,
            "POST",
            summary="Send a callback again",
            description="Makes an ended callback due again, with all its tries.",
            responses=answers(
                json_answer(Done, "It is due.", {"due": {"jobid": examples.JOB_ID, "code": 200}}),
                UNAUTHORIZED,
                EXPIRED,
                Refusal(404, NO_DELIVERY.format(job_id=examples.JOB_ID)),
            ),
            openapi_extra=secured(
                parameters=[parameter("jobid", "path", "The job's id.", examples.JOB_ID)]
            ),
        )
        return router


def delivery_wire(delivery: Delivery) -> dict[str, object]:
    """The JSON object of ``delivery``, of the form :class:`DeliveryWire`."""
    pending = delivery.state is DeliveryState.PENDING
    fields: dict[str, object] = {
        "jobid": delivery.job_id,
        "url": delivery.url,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "next": millis(delivery.next_at) if pending else None,
        "status": delivery.last_status,
        "error": delivery.last_error,
        "created": millis(delivery.created),
        "updated": millis(delivery.updated),
    }
    return {name: value for name, value in fields.items() if value is not None}


LIST: Final = """The caller's callbacks, newest first; `state` (`pending`, `delivered`, `dead`)
narrows the list, `limit` and `cursor` page through it. Dead ones were given up."""
