"""What the service adds to the work itself, how much it takes, and what a long queue does to it.

    python bench/service.py                     all parts, both databases; prints the tables
    python bench/service.py --only added        one part; may be given more than once
    python bench/service.py --write             all parts, and writes docs/service-speed.md and its plot

Everything is measured from outside, on this machine, with the settings that mien has when nobody
changes any. Commits are as durable as in earnest: SQLite with ``synchronous=NORMAL``, PostgreSQL
with fsync. Run it alone; rounds are shown one by one, so that a busy machine shows.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mien.testing.postgres import PostgresServer
from support.added import added_tables
from support.databases import kinds
from support.engine import Engine
from support.queue import plot, queue_points, queue_table
from support.samples import hopper, jpeg, target
from support.service import form_of
from support.tables import Table
from support.throughput import idle_table, stills_table

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, PLOT = DOCS / "service-speed.md", DOCS / "service-queue.svg"
Kinds = Mapping[str, PostgresServer | None]


def added(found: Kinds) -> Iterator[Table]:
    """What a POST adds, and where."""
    yield from added_tables(found, form())


def stills(found: Kinds) -> Iterator[Table]:
    """Pictures a second."""
    yield stills_table(found, forms())


def idle(found: Kinds) -> Iterator[Table]:
    """Jobs that do nothing."""
    yield idle_table(found)


def queue(found: Kinds) -> Iterator[Table]:
    """A new job while others wait; draws the plot as well."""
    points = queue_points(found)
    plot(points, PLOT)
    yield queue_table(points)


PARTS: dict[str, Callable[[Kinds], Iterator[Table]]] = {
    "added": added,
    "stills": stills,
    "idle": idle,
    "queue": queue,
}


def form() -> bytes:
    """The body of a request with two files."""
    return forms()(0)


def forms() -> Callable[[int], bytes]:
    """Makes such a body, with another source file for each number."""
    picture, source = jpeg(target(Engine.built(threads=1))), jpeg(hopper())

    def numbered(number: int) -> bytes:
        note = b"number %08d" % number  # as a comment (COM) right behind the first marker
        comment = b"\xff\xfe" + (len(note) + 2).to_bytes(2) + note
        photo = source[:2] + comment + source[2:]
        return form_of({"source_image": photo, "target_image_gif_or_video": picture})

    return numbered


def write(tables: list[Table]) -> None:
    """Put the tables in the place of those of the page, and leave its words."""
    words, mark, _ = PAGE.read_text(encoding="utf-8").partition("<!-- bench -->\n")
    shown = "\n\n".join(map(str, tables))
    image = "![A new job's time while others wait](service-queue.svg)"
    PAGE.write_text(f"{words}{mark}\n{shown}\n\n{image}\n", encoding="utf-8")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", action="append", choices=PARTS, default=[])
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    tables = []
    with kinds() as found:
        for name in chosen.only or PARTS:
            for table in PARTS[name](found):
                print(table, end="\n\n", flush=True)
                tables.append(table)
    if chosen.write:
        write(tables)


if __name__ == "__main__":
    main()
