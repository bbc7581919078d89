"""What swaps faces, with its networks.

Networks and array libraries take most of a second, FFmpeg's libraries a twentieth: each function
imports what it builds, so that nobody waits for what another command needs.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mien.commands.films import Films
    from mien.commands.known import KnownPhotos
    from mien.commands.picsi import Picsi
    from mien.commands.video import SwapVideo
    from mien.engine.beside import Beside
    from mien.engine.faces import FaceFinder
    from mien.engine.frames.render import Closer
    from mien.engine.swap import MeshSwapper
    from mien.settings import Settings


def build_engine(settings: "Settings") -> "tuple[FaceFinder, MeshSwapper]":
    """What finds faces and what swaps them, with its networks loaded.

    Raises:
        ModelBroken: a model file is missing or not the manifest's.
    """
    from mien.engine.faces import FaceFinder  # noqa: PLC0415
    from mien.engine.hands import HandFinder  # noqa: PLC0415
    from mien.engine.parts import PartFinder  # noqa: PLC0415
    from mien.engine.swap import MeshSwapper  # noqa: PLC0415
    from mien.models.store import ModelStore  # noqa: PLC0415

    models, side = ModelStore(threads=settings.threads), build_side()
    topology = models.topology()
    finder = FaceFinder(
        full_range=models.network("face_full_range"),
        short_range=models.network("face_short_range"),
        mesh=models.network("face_mesh"),
        topology=topology,
        hands=HandFinder(palm=models.network("palm"), hand=models.network("hand"), side=side),
        parts=PartFinder(network=models.network("parts"), side=side)
        if settings.look_closely
        else None,
        side=side,
    )
    return finder, MeshSwapper(topology=topology, side=side)


def build_side() -> "Beside":
    """What does work side by side where a core of this machine is idle."""
    from mien.cores import SpareCore  # noqa: PLC0415
    from mien.engine.beside import Beside  # noqa: PLC0415
    from mien.settings import available_cores  # noqa: PLC0415

    return Beside(spare=SpareCore(available_cores()))


def build_picsi(settings: "Settings") -> "Picsi":
    """The face swap with its networks loaded.

    Raises:
        ModelBroken: a model file is missing or not the manifest's.
    """
    from mien.commands.picsi import Picsi  # noqa: PLC0415

    finder, swapper = build_engine(settings)
    return Picsi(
        finder=finder,
        swapper=swapper,
        limits=settings.limits,
        known=build_known(settings),
        side=finder.side,
    )


def build_known(settings: "Settings") -> "KnownPhotos | None":
    """What remembers photos from job to job, where that is wanted."""
    from mien.commands.known import KnownPhotos  # noqa: PLC0415

    seconds = settings.source_memory_s
    return KnownPhotos(seconds=seconds) if seconds else None


def build_video(settings: "Settings", finder: "FaceFinder", swapper: "MeshSwapper") -> "SwapVideo":
    """The swap in videos."""
    from mien.commands.video import SwapVideo  # noqa: PLC0415
    from mien.runners.helpers import Helper  # noqa: PLC0415

    return SwapVideo(
        finder=finder,
        swapper=swapper,
        limits=settings.limits,
        settings=settings.video,
        hands=settings.video_processes,
        help=lambda scene: Helper(scene, settings.look_closely),
    )


def build_films(settings: "Settings", finder: "FaceFinder", swapper: "MeshSwapper") -> "Films":
    """The swap in videos that come as bytes."""
    from mien.commands.films import Films  # noqa: PLC0415
    from mien.commands.workshop import Workshop  # noqa: PLC0415

    return Films(
        workshop=Workshop(settings.data_dir / "work"),
        swap=lambda: build_video(settings, finder, swapper),
    )


def build_painter(*, closely: bool) -> "tuple[MeshSwapper, Closer]":
    """What swaps faces that others have found, and what looks at them closely, where that is wanted.

    Raises:
        ModelBroken: a model file is missing or not the manifest's.
    """
    from mien.engine.frames.render import AsFound  # noqa: PLC0415
    from mien.engine.parts import PartFinder  # noqa: PLC0415
    from mien.engine.swap import MeshSwapper  # noqa: PLC0415
    from mien.models.store import ModelStore  # noqa: PLC0415

    models = ModelStore(threads=1)
    closer = PartFinder(network=models.network("parts")) if closely else AsFound()
    return MeshSwapper(topology=models.topology()), closer
