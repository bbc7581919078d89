"""Commands of our own that are jobs: look for faces, save an identity of several photos."""

from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from mien.api.describe import json_answer, serve
from mien.api.operations import about
from mien.api.routes.faceswap import Faceswap
from mien.contract.answers import FacesWire, FaceWire
from mien.contract.own import FACES, IDENTITY
from mien.errors import BadRequest, Busy
from mien.jobs.admission import RETRY_AFTER_S

NOT_YET: Final = "The picture has not been looked at yet; send it again later."


@dataclass(frozen=True, kw_only=True)
class OwnCommands:
    """Routes over the same way as the commands of the contract."""

    commands: Faceswap

    async def faces(self, request: Request) -> JSONResponse:
        """The faces of a picture."""
        job = await self.commands.run(request, FACES)
        if not job.done:
            raise Busy(NOT_YET, retry_after_s=RETRY_AFTER_S)
        if job.error is not None:
            raise BadRequest(job.error, field=FACES.file_names[0])
        return JSONResponse({**(job.report or {}), "code": 200})

    def router(self) -> APIRouter:
        """The routes of this group."""
        router = APIRouter(tags=["mien"])
        serve(router, IDENTITY.path, self.commands.endpoint(IDENTITY), "POST", **about(IDENTITY))
        described = about(FACES)
        described["responses"] |= {200: json_answer(FacesWire, "The faces.", {"faces": SHOWN})}
        serve(router, FACES.path, self.faces, "POST", **described)
        return router


SHOWN: Final[dict[str, Any]] = {
    "width": 512,
    "height": 600,
    "faces": [
        FaceWire(
            box=[180, 64, 268, 196],
            verdict="usable",
            reasons={"small": "face is only 132 pixels across."},
            size=132,
            yaw=-4,
            pitch=3,
            roll=1,
            sharpness=0.62,
            brightness=188,
            eyes_open=0.31,
            mouth_open=0.02,
            covered={"forehead": 0.1, "around_eyes": 0.2, "lower_face": 0.0},
        )
    ],
    "warnings": [],
    "code": 200,
}
