"""What makes portraits and changes backgrounds; imported where it is built, as in `mien.bootstrap.engine`."""

from typing import TYPE_CHECKING

from mien.settings import Settings

if TYPE_CHECKING:
    from mien.commands.changebg import Changebg
    from mien.commands.headshot import Headshot
    from mien.engine.faces import FaceFinder
    from mien.engine.portrait.segment import Segmenter
    from mien.engine.swap import MeshSwapper


def build_headshot(settings: Settings, finder: "FaceFinder", swapper: "MeshSwapper") -> "Headshot":
    """The portraits, by the generators that the settings choose.

    Raises:
        ModelBroken: a model file is missing or not the manifest's.
    """
    from mien.commands.generators import Chosen  # noqa: PLC0415
    from mien.commands.headshot import Headshot  # noqa: PLC0415
    from mien.commands.studio import Studio  # noqa: PLC0415

    generators = Chosen(generators=(Studio(segmenter=_segmenter(settings)),))
    return Headshot(finder=finder, mixer=swapper, generators=generators)


def build_changebg(settings: Settings, finder: "FaceFinder") -> "Changebg":
    """The change of backgrounds.

    Raises:
        ModelBroken: a model file is missing or not the manifest's.
    """
    from mien.commands.changebg import Changebg  # noqa: PLC0415

    return Changebg(finder=finder, segmenter=_segmenter(settings), limits=settings.limits)


def _segmenter(settings: Settings) -> "Segmenter":
    from mien.engine.portrait.segment import Segmenter  # noqa: PLC0415
    from mien.models.store import ModelStore  # noqa: PLC0415

    return Segmenter(network=ModelStore(threads=settings.threads).network("selfie"))
