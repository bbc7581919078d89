"""The file formats that mien can name, with their media types and extensions."""

from enum import Enum, StrEnum
from typing import Self


class Kind(StrEnum):
    """What a file shows."""

    STILL = "still"
    #: Several frames with delays: GIF, APNG, animated WebP, AVIF or HEIC sequence.
    ANIMATION = "animation"
    VIDEO = "video"


class Format(Enum):
    """A format: what people call it, its media type, its extensions (the first is the usual one)."""

    JPEG = ("JPEG", "image/jpeg", ".jpg", ".jpeg", ".jpe", ".jfif")
    PNG = ("PNG", "image/png", ".png", ".apng")
    WEBP = ("WebP", "image/webp", ".webp")
    BMP = ("BMP", "image/bmp", ".bmp", ".dib")
    TIFF = ("TIFF", "image/tiff", ".tif", ".tiff")
    HEIC = ("HEIC", "image/heic", ".heic", ".heif", ".hif")
    AVIF = ("AVIF", "image/avif", ".avif")
    GIF = ("GIF", "image/gif", ".gif")
    MP4 = ("MP4", "video/mp4", ".mp4", ".m4v")
    MOV = ("QuickTime", "video/quicktime", ".mov", ".qt")
    MKV = ("Matroska", "video/x-matroska", ".mkv")
    WEBM = ("WebM", "video/webm", ".webm")
    AVI = ("AVI", "video/x-msvideo", ".avi")

    def __init__(self, label: str, media_type: str, *extensions: str) -> None:
        #: The name for sentences.
        self.label = label
        self.media_type = media_type
        self.extensions = extensions

    @property
    def extension(self) -> str:
        """The usual extension, with its dot: ``".jpg"``."""
        return self.extensions[0]

    @property
    def is_picture(self) -> bool:
        """Whether `still.encode` can write it."""
        return self.media_type.startswith("image/")

    @classmethod
    def of_extension(cls, extension: str) -> Self | None:
        """The format of ``".jpg"`` (any case); None when the extension is not known."""
        wanted = extension.lower()
        return next((one for one in cls if wanted in one.extensions), None)

    @classmethod
    def of_media_type(cls, media_type: str) -> Self | None:
        """The format of ``"image/jpeg"``; None when the media type is not known."""
        return next((one for one in cls if media_type == one.media_type), None)
