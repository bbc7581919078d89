"""Every setting of the installation, and the only reader of the environment.

A setting ``port`` is read from ``MIEN_PORT``; what the command line says goes before it. The
values are frozen: whoever needs one gets it from `mien.bootstrap` when it is built.
`docs/settings.md` lists them all.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from platformdirs import user_data_dir
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from mien.errors import SetupError
from mien.jobs.credits import Prices
from mien.jobs.lanes import LaneRules
from mien.media.limits import Limits
from mien.media.video.settings import LARGEST_QUALITY, Codec, Preset, VideoSettings

PREFIX = "MIEN_"
#: Sizes for people are in decimal megabytes and megapixels.
MEGA = 1_000_000
MAX_PORT = 65_535
SECONDS_AN_HOUR = 3600
SECONDS_A_MINUTE = 60


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _http_url(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("it must begin with http:// or https://")
    return url.rstrip("/")


def _database_url(url: str) -> str:
    if url and not url.startswith(("sqlite:///", "postgresql://")):
        raise ValueError(
            "it must look like sqlite:////folder/mien.db or postgresql://user:password@host/name"
        )
    return url


def _file_url(url: str) -> str:
    if url and not url.startswith("file:///"):
        raise ValueError("only a folder on disk is served yet, as in file:///folder/blobs")
    return url


def _prices(text: str) -> str:
    Prices.parse(text)
    return text


def available_cores() -> int:
    """Cores that this process may use; fewer than the machine has where it is confined."""
    return len(os.sched_getaffinity(0))


class Settings(BaseSettings):
    """The settings with their defaults; each field's description is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid"
    )

    data_dir: Annotated[Path, AfterValidator(_absolute)] = Field(
        default_factory=lambda: Path(user_data_dir("mien")),
        description="Folder of the database, the pictures and the secret.",
    )
    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(8000, ge=0, le=MAX_PORT, description="Port to listen on; 0 takes a free one.")
    public_url: Annotated[str, AfterValidator(_http_url)] = Field(
        "",
        description="How callers reach the service when a proxy stands before it; "
        "empty: as the request says.",
    )
    workers: int = Field(
        default_factory=available_cores,
        ge=1,
        le=256,
        description="Worker processes, each running one job at a time.",
    )
    threads: int = Field(1, ge=1, le=256, description="Cores that one worker uses for a picture.")
    look_closely: bool = Field(
        default=True,
        description="Ask a network what covers a face, so that glasses, fringes and hands stay "
        "where they are. Off, colours alone tell, and two new files take an eighth less time.",
    )
    wait_s: float = Field(
        60.0,
        ge=0,
        le=3600,
        description="Seconds that a blocking call waits before it answers `started`.",
    )
    job_timeout_s: float = Field(
        1800.0,
        gt=0,
        description="Seconds after which a running job is stopped as failed; long videos need some.",
    )
    grace_s: float = Field(
        8.0,
        ge=0,
        description="Seconds that running jobs get to finish when the service stops "
        "(container managers kill after 10).",
    )
    queue_depth: int = Field(
        100, ge=1, description="Jobs of one channel that may wait; then callers get 429."
    )
    prices: Annotated[str, AfterValidator(_prices)] = Field(
        "",
        description="What commands cost where channels have credits, as `gif=10,headshot=0`; "
        "what is not named keeps its price.",
    )
    max_upload_mb: float = Field(50.0, gt=0, description="Largest upload, MB.")
    max_megapixels: float = Field(50.0, gt=0, description="Largest picture, megapixels.")
    max_faces: int = Field(20, ge=1, description="Most faces that are swapped in one picture.")
    max_frames: int = Field(1000, ge=1, description="Most frames of an animation.")
    max_animation_megapixels: float = Field(
        1000.0, gt=0, description="Most pixels of all frames of an animation, megapixels."
    )
    identity_limit: int = Field(20, ge=1, description="Identities that a user can save.")
    identity_name_length: int = Field(
        10, ge=1, le=100, description="Letters and digits in the name of an identity, at most."
    )
    identity_keep_photo: bool = Field(
        default=True,
        description="Keep the photos of saved identities; `0` keeps the face's skin and shape only, "
        "which swaps need, and headshots do not come from.",
    )
    max_video_mb: float = Field(1000.0, gt=0, description="Largest video, MB.")
    max_video_minutes: float = Field(20.0, gt=0, description="Longest video, minutes.")
    max_video_megapixels: float = Field(
        9.5, gt=0, description="Largest picture of a video, megapixels; 4K has 8.8."
    )
    max_frame_rate: int = Field(240, ge=1, description="Most frames a second of a video.")
    video_codec: Codec = Field(
        "h264", description="Codec of results in MP4, QuickTime and Matroska; WebM is VP9."
    )
    video_quality: int = Field(
        20,
        ge=0,
        le=LARGEST_QUALITY,
        description="Quality of videos, 0 (without loss) to 51; 6 more halve the size.",
    )
    video_preset: Preset = Field(
        "veryfast", description="Effort of the video encoder: slower is smaller."
    )
    video_hardware: bool = Field(
        default=True, description="Code videos on the graphics card where it can."
    )
    video_processes: int = Field(
        default_factory=available_cores,
        ge=1,
        le=64,
        description="Processes that work on one video: the worker that has the job, and helpers.",
    )
    keep_days: float = Field(
        31.0, gt=0, description="Days that ended jobs and their results are kept."
    )
    source_memory_s: float = Field(
        60.0,
        ge=0,
        le=86_400,
        description="Seconds for which a worker keeps the face of a source photo ready, in its memory "
        "alone, for whoever sends the same photo again; 0: not at all.",
    )
    keep_inputs: bool = Field(default=False, description="Keep uploads after their job has ended.")
    sync_writes: bool = Field(
        default=False,
        description="Wait for the disk at every step of a job, so that even a power cut loses "
        "none; slower.",
    )
    url_ttl_h: float = Field(24.0, gt=0, description="Hours that an address of a result works.")
    lease_s: float = Field(
        5.0,
        ge=0.5,
        description="Seconds after which the job of a silent worker is handed to another.",
    )
    max_attempts: int = Field(
        3, ge=1, description="Workers that may die over one job before it fails."
    )
    callback_allow_private: bool = Field(
        default=False,
        description="Deliver callbacks to private and loopback addresses too, for receivers in "
        "your own net.",
    )
    callback_tries: int = Field(
        8,
        ge=1,
        le=20,
        description="Times that a callback is tried, in pauses that grow from 5 s to 10 h, before "
        "it is given up.",
    )
    generator: Literal["auto", "studio", "templates", "generated"] = Field(
        "auto",
        description="What makes headshots: `auto` asks what is configured, generated pictures first, then "
        "templates, then the built-in studio.",
    )
    generator_kind: Literal["openai", "automatic1111", "comfyui", "diffusers"] = Field(
        "openai",
        description="What generates pictures: a service (OpenAI-compatible, Automatic1111, ComfyUI), or a model "
        "on this machine (`mien[diffusion]`).",
    )
    generator_url: Annotated[str, AfterValidator(_http_url)] = Field(
        "",
        description="Address of that service, as in `http://127.0.0.1:7860` or `https://api.openai.com/v1`.",
    )
    generator_key: str = Field("", description="Key that the service wants.", repr=False)
    generator_model: str = Field(
        "",
        description="Model of the service (ComfyUI: its checkpoint), or folder or hub id for `diffusers`.",
    )
    generator_workflow: str = Field(
        "",
        description="ComfyUI: file with a workflow in the API format, with `%prompt%`, `%negative%`, `%width%`, "
        "`%height%` and `%seed%` in it; empty: a simple one with the model.",
    )
    generator_timeout_s: float = Field(
        120.0, gt=0, description="Seconds that one generated picture may take."
    )
    generator_tries: int = Field(
        3, ge=1, le=10, description="Times that a call to the generator is tried."
    )
    generator_candidates: int = Field(
        2,
        ge=1,
        le=8,
        description="Pictures that are generated for each portrait; the best is used.",
    )
    templates_dir: str = Field(
        "",
        description="Folder of the templates with their `templates.csv`; empty: `templates` in the data folder.",
    )
    token: str = Field(
        "", description="Token that `mien swap --remote` sends to a service.", repr=False
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severe log line that is written."
    )
    discord_key: str = Field(
        "",
        description="Key that encrypts the `discord` values of accounts, 32 bytes in URL-safe "
        "Base64; several with commas between them: the first encrypts, all decrypt. Empty: the file "
        "`discord-key` in the data folder.",
        repr=False,
    )
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        "",
        description="The database, SQLite or PostgreSQL "
        "(`postgresql://user:password@host/name`); empty: `mien.db` in the data folder.",
        repr=False,
    )
    blob_url: Annotated[str, AfterValidator(_file_url)] = Field(
        "", description="The pictures; empty: `blobs` in the data folder. Folders only, for now."
    )

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Read the environment; ``overrides`` that are not None go before it.

        Raises:
            SetupError: when a value cannot be used; the sentence names setting, value and reason.
        """
        given = {name: value for name, value in overrides.items() if value is not None}
        try:
            return cls(**given)
        except ValidationError as error:
            raise SetupError(_sentence(error)) from error

    @property
    def database(self) -> str:
        """The database's URL for SQLAlchemy."""
        return self.database_url or f"sqlite:///{self.data_dir / 'mien.db'}"

    @property
    def blobs(self) -> Path:
        """The folder of the pictures."""
        return Path(self.blob_url.removeprefix("file://") or self.data_dir / "blobs")

    @property
    def templates(self) -> Path:
        """The folder of the templates."""
        return (
            _absolute(Path(self.templates_dir))
            if self.templates_dir
            else self.data_dir / "templates"
        )

    @property
    def generates(self) -> bool:
        """Whether a generator of pictures is configured."""
        return bool(
            self.generator_model if self.generator_kind == "diffusers" else self.generator_url
        )

    @property
    def limits(self) -> Limits:
        """What pictures may be, for `mien.media` and the commands."""
        return Limits(
            max_bytes=round(self.max_upload_mb * MEGA),
            max_pixels=round(self.max_megapixels * MEGA),
            max_faces=self.max_faces,
            max_frames=self.max_frames,
            max_animation_pixels=round(self.max_animation_megapixels * MEGA),
            max_video_bytes=round(self.max_video_mb * MEGA),
            max_video_pixels=round(self.max_video_megapixels * MEGA),
            max_duration_s=round(self.max_video_minutes * SECONDS_A_MINUTE),
            max_frame_rate=self.max_frame_rate,
        )

    @property
    def video(self) -> VideoSettings:
        """How videos are coded."""
        return VideoSettings(
            codec=self.video_codec,
            quality=self.video_quality,
            preset=self.video_preset,
            hardware=self.video_hardware,
        )

    @property
    def lanes(self) -> LaneRules:
        """What a channel takes; as wide as there are workers, because the engine is local."""
        return LaneRules(depth=self.queue_depth, engine_width=self.workers)

    @property
    def retention(self) -> timedelta:
        """How long ended jobs are kept."""
        return timedelta(days=self.keep_days)

    @property
    def price_list(self) -> Prices:
        """What commands cost."""
        return Prices.parse(self.prices)

    @property
    def url_ttl_s(self) -> float:
        """Seconds that an address of a result works."""
        return self.url_ttl_h * SECONDS_AN_HOUR


def _sentence(error: ValidationError) -> str:
    """The first problem of ``error``, in one sentence."""
    problem = error.errors(include_url=False)[0]
    name = PREFIX + "_".join(str(part) for part in problem["loc"]).upper()
    if problem["type"] == "extra_forbidden":
        return f"There is no setting {name}."
    reason = problem["msg"].removeprefix("Value error, ")
    field = Settings.model_fields.get(str(problem["loc"][0]))
    # What is not for the log may hold a password.
    value = f'"{problem["input"]}"' if field is None or field.repr else "what it is"
    return f"{name} cannot be {value}: {reason[0].lower()}{reason[1:]}."
