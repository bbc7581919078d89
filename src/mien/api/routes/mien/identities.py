"""A user's saved identities: list, look, rename, delete."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from mien.api.auth import Callers
from mien.api.bodies import read_object
from mien.api.describe import (
    EXPIRED,
    UNAUTHORIZED,
    Description,
    Refusal,
    answers,
    json_answer,
    parameter,
    secured,
    serve,
)
from mien.api.uploads import FormLimits
from mien.commands.wanted import parse_name
from mien.contract.answers import Deleted, Identities, IdentityWire, OneIdentity
from mien.errors import BadRequest
from mien.jobs.burial import Bury
from mien.jobs.identities import (
    NAME_TAKEN,
    NOT_SAVED,
    Forget,
    Gallery,
    Identity,
    IdentityStore,
    Rename,
)
from mien.jobs.wire import millis

NO_NAME: Final = "Required param name is missing or empty"


@dataclass(frozen=True, kw_only=True)
class OwnIdentities:
    """What can be done with identities without a job."""

    callers: Callers
    store: IdentityStore
    #: Removes what was kept of deleted ones.
    bury: Bury
    limits: FormLimits
    #: Identities that a user may have, and characters of a name.
    most: int
    longest: int

    async def list(self, request: Request) -> JSONResponse:
        """All identities of the caller."""
        user = await self.callers.user(request)
        gallery = await run_in_threadpool(self.store.gallery, user.id)
        body: dict[str, object] = {"identities": [wire(one) for one in gallery.identities]}
        choice = {"default": gallery.choice.people, "options": gallery.choice.options}
        body |= {name: text for name, text in choice.items() if text}
        return JSONResponse(body | {"limit": self.most, "code": 200})

    async def read(self, request: Request) -> JSONResponse:
        """One of them."""
        user = await self.callers.user(request)
        gallery = await run_in_threadpool(self.store.gallery, user.id)
        return _one(gallery, _named(request))

    async def rename(self, request: Request) -> JSONResponse:
        """Give one another name."""
        user = await self.callers.user(request)
        form = await read_object(request, ["name"], self.limits)
        text = form.text("name")
        if not text:
            raise BadRequest(NO_NAME, field="name")
        name = parse_name(text, longest=self.longest)
        change = Rename(name=_named(request), to=name)
        gallery = await run_in_threadpool(self.store.change, user.id, change)
        return _one(gallery, name)

    async def delete(self, request: Request) -> JSONResponse:
        """Forget one."""
        user = await self.callers.user(request)
        change = Forget(names=(_named(request),))

        def forget() -> None:
            self.store.change(user.id, change)
            self.bury()

        await run_in_threadpool(forget)
        return JSONResponse({"deleted": change.names[0], "code": 200})

    def router(self) -> APIRouter:
        """The routes of this group."""
        router = APIRouter(tags=["mien"])
        everybody, one = "/v1/mien/identities", "/v1/mien/identities/{name}"
        # No DELETE of all of them: who leaves out a name by mistake would lose everybody.
        serve(router, everybody, self.list, "GET", **_about(*LIST, Identities, SHOWN_ALL))
        read = _about(*READ, OneIdentity, SHOWN, UNKNOWN, parameters=NAMED)
        serve(router, one, self.read, "GET", **read)
        renamed = _about(
            *RENAME,
            OneIdentity,
            SHOWN,
            Refusal(400, NO_NAME, "name"),
            Refusal(400, NAME_TAKEN.format(name="anna"), "name"),
            UNKNOWN,
            parameters=NAMED,
            requestBody=NEW_NAME,
        )
        serve(router, one, self.rename, "PATCH", **renamed)
        deleted = _about(*DELETE, Deleted, GONE, UNKNOWN, parameters=NAMED)
        serve(router, one, self.delete, "DELETE", **deleted)
        return router


def wire(identity: Identity) -> IdentityWire:
    """The JSON object of ``identity``."""
    return IdentityWire(
        name=identity.name,
        photos=identity.photos,
        photoKept=bool(identity.photo_keys),
        created=millis(identity.created),
    )


def _named(request: Request) -> str:
    return str(request.path_params["name"])


def _one(gallery: Gallery, name: str) -> JSONResponse:
    return JSONResponse({**wire(gallery.get(name)), "code": 200})


def _about(
    summary: str,
    description: str,
    model: type,
    example: dict[str, object],
    *refused: Refusal,
    **request: object,
) -> Description:
    """What a route says of itself; ``request`` describes what it takes."""
    shown = json_answer(model, description, {"answer": example})
    return {
        "summary": summary,
        "description": description,
        "responses": answers(shown, *refused, UNAUTHORIZED, EXPIRED),
        "openapi_extra": secured(**request),
    }


LIST: Final = ("List the saved identities", "All of them, and whom you mean by default.")
READ: Final = ("Look at a saved identity", "What is known of it; no picture.")
RENAME: Final = ("Rename a saved identity", "A body of JSON has the new `name`.")
DELETE: Final = ("Delete a saved identity", "It and everything that was kept of it is deleted.")

SHOWN: Final[dict[str, object]] = {
    "name": "anna",
    "photos": 3,
    "photoKept": True,
    "created": "2023-09-09T02:04:49.667Z",
    "code": 200,
}
SHOWN_ALL: Final[dict[str, object]] = {
    "identities": [{name: value for name, value in SHOWN.items() if name != "code"}],
    "default": "anna",
    "limit": 20,
    "code": 200,
}
GONE: Final[dict[str, object]] = {"deleted": "anna", "code": 200}
NEW_NAME: Final[Description] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}},
            },
            "example": {"name": "anna"},
        }
    },
}
UNKNOWN: Final = Refusal(404, NOT_SAVED.format(name="anna"))
NAMED: Final = (parameter("name", "path", "The identity's name.", "anna"),)
