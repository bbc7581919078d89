"""ISO base media files: HEIC, AVIF, MP4, QuickTime (ISO 14496-12, 23008-12; AVIF 1.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from mien.media.formats import Format, Kind
from mien.media.headers.header import Broken, Header, NotServed, parts, unpack

#: Brands of still pictures, and of sequences of pictures.
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis"}
AVIF_BRANDS = {b"avif"}
HEIC_SEQUENCES = {b"hevc", b"hevx", b"hevm", b"hevs"}
AVIF_SEQUENCES = {b"avis"}
#: HEIF with some other codec inside, or only the structure named.
HEIF_BRANDS = {b"mif1", b"mif2", b"msf1"}
#: A QuickTime file may start with any of these instead of ftyp.
BARE_QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
#: An association has 15 bits for a property's number.
MAX_PROPERTIES = 0x7FFF
WIDE_BOX, TO_THE_END = 1, 0
#: Rotations are counted in quarters: odd ones swap width and height.
QUARTER_TURN = 1


@dataclass(frozen=True, slots=True)
class Box:
    """A box's four letters and where its payload lies; cut where the file is."""

    kind: bytes
    start: int
    end: int


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """Boxes between two positions."""
    budget = parts()
    at = start
    while at + 8 <= end:
        next(budget)
        (size,) = unpack(">I", data, at)
        head = 8
        if size == WIDE_BOX:
            (size,) = unpack(">Q", data, at + 8)
            head = 16
        elif size == TO_THE_END:
            size = end - at
        if size < head:
            raise Broken("has a broken box in its header")
        yield Box(data[at + 4 : at + 8], at + head, min(at + size, end))
        at += size


def inside(data: bytes, box: Box, *path: bytes, skip: int = 0) -> Box | None:
    """The first box that ``path`` leads to from ``box``; None when there is none.

    Args:
        skip: bytes before the first child (4 in a box with version and flags).
    """
    found: Box | None = box
    for kind in path:
        if found is None:
            return None
        children = boxes(data, found.start + skip, found.end)
        found = next((child for child in children if child.kind == kind), None)
        skip = 0
    return found


def read(data: bytes) -> Header:
    """Dispatch on the brands in ``ftyp``."""
    whole = Box(b"", 0, len(data))
    brands = _brands(data, whole)
    if brands & (AVIF_SEQUENCES | HEIC_SEQUENCES):
        return _sequence(data, whole, brands)
    if brands & AVIF_BRANDS:
        return _picture(data, whole, Format.AVIF)
    if brands & HEIC_BRANDS:
        return _picture(data, whole, Format.HEIC)
    if brands & HEIF_BRANDS:
        raise NotServed("is a HEIF file with neither HEVC nor AV1 inside, which is not read")
    quicktime = not brands or b"qt  " in brands
    return _movie(data, whole, Format.MOV if quicktime else Format.MP4)


def _brands(data: bytes, whole: Box) -> set[bytes]:
    """The major brand and, for pictures, the compatible ones."""
    kinds = inside(data, whole, b"ftyp")
    if kinds is None:
        return set()
    major = data[kinds.start : kinds.start + 4]
    if major not in HEIF_BRANDS | AVIF_BRANDS | AVIF_SEQUENCES | HEIC_BRANDS | HEIC_SEQUENCES:
        return {major}
    listed = data[kinds.start + 8 : kinds.end]
    brands = {listed[at : at + 4] for at in range(0, min(len(listed), 256), 4)}
    return _settled(major, brands)


def _settled(major: bytes, brands: set[bytes]) -> set[bytes]:
    """The major brand decides between still and sequence; a structural one asks the others."""
    if major not in HEIF_BRANDS:
        return {major}
    stills = brands & (AVIF_BRANDS | HEIC_BRANDS)
    return stills or brands | {major}


def _sequence(data: bytes, whole: Box, brands: set[bytes]) -> Header:
    """A picture sequence: a movie without sound. With one frame it is a still."""
    kind = Format.AVIF if brands & AVIF_SEQUENCES else Format.HEIC
    track = _picture_track(data, whole)
    frames = _sample_count(data, track) if track else 0
    if track is None or frames <= 1:
        return _picture(data, whole, kind)
    width, height = _track_size(data, track)
    return Header(format=kind, kind=Kind.ANIMATION, width=width, height=height, frames=frames)


# --- pictures: the primary item and its properties


def _picture(data: bytes, whole: Box, kind: Format) -> Header:
    meta = inside(data, whole, b"meta")
    if meta is None:
        raise Broken(f"starts like a {kind.label} but ends before its picture")
    properties = {box.kind: box for box in _properties(data, meta, _primary_item(data, meta))}
    if b"ispe" not in properties:
        raise Broken(f"is a {kind.label} without a size")
    width, height = unpack(">2I", data, properties[b"ispe"].start + 4)
    if b"clap" in properties:
        width, height = _cropped(data, properties[b"clap"])
    turn, depth = properties.get(b"irot"), properties.get(b"pixi")
    if turn and unpack("B", data, turn.start)[0] & QUARTER_TURN:
        width, height = height, width
    primaries, transfer = _colour(data, properties.get(b"colr"))
    return Header(
        format=kind,
        width=width,
        height=height,
        bits=max(8, *data[depth.start + 5 : depth.end], 8) if depth else 8,
        primaries=primaries,
        transfer=transfer,
    )


def _cropped(data: bytes, box: Box) -> tuple[int, int]:
    """Size of the clean aperture: encoders pad to whole blocks and crop again with it."""
    wide, wide_part, high, high_part = unpack(">4I", data, box.start)
    if not wide_part or not high_part:
        raise Broken("has a broken crop in its header")
    return wide // wide_part, high // high_part


def _colour(data: bytes, box: Box | None) -> tuple[int, int]:
    """Primaries and transfer of a ``colr`` box with numbers; sRGB's for one with a profile."""
    if box is None or data[box.start : box.start + 4] != b"nclx":
        return 1, 13
    primaries, transfer = unpack(">2H", data, box.start + 4)
    return primaries, transfer


def _primary_item(data: bytes, meta: Box) -> int:
    box = inside(data, meta, b"pitm", skip=4)
    if box is None:
        raise Broken("has no main picture")
    (version,) = unpack("B", data, box.start)
    return unpack(">I" if version else ">H", data, box.start + 4)[0]


def _properties(data: bytes, meta: Box, item: int) -> list[Box]:
    """The property boxes of ``item`` in the order in which they apply."""
    shared = inside(data, meta, b"iprp", b"ipco", skip=4)
    links = inside(data, meta, b"iprp", b"ipma", skip=4)
    if shared is None or links is None:
        return []
    known = list(islice(boxes(data, shared.start, shared.end), MAX_PROPERTIES))
    indices = _associations(data, links, item)
    return [known[index - 1] for index in indices if 0 < index <= len(known)]


def _associations(data: bytes, links: Box, wanted: int) -> list[int]:
    """1-based property indices of the item ``wanted``; empty when it has none."""
    version, flags, count = unpack(">B2xBI", data, links.start)
    item_size, item_layout = (4, ">I") if version else (2, ">H")
    size, letter, bits = (2, "H", 0x7FFF) if flags & 1 else (1, "B", 0x7F)
    at = links.start + 8
    for _, _ in zip(range(count), parts(), strict=False):
        (item,) = unpack(item_layout, data, at)
        (number,) = unpack("B", data, at + item_size)
        at += item_size + 1
        if item == wanted:
            return [value & bits for value in unpack(f">{number}{letter}", data, at)]
        at += number * size
    return []


# --- movies


def _movie(data: bytes, whole: Box, kind: Format) -> Header:
    if inside(data, whole, b"moov") is None:
        raise Broken(
            f"is {kind.label} without its index (moov): it is cut off or was never finished"
        )
    track = _picture_track(data, whole)
    if track is None:
        raise Broken(f"holds no picture, only sound or other tracks ({kind.label})")
    width, height = _track_size(data, track)
    frames = _sample_count(data, track)
    return Header(
        format=kind,
        kind=Kind.VIDEO,
        width=width,
        height=height,
        frames=frames,
        duration_s=_duration_s(data, whole),
    )


def _duration_s(data: bytes, whole: Box) -> float:
    """How long a movie plays; 0 where its header does not say."""
    head = inside(data, whole, b"moov", b"mvhd")
    if head is None:
        return 0.0
    (version,) = unpack("B", data, head.start)
    layout, unknown = (">IQ", 2**64 - 1) if version else (">II", 2**32 - 1)
    scale, length = unpack(layout, data, head.start + (20 if version else 12))
    return length / scale if scale and length != unknown else 0.0


def _picture_track(data: bytes, whole: Box) -> Box | None:
    """The first track whose handler is video or pictures."""
    movie = inside(data, whole, b"moov")
    if movie is None:
        return None
    for track in boxes(data, movie.start, movie.end):
        handler = inside(data, track, b"mdia", b"hdlr") if track.kind == b"trak" else None
        if handler and data[handler.start + 8 : handler.start + 12] in {b"vide", b"pict"}:
            return track
    return None


def _track_size(data: bytes, track: Box) -> tuple[int, int]:
    """Display size in pixels, after the track's rotation; 0 x 0 when it is not said."""
    head = inside(data, track, b"tkhd")
    if head is None:
        return 0, 0
    (version,) = unpack("B", data, head.start)
    matrix = head.start + (52 if version else 40)
    a, b = unpack(">2i", data, matrix)
    width, height = unpack(">2I", data, matrix + 36)
    size = (width >> 16, height >> 16)
    return (size[1], size[0]) if abs(b) > abs(a) else size


def _sample_count(data: bytes, track: Box) -> int:
    """Frames of a track; 0 when it is not said (fragmented files)."""
    table = inside(data, track, b"mdia", b"minf", b"stbl", b"stsz")
    return unpack(">I", data, table.start + 8)[0] if table else 0
