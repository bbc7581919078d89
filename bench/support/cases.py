"""Which pictures are swapped with which: by rule, from what the test set's manifest says of them.

Classes come from the words that people wrote about each picture, never from what the engine makes
of it; pairs come from a hash of the file names, so that a new picture moves no other pair.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

#: From here on a face is turned, and from the second on it is near profile (degrees of yaw).
TURNED, NEAR_PROFILE = 15, 46
#: Roll from which a head counts as tilted, degrees.
TILTED_ROLL = 20
#: How many sources each target gets, and how many a picture of several people.
SOURCES_EACH, SOURCES_A_GROUP = 4, 2
#: On how many frontal targets each turned source is put.
TARGETS_EACH = 4

#: Faces of this size and above must be swapped, pixels; how many of a picture's are smaller
#: (measured once in a picture four times as large).
SMALLEST = 24.0
TOO_SMALL = {"hard/tiny_faces_12.jpg": 1}

#: The class of the pairs whose source, not target, is turned.
TURNED_SOURCE = "turned source"
#: All classes, in the order of the table.
CLASSES = (
    "frontal", "yaw 15-45", "beyond", TURNED_SOURCE, "tilted", "occlusion", "expression", "light",
    "painting", "rough", "group",
)  # fmt: skip

#: What is written of a picture and makes it hard: the first that matches names the class. Weak
#: words (a shadow, black and white) come after those that describe what one sees first.
WORDS = (
    ("light", r"monochrome light|low light|silhouette"),
    (
        "occlusion",
        r"glasses|hands? (at|on|over)\b|\bmask\b|microphone|fringe|hair over both|large moustache",
    ),
    ("expression", r"scream|shout|open mouth|tongue|surprised|eyes (nearly )?closed"),
    ("light", r"shadow|low-key|back light|b&w|gel light"),
)
TILTED = r"pitch (up|down)|high camera|upside down"
ROUGH = r"blur|jpeg quality|upscaled"
SEVERAL = r"group photo|tiny faces"
#: Damaged on purpose beyond what a swap can be judged on, or doubles of another file.
LEFT_OUT = r"exif orientation|cut in half|line-art"


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A row of the manifest."""

    file: str
    #: One of CLASSES.
    kind: str
    #: The people in it.
    people: frozenset[str]
    #: Faces that are large enough, counted by eye.
    faces: int
    #: A photograph of one person who does not exist: fit to be a source.
    source: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One swap to be judged."""

    kind: str
    source: str
    target: str
    #: Faces in the target that are large enough, counted by eye.
    faces: int


def degrees(pose: str, axis: str) -> int:
    """The angle that ``pose`` names for ``axis``; 0 when it names none."""
    found = re.search(rf"{axis}~(\d+)", pose)
    return int(found[1]) if found else 0


def kind_of(row: dict[str, str]) -> str | None:
    """The class of a picture; None where it is no case for a swap."""
    what, pose, words = row["kind"], row["pose"].lower(), row["attributes"].lower()
    if what not in ("portrait", "painting", "stylised", "hard", "group"):
        return None
    if re.search(LEFT_OUT, words):
        return None
    if what == "group" or re.search(SEVERAL, words):
        return "group"
    if what in ("painting", "stylised") or "painterly" in words:
        return "painting"
    if what == "hard" and re.search(ROUGH, words):
        return "rough"
    return kind_of_person(pose, words)


def kind_of_person(pose: str, words: str) -> str:
    """The class of a photograph of one person."""
    yaw = degrees(pose, "yaw")
    if yaw >= NEAR_PROFILE or "profile" in pose + words:
        return "beyond"
    for kind, pattern in WORDS:
        if re.search(pattern, words):
            return kind
    if yaw >= TURNED:
        return "yaw 15-45"
    roll = max(degrees(pose, "roll"), 45 * ("roll 45" in words))
    if roll >= TILTED_ROLL or re.search(TILTED, pose + words):
        return "tilted"
    return "frontal"


def photos(rows: Iterable[dict[str, str]]) -> list[Photo]:
    """Every picture of the manifest that has a class."""
    return [
        Photo(
            file=row["file"],
            kind=kind,
            people=frozenset(row["identity"].split("+")),
            faces=int(row["faces"]) - TOO_SMALL.get(row["file"], 0),
            source=row["kind"] == "portrait" and not row["identity"].startswith("real-"),
        )
        for row in rows
        if (kind := kind_of(row)) is not None
    ]


def dealt(one: Photo, among: Iterable[Photo], count: int) -> list[Photo]:
    """``count`` of ``among`` by a hash of both names; nobody meets themselves."""

    def rank(other: Photo) -> bytes:
        return hashlib.sha256(f"{one.file}|{other.file}".encode()).digest()

    return sorted((o for o in among if not o.people & one.people), key=rank)[:count]


def cases(people: list[Photo]) -> Iterator[Case]:
    """Every target with its sources, and every turned source on some frontal targets."""
    frontal = [p for p in people if p.kind == "frontal" and p.source]
    for target in people:
        count = SOURCES_A_GROUP if target.kind == "group" else SOURCES_EACH
        for source in dealt(target, frontal, count):
            yield case(target.kind, source, target)
    for source in people:
        if source.kind == "yaw 15-45" and source.source:
            for target in dealt(source, frontal, TARGETS_EACH):
                yield case(TURNED_SOURCE, source, target)


def case(kind: str, source: Photo, target: Photo) -> Case:
    """``source`` on ``target``."""
    return Case(kind=kind, source=source.file, target=target.file, faces=target.faces)


def chosen(every: int, only: list[str], among: Iterable[Case]) -> list[list[Case]]:
    """Every ``every``-th case of each class in ``only`` (all when empty), one list a target."""
    wanted = [c for c in among if not only or c.kind in only]
    by_kind = {kind: [c for c in wanted if c.kind == kind][::every] for kind in CLASSES}
    left = sorted((c for rows in by_kind.values() for c in rows), key=lambda c: c.target)
    return [list(group) for _, group in groupby(left, key=lambda c: c.target)]
