"""Pictures side by side, with labels under them."""

from collections.abc import Sequence

import numpy as np
from PIL import Image as Pil
from PIL import ImageDraw, ImageFont

from mien.cli.views import View
from mien.engine.types import Image
from mien.errors import TooLarge, Unsupported
from mien.media.formats import Format
from mien.media.limits import Limits
from mien.media.pictures import Still
from mien.media.still import encode

#: Pixels: the height of pictures unless somebody chooses, at most; between two of them.
USUAL_HEIGHT, GAP = 1080, 8
#: Height of a label and of its letters, shares of the pictures'; the least height of a label, pixels.
LABEL, LETTERS, LEAST_LABEL = 1 / 16, 0.6, 24
#: Between a label and the left side of its picture, a share of its letters.
INDENT = 0.5
PAPER, INK = (24, 24, 27), (244, 244, 245)
MEGA = 1_000_000


def side_by_side(
    views: Sequence[View], labels: Sequence[str], height: int | None, limits: Limits
) -> Image:
    """``(H, W, 3)`` with every view at one height, and its label under it.

    Raises:
        TooLarge: it would have more pixels than a picture may have.
    """
    tall = height or min(USUAL_HEIGHT, max(view.pixels.shape[0] for view in views))
    widths = [max(1, round(view.pixels.shape[1] * tall / view.pixels.shape[0])) for view in views]
    foot = max(LEAST_LABEL, round(tall * LABEL))
    size = (sum(widths) + GAP * (len(widths) - 1), tall + foot)
    _require_pixels(size, limits)
    strip = Pil.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(strip)
    letters = ImageFont.load_default(foot * LETTERS)
    left = 0
    for view, width, label in zip(views, widths, labels, strict=True):
        small = Pil.fromarray(view.pixels).resize((width, tall), Pil.Resampling.LANCZOS)
        strip.paste(small, (left, 0))
        indent = foot * LETTERS * INDENT
        text = _fitting(label, letters, width - indent)
        draw.text((left + indent, tall + foot / 2), text, fill=INK, font=letters, anchor="lm")
        left += width + GAP
    return np.asarray(strip)


def strip_file(strip: Image, form: Format | None) -> bytes:
    """The strip as a picture file, PNG unless ``form`` says otherwise; marked as altered.

    Raises:
        Unsupported: the format is that of a video.
        TooLarge: the format holds no side so long.
    """
    wanted = form or Format.PNG
    if not wanted.is_picture:
        raise Unsupported(f"A comparison is a picture, and cannot be written as {wanted.label}.")
    return encode(Still(pixels=strip, format=wanted), strip).data


def _require_pixels(size: tuple[int, int], limits: Limits) -> None:
    pixels = size[0] * size[1]
    if pixels > limits.max_pixels:
        most = limits.max_pixels / MEGA
        sentence = f"The comparison would have {pixels / MEGA:.1f} MP; the limit is {most:g} MP."
        raise TooLarge(
            f"{sentence} A smaller --height helps.",
            name="max_pixels",
            value=pixels,
            limit=limits.max_pixels,
        )


def _fitting(
    text: str, letters: "ImageFont.FreeTypeFont | ImageFont.ImageFont", width: float
) -> str:
    """``text``, cut with an ellipsis where it is wider than ``width`` pixels."""
    if letters.getlength(text) <= width:
        return text
    while text and letters.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…" if text else ""
