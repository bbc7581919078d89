"""What the measures of `mien.engine.quality` mean to a person: faults, sentences, a verdict.

Every rule has a limit that was set on 93 portraits and 19 hard pictures so that it speaks of nearly
every picture that has the fault and of hardly any frontal portrait that has not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mien.engine.quality import Quality


class Verdict(StrEnum):
    """How good a source a face is."""

    GOOD = "good"
    USABLE = "usable"
    POOR = "poor"


#: Pixels: a source below this is softer than nearly every target, a target below this shows little.
SMALL_SOURCE, SMALL_TARGET = 64, 24
#: A source that gives all its detail to a portrait.
ENOUGH_PIXELS = 200
#: Degrees of yaw from which one half of a source is guessed.
TURNED = 30
#: Degrees of yaw from which half a face is not seen and the mesh no longer follows a target: heads
#: that stand at 70 to 90 by eye measure 56 to 79, those at 45 at most 53.
PROFILE = 55
#: Degrees of pitch; people who look into the camera reach 21.
TILTED = 23
#: `Quality.blur`: blurred pictures begin at .89, crisp ones end at .75. Smaller faces have no detail.
BLURRED, BLUR_FROM_PIXELS = 0.82, 48
#: `Quality.blocks`: JPEG of quality 3 has 8, all others 1.3 at most.
BLOCKY = 2.5
#: `Quality.eyes`: closed ones end at .11, eyes that laugh begin at .16.
CLOSED = 0.135
#: `Quality.mouth`: laughing ends at .35, shouting begins at .39.
WIDE_OPEN = 0.42
#: Shares of the forehead and of the eyes' surroundings that are not skin; and how much darker (in
#: spreads) hair and hats are, how much brighter a forehead is than a mask.
COVERED, GLASSES = 0.5, 0.93
DARKER, MASKED, MASKED_SHARE = -1.0, 3.5, 0.6
#: `Covers`, by the network for parts. Fringes and hats begin at .17 of the forehead, parted hair and shadows end at
#: .15; bridges of glasses begin at .20, all else ends at .08; lenses that hide eyes have 1, all others 0; masks have
#: 1 below the nose, microphones and hands before mouth and chin begin at .18, all else ends at .03.
ON_FOREHEAD, BRIDGE, HIDDEN, HIDING_HAIR, CLOTH, BELOW = 0.16, 0.14, 0.5, 0.3, 0.6, 0.1
#: Share of the mesh outside the picture; foreheads cut at the hairline reach .02.
CUT_OFF = 0.08
#: Luminance that the brightest tenth of a face stays below in the dark, and shares of skin without
#: any drawing in shadow or light.
DIM, BLACKENED, BURNT = 62, 0.4, 0.15
#: Stops between the halves of a face; a window on one side makes .9.
ONE_SIDED = 1.35
#: `Light.glare` of hard light: sun on dark skin reaches .70, what is above .72 has shadows with edges.
HARD_LIGHT = 0.72
#: `Quality.lamps`: lamps of two colours and one red one have 2.7 and more, daylight and warm lamps 1.5 at most, and
#: JPEG of quality 3 has 1.8.
COLOURED_LAMPS = 2.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A fault: when a face has it, and what to say about one face and about some of many."""

    #: For programs.
    code: str
    has: Callable[[Quality], bool]
    #: Follows "The source's" or "The", with the `Quality` to fill in.
    one: Callable[[Quality], str]
    #: Follows "3 of 5 faces of the target"; "" for rules about sources.
    many: str = ""
    #: Whether a source with it is poor.
    spoils: bool = False


def whole(quality: Quality) -> bool:
    """Whether the face lies in the picture: beyond its edge there is only black."""
    return quality.outside < CUT_OFF


def whatever(sentence: str) -> Callable[[Quality], str]:
    """``sentence`` for every quality."""
    return lambda _: sentence


def is_blurred(quality: Quality) -> bool:
    """Whether there is less detail than the face's size promises."""
    return quality.blur >= BLURRED and quality.size >= BLUR_FROM_PIXELS


def is_dark(quality: Quality) -> bool:
    """Whether much of the face lies in shadow without drawing."""
    return whole(quality) and (quality.light.brightness < DIM or quality.light.black > BLACKENED)


def is_hard_lit(quality: Quality) -> bool:
    """Whether shadows with edges lie on a face that nothing covers, and that is not said to lie in shadow or to be half in it."""
    told = is_dark(quality) or is_fringed(quality) or is_masked(quality) or is_one_sided(quality)
    shown = whole(quality) and abs(quality.yaw) < PROFILE
    return shown and not told and quality.light.glare > HARD_LIGHT


def is_one_sided(quality: Quality) -> bool:
    """Whether one half of a face gets much more light than the other."""
    return whole(quality) and not is_dark(quality) and quality.light.side > ONE_SIDED


def is_fringed(quality: Quality) -> bool:
    """Whether something covers the forehead: told by the network, or darker than skin."""
    if not whole(quality) or is_masked(quality):
        return False
    told = quality.covers is not None and quality.covers.forehead > ON_FOREHEAD
    return told or (quality.forehead > COVERED and quality.forehead_lighter < DARKER)


def about_forehead(quality: Quality) -> str:
    """What covers the forehead, as far as that is known."""
    covers = quality.covers
    if covers is None or covers.forehead <= ON_FOREHEAD:
        return "forehead is covered by a fringe, a hat or a shadow."
    if covers.hair_on_forehead > covers.things_on_forehead:
        return "forehead is covered by a fringe."
    return "forehead is covered by a hat or a cloth."


def is_masked(quality: Quality) -> bool:
    """Whether mouth, chin and cheeks are cloth; by colour, the forehead is bright and nothing below it is."""
    if quality.covers is not None:
        return whole(quality) and quality.covers.things_below > CLOTH
    bright = quality.forehead_lighter > MASKED
    return whole(quality) and bright and quality.forehead > MASKED_SHARE


def hides_mouth(quality: Quality) -> bool:
    """Whether a hand or a thing is before the face below the nose."""
    covers = quality.covers
    return covers is not None and whole(quality) and not is_masked(quality) and covers.below > BELOW


def about_mouth(quality: Quality) -> str:
    """What is before the face below the nose."""
    covers = quality.covers
    hand = covers is not None and covers.hands_below > covers.things_below
    return f"mouth, chin or cheek is covered by {'a hand' if hand else 'something before it'}."


def wears_dark_glasses(quality: Quality) -> bool:
    """Whether lenses hide the eyes; by colour, all that surrounds them is no skin, and not brighter."""
    if quality.covers is not None:
        return whole(quality) and quality.covers.lenses > HIDDEN
    return whole(quality) and quality.around_eyes > GLASSES and quality.eyes_lighter < 0


def wears_glasses(quality: Quality) -> bool:
    """Whether there are glasses through which the eyes are seen."""
    worn = quality.covers is not None and quality.covers.bridge > BRIDGE
    return worn and whole(quality) and not wears_dark_glasses(quality)


def has_hair_over_eyes(quality: Quality) -> bool:
    """Whether hair hangs over an eye."""
    return (
        quality.covers is not None and whole(quality) and quality.covers.hair_on_eye > HIDING_HAIR
    )


CUT = Rule(
    code="cut_off",
    has=lambda q: not whole(q),
    one=whatever("face is cut off by the edge of the picture."),
    many="are cut off by the edge of the picture.",
    spoils=True,
)
EYES = Rule(
    code="eyes_closed",
    has=lambda q: q.eyes < CLOSED,
    one=whatever("eyes are closed or lowered."),
    many="have closed or lowered eyes.",
)
DARK_GLASSES = Rule(
    code="dark_glasses",
    has=wears_dark_glasses,
    one=whatever("eyes are hidden behind dark or mirrored glasses."),
    many="wear dark or mirrored glasses.",
    spoils=True,
)
HAIR_OVER_EYES = Rule(
    code="hair_over_eyes",
    has=has_hair_over_eyes,
    one=whatever("eyes are covered by hair."),
    many="have hair over their eyes.",
)
MOUTH = Rule(
    code="mouth_covered",
    has=hides_mouth,
    one=about_mouth,
    many="have a hand or something else before mouth, chin or cheek.",
)
MASK = Rule(
    code="masked",
    has=is_masked,
    one=whatever("face is covered below the forehead."),
    many="are covered below the forehead.",
    spoils=True,
)
DARK = Rule(
    code="dark",
    has=is_dark,
    one=whatever("face lies in deep shadow."),
    many="lie in deep shadow.",
    spoils=True,
)

#: What makes a source worse, the gravest first.
SOURCE_RULES: tuple[Rule, ...] = (
    CUT,
    Rule(
        code="profile",
        has=lambda q: abs(q.yaw) >= PROFILE,
        one=lambda q: (
            f"head is turned by {abs(q.yaw):.0f} degrees and shows one half of the face; "
            "use a frontal photo."
        ),
        spoils=True,
    ),
    Rule(
        code="turned",
        has=lambda q: TURNED <= abs(q.yaw) < PROFILE,
        one=lambda q: (
            f"head is turned by {abs(q.yaw):.0f} degrees; a frontal photo gives more likeness."
        ),
    ),
    Rule(
        code="tilted",
        has=lambda q: abs(q.pitch) >= TILTED,
        one=lambda q: (
            f"head is tilted {'up' if q.pitch > 0 else 'down'} by {abs(q.pitch):.0f} "
            "degrees; a frontal photo gives more likeness."
        ),
    ),
    Rule(
        code="small",
        has=lambda q: q.size < SMALL_SOURCE,
        one=lambda q: (
            f"face is only {q.size:.0f} pixels across; {ENOUGH_PIXELS} or more give a "
            "sharper result."
        ),
        spoils=True,
    ),
    Rule(code="blurred", has=is_blurred, one=whatever("face is blurred."), spoils=True),
    Rule(
        code="compressed",
        has=lambda q: q.blocks >= BLOCKY,
        one=whatever("picture is so strongly compressed that its blocks show."),
        spoils=True,
    ),
    MASK,
    DARK_GLASSES,
    MOUTH,
    EYES,
    HAIR_OVER_EYES,
    Rule(code="forehead_covered", has=is_fringed, one=about_forehead),
    Rule(
        code="glasses",
        has=wears_glasses,
        one=whatever("glasses are painted over; a photo without them gives more likeness."),
    ),
    DARK,
    Rule(
        code="overexposed",
        has=lambda q: q.light.white > BURNT,
        one=whatever("face is overexposed."),
    ),
    Rule(
        code="one_sided",
        has=is_one_sided,
        one=whatever("face is lit from one side; even light gives more likeness."),
    ),
    Rule(
        code="hard_light",
        has=is_hard_lit,
        one=whatever("face is in hard light, which leaves traces; soft light gives more likeness."),
    ),
    Rule(
        code="coloured_light",
        has=lambda q: whole(q) and not is_dark(q) and q.lamps > COLOURED_LAMPS,
        one=whatever("face is lit by coloured lamps, which hide the colours of its skin."),
    ),
    Rule(
        code="mouth_open",
        has=lambda q: q.mouth > WIDE_OPEN,
        one=whatever("mouth is wide open; a closed one gives more likeness."),
    ),
    Rule(
        code="one_ink",
        has=lambda q: q.one_ink,
        one=whatever("picture has no colours of its own, or those of one lamp."),
    ),
)

#: What makes a target's swap worse.
TARGET_RULES: tuple[Rule, ...] = (
    Rule(
        code="small",
        has=lambda q: q.size < SMALL_TARGET,
        one=lambda q: f"face is only {q.size:.0f} pixels across, too few to show a likeness.",
        many=f"are smaller than {SMALL_TARGET} pixels.",
    ),
    CUT,
    MASK,
    DARK_GLASSES,
    MOUTH,
    EYES,
    HAIR_OVER_EYES,
    DARK,
)


def faults(quality: Quality, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Those of ``rules`` that speak of a face with ``quality``, in their order."""
    return tuple(rule for rule in rules if rule.has(quality))


def about_one(quality: Quality, rules: Sequence[Rule], *, whose: str) -> tuple[str, ...]:
    """A sentence for each fault; ``whose`` is "The source's", "The target's", or "The"."""
    return tuple(f"{whose} {rule.one(quality)}" for rule in faults(quality, rules))


def about_targets(qualities: Sequence[Quality]) -> tuple[str, ...]:
    """What to say about the swapped faces of a target: a sentence a fault, however many have it."""
    if len(qualities) == 1:
        return about_one(qualities[0], TARGET_RULES, whose="The target's")
    counted = ((rule, sum(rule.has(q) for q in qualities)) for rule in TARGET_RULES)
    return tuple(
        f"{count} of {len(qualities)} faces of the target {rule.many}"
        for rule, count in counted
        if count
    )


def verdict(quality: Quality) -> Verdict:
    """How good a source a face with ``quality`` is."""
    found = faults(quality, SOURCE_RULES)
    if any(rule.spoils for rule in found):
        return Verdict.POOR
    return Verdict.USABLE if found else Verdict.GOOD


#: A target's face so many times larger than the source's shows that there was no more detail.
MUCH_LARGER = 3.0


def softness(source: Quality, targets: Sequence[Quality]) -> tuple[str, ...]:
    """A sentence where the source is too small for the largest target, though not small."""
    largest = max((target.size for target in targets), default=0.0)
    if source.size < SMALL_SOURCE or largest < MUCH_LARGER * source.size:
        return ()
    times = largest / source.size
    return (f"The target's face is {times:.0f} times larger than the source's and will look soft.",)
