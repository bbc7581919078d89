"""A swap as a list of named steps: cancellable between steps, timed step by step.

The source and the target are looked at side by side: neither needs the other until the swap.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from time import perf_counter
from types import MappingProxyType
from typing import Protocol

from mien.engine.advice import PROFILE, SOURCE_RULES, about_one, about_targets, softness
from mien.engine.beside import ALONE, Beside, Later
from mien.engine.casting import Casting
from mien.engine.choose import All, Choice
from mien.engine.geometry import Pyramid, Viewed
from mien.engine.likeness import likeness
from mien.engine.mesh.source import Source
from mien.engine.options import SwapOptions
from mien.engine.pose import pose
from mien.engine.quality import Quality, assess, examine, with_covers
from mien.engine.sketch import Ahead, Sketch
from mien.engine.study import Laid, Sight
from mien.engine.swapper import StillSwapper, Swapper
from mien.engine.types import Face, Image
from mien.errors import NoFaceFound, TurnedAway


class Finder(Protocol):
    """Finds faces, and what covers them."""

    def find(self, image: Viewed) -> list[Face]:
        """Faces of ``image`` ``(H, W, 3)``, the largest first; empty when there are none."""
        ...

    def closely(self, image: Viewed) -> list[Face]:
        """As `find`, with what is around and before each face."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Giving:
    """What a photo gives: its largest face, made ready."""

    person: Source
    #: What the photo is worth, looked at when somebody asks; and how many faces it shows.
    quality: Later[Quality]
    faces: int


def as_it_is(pixels: Image) -> Image:
    """``pixels`` themselves."""
    return pixels


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draft:
    """A swap on its way: what is known so far. Steps return a new one."""

    #: ``(H, W, 3)`` the picture that gets a face; and whether that may be painted over, where its array can be
    #: written to: nobody needs it any more.
    target_image: Image
    spent: bool = False
    #: ``(H, W, 3)`` the picture that gives it; None where people were made ready before.
    source_image: Image | None = None
    #: Brings that into the target's colours, where it is not in them yet.
    into_colours: Callable[[Image], Image] = as_it_is
    #: Who goes where; and what the source's picture gives, where it was looked at.
    casting: Casting | None = None
    giving: Giving | None = None
    #: The target with its halves, once it was looked at.
    seen: Pyramid | None = None
    #: The target's faces that are to be swapped, the largest first.
    faces: tuple[Face, ...] = ()
    #: How many faces the target has.
    found: int = 0
    #: What these are like, in their order; and what has been made ready of the swap of the only one.
    qualities: tuple[Quality, ...] | None = None
    laid: Laid | None = None
    sight: Sight | None = None
    sketch: Sketch | None = None
    #: ``(H, W, 3)`` the target with what has been swapped so far.
    result: Image | None = None
    swapped: int = 0
    #: What a person should know about the result, one sentence each.
    warnings: tuple[str, ...] = ()
    #: Milliseconds of each step done.
    ms: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


Step = Callable[[Draft], Draft]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """Two lists of steps that know nothing of each other, and are run side by side."""

    #: Its error is raised where both have one, and its warnings come first.
    one: "Steps"
    other: "Steps"


Steps = Sequence[tuple[str, Step] | Fork]


def go_on() -> None:
    """The check that never objects."""


def run(
    steps: Steps,
    draft: Draft,
    *,
    check: Callable[[], None] = go_on,
    clock: Callable[[], float] = perf_counter,
    side: Beside = ALONE,
) -> Draft:
    """Run ``steps`` in order.

    Args:
        steps: names and functions.
        draft: where to start.
        check: called before each step; raises to stop (a job was cancelled, its lease is lost). May be
            called by two threads at once.
        clock: seconds; the differences become ``Draft.ms``.
        side: how forks are run.
    """
    for part in steps:
        if isinstance(part, Fork):
            draft = _forked(part, draft, check=check, clock=clock, side=side)
            continue
        name, step = part
        check()
        start = clock()
        draft = step(draft)
        took = (clock() - start) * 1000
        draft = replace(draft, ms=MappingProxyType({**draft.ms, name: took}))
    return draft


def _forked(
    fork: Fork,
    draft: Draft,
    *,
    check: Callable[[], None],
    clock: Callable[[], float],
    side: Beside,
) -> Draft:
    one, other = side.both(
        lambda: run(fork.one, draft, check=check, clock=clock, side=side),
        lambda: run(fork.other, draft, check=check, clock=clock, side=side),
    )
    names = (each.name for each in fields(Draft))
    learnt = {n: getattr(other, n) for n in names if getattr(other, n) is not getattr(draft, n)}
    learnt["warnings"] = one.warnings + other.warnings[len(draft.warnings) :]
    learnt["ms"] = MappingProxyType({**one.ms, **other.ms})
    return replace(one, **learnt)


#: What is chosen when nobody chooses.
EVERY_FACE = All()


def swap_steps(
    finder: Finder,
    swapper: StillSwapper,
    options: SwapOptions,
    *,
    max_faces: int,
    choice: Choice = EVERY_FACE,
    side: Beside = ALONE,
    before: tuple[Steps, Steps] = ((), ()),
) -> Steps:
    """The steps of a swap of stills, but for `judge`: that can wait until others wait for the result's file.

    Args:
        choice: which faces of the target are meant.
        side: how several faces are looked at.
        before: what comes before the source is looked at, and before the target is: reading them.

    Raises (when run):
        NoFaceFound: with field "source" or "target".
        TurnedAway: all chosen faces of the target are in profile.
        BadOption: when a face that was chosen is not there.
    """
    of_source: Steps = [
        *before[0],
        (
            "source",
            lambda draft: find_source(
                draft, finder, swapper, occlusion=options.occlusion, side=side
            ),
        ),
    ]
    seen: Steps = [
        ("lay", lambda draft: side.whole(lambda: lay_ahead(draft, swapper))),
        ("parts", wait_for_parts),
        ("look", lambda draft: side.whole(lambda: look_ahead(draft, swapper, options))),
    ]
    drawn: Steps = [
        ("assess", lambda draft: side.whole(lambda: assess_targets(draft))),
        ("sketch", lambda draft: side.whole(lambda: sketch_ahead(draft, swapper, options))),
    ]
    of_target: Steps = [
        *before[1],
        ("detect", lambda draft: find_targets(draft, finder, occlusion=options.occlusion)),
        ("choose", lambda draft: without_profiles(choose(draft, max_faces, choice))),
        Fork(one=drawn, other=seen),
    ]
    return [
        Fork(one=of_source, other=of_target),
        ("swap", lambda draft: swap_each(draft, swapper, options)),
    ]


def find_source(
    draft: Draft,
    finder: Finder,
    swapper: Swapper,
    *,
    occlusion: bool = True,
    side: Beside = ALONE,
) -> Draft:
    """Cast the largest face of the source; who is cast already is kept."""
    if draft.casting is not None:
        return draft
    if draft.source_image is None:
        raise ValueError("a draft needs a source picture or a casting")
    picture = Pyramid(draft.source_image)
    faces = finder.closely(picture) if occlusion else finder.find(picture)
    if not faces:
        raise NoFaceFound("source")
    require_facing([faces[0]], "source")
    face = faces[0]
    settled([face])
    pixels = draft.into_colours(draft.source_image)
    person = side.whole(lambda: swapper.prepare(pixels, face, occlusion=occlusion))
    quality = Later(partial(examine, picture, face))
    giving = Giving(person=person, quality=quality, faces=len(faces))
    return replace(draft, casting=Casting(people=(person,)), giving=giving)


def find_targets(draft: Draft, finder: Finder, *, occlusion: bool = True) -> Draft:
    """Find the target's faces; what covers them too, unless that is of no interest."""
    picture = Pyramid(draft.target_image)
    faces = finder.closely(picture) if occlusion else finder.find(picture)
    if not faces:
        raise NoFaceFound("target")
    return replace(draft, seen=picture, faces=tuple(faces), found=len(faces))


def choose(draft: Draft, max_faces: int, choice: Choice = EVERY_FACE) -> Draft:
    """Keep the faces of ``choice``; leave out the smallest beyond ``max_faces``, and say so."""
    chosen = tuple(choice(draft.faces, partial(likeness, draft.seen or draft.target_image)))
    if len(chosen) <= max_faces:
        return replace(draft, faces=chosen)
    shown = f"The target picture shows {draft.found} faces"
    asked = "" if len(chosen) == draft.found else f", {len(chosen)} of them chosen"
    warning = f"{shown}{asked}; the {max_faces} largest were swapped."
    return replace(draft, faces=chosen[:max_faces], warnings=(*draft.warnings, warning))


def without_profiles(draft: Draft) -> Draft:
    """Leave alone the faces that are seen from the side: half of such a face would have to be invented.

    Raises:
        TurnedAway: no other face is left.
    """
    kept = tuple(face for face in draft.faces if turned(face) < PROFILE)
    if not kept:
        require_facing(draft.faces, "target")
    left = len(draft.faces) - len(kept)
    if not left:
        return draft
    faces = "1 face of the target is" if left == 1 else f"{left} faces of the target are"
    warning = f"{faces} turned by more than {PROFILE} degrees and left alone."
    return replace(draft, faces=kept, warnings=(*draft.warnings, warning))


def require_facing(faces: Sequence[Face], where: str) -> None:
    """Refuse ``faces`` that are all in profile.

    Raises:
        TurnedAway: with the field ``where``.
    """
    least = min(turned(face) for face in faces)
    if least >= PROFILE:
        raise TurnedAway(where, degrees=least, limit=PROFILE)


def turned(face: Face) -> float:
    """Degrees by which the head is turned to either side."""
    return abs(pose(face.landmarks)[0])


def wait_for_parts(draft: Draft) -> Draft:
    """Wait for what is around the chosen faces."""
    settled(draft.faces)
    return draft


def settled(faces: Iterable[Face]) -> None:
    """Wait for what is around ``faces``, so that nobody who waits keeps the interpreter from others."""
    for face in faces:
        if face.parts:
            face.parts.answer()


def lay_ahead(draft: Draft, swapper: StillSwapper) -> Draft:
    """See the target's face, where there is but one: each of several is seen after those before it."""
    if len(draft.faces) != 1 or _nobody(draft):
        return draft
    return replace(draft, laid=swapper.laid(draft.target_image, draft.faces[0]))


def look_ahead(draft: Draft, swapper: StillSwapper, options: SwapOptions) -> Draft:
    """See what the target's face is like that was laid."""
    if draft.laid is None:
        return draft
    return replace(draft, sight=swapper.sight(draft.laid, draft.faces[0], options))


def sketch_ahead(draft: Draft, swapper: StillSwapper, options: SwapOptions) -> Draft:
    """Draw who is known already where they go, as `look_ahead`."""
    if len(draft.faces) != 1 or draft.casting is None:
        return draft
    (person,) = draft.casting.roles(draft.faces)
    if person is None:
        return draft
    return replace(
        draft, sketch=swapper.sketch(draft.target_image, draft.faces[0], person, options)
    )


def _nobody(draft: Draft) -> bool:
    """Whether it is known that nobody takes the place of the only face."""
    return draft.casting is not None and draft.casting.roles(draft.faces) == [None]


def assess_targets(draft: Draft) -> Draft:
    """Measure the target's faces by what the picture shows; nobody waits for their parts here."""
    picture = draft.seen or draft.target_image
    return replace(
        draft, qualities=tuple(assess(picture, face, closely=False) for face in draft.faces)
    )


def judge(draft: Draft) -> Draft:
    """Say what keeps the swap from being as good as it could be, of the source and the targets.

    A source that was prepared elsewhere was judged there. Targets that were not assessed before the swap must be
    as they were then.
    """
    qualities = draft.qualities
    if qualities is None:
        qualities = assess_targets(draft).qualities or ()
    pairs = zip(qualities, draft.faces, strict=True)
    qualities = tuple(with_covers(quality, face) for quality, face in pairs)
    warnings = about_targets(qualities)
    if draft.giving is not None:
        warnings = (*about_source(draft.giving, qualities), *warnings)
    return replace(draft, warnings=draft.warnings + warnings)


def about_source(giving: Giving, of_targets: Sequence[Quality]) -> tuple[str, ...]:
    """What keeps a photo from being as good a source as it could be for these targets."""
    several = f"The source picture shows {giving.faces} faces; the largest was used."
    return (
        *((several,) if giving.faces > 1 else ()),
        *about_one(giving.quality(), SOURCE_RULES, whose="The source's"),
        *softness(giving.quality(), of_targets),
    )


def swap_each(draft: Draft, swapper: StillSwapper, options: SwapOptions) -> Draft:
    """Swap the chosen faces, far ones first: a nearer, larger face covers what it overlaps.

    A face that is left alone is still finished as the options ask: older, say.
    """
    if draft.casting is None:
        raise ValueError("swap_each needs a casting; run find_source first")
    roles = draft.casting.roles(draft.faces)
    ahead = Ahead(sight=draft.sight, sketch=draft.sketch)
    mine = draft.spent and draft.target_image.flags.writeable
    result, swapped = draft.target_image if mine else draft.target_image.copy(), 0
    for face, person in reversed(list(zip(draft.faces, roles, strict=True))):
        if person is None and not options.finishes:
            continue
        worn = person or swapper.prepare(result, face)
        swapper.paint(result, face, worn, options, ahead=ahead)
        swapped += 1
    warnings = (*draft.warnings, *draft.casting.warnings(draft.faces))
    return replace(draft, result=result, swapped=swapped, warnings=warnings)
