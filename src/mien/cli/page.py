"""The page of ``mien gallery``: one file of HTML that needs no other."""

import io
import os
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Self
from urllib.parse import quote

from PIL import Image as Pil

from mien.cli.failures import one_line, os_sentence
from mien.cli.views import View
from mien.errors import Unreadable
from mien.media.formats import Format, Kind

#: Longest side of a small picture, pixels: sharp at 260 CSS pixels on a fine screen. JPEG quality.
SIDE, QUALITY = 520, 82
KILO, MEGA = 1_000, 1_000_000
#: What is altered, in a word.
MARK = "altered"

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --paper: #fafafa; --ink: #18181b; --quiet: #52525b; --card: #fff; --line: #d4d4d8; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --paper: #18181b; --ink: #f4f4f5; --quiet: #a1a1aa; --card: #27272a; --line: #3f3f46; }}
}}
body {{ margin: 0 auto; padding: 1.5rem; max-width: 100rem; background: var(--paper); color: var(--ink); font: 1rem/1.4 system-ui, sans-serif; }}
h1 {{ margin: 0; font-size: 1.5rem; overflow-wrap: anywhere; }}
p {{ margin: .25rem 0 1.25rem; color: var(--quiet); }}
ul {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); gap: 1rem; margin: 0; padding: 0; list-style: none; }}
figure {{ margin: 0; overflow: hidden; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }}
a {{ display: block; }}
a:focus-visible {{ outline: .2rem solid #2563eb; outline-offset: -.2rem; }}
img {{ display: block; width: 100%; height: auto; aspect-ratio: 1; object-fit: contain; background: var(--paper); }}
figcaption {{ padding: .5rem .75rem .75rem; overflow-wrap: anywhere; }}
small {{ display: block; color: var(--quiet); }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{count}</p>
<ul>
{cards}
</ul>
</main>
</body>
</html>
"""
CARD = """\
<li><figure><a href="{link}"><img src="data:image/jpeg;base64,{picture}" width="{width}" height="{height}" alt="{name}"></a>
<figcaption>{name}<small>{facts}</small></figcaption></figure></li>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A file on the page."""

    name: str
    #: From the page to the file.
    link: str
    #: Pixels of the picture, not of the small one.
    width: int
    height: int
    format: Format
    kind: Kind
    #: Bytes of the file.
    size: int
    #: Whether the file says of itself that it was altered.
    marked: bool
    #: JPEG; its sides.
    small: bytes
    small_size: tuple[int, int]

    @classmethod
    def of(cls, view: View, *, name: str, base: Path) -> Self:
        """The card of ``view`` for a page in the folder ``base``."""
        picture = Pil.fromarray(view.pixels)
        picture.thumbnail((SIDE, SIDE), Pil.Resampling.LANCZOS)
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=QUALITY, optimize=True)
        height, width = view.pixels.shape[:2]
        return cls(
            name=one_line(name),
            link=quote(os.fsencode(os.path.relpath(view.path, base))),
            width=width,
            height=height,
            format=view.format,
            kind=view.kind,
            size=view.size,
            marked=view.marked,
            small=buffer.getvalue(),
            small_size=picture.size,
        )

    def as_json(self) -> dict[str, object]:
        """The card for programs."""
        return {
            "name": self.name,
            "width": self.width,
            "height": self.height,
            "type": self.format.media_type,
            "size": self.size,
            "altered": self.marked,
        }

    def html(self) -> str:
        """The card as an item of the page's list."""
        facts = [f"{self.width} x {self.height}", self.format.label, _weight(self.size)]
        facts += [] if self.kind is Kind.STILL else [self.kind.value]
        facts += [MARK] if self.marked else []
        return CARD.format(
            link=escape(self.link),
            picture=b64encode(self.small).decode("ascii"),
            width=self.small_size[0],
            height=self.small_size[1],
            name=escape(self.name),
            facts=escape(" · ".join(facts)),
        )


def files_below(folder: Path) -> list[Path]:
    """Every picture and video in ``folder`` and below, by name; links to folders are not followed.

    Raises:
        Unreadable: there is no such folder, or nothing in it that can be shown.
    """

    def refuse(error: OSError) -> None:
        raise Unreadable(f"The folder cannot be read: {os_sentence(error)}") from error

    found = sorted(
        Path(where, name)
        for where, _, names in os.walk(folder, onerror=refuse)
        for name in names
        if _is_shown(Path(where, name))
    )
    if not found:
        raise Unreadable(f"There is no picture and no video in {folder}.")
    return found


def page(cards: Sequence[Card], title: str) -> str:
    """The page with ``cards``."""
    count = "1 file" if len(cards) == 1 else f"{len(cards)} files"
    items = "\n".join(card.html() for card in cards)
    return PAGE.format(title=escape(title), count=count, cards=items)


def _is_shown(path: Path) -> bool:
    known = Format.of_extension(path.suffix) is not None
    # A pipe that is called like a picture would be waited for.
    return known and not path.name.startswith(".") and path.is_file()


def _weight(size: int) -> str:
    return f"{size / MEGA:.1f} MB" if size >= MEGA else f"{max(1, round(size / KILO))} kB"
