"""From the words of a prompt to looks: what the studio understands, and what it does not.

The longest phrase that is known wins, from left to right. What is not known is kept, to be told.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TypeVar

from mien.commands.scenes import SCENES, SEASONS, USUAL
from mien.commands.vocabulary import (
    BACKDROPS,
    BLURS,
    FILLERS,
    FILMS,
    MOODS,
    MORE_COLOURS,
    TIMES,
    WEARING,
    WORN,
    Mood,
)
from mien.engine.portrait.look import Film, Look, Rgb, Time

NO_MOOD = Mood()
#: Words of the longest phrase.
LONGEST = 4
#: Words between "wearing" or a colour and what is worn.
WORN_WITHIN = 5
#: How many words after a colour the backdrop is that has it.
BACKDROP_WITHIN = 2
#: Colours that a backdrop takes.
MOST_COLOURS = 3
#: How much a backdrop is out of focus that must not be.
UNBLURRED = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a description means to the studio."""

    #: Scenes that are named, and those that are only suggested.
    scenes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    #: Whether a background of a colour is asked for, so that what only suggests a scene does not count.
    plain: bool = False
    #: Scenes that must not be.
    excluded: frozenset[str] = frozenset()
    colours: tuple[Rgb, ...] = ()
    unwanted: tuple[Rgb, ...] = ()
    time: Time | None = None
    mood: Mood = NO_MOOD
    blur: float = 1.0
    film: Film = Film.DIGITAL
    #: Words that had an effect, and words that had none.
    heard: tuple[str, ...] = ()
    unheard: tuple[str, ...] = field(default=())

    def looks(self, count: int, *, turn: int = 0) -> list[Look]:
        """``count`` looks: scenes take turns where there are several, beginning with ``turn``."""
        scenes = self.chosen()
        return [self._look(scenes[(turn + number) % len(scenes)]) for number in range(count)]

    def chosen(self) -> Sequence[str]:
        """The scenes that take turns: those named, or the first suggested, or the usual ones."""
        out = {scene for season, scene in SEASONS if season in self.scenes} | self.excluded
        named = [name for name in self.scenes if name not in out]
        hints = () if self.plain else self.hints
        hinted = [name for name in hints if name not in self.excluded][:1]
        usual = [name for name in USUAL if name not in self.excluded]
        return named or hinted or usual or USUAL[:1]

    def _look(self, scene: str) -> Look:
        brightness, warmth, contrast, saturation = (max(-1.0, min(1.0, v)) for v in self.mood)
        at_night = scene == "skyline" and self.time in (Time.NIGHT, Time.DUSK)
        if scene == "city night" and self.time in (Time.MORNING, Time.DAY, Time.GOLDEN):
            scene = "skyline"
        return Look(
            scene="city night" if at_night else scene,
            colours=self.colours,
            unwanted=self.unwanted,
            time=None if at_night and self.time is Time.NIGHT else self.time,
            brightness=brightness,
            warmth=warmth,
            contrast=contrast,
            saturation=saturation,
            blur=self.blur,
            film=self.film,
        )


def understood(text: str, unwanted: Sequence[str] = ()) -> Meaning:
    """What ``text`` and the words after ``--no`` mean."""
    meaning = Meaning()
    words = words_of(text)
    at = 0
    while at < len(words):
        phrase, length = _phrase(words, at)
        if phrase and not _is_worn(words, at, length, phrase):
            meaning = _with(meaning, phrase)
            plain = meaning.plain or _is_backdrop(words, at, length, phrase)
            meaning = replace(meaning, plain=plain, heard=_more(meaning.heard, phrase))
        elif not phrase and words[at] in FILLERS:
            pass
        else:
            meaning = replace(meaning, unheard=_more(meaning.unheard, *words[at : at + length]))
        at += length
    for word in unwanted:
        meaning = _without(meaning, word)
    return _honest(meaning, words)


def _honest(meaning: Meaning, words: Sequence[str]) -> Meaning:
    """``meaning`` of ``words`` without those among the heard that only suggest a scene, where one is named."""
    chosen = () if set(meaning.scenes) - meaning.excluded else meaning.chosen()
    idle = [
        phrase
        for phrase in meaning.heard
        if _only_hints(phrase) and scene_words()[phrase][0] not in chosen
    ]
    if not idle:
        return meaning

    def place(phrase: str) -> int:
        first = phrase.split(maxsplit=1)[0]
        return next((at for at, word in enumerate(words) if word.startswith(first)), len(words))

    heard = tuple(phrase for phrase in meaning.heard if phrase not in idle)
    unheard = tuple(sorted(_more(meaning.unheard, *idle), key=place))
    return replace(meaning, heard=heard, unheard=unheard)


def _only_hints(phrase: str) -> bool:
    """Whether all that a phrase does is to suggest a scene."""
    _, hint = scene_words().get(phrase, ("", False))
    tables = (TIMES, MOODS, BLURS, FILMS)
    return hint and _colour(phrase) is None and not any(phrase in table for table in tables)


def words_of(text: str) -> list[str]:
    """The words of ``text`` in lower case, without accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.findall(r"[\w&]+", plain.replace("'s ", " ").replace("\u2019s ", " "))


def knows(word: str) -> bool:
    """Whether the studio knows a word."""
    return bool(_known(word))


def _phrase(words: Sequence[str], at: int) -> tuple[str, int]:
    """The longest phrase that is known at a place, "" for none, and how many words it has."""
    for length in range(min(LONGEST, len(words) - at), 0, -1):
        phrase = _known(" ".join(words[at : at + length]))
        if phrase:
            return phrase, length
    return "", 1


def _known(phrase: str) -> str:
    """``phrase`` as the vocabulary writes it, "" where it does not know it."""
    forms = [phrase, phrase.removesuffix("s"), phrase.removesuffix("es")]
    tables = (scene_words(), TIMES, MOODS, BLURS, FILMS)
    for form in forms:
        if any(form in table for table in tables) or _colour(form) is not None:
            return form
    return ""


@cache
def scene_words() -> dict[str, tuple[str, bool]]:
    """The scene that a phrase names, and whether it only suggests it."""
    found: dict[str, tuple[str, bool]] = {}
    for name, words in SCENES.items():
        found |= {_bare(hint): (name, True) for hint in words.hints if _bare(hint) not in found}
    for name, words in SCENES.items():
        found |= {_bare(word): (name, False) for word in (*words.words, name)}
    # The names of colours are scenes only where nothing else is asked for.
    for colour in ("white", "black"):
        found[colour] = (colour, True)
    return found


def _bare(phrase: str) -> str:
    return " ".join(words_of(phrase))


@cache
def colour_names() -> dict[str, Rgb]:
    """Every colour by its name: those of CSS, and some more."""
    from PIL import ImageColor  # noqa: PLC0415 - whoever only lists commands does not need it

    css = {name: ImageColor.getrgb(name)[:3] for name in ImageColor.colormap}
    return {**css, **MORE_COLOURS}


def _colour(phrase: str) -> Rgb | None:
    """The colour of a name, whose words may stand apart: ``royal blue``."""
    return colour_names().get(phrase.replace(" ", ""))


def _is_worn(words: Sequence[str], at: int, length: int, phrase: str) -> bool:
    """Whether a colour is one of clothes, hair or eyes: ``in a red dress``."""
    if _colour(phrase) is None:
        return False
    after = words[at + length : at + length + 2]
    before = words[max(0, at - WORN_WITHIN) : at]
    return any(word in WORN for word in after) or any(word in WEARING for word in before)


def _is_backdrop(words: Sequence[str], at: int, length: int, phrase: str) -> bool:
    """Whether a colour is one of the background as such: ``blue studio background``."""
    after = words[at + length : at + length + BACKDROP_WITHIN]
    return _colour(phrase) is not None and any(word in BACKDROPS for word in after)


def _with(meaning: Meaning, phrase: str) -> Meaning:
    """``meaning`` with what ``phrase`` adds; a phrase may say several things."""
    for change in _changes(meaning, phrase):
        meaning = change
    return meaning


def _changes(meaning: Meaning, phrase: str) -> Iterator[Meaning]:
    now = meaning
    colour = _colour(phrase)
    scene, hint = scene_words().get(phrase, ("", False))
    # Snow, chocolate and the like: what is a scene is no colour.
    if colour is not None and (not scene or hint):
        now = replace(now, colours=_more(now.colours, colour)[:MOST_COLOURS])
        yield now
    if scene and hint:
        now = replace(now, hints=_more(now.hints, scene))
        yield now
    elif scene and phrase in TIMES:
        # A sunset at the sea is the sea at that time.
        now = replace(now, hints=_more((scene,), *now.hints))
        yield now
    elif scene:
        now = replace(now, scenes=_more(now.scenes, scene))
        yield now
    if phrase in TIMES:
        now = replace(now, time=TIMES[phrase])
        yield now
    if phrase in MOODS:
        mood = Mood(*(a + b for a, b in zip(now.mood, MOODS[phrase], strict=True)))
        now = replace(now, mood=mood)
        yield now
    if phrase in BLURS:
        now = replace(now, blur=BLURS[phrase])
        yield now
    if phrase in FILMS:
        yield replace(now, film=FILMS[phrase])


def _without(meaning: Meaning, word: str) -> Meaning:
    """``meaning`` without what ``--no word`` names."""
    phrase = _known(" ".join(words_of(word)))
    colour, (scene, _) = _colour(phrase), scene_words().get(phrase, ("", False))
    if phrase in BLURS or phrase == "bokeh":
        meaning = replace(meaning, blur=UNBLURRED)
    if colour is not None:
        kept = tuple(one for one in meaning.colours if one != colour)
        meaning = replace(meaning, unwanted=_more(meaning.unwanted, colour), colours=kept)
    if scene:
        meaning = replace(meaning, excluded=meaning.excluded | {scene})
    known = bool(scene) or colour is not None or phrase in BLURS
    said = f"--no {word}"
    if known:
        return replace(meaning, heard=_more(meaning.heard, said))
    return replace(meaning, unheard=_more(meaning.unheard, said))


Item = TypeVar("Item")


def _more(items: tuple[Item, ...], *new: Item) -> tuple[Item, ...]:
    """``items`` and ``new``, each once."""
    return tuple(dict.fromkeys((*items, *new)))
