"""The examinations of ``mien doctor``, each a function from what is there to a `Check`."""

import os
import platform
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module, metadata
from pathlib import Path
from tempfile import TemporaryFile

from mien import __version__
from mien.errors import ModelBroken, SetupError
from mien.settings import Settings, available_cores

OK = "ok"
#: It works, but not as well as it could.
WARNING = "warning"
#: It does not work.
MISSING = "missing"

#: Python versions that mien is tested with.
OLDEST, NEWEST = (3, 11), (3, 13)
#: Below the first, uploads soon fail; below the second, they may.
LEAST_FREE = 200_000_000
WISHED_FREE = 2_000_000_000
GIGABYTE = 1_000_000_000
#: Name of a distribution at the beginning of a requirement.
DISTRIBUTION = re.compile(r"[A-Za-z0-9._-]+")
#: Packages with compiled parts that can be installed and still not load.
COMPILED = (
    "cv2",
    "httptools",
    "numpy",
    "onnxruntime",
    "PIL",
    "pillow_heif",
    "simplejpeg",
    "uvloop",
)

SQLITE = "sqlite:///"
LOOK_AT_URL = "Look at MIEN_DATABASE_URL, and whether its server runs and lets you in."
COMPILE = (
    "Faces are drawn faster by compiled loops: install a C compiler and Python's headers "
    "(on Debian: apt install gcc python3-dev), then mien again."
)
REINSTALL = "Install mien again: pip install --force-reinstall mien"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was looked at, and what was found."""

    name: str
    state: str
    found: str
    #: What to do about it; "" where nothing is wrong.
    advice: str = ""

    def as_json(self) -> dict[str, str]:
        """The check for programs."""
        return asdict(self)


def examine(settings: Settings) -> list[Check]:
    """Every check, in the order in which they are shown."""
    looks: tuple[Callable[[], Check], ...] = (
        lambda: Check(name="mien", state=OK, found=__version__),
        python,
        packages,
        compiled,
        drawing,
        cores,
        models,
        lambda: data_folder(settings.data_dir),
        lambda: database(settings.database),
        lambda: free_space(settings.data_dir),
    )
    return [look() for look in looks]


def python() -> Check:
    """The interpreter."""
    found = f"{platform.python_version()} at {sys.executable}"
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return Check(name="python", state=OK, found=found)
    return Check(
        name="python", state=WARNING, found=found, advice="mien is tested with Python 3.11 to 3.13."
    )


def packages() -> Check:
    """The packages that mien depends on."""
    versions = {name: _version(name) for name in required()}
    absent = [name for name, version in versions.items() if version is None]
    if absent:
        return Check(
            name="packages",
            state=MISSING,
            found=f"not installed: {', '.join(absent)}",
            advice=f"pip install {' '.join(absent)}",
        )
    found = ", ".join(f"{name} {version}" for name, version in versions.items())
    return Check(name="packages", state=OK, found=found)


def required() -> list[str]:
    """Names of the distributions that mien declares; none when it runs from bare sources."""
    try:
        lines = metadata.requires("mien") or []
    except metadata.PackageNotFoundError:
        return []
    names = (DISTRIBUTION.match(line) for line in lines if "extra ==" not in line)
    return [name[0] for name in names if name]


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def compiled() -> Check:
    """Whether the packages with compiled parts load on this machine."""
    broken = {name: reason for name in COMPILED if (reason := _refusal(name))}
    if broken:
        found = "; ".join(f"{name} does not load ({reason})" for name, reason in broken.items())
        return Check(name="libraries", state=MISSING, found=found, advice=REINSTALL)
    return Check(name="libraries", state=OK, found=", ".join(COMPILED))


def _refusal(module: str) -> str:
    """Why ``module`` does not load; "" when it does."""
    try:
        import_module(module)
    except ImportError as error:
        return " ".join(str(error).split())
    return ""


def drawing() -> Check:
    """Whether the engine's inner loops were compiled when mien was installed."""
    from mien.engine.mesh import loops

    if loops.COMPILED:
        return Check(name="drawing", state=OK, found="compiled")
    return Check(name="drawing", state=WARNING, found="in NumPy", advice=COMPILE)


def cores() -> Check:
    """Cores that mien may use."""
    return Check(
        name="cores",
        state=OK,
        found=f"{available_cores()} of {os.cpu_count()}, {platform.machine()}",
    )


def models() -> Check:
    """The files of the networks: there, and those that mien was shipped with."""
    try:
        from mien.models.store import ModelStore

        store = ModelStore()
        problems = store.verify()
    except (ImportError, ModelBroken) as error:
        return Check(name="models", state=MISSING, found=str(error), advice=REINSTALL)
    if problems:
        return Check(name="models", state=MISSING, found=" ".join(problems), advice=REINSTALL)
    names = ", ".join(card.name for card in store.cards)
    return Check(name="models", state=OK, found=f"{names}; all files as shipped")


def data_folder(folder: Path) -> Check:
    """Whether mien can write where it keeps its data; nothing stays behind."""
    try:
        # Asking for permission is not enough: disks can be read-only, and root may do anything.
        with TemporaryFile(dir=_nearest(folder)):
            found = f"{folder}" if folder.is_dir() else f"{folder}; the first start makes it"
    except OSError as error:
        return Check(
            name="data folder",
            state=MISSING,
            found=f"{folder} cannot be written: {error.strerror}",
            advice="Name another with --data-dir or MIEN_DATA_DIR, or change its owner.",
        )
    return Check(name="data folder", state=OK, found=found)


def database(url: str) -> Check:
    """Whether the database can be used; one that is not there yet is not made."""
    from mien.storage.database import Database
    from mien.storage.migrate import version

    file = Path(url.removeprefix(SQLITE))
    if url.startswith(SQLITE) and not file.exists():
        return Check(name="database", state=OK, found=f"{file}; the first start makes it")
    try:
        opened = Database(url, pooled=False)
        with opened.reading() as connection:
            found = version(connection) or "none; the first start makes it"
        where = opened.engine.url.render_as_string(hide_password=True)
    except SetupError as error:
        return Check(name="database", state=MISSING, found=str(error), advice=LOOK_AT_URL)
    return Check(name="database", state=OK, found=f"{where}, version {found}")


def free_space(folder: Path) -> Check:
    """Room for uploads and results."""
    free = shutil.disk_usage(_nearest(folder)).free
    found = f"{free / GIGABYTE:.1f} GB free for {folder}"
    if free >= WISHED_FREE:
        return Check(name="disk", state=OK, found=found)
    state = WARNING if free >= LEAST_FREE else MISSING
    advice = "Make room, or name a folder on another disk with --data-dir."
    return Check(name="disk", state=state, found=found, advice=advice)


def _nearest(folder: Path) -> Path:
    """``folder``, or the part of its path that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())
