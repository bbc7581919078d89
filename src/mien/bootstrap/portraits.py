"""What makes portraits and changes backgrounds; imported where it is built, as in `mien.bootstrap.engine`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.errors import NoGenerator, SetupError
from mien.settings import Settings

if TYPE_CHECKING:
    from mien.commands.changebg import Changebg
    from mien.commands.generated import Painter
    from mien.commands.headshot import Headshot
    from mien.commands.sitting import Generator
    from mien.engine.faces import FaceFinder
    from mien.engine.portrait.segment import Segmenter
    from mien.engine.swap import MeshSwapper
    from mien.storage.templates import FolderTemplates


def build_headshot(settings: Settings, finder: "FaceFinder", swapper: "MeshSwapper") -> "Headshot":
    """The portraits, by the generators that the settings choose.

    Raises:
        NoGenerator: the one that is chosen is not configured.
        ModelBroken: a model file is missing or not the manifest's.
    """
    from mien.commands.generators import Chosen  # noqa: PLC0415
    from mien.commands.headshot import Headshot  # noqa: PLC0415

    generators = Chosen(generators=_generators(settings, finder, swapper))
    return Headshot(finder=finder, mixer=swapper, generators=generators)


def _generators(
    settings: Settings, finder: "FaceFinder", swapper: "MeshSwapper"
) -> "list[Generator]":
    """Those that the settings choose, in the order in which they are asked.

    Raises:
        NoGenerator: the one that is chosen is not configured.
        SetupError: its configuration makes no sense.
    """
    from mien.commands.generated import Generated  # noqa: PLC0415
    from mien.commands.studio import Studio  # noqa: PLC0415
    from mien.commands.templates import FromTemplates  # noqa: PLC0415

    wanted = settings.generator
    found: list[Generator] = []
    gallery = open_templates(settings)
    if wanted == "generated" and not settings.generates:
        raise NoGenerator(
            wanted, missing="MIEN_GENERATOR_URL, or MIEN_GENERATOR_MODEL for diffusers"
        )
    if wanted in ("auto", "generated") and settings.generates:
        found.append(
            Generated(
                painter=_painter(settings),
                finder=finder,
                swapper=swapper,
                limits=settings.limits,
                candidates=settings.generator_candidates,
            )
        )
    if wanted == "templates" or (wanted == "auto" and gallery.all()):
        from mien.models.meanings import meanings  # noqa: PLC0415

        found.append(
            FromTemplates(templates=gallery, finder=finder, swapper=swapper, meanings=meanings())
        )
    if wanted in ("auto", "studio"):
        found.append(Studio(segmenter=_segmenter(settings)))
    return found


def open_templates(settings: Settings) -> "FolderTemplates":
    """The operator's gallery of templates."""
    from mien.storage.templates import FolderTemplates  # noqa: PLC0415

    return FolderTemplates(folder=settings.templates)


def _painter(settings: Settings) -> "Painter":
    """The generator of pictures of the settings.

    Raises:
        SetupError: its workflow cannot be read.
    """
    if settings.generator_kind == "diffusers":
        from mien.models.diffusion import DiffusionPictures  # noqa: PLC0415

        return DiffusionPictures(model=settings.generator_model)
    from mien.net import pictures  # noqa: PLC0415

    caller = pictures.Caller(
        url=settings.generator_url,
        key=settings.generator_key,
        timeout_s=settings.generator_timeout_s,
        tries=settings.generator_tries,
    )
    if settings.generator_kind == "automatic1111":
        return pictures.Automatic1111Pictures(caller=caller, model=settings.generator_model)
    if settings.generator_kind == "openai":
        return pictures.OpenAiPictures(caller=caller, model=settings.generator_model)
    return pictures.ComfyPictures(caller=caller, workflow=_workflow(settings))


def _workflow(settings: Settings) -> dict[str, Any]:
    from mien.net.pictures import read_workflow, usual_workflow  # noqa: PLC0415

    name = settings.generator_workflow
    if not name:
        if not settings.generator_model:
            missing = "MIEN_GENERATOR_WORKFLOW, or a checkpoint in MIEN_GENERATOR_MODEL"
            raise NoGenerator("comfyui", missing=missing)
        return usual_workflow(settings.generator_model)
    try:
        text = Path(name).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SetupError(f"The workflow {name} cannot be read.") from None
    return read_workflow(text, name=name)


def build_changebg(settings: Settings, finder: "FaceFinder") -> "Changebg":
    """The change of backgrounds.

    Raises:
        ModelBroken: a model file is missing or not the manifest's.
    """
    from mien.commands.changebg import Changebg  # noqa: PLC0415

    return Changebg(finder=finder, segmenter=_segmenter(settings), limits=settings.limits)


def _segmenter(settings: Settings) -> "Segmenter":
    from mien.bootstrap.engine import build_side  # noqa: PLC0415
    from mien.engine.portrait.segment import Segmenter  # noqa: PLC0415
    from mien.models.store import ModelStore  # noqa: PLC0415

    network = ModelStore(threads=settings.threads).network("parts")
    return Segmenter(network=network, side=build_side())
