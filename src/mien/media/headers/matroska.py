"""Matroska and WebM: nested EBML elements (RFC 8794, RFC 9559)."""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from mien.media.formats import Format, Kind
from mien.media.headers.header import Broken, Header, parts, unpack

MAGIC = b"\x1a\x45\xdf\xa3"
EBML, DOC_TYPE, SEGMENT, TRACKS, TRACK = 0x1A45DFA3, 0x4282, 0x18538067, 0x1654AE6B, 0xAE
TRACK_TYPE, VIDEO, WIDTH, HEIGHT = 0x83, 0xE0, 0xB0, 0xBA
CLUSTER = 0x1F43B675
INFO, DURATION, TIMESTAMP_SCALE = 0x1549A966, 0x4489, 0x2AD7B1
#: Nanoseconds of a tick, where the file does not say.
USUAL_SCALE = 1_000_000
NANOSECONDS = 1e9
IS_VIDEO = 1
LONGEST = 8


@dataclass(frozen=True, slots=True)
class Element:
    """An element's id and where its payload lies; cut where the file is."""

    id: int
    start: int
    end: int


def elements(data: bytes, start: int, end: int) -> Iterator[Element]:
    """Elements between two positions, up to the first cluster of frames."""
    budget = parts()
    at = start
    while at < end:
        next(budget)
        name, at = _number(data, at, keep_marker=True)
        size, at = _number(data, at, keep_marker=False)
        stop = end if size is None else min(at + size, end)
        if name is None or name == CLUSTER:
            return
        yield Element(name, at, stop)
        at = stop


def _number(data: bytes, at: int, *, keep_marker: bool) -> tuple[int | None, int]:
    """A variable-length number and the position after it; None for "unknown size"."""
    (first,) = unpack("B", data, at)
    length = 9 - first.bit_length()
    if length > LONGEST:
        raise Broken("has a broken element in its header")
    raw = int.from_bytes(data[at : at + length], "big")
    value = raw if keep_marker else raw & ((1 << 7 * length) - 1)
    unknown = not keep_marker and value == (1 << 7 * length) - 1
    return (None if unknown else value), at + length


def _child(data: bytes, parent: Element, wanted: int) -> Element | None:
    children = elements(data, parent.start, parent.end)
    return next((child for child in children if child.id == wanted), None)


def _value(data: bytes, parent: Element, wanted: int) -> int:
    """An unsigned child; 0 when it is missing."""
    child = _child(data, parent, wanted)
    return (
        int.from_bytes(data[child.start : min(child.end, child.start + 8)], "big") if child else 0
    )


def read(data: bytes) -> Header:
    """WebM or Matroska by the document type; size of the first video track."""
    whole = Element(0, 0, len(data))
    head = _child(data, whole, EBML)
    named = _child(data, head, DOC_TYPE) if head else None
    webm = named is not None and data[named.start : named.end].rstrip(b"\0") == b"webm"
    kind = Format.WEBM if webm else Format.MKV
    segment = _child(data, whole, SEGMENT)
    tracks = _child(data, segment, TRACKS) if segment else None
    if tracks is None:
        raise Broken(f"is a video ({kind.label}) without its list of tracks: it was cut off")
    width, height = _size(data, tracks, kind)
    return Header(
        format=kind,
        kind=Kind.VIDEO,
        width=width,
        height=height,
        frames=0,
        duration_s=_duration_s(data, segment),
    )


def _duration_s(data: bytes, segment: Element | None) -> float:
    """How long the film plays; 0 where the header does not say."""
    info = _child(data, segment, INFO) if segment else None
    length = _child(data, info, DURATION) if info else None
    if info is None or length is None:
        return 0.0
    layouts = {4: ">f", 8: ">d"}
    raw = data[length.start : length.end]
    if len(raw) not in layouts:
        return 0.0
    (ticks,) = struct.unpack(layouts[len(raw)], raw)
    seconds = ticks * (_value(data, info, TIMESTAMP_SCALE) or USUAL_SCALE) / NANOSECONDS
    return float(seconds) if math.isfinite(seconds) and seconds > 0 else 0.0


def _size(data: bytes, tracks: Element, kind: Format) -> tuple[int, int]:
    for track in elements(data, tracks.start, tracks.end):
        if track.id == TRACK and _value(data, track, TRACK_TYPE) == IS_VIDEO:
            video = _child(data, track, VIDEO)
            return (_value(data, video, WIDTH), _value(data, video, HEIGHT)) if video else (0, 0)
    raise Broken(f"holds no picture, only sound or other tracks ({kind.label})")
