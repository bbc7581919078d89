"""Packets of one segment in a file: a line of JSON that says where they begin, then their bytes."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mien.media.video.encoder import Packet


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment that is done: ``(time, key, size)`` of each packet, in the order of decoding."""

    path: Path
    packets: tuple[tuple[int, bool, int], ...]
    #: Where the bytes begin.
    start: int

    def read(self) -> Iterator[Packet]:
        """Its packets, one at a time."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            for time, key, size in self.packets:
                yield Packet(time=time, key=key, data=file.read(size))


def save(path: Path, packets: Iterable[Packet]) -> None:
    """Write ``packets``; the file is there whole or not at all."""
    made = list(packets)
    head = json.dumps([[p.time, p.key, len(p.data)] for p in made]).encode() + b"\n"
    # Two processes may do the same for a moment: one that has not noticed yet that its work is over.
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        file.write(head)
        file.writelines(packet.data for packet in made)
    part.replace(path)


def load(path: Path) -> Segment:
    """What `save` wrote."""
    with path.open("rb") as file:
        head = file.readline()
    packets = tuple((int(time), bool(key), int(size)) for time, key, size in json.loads(head))
    return Segment(path=path, packets=packets, start=len(head))
