"""A swap in a video: followed once from its beginning, swapped in segments, joined with its sound.

A segment is done when its file is in the work folder. Whoever starts the same work on the same folder goes on
with what is missing, and gets the same file, byte by byte: what a segment shows depends on the clip and
on what was seen before, never on who does it or when.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import LifoQueue
from threading import Event
from time import perf_counter

from mien.commands.animation import Looker
from mien.commands.checkpoints import Checkpoints
from mien.commands.segments import Beat, Hand, OwnHand, Scene, follow_segment
from mien.commands.stopwatch import Stopwatch
from mien.engine.casting import Casting
from mien.engine.choose import Choice
from mien.engine.frames.cast import ClipCast, first_with_faces, row_of
from mien.engine.frames.people import Seen
from mien.engine.frames.picture import whole
from mien.engine.options import SwapOptions
from mien.engine.pipeline import EVERY_FACE, Draft, find_source, go_on, judge
from mien.engine.swapper import Swapper
from mien.errors import NoFaceFound, WorkerLost
from mien.media.formats import Format
from mien.media.limits import Limits
from mien.media.pictures import Still
from mien.media.video.encoder import Coding, coding
from mien.media.video.facts import Clip
from mien.media.video.join import Film, Span, joined
from mien.media.video.plan import segments
from mien.media.video.reader import Reader, frames
from mien.media.video.scan import scan
from mien.media.video.settings import VideoSettings
from mien.media.video.store import load

TARGET = "target"
#: Seconds between two looks at whether to go on, and between two reports.
PATIENCE_S = 0.2
#: What a video of a format becomes where nobody says it; AVI holds no times.
RESULTS = {Format.AVI: Format.MP4}


class Stopped(Exception):
    """The work was stopped from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRequest:
    """What to swap."""

    #: The video, and where the result is to be.
    target: Path
    result: Path
    #: A folder for what is done so far; it need not be there. It is emptied at the end.
    work: Path
    #: Says which source it is, so that work with another one is not taken up.
    source_key: str
    #: Makes a draft with the source in the colours of the first frame.
    begin: Callable[[Still], Draft]
    options: SwapOptions = field(default_factory=SwapOptions)
    choice: Choice = EVERY_FACE
    #: The target's format, as its header says it, and the result's; None keeps it.
    format: Format
    result_format: Format | None = None
    #: Seconds of the target; None: to its end.
    start_s: float = 0.0
    end_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoReport:
    """What happened."""

    format: Format
    width: int
    height: int
    frames: int
    duration_s: float
    #: People in the video, and how many of them were swapped.
    found: int
    swapped: int
    warnings: tuple[str, ...]
    #: Milliseconds by stage.
    ms: dict[str, float]


def unheard(done: int, all_: int) -> None:
    """The report that nobody hears."""


@dataclass(frozen=True, kw_only=True)
class SwapVideo:
    """Put a source on the chosen faces of a video."""

    finder: Looker
    swapper: Swapper
    limits: Limits
    settings: VideoSettings
    #: Segments that are worked on at a time: this process's own, and helpers'.
    hands: int
    #: Starts a helper.
    help: Callable[[Scene], Hand]
    clock: Callable[[], float] = perf_counter

    def __call__(
        self,
        request: VideoRequest,
        *,
        check: Callable[[], None] = go_on,
        tell: Callable[[int, int], None] = unheard,
    ) -> VideoReport:
        """Swap the video that ``request`` names, whose header was looked at.

        Args:
            check: called five times a second; raises to stop. What is done stays in the work folder.
            tell: called as often with the frames that are done, and all there are.

        Raises:
            TooLarge: the packets show more than the header said.
            Damaged, Unsupported: the video cannot be read.
            NoFaceFound: in the source, or in no frame of the target.
            BadOption: when a face that was chosen is not there.
        """
        watch = Stopwatch(clock=self.clock, check=check)
        clip = watch.time("scan", lambda: scan(request.target, request.format))
        span = _span(clip, request)
        duration_s = float((span.end - span.begin) * clip.time_base)
        self.limits.require_clip(
            frames=span.stop - span.first,
            duration_s=duration_s,
            width=clip.width,
            height=clip.height,
            field=TARGET,
        )
        draft = watch.time("source", lambda: self._cast(clip, span, request))
        form = request.result_format or RESULTS.get(request.format, request.format)
        by = coding(self.settings, form)
        scene = self._scene(request, clip, span, _casting(draft), by)
        with self._hands(scene) as hands:
            run = _Run(scene=scene, finder=self.finder, hands=hands, threads=self.hands, tell=tell)
            watch.time("swap", lambda: run(check))
        draft = watch.time("judge", lambda: run.judged(draft))
        made = tuple(load(scene.kept.part(number)) for number in range(len(scene.parts)))
        film = Film(clip=clip, span=span, segments=made, by=by, format=form)
        notes = watch.time("join", lambda: joined(request.result, film))
        scene.kept.clear()
        return VideoReport(
            format=form,
            width=clip.width - clip.width % 2,
            height=clip.height - clip.height % 2,
            frames=span.stop - span.first,
            duration_s=duration_s,
            found=draft.found,
            swapped=draft.swapped,
            warnings=(*clip.warnings, *draft.warnings, *notes),
            ms=watch.ms,
        )

    def _scene(
        self, request: VideoRequest, clip: Clip, span: Span, casting: Casting, by: Coding
    ) -> Scene:
        return Scene(
            clip=clip,
            parts=tuple(segments(clip, span.first, span.stop)),
            kept=_kept(request, clip, span, by),
            casting=casting,
            options=request.options,
            choice=request.choice,
            by=by,
            most_faces=self.limits.max_faces,
        )

    @contextmanager
    def _hands(self, scene: Scene) -> Iterator[LifoQueue[Hand]]:
        """This process's own hand, and those of helpers above it; all end with the work."""
        queue: LifoQueue[Hand] = LifoQueue()
        hands: list[Hand] = [OwnHand(scene, self.swapper, self.finder)]
        # No more helpers than segments that could wait for one.
        helpers = min(self.hands, len(scene.parts)) - 1
        try:
            hands.extend(self.help(scene) for _ in range(helpers))
            for hand in hands:
                queue.put(hand)
            yield queue
        finally:
            for hand in hands:
                hand.close()

    def _cast(self, clip: Clip, span: Span, request: VideoRequest) -> Draft:
        first = next(frames(clip, span.first, span.first + 1))
        still = Still(pixels=whole(first), format=clip.format)
        return find_source(request.begin(still), self.finder, self.swapper)


def _casting(draft: Draft) -> Casting:
    if draft.casting is None:
        raise ValueError("a casting is needed; run find_source first")
    return draft.casting


def _span(clip: Clip, request: VideoRequest) -> Span:
    first = min(clip.at_s(request.start_s), clip.frames - 1) if request.start_s else 0
    stop = clip.frames if request.end_s is None else clip.at_s(request.end_s)
    return Span.of(clip, first, max(stop, first + 1))


def _kept(request: VideoRequest, clip: Clip, span: Span, by: Coding) -> Checkpoints:
    return Checkpoints.of(
        request.work,
        request.source_key,
        clip.times.tobytes(),
        (clip.width, clip.height, clip.turns),
        span,
        by,
        request.options,
        request.choice,
    )


@dataclass(kw_only=True)
class _Run:
    """The work between the first look and the joined file."""

    scene: Scene
    finder: Looker
    #: Hands that are free: helpers first, for following takes this process's own time.
    hands: LifoQueue[Hand]
    threads: int
    tell: Callable[[int, int], None]
    #: Set when the work is to end.
    stop: Event = field(default_factory=Event)
    #: Frames swapped, by segment.
    done: dict[int, int] = field(default_factory=dict)
    #: The first frame that shows someone, and who is there.
    first: tuple[int, Seen] | None = None
    people: set[int] = field(default_factory=set)
    #: Most faces in one frame.
    most: int = 0

    def __call__(self, check: Callable[[], None]) -> None:
        """Do what is not done yet.

        One segment after the other is followed; a segment is swapped as soon as the next one is
        followed, for the landmarks of its last frames are read together with those after.
        """
        reader = Reader(self.scene.clip)
        try:
            with ThreadPoolExecutor(self.threads, thread_name_prefix="mien-video") as pool:
                try:
                    self._all(pool, reader, check)
                finally:
                    self.stop.set()  # when all is done, nobody is left to stop
        finally:
            reader.close()

    def _all(self, pool: ThreadPoolExecutor, reader: Reader, check: Callable[[], None]) -> None:
        count = len(self.scene.parts)
        following: Future[None] | None = pool.submit(self._follow, 0, reader)
        followed, begun = 0, 0
        swaps: set[Future[None]] = set()
        while following or swaps or begun < count:
            check()
            self._report()
            waiting = swaps | ({following} if following else set())
            wait(waiting, timeout=PATIENCE_S, return_when=FIRST_COMPLETED)
            if following and following.done():
                following.result()
                followed += 1
                more = followed < count
                following = pool.submit(self._follow, followed, reader) if more else None
                self._require_someone(followed)
            ready = followed if followed == count else followed - 1
            while self.first and begun < ready:
                swaps.add(pool.submit(self._swap, begun))
                begun += 1
            for swap in [swap for swap in swaps if swap.done()]:
                swaps.remove(swap)
                swap.result()
        self._report()

    def _report(self) -> None:
        parts = self.scene.parts
        self.tell(sum(self.done.values()), parts[-1][1] - parts[0][0])

    def _require_someone(self, followed: int) -> None:
        parts = self.scene.parts
        if followed == len(parts) and self.first is None:
            count = parts[-1][1] - parts[0][0]
            raise NoFaceFound(TARGET, hint=f"None of the {count} frames of the video shows one.")

    def _go_on(self, frames: int = 0) -> None:  # noqa: ARG002 - a `Beat`
        if self.stop.is_set():
            raise Stopped

    # --- one segment

    def _follow(self, number: int, reader: Reader) -> None:
        follow_segment(self.scene, number, self.finder, reader, self._go_on)
        seen = self.scene.kept.load_seen(number)[0]
        at = first_with_faces(seen)
        if self.first is None and at is not None:
            self.first = self.scene.parts[number][0] + at, seen[at]
        self.people |= {s.person for frame in seen for s in frame.sightings}
        self.most = max(self.most, *(len(frame.sightings) for frame in seen))

    def _swap(self, number: int) -> None:
        def beat(frames: int) -> None:
            self._go_on()
            self.done[number] = self.done.get(number, 0) + frames

        row = row_of(self.first[1]) if self.first else ()
        while not self._swapped(number, row, beat):
            self.done[number] = 0  # the hand is gone; another one begins anew
        start, stop = self.scene.parts[number]
        self.done[number] = stop - start

    def _swapped(self, number: int, row: tuple[int, ...], beat: Beat) -> bool:
        """Whether a hand has swapped the segment; False when it died, and is not put back."""
        with ExitStack() as back:
            hand = self.hands.get()
            back.callback(self.hands.put, hand)
            try:
                hand.swap(number, row, beat)
            except WorkerLost:
                back.pop_all()
                return False
        return True

    # --- what there is to say

    def judged(self, draft: Draft) -> Draft:
        """By the first frame that shows faces."""
        if self.first is None:
            raise ValueError("nobody was seen")
        (number, seen), most, scene = self.first, self.scene.most_faces, self.scene
        shown = tuple(sighting.face for sighting in seen.sightings)[:most]
        picture = whole(next(frames(scene.clip, number, number + 1)))
        cast = ClipCast(casting=scene.casting, row=row_of(seen))
        swapped = [person for person in self.people if cast.source_of(person) is not None]
        judged = judge(replace(draft, target_image=picture, faces=shown))
        crowd = (
            (
                f"Frames of the target show up to {self.most} faces; the {most} largest were swapped.",
            )
            if self.most > most
            else ()
        )
        said = (*judged.warnings, *scene.casting.warnings(shown), *crowd)
        return replace(judged, warnings=said, found=len(self.people), swapped=len(swapped))
