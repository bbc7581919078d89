"""What a swap in a video has done so far, in a folder: it goes on from there after a crash."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.engine.frames.people import Memory, Person, Seen, Sighting
from mien.engine.types import HAND_POINTS, MESH_POINTS, Face, Hand

PLAN = "plan.json"
#: What the files hold; work of a version of mien that kept something else begins anew.
FORM = 2


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """A folder with what is done of one piece of work."""

    folder: Path

    @classmethod
    def of(cls, folder: Path, *facts: object) -> "Checkpoints":
        """The folder, for work that ``facts`` describe; what other work left there is removed."""
        mark = json.dumps(hashlib.sha256(repr((FORM, facts)).encode()).hexdigest()).encode()
        plan = folder / PLAN
        if not plan.is_file() or plan.read_bytes() != mark:
            folder.mkdir(parents=True, exist_ok=True)
            cls(folder).clear()
            _whole(plan, mark)
        return cls(folder)

    def part(self, number: int) -> Path:
        """Where the packets of a segment are."""
        return self.folder / f"part-{number:05}.packets"

    def seen(self, number: int) -> Path:
        """Where is what a segment shows."""
        return self.folder / f"seen-{number:05}.npz"

    def save_seen(self, number: int, seen: Sequence[Seen], memory: Memory) -> None:
        """Keep what a segment shows, and what the follower knew after it."""
        path = self.seen(number)
        part = _part_of(path)
        with part.open("wb") as file:
            np.savez(file, allow_pickle=False, **_frames(seen), **_memory(memory))
        part.replace(path)

    def load_seen(self, number: int) -> tuple[list[Seen], Memory]:
        """What `save_seen` kept."""
        with np.load(self.seen(number), allow_pickle=False) as kept:
            arrays = dict(kept)
        return _seen_of(arrays), _memory_of(arrays)

    def clear(self) -> None:
        """Remove everything."""
        for path in self.folder.glob("*-*"):
            path.unlink(missing_ok=True)
        (self.folder / PLAN).unlink(missing_ok=True)


def _part_of(path: Path) -> Path:
    """Where ``path`` is written until it is whole; two processes may be at the same for a moment."""
    return path.with_suffix(f".{os.getpid()}.part")


def _whole(path: Path, data: bytes) -> None:
    part = _part_of(path)
    part.write_bytes(data)
    part.replace(path)


Arrays = dict[str, NDArray[Any]]


def _frames(seen: Sequence[Seen]) -> Arrays:
    sightings = [sighting for frame in seen for sighting in frame.sightings]
    return {
        "counts": np.array([len(frame.sightings) for frame in seen], np.int64),
        "cuts": np.array([frame.cut for frame in seen], np.bool_),
        "persons": np.array([s.person for s in sightings], np.int64),
        **_faces("seen", [s.face for s in sightings]),
        **_drifts(sightings),
    }


def _drifts(sightings: Sequence[Sighting]) -> Arrays:
    drifts = [sighting.drift for sighting in sightings if sighting.drift is not None]
    return {
        "drifted": np.array([s.drift is not None for s in sightings], np.bool_),
        "drifts": np.array(drifts, np.float32).reshape(len(drifts), MESH_POINTS, 2),
    }


def _faces(name: str, faces: Sequence[Face]) -> Arrays:
    landmarks = [face.landmarks for face in faces]
    return {
        f"{name}_landmarks": np.array(landmarks, np.float32).reshape(len(faces), -1, 3)
        if faces
        else np.zeros((0, 1, 3), np.float32),
        f"{name}_scores": np.array([face.score for face in faces], np.float64),
        **_hands(name, faces),
    }


def _hands(name: str, faces: Sequence[Face]) -> Arrays:
    hands = [hand for face in faces for hand in face.hands]
    landmarks = np.array([hand.landmarks for hand in hands], np.float32)
    return {
        f"{name}_hand_counts": np.array([len(face.hands) for face in faces], np.int64),
        f"{name}_hands": landmarks.reshape(len(hands), HAND_POINTS, 3),
        f"{name}_hand_scores": np.array([hand.score for hand in hands], np.float64),
    }


def _faces_of(name: str, arrays: Arrays) -> list[Face]:
    rows = zip(
        arrays[f"{name}_landmarks"], arrays[f"{name}_scores"], _hands_of(name, arrays), strict=True
    )
    return [
        Face(landmarks=landmarks, score=float(score), hands=hands)
        for landmarks, score, hands in rows
    ]


def _hands_of(name: str, arrays: Arrays) -> Iterator[tuple[Hand, ...]]:
    pairs = zip(arrays[f"{name}_hands"], arrays[f"{name}_hand_scores"], strict=True)
    hands = (Hand(landmarks=landmarks, score=float(score)) for landmarks, score in pairs)
    for count in arrays[f"{name}_hand_counts"].tolist():
        yield tuple(islice(hands, count))


def _seen_of(arrays: Arrays) -> list[Seen]:
    people, faces = arrays["persons"].tolist(), _faces_of("seen", arrays)
    drifts = iter(arrays["drifts"])
    sightings = [
        Sighting(person=person, face=face, drift=next(drifts) if drifted else None)
        for person, face, drifted in zip(people, faces, arrays["drifted"].tolist(), strict=True)
    ]
    out, at = [], 0
    for count, cut in zip(arrays["counts"].tolist(), arrays["cuts"].tolist(), strict=True):
        out.append(Seen(sightings=tuple(sightings[at : at + count]), cut=cut))
        at += count
    return out


def _memory(memory: Memory) -> Arrays:
    people = memory.people
    glance = memory.glance
    return {
        **_faces("people", [person.face for person in people]),
        "likenesses": np.array([person.likeness for person in people], np.float32),
        "present": np.array([person.present for person in people], np.bool_),
        "everyone": np.array(memory.chosen is None),
        "chosen": np.array(sorted(memory.chosen or ()), np.int64),
        "begun": np.array(memory.begun),
        "since": np.array([memory.since_look, memory.since_search], np.int64),
        "glance": np.zeros((0, 0), np.float32) if glance is None else glance,
        "usual": np.array(memory.usual, np.float64),
        "busy": np.array(sorted(memory.busy), np.int64),
    }


def _memory_of(arrays: Arrays) -> Memory:
    faces = _faces_of("people", arrays)
    rows = zip(faces, arrays["likenesses"], arrays["present"].tolist(), strict=True)
    look, search = arrays["since"].tolist()
    return Memory(
        people=tuple(
            Person(number=number, face=face, likeness=likeness, present=present)
            for number, (face, likeness, present) in enumerate(rows)
        ),
        chosen=None if arrays["everyone"] else frozenset(arrays["chosen"].tolist()),
        begun=bool(arrays["begun"]),
        since_look=look,
        since_search=search,
        glance=arrays["glance"] if arrays["glance"].size else None,
        usual=float(arrays["usual"]),
        busy=frozenset(arrays["busy"].tolist()),
    )
