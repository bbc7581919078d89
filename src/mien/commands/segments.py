"""The work on one segment of a video: who is where in it, and the swap."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from mien.commands.checkpoints import Checkpoints
from mien.engine.casting import Casting
from mien.engine.choose import Choice
from mien.engine.frames.cast import ClipCast
from mien.engine.frames.follow import Follower, Seeker
from mien.engine.frames.people import Seen
from mien.engine.frames.render import Closer, Painter
from mien.engine.frames.steady import Steady, reach, steadied
from mien.engine.options import SwapOptions
from mien.engine.swapper import Swapper
from mien.media.video.encoder import Coding, encoded
from mien.media.video.facts import Clip
from mien.media.video.reader import Reader
from mien.media.video.sheet import VideoSheet
from mien.media.video.store import save

#: A segment that begins with a hand before a face is painted from so many seconds before it: what hands covered,
#: and what was known of the face behind them, goes on from frame to frame.
LEAD_S = 0.5
#: Called with the frames done since the last call, 0 while there is nothing but waiting; several times a
#: second. Raises to stop.
Beat = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """All that the work on any segment of a video needs to know. Picklable: helpers get it."""

    clip: Clip
    #: First and stop of each segment.
    parts: tuple[tuple[int, int], ...]
    kept: Checkpoints
    casting: Casting
    options: SwapOptions
    choice: Choice
    by: Coding
    #: Faces of a frame that are swapped.
    most_faces: int


class Hand(Protocol):
    """Swaps segments, one at a time: this process, or a helper's."""

    def swap(self, number: int, row: tuple[int, ...], beat: Beat) -> None:
        """Swap and code segment ``number``; its packets are kept.

        Args:
            row: the people of the first frame that shows any, from left to right.
        """
        ...

    def close(self) -> None:
        """End it, whatever it does."""
        ...


def follow_segment(scene: Scene, number: int, seeker: Seeker, reader: Reader, beat: Beat) -> None:
    """See who is where in a segment, and keep it; the one before must be kept."""
    if scene.kept.seen(number).is_file():
        return
    memory = scene.kept.load_seen(number - 1)[1] if number else None
    follower = Follower(seeker, rate=scene.clip.rate, choice=scene.choice, memory=memory)
    seen: list[Seen] = []
    start, stop = scene.parts[number]
    goes_on = memory is not None and bool(memory.busy)
    sheets = reader.frames(start - goes_on, stop)
    if goes_on:  # a hand is before a face, which is compared with the frame before
        follower.begin_after(next(sheets))
    for sheet in sheets:
        beat(1)
        seen += follower.push(sheet)
    seen += follower.flush()
    scene.kept.save_seen(number, seen, follower.memory)


class OwnHand:
    """Swaps segments in this process."""

    def __init__(self, scene: Scene, swapper: Swapper, closer: Closer) -> None:
        """For one video."""
        self._scene = scene
        self._swapper = swapper
        self._closer = closer
        self._reader = Reader(scene.clip)

    def swap(self, number: int, row: tuple[int, ...], beat: Beat) -> None:
        """As `Hand`'s."""
        path = self._scene.kept.part(number)
        if not path.is_file():
            sheets = self._swapped(number, row, beat)
            save(path, encoded(sheets, self._scene.clip, self._scene.by))

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def _swapped(self, number: int, row: tuple[int, ...], beat: Beat) -> Iterator[VideoSheet]:
        scene = self._scene
        painter = Painter(
            cast=ClipCast(casting=scene.casting, row=row),
            options=scene.options,
            swapper=self._swapper,
            closer=self._closer,
            rate=scene.clip.rate,
        )
        faces = [chosen[: scene.most_faces] for chosen in steady(scene, number)]
        start, stop = scene.parts[number]
        lead = len(faces) - (stop - start)
        sheets = self._reader.frames(start - lead, stop)
        for at, (sheet, _) in enumerate(painter.paint(zip(sheets, faces, strict=True))):
            beat(int(at >= lead))
            if at >= lead:
                yield sheet


def steady(scene: Scene, number: int) -> list[tuple[Steady, ...]]:
    """The faces of a segment, read together with some frames before and after it.

    Those of some frames before it come first, where there is something to be gone on with at its beginning.
    """
    near, last = reach(scene.clip.rate), len(scene.parts) - 1
    earlier = scene.kept.load_seen(number - 1)[0] if number else []
    seen = scene.kept.load_seen(number)[0]
    after = scene.kept.load_seen(number + 1)[0][:near] if number < last else []
    lead = lead_of(seen, scene.clip.rate, most=len(earlier))
    before = earlier[-(near + lead) :]
    return steadied(
        [*before, *seen, *after],
        len(before) - lead,
        len(before) + len(seen),
        rate=scene.clip.rate,
        ends=(number == 0, number == last),
    )


def lead_of(seen: Sequence[Seen], rate: float, *, most: int) -> int:
    """How many frames before those ``seen`` they go on from; ``most`` are known."""
    goes_on = seen and not seen[0].cut and any(s.face.hands for s in seen[0].sightings)
    return min(most, round(LEAD_S * rate)) if goes_on else 0
