"""Who the caller is, and what they may do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from mien.api.auth import Callers
from mien.api.describe import EXPIRED, UNAUTHORIZED, answers, json_answer, secured, serve
from mien.contract.answers import CreditsWire, LaneWire, LimitsWire, Me
from mien.jobs.accounts import Channel, User
from mien.jobs.credits import Prices
from mien.jobs.deliveries import DeliveryStore
from mien.jobs.ids import Clock, utc_now
from mien.jobs.lanes import LaneRules
from mien.jobs.ports import FindsChannels
from mien.jobs.wire import credits_wire, millis


@dataclass(frozen=True, kw_only=True)
class Myself:
    """What the caller is and has."""

    callers: Callers
    deliveries: DeliveryStore
    directory: FindsChannels
    #: A fresh webhook secret, for who has none yet.
    new_secret: Callable[[], str]
    rules: LaneRules
    prices: Prices
    limits: LimitsWire
    clock: Clock = utc_now

    async def me(self, request: Request) -> JSONResponse:
        """Who the caller is."""
        user = await self.callers.user(request)
        return JSONResponse(await run_in_threadpool(self._known, user))

    def _known(self, user: User) -> dict[str, object]:
        end = user.subscription_end
        fields: dict[str, object] = {
            "user": user.id,
            "name": user.name,
            "replyUrl": user.reply_url,
            "subscriptionEnd": millis(end) if end else None,
            "webhookSecret": self.deliveries.webhook_secret(user.id, fresh=self.new_secret()),
            "channels": [self._lane(channel) for channel in self.directory.channels(user.id)],
            "prices": dict(self.prices.table),
            "limits": self.limits,
            "code": 200,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def _lane(self, channel: Channel) -> LaneWire:
        lane = LaneWire(channel=channel.id, width=self.rules.width_of(channel))
        if channel.credits is not None:
            lane["credits"] = credits_wire(channel.credits.at(self.clock()))
        return lane

    def router(self) -> APIRouter:
        """The route of this group."""
        router = APIRouter(tags=["mien"])
        serve(
            router,
            "/v1/mien/me",
            self.me,
            "GET",
            summary="Who am I?",
            description=ABOUT,
            responses=answers(json_answer(Me, "The user.", {"me": ME}), UNAUTHORIZED, EXPIRED),
            openapi_extra=secured(),
        )
        return router


ABOUT: Final = """The user of the token, the secret that signs callbacks, the channels with their credits,
what commands cost there, and the limits of a request."""

ME: Final = Me(
    user="1150077000000000000",
    name="default",
    webhookSecret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    channels=[
        LaneWire(
            channel="1150077000000000002",
            width=2,
            credits=CreditsWire(timestamp="2023-09-09T02:04:51.926000+00:00", total=800, used=4),
        )
    ],
    prices={"picsi": 1, "gif": 20, "headshot": 4},
    limits=LimitsWire(
        identities=20,
        identityName=10,
        uploadBytes=50_000_000,
        pixels=50_000_000,
        faces=20,
        waitingJobs=100,
    ),
    code=200,
)
