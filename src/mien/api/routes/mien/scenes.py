"""What the studio knows to draw, for those who let a person choose."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from mien.api.auth import Callers
from mien.api.describe import EXPIRED, UNAUTHORIZED, answers, json_answer, secured, serve
from mien.commands.scenes import SCENES
from mien.commands.vocabulary import BLURS, FILMS, MOODS, TIMES
from mien.contract.answers import Scenes, SceneWire


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    """The vocabulary of prompts."""

    callers: Callers

    async def list(self, request: Request) -> JSONResponse:
        """All words that have an effect, but for colours."""
        await self.callers.user(request)
        return JSONResponse(KNOWN)

    def router(self) -> APIRouter:
        """The route of this group."""
        router = APIRouter(tags=["mien"])
        serve(
            router,
            "/v1/mien/scenes",
            self.list,
            "GET",
            summary="List what prompts can name",
            description=ABOUT,
            responses=answers(
                json_answer(Scenes, "The words.", {"scenes": SHOWN}), UNAUTHORIZED, EXPIRED
            ),
            openapi_extra=secured(),
        )
        return router


ABOUT: Final = """The scenes that `headshot` and `changebg` draw without a generator, with what each is and the words
that name or suggest it; and the words for times of day, moods, depth of field and films. Names of colours have an
effect, too. See docs/portraits.md."""

KNOWN: Final = Scenes(
    scenes=[
        SceneWire(name=name, about=scene.about, words=list(scene.words), hints=list(scene.hints))
        for name, scene in SCENES.items()
    ],
    times=list(TIMES),
    moods=list(MOODS),
    blurs=list(BLURS),
    films=list(FILMS),
    code=200,
)
#: Two of them, in the description.
SHOWN: Final = Scenes(
    scenes=KNOWN["scenes"][:2],
    times=KNOWN["times"][:2],
    moods=KNOWN["moods"][:2],
    blurs=KNOWN["blurs"][:2],
    films=KNOWN["films"][:2],
    code=200,
)
