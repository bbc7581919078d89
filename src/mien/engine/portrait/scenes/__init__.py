"""The scenes that a portrait can be set before, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from mien.engine.portrait.scenes import city, indoors, land, lights, rooms, studio, walls
from mien.engine.portrait.scenes.studio import Drawn
from mien.engine.portrait.stage import Stage


class Place(StrEnum):
    """Kinds of scenes."""

    STUDIO = "studio"
    WALL = "wall"
    INDOORS = "indoors"
    LAND = "land"
    CITY = "city"
    LIGHTS = "lights"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A backdrop that can be drawn."""

    name: str
    place: Place
    draw: Callable[[Stage], Drawn]
    #: Cells of the canvas per height of the picture: few for what is far out of focus.
    cells: int
    #: Whether it has a time of day, and whether a colour of the look is its own colour; else the
    #: light is tinted with it.
    timed: bool = False
    coloured: bool = False


#: Cells of scenes that are out of focus, and of those that are nearly sharp.
COARSE, FINE = 400, 640


def _scene(
    name: str,
    place: Place,
    draw: Callable[[Stage], Drawn],
    cells: int = COARSE,
    *,
    timed: bool = False,
    coloured: bool = False,
) -> Scene:
    return Scene(name=name, place=place, draw=draw, cells=cells, timed=timed, coloured=coloured)


_ALL = (
    _scene("paper", Place.STUDIO, studio.paper, coloured=True),
    _scene("gradient", Place.STUDIO, studio.gradient, coloured=True),
    _scene("canvas", Place.STUDIO, studio.brushed, FINE, coloured=True),
    _scene("spotlight", Place.STUDIO, studio.spot, coloured=True),
    _scene("gels", Place.STUDIO, studio.gels, coloured=True),
    _scene("white", Place.STUDIO, studio.high_key, coloured=True),
    _scene("black", Place.STUDIO, studio.low_key, coloured=True),
    _scene("smoke", Place.STUDIO, studio.smoke, FINE, coloured=True),
    _scene("concrete", Place.WALL, walls.concrete, FINE, coloured=True),
    _scene("brick", Place.WALL, walls.brick, FINE, coloured=True),
    _scene("wood", Place.WALL, walls.wood, FINE, coloured=True),
    _scene("marble", Place.WALL, walls.marble, FINE, coloured=True),
    _scene("curtain", Place.WALL, walls.drape, FINE, coloured=True),
    _scene("office", Place.INDOORS, rooms.office, timed=True, coloured=True),
    _scene("library", Place.INDOORS, indoors.books),
    _scene("cafe", Place.INDOORS, rooms.cafe, timed=True),
    _scene("window", Place.INDOORS, indoors.window, timed=True, coloured=True),
    _scene("stage", Place.INDOORS, indoors.beams, coloured=True),
    _scene("hall", Place.INDOORS, rooms.hall, timed=True, coloured=True),
    _scene("sunset", Place.LAND, land.sunset, timed=True),
    _scene("sea", Place.LAND, land.sea, timed=True),
    _scene("beach", Place.LAND, land.beach, timed=True),
    _scene("forest", Place.LAND, land.forest, timed=True),
    _scene("autumn", Place.LAND, land.autumn, timed=True),
    _scene("snow", Place.LAND, land.snow, timed=True),
    _scene("mountains", Place.LAND, land.mountains, timed=True),
    _scene("meadow", Place.LAND, land.meadow, timed=True),
    _scene("sky", Place.LAND, land.clouds, timed=True),
    _scene("desert", Place.LAND, land.desert, timed=True),
    _scene("city night", Place.CITY, city.night, timed=True, coloured=True),
    _scene("skyline", Place.CITY, city.skyline_by_day, timed=True),
    _scene("neon", Place.CITY, city.neon, coloured=True),
    _scene("bokeh", Place.LIGHTS, lights.bokeh, FINE, coloured=True),
    _scene("glitter", Place.LIGHTS, lights.glitter, FINE, coloured=True),
    _scene("embers", Place.LIGHTS, lights.embers),
    _scene("stars", Place.LIGHTS, lights.stars, FINE, coloured=True),
    _scene("aurora", Place.LIGHTS, lights.aurora, timed=True, coloured=True),
    _scene("underwater", Place.LIGHTS, lights.deep, coloured=True),
    _scene("rain", Place.LIGHTS, lights.rain, FINE, coloured=True),
    _scene("christmas", Place.LIGHTS, lights.christmas, coloured=True),
)
#: Every scene by its name.
SCENES: Final[Mapping[str, Scene]] = MappingProxyType({scene.name: scene for scene in _ALL})
