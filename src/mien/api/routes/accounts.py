"""Accounts: the channels that a user has configured, under ``/v1/faceswap/account``."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from mien.api.auth import Callers
from mien.api.bodies import JSON, NOT_AN_OBJECT, read_object
from mien.api.describe import (
    UNAUTHORIZED,
    Refusal,
    answers,
    json_answer,
    parameter,
    secured,
    serve,
)
from mien.api.uploads import FormLimits
from mien.contract.answers import AccountWire, CreditsWire
from mien.jobs.accounts import Channel
from mien.jobs.configure import MISSING, NO_SNOWFLAKE, OTHER_PATH, SAME, UNKNOWN, Account, Configure
from mien.jobs.wire import credits_wire

FIELDS: Final = ("discord", "server", "channel")


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """The operations on accounts; an expired subscription does not close them."""

    callers: Callers
    configure: Configure
    limits: FormLimits

    async def list(self, request: Request) -> JSONResponse:
        """All accounts of the caller by channel."""
        user = await self.callers.holder(request)
        found = await run_in_threadpool(self.configure.list, user)
        return JSONResponse({channel.id: account_wire(channel) for channel in found})

    async def read(self, request: Request) -> JSONResponse:
        """One account."""
        user = await self.callers.holder(request)
        channel = await run_in_threadpool(self.configure.read, user, _path(request))
        return JSONResponse(account_wire(channel))

    async def put(self, request: Request) -> Response:
        """Make an account, or change it."""
        user = await self.callers.holder(request)
        form = await read_object(request, FIELDS, self.limits)
        account = Account(**{name: form.text(name) or "" for name in FIELDS}, path=_path(request))
        await run_in_threadpool(self.configure.put, user, account)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def delete(self, request: Request) -> Response:
        """Forget an account."""
        user = await self.callers.holder(request)
        await run_in_threadpool(self.configure.delete, user, _path(request))
        return Response(status_code=HTTPStatus.NO_CONTENT)

    def router(self) -> APIRouter:
        """The routes of this group."""
        router = APIRouter(tags=["accounts"])
        serve(
            router,
            "/v1/faceswap/account",
            self.list,
            "GET",
            summary="List accounts",
            description=LIST,
            responses=answers(
                json_answer(dict[str, AccountWire], "By channel.", {"all": {CHANNEL: SHOWN}}),
                UNAUTHORIZED,
                NOT_FOUND,
            ),
            openapi_extra=secured(),
        )
        one = "/v1/faceswap/account/{channel}"
        shown = json_answer(AccountWire, "The account.", {"one": SHOWN})
        serve(
            router, one, self.read, "GET", **_about(READ, answers(shown, UNAUTHORIZED, NOT_FOUND))
        )
        made = answers(NO_CONTENT, *REFUSALS, UNAUTHORIZED, ok_status=204)
        serve(router, one, self.put, "POST", **_about(PUT, made, requestBody=BODY), **WORDLESS)
        gone = answers(NO_CONTENT, UNAUTHORIZED, NOT_FOUND, ok_status=204)
        serve(router, one, self.delete, "DELETE", **_about(DELETE, gone), **WORDLESS)
        return router


def account_wire(channel: Channel) -> AccountWire:
    """The JSON object of an account."""
    wire = AccountWire(server=channel.server, channel=channel.id, discord=channel.discord)
    if channel.credits is not None:
        wire["credits"] = credits_wire(channel.credits)
    return wire


def _path(request: Request) -> str:
    return str(request.path_params["channel"])


def _about(
    said: tuple[str, str], responses: dict[int | str, dict[str, Any]], **extra: Any
) -> dict[str, Any]:
    summary, description = said
    return {
        "summary": summary,
        "description": description,
        "responses": responses,
        "openapi_extra": secured(
            parameters=[parameter("channel", "path", "The channel's id.", CHANNEL)], **extra
        ),
    }


CHANNEL: Final = "1150077000000000002"
SHOWN: Final = AccountWire(
    server="1150077000000000001",
    channel=CHANNEL,
    discord="ABC…secured…xyz",
    credits=CreditsWire(timestamp="2023-09-09T02:04:51.926000+00:00", total=50, used=1),
)
#: Of routes that answer without a body.
WORDLESS: Final[dict[str, Any]] = {"status_code": HTTPStatus.NO_CONTENT, "response_class": Response}
NO_CONTENT: Final = {"description": "Done; there is nothing to say."}
NOT_FOUND: Final = Refusal(404, UNKNOWN)
REFUSALS: Final = (
    Refusal(400, NOT_AN_OBJECT, "body"),
    *(Refusal(400, MISSING.format(name=name), name) for name in FIELDS),
    Refusal(400, NO_SNOWFLAKE.format(value="x"), "channel"),
    Refusal(400, OTHER_PATH.format(value="1150077000000000003", path=CHANNEL), "channel"),
    *(
        Refusal(400, SAME.format(channel="1150077000000000003", name=name), name)
        for name in ("discord", "server")
    ),
)
BODY: Final = {
    "required": True,
    "content": {
        JSON: {
            "schema": {
                "type": "object",
                "required": list(FIELDS),
                "properties": {
                    "discord": {"type": "string", "description": "Stored encrypted."},
                    "server": {"type": "string", "description": "A snowflake."},
                    "channel": {
                        "oneOf": [{"type": "string"}, {"type": "integer"}],
                        "description": "A snowflake, that of the path.",
                    },
                },
            },
            "example": {"discord": "ABCsecretxyz", "server": SHOWN["server"], "channel": CHANNEL},
        }
    },
}

LIST: Final = """The channels that you have configured, and the one that came with your user, by their
ids. `credits` is there where jobs are charged."""
READ: Final = ("Read an account", "One of your channels.")
PUT: Final = (
    "Make or change an account",
    """Configures a channel. `discord` is what the original logs in with: our own engine needs none, so
any value that is yours alone does. It is stored encrypted and only ever shown masked. Two of your
channels have neither the same `discord` nor the same `server`.""",
)
DELETE: Final = (
    "Delete an account",
    "Forgets a channel and its `discord` value. Jobs that were accepted in it go on to their end.",
)
