"""The user's own settings, under ``/v2/account``."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from mien.api.auth import Callers
from mien.api.bodies import JSON, NOT_AN_OBJECT, read_object
from mien.api.describe import UNAUTHORIZED, Refusal, answers, json_answer, secured, serve
from mien.api.uploads import FormLimits
from mien.contract.answers import ProfileWire
from mien.jobs.accounts import User
from mien.jobs.addresses import NOT_A_URL
from mien.jobs.profile import LONGEST, TOO_LONG, Profile
from mien.jobs.wire import millis

FIELDS: Final = ("name", "replyUrl")


@dataclass(frozen=True, kw_only=True)
class OwnProfile:
    """Read and change what users set for themselves; without a subscription too."""

    callers: Callers
    profile: Profile
    limits: FormLimits

    async def read(self, request: Request) -> JSONResponse:
        """The caller's settings."""
        return JSONResponse(profile_wire(await self.callers.holder(request)))

    async def change(self, request: Request) -> JSONResponse:
        """Change what is sent."""
        user = await self.callers.holder(request)
        texts = (await read_object(request, FIELDS, self.limits, empty=True)).texts

        def change() -> User:
            return self.profile(user, name=texts.get("name"), reply_url=texts.get("replyUrl"))

        return JSONResponse(profile_wire(await run_in_threadpool(change)))

    def router(self) -> APIRouter:
        """The routes of this group."""
        router = APIRouter(tags=["accounts"])
        shown = json_answer(ProfileWire, "The settings.", {"user": SHOWN})
        serve(
            router,
            "/v2/account",
            self.read,
            "GET",
            summary="Read your settings",
            description=READ,
            responses=answers(shown, UNAUTHORIZED),
            openapi_extra=secured(),
        )
        serve(
            router,
            "/v2/account",
            self.change,
            "POST",
            summary="Change your settings",
            description=CHANGE,
            responses=answers(shown, *REFUSALS, UNAUTHORIZED),
            openapi_extra=secured(requestBody=BODY),
        )
        return router


def profile_wire(user: User) -> ProfileWire:
    """The JSON object of a user; what there is not is left out."""
    wire = ProfileWire(name=user.display_name or user.name)
    if user.created is not None:
        # Users are made by the operator, who knows them.
        wire["created"] = wire["verified"] = millis(user.created)
    if user.subscription_end is not None:
        wire["sub"] = f"{user.subscription_end:%y%m%d}"
    if user.reply_url is not None:
        wire["replyUrl"] = user.reply_url
    return wire


SHOWN: Final = ProfileWire(
    created="2023-09-09T02:04:49.667Z",
    name="Anna",
    verified="2023-09-09T02:04:49.667Z",
    sub="260831",
    replyUrl="https://webhook.site/abc",
)
REFUSALS: Final = (
    Refusal(400, NOT_AN_OBJECT, "body"),
    *(
        Refusal(400, TOO_LONG.format(name=name), f"{name}: characters {limit + 1}, limit {limit}")
        for name, limit in LONGEST.items()
    ),
    Refusal(400, NOT_A_URL, "replyUrl: it must begin with http:// or https://"),
)
BODY: Final = {
    "required": True,
    "content": {
        JSON: {
            "schema": {
                "type": "object",
                "properties": {
                    name: {"type": "string", "nullable": True, "maxLength": LONGEST[name]}
                    for name in FIELDS
                },
            },
            "example": {"name": "Anna", "replyUrl": "https://webhook.site/abc"},
        }
    },
}

READ: Final = "Your name, the default of `replyUrl`, and the end of your subscription."
CHANGE: Final = """Changes what is sent, and answers with all of it. `replyUrl` is where jobs are reported
whose request names no address. An empty text takes a value away."""
