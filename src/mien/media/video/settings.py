"""What may be set about videos. Imports nothing heavy: the settings are read with it."""

from dataclasses import dataclass
from typing import Literal, get_args

Codec = Literal["h264", "hevc"]
Preset = Literal[
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
]
CODECS, PRESETS = get_args(Codec), get_args(Preset)
LARGEST_QUALITY = 51


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSettings:
    """How results are coded.

    Raises:
        ValueError: when a value is not one of those that encoders know.
    """

    #: "h264" or "hevc", for MP4, QuickTime and Matroska; WebM is VP9.
    codec: Codec = "h264"
    #: Constant quality, 0 (without loss) to 51; 6 more halve the size.
    quality: int = 20
    #: x264's and x265's word for their effort.
    preset: Preset = "veryfast"
    #: Whether the graphics card codes, where there is one that can.
    hardware: bool = True

    def __post_init__(self) -> None:
        if self.codec not in CODECS:
            raise ValueError(f"codec must be one of {CODECS}, got {self.codec}")
        if self.preset not in PRESETS:
            raise ValueError(f"preset must be one of {PRESETS}, got {self.preset}")
        if not 0 <= self.quality <= LARGEST_QUALITY:
            raise ValueError(f"quality must lie in 0..{LARGEST_QUALITY}, got {self.quality}")
