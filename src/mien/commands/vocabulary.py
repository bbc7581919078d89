"""The words of a prompt that the studio knows beside its scenes, and what each does. Data, and nothing heavy imported.

Phrases are lower case, in the singular, with blanks in the place of hyphens.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from mien.engine.portrait.look import Film, Rgb, Time

#: Times of day. Some name a scene as well.
TIMES: Final[Mapping[str, Time]] = MappingProxyType(
    {
        **dict.fromkeys(("morning", "dawn", "sunrise", "early light", "daybreak"), Time.MORNING),
        **dict.fromkeys(
            (
                "day",
                "daylight",
                "noon",
                "midday",
                "afternoon",
                "sunny",
                "sunlight",
                "daytime",
                "sunshine",
            ),
            Time.DAY,
        ),
        **dict.fromkeys(
            ("golden hour", "sunset", "evening", "sundown", "golden light"), Time.GOLDEN
        ),
        **dict.fromkeys(("dusk", "twilight", "blue hour", "nightfall"), Time.DUSK),
        **dict.fromkeys(
            ("night", "midnight", "moonlight", "moonlit", "nighttime", "nocturnal", "moon"),
            Time.NIGHT,
        ),
    }
)


class Mood(NamedTuple):
    """Changes of a look's numbers."""

    brightness: float = 0.0
    warmth: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0


MOODS: Final[Mapping[str, Mood]] = MappingProxyType(
    {
        **dict.fromkeys(("bright", "light filled", "well lit", "sunlit"), Mood(brightness=0.45)),
        **dict.fromkeys(
            ("airy", "dreamy", "ethereal", "heavenly"),
            Mood(brightness=0.4, contrast=-0.5, saturation=-0.2),
        ),
        **dict.fromkeys(
            ("cheerful", "joyful", "playful", "lively"),
            Mood(brightness=0.25, warmth=0.2, saturation=0.35),
        ),
        **dict.fromkeys(
            ("dark", "shadowy", "dim", "dimly lit"), Mood(brightness=-0.6, contrast=0.2)
        ),
        **dict.fromkeys(
            ("moody", "brooding", "somber", "sombre", "gloomy", "sinister", "evil", "ominous"),
            Mood(brightness=-0.5, warmth=-0.2, contrast=0.3, saturation=-0.25),
        ),
        **dict.fromkeys(
            ("dramatic", "epic", "intense", "powerful"), Mood(brightness=-0.3, contrast=0.7)
        ),
        **dict.fromkeys(
            ("warm", "cosy", "cozy", "candlelit", "candlelight", "golden"), Mood(warmth=0.6)
        ),
        **dict.fromkeys(
            ("cold", "cool", "icy", "frosty", "chilly", "wintry", "frozen"), Mood(warmth=-0.6)
        ),
        **dict.fromkeys(
            ("soft", "gentle", "delicate", "soft light", "diffused"), Mood(contrast=-0.5)
        ),
        **dict.fromkeys(
            (
                "calm",
                "serene",
                "peaceful",
                "quiet",
                "tranquil",
                "minimal",
                "minimalist",
                "minimalistic",
            ),
            Mood(contrast=-0.3, saturation=-0.3),
        ),
        **dict.fromkeys(
            ("vivid", "vibrant", "colorful", "colourful", "saturated", "bold"),
            Mood(saturation=0.8, contrast=0.2),
        ),
        **dict.fromkeys(
            ("pastel", "pale", "faded"), Mood(brightness=0.35, saturation=-0.4, contrast=-0.3)
        ),
        **dict.fromkeys(("muted", "desaturated", "subdued", "understated"), Mood(saturation=-0.6)),
        **dict.fromkeys(
            ("high contrast", "contrasty", "hard light", "harsh light"), Mood(contrast=0.8)
        ),
        **dict.fromkeys(("low contrast", "flat light"), Mood(contrast=-0.7)),
        **dict.fromkeys(("romantic",), Mood(brightness=0.1, warmth=0.4, contrast=-0.3)),
        **dict.fromkeys(
            ("cinematic", "movie", "filmic"),
            Mood(brightness=-0.15, warmth=0.1, contrast=0.45, saturation=-0.15),
        ),
        **dict.fromkeys(
            ("elegant", "classy", "sophisticated"),
            Mood(brightness=-0.15, contrast=0.2, saturation=-0.25),
        ),
    }
)

#: How much the backdrop is out of focus; 1 is usual.
BLURS: Final[Mapping[str, float]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "blurred",
                "blurry",
                "blur",
                "out of focus",
                "unfocused",
                "shallow",
                "shallow depth of field",
                "shallow focus",
                "blurred background",
            ),
            1.6,
        ),
        **dict.fromkeys(
            (
                "sharp",
                "sharp background",
                "in focus",
                "crisp",
                "deep focus",
                "deep depth of field",
                "detailed background",
            ),
            0.25,
        ),
    }
)

FILMS: Final[Mapping[str, Film]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "black and white",
                "black & white",
                "b&w",
                "bw",
                "b & w",
                "monochrome",
                "greyscale",
                "grayscale",
                "mono",
                "1920s",
                "1930s",
                "1940s",
            ),
            Film.MONO,
        ),
        **dict.fromkeys(("noir", "film noir"), Film.NOIR),
        **dict.fromkeys(
            ("sepia", "daguerreotype", "old photo", "old photograph", "antique"), Film.SEPIA
        ),
        **dict.fromkeys(
            (
                "vintage",
                "retro",
                "polaroid",
                "analog",
                "analogue",
                "1970s",
                "70s",
                "1960s",
                "60s",
                "1980s",
                "80s",
                "1990s",
                "90s",
                "nostalgic",
            ),
            Film.VINTAGE,
        ),
        **dict.fromkeys(("slide film", "kodachrome", "velvia", "ektachrome"), Film.SLIDE),
        **dict.fromkeys(
            (
                "portrait film",
                "portra",
                "kodak portra",
                "kodak",
                "fuji",
                "fujifilm",
                "film",
                "35mm",
                "35mm film",
            ),
            Film.NEGATIVE,
        ),
        **dict.fromkeys(("cross processed", "cross processing", "lomography", "lomo"), Film.CROSS),
    }
)

#: Names of colours beside those of CSS.
MORE_COLOURS: Final[Mapping[str, Rgb]] = MappingProxyType(
    {
        "burgundy": (110, 22, 44),
        "cream": (245, 236, 212),
        "mint": (170, 232, 200),
        "emerald": (16, 122, 84),
        "mustard": (206, 160, 44),
        "rose": (224, 120, 140),
        "charcoal": (54, 58, 64),
        "copper": (184, 115, 70),
        "bronze": (150, 110, 62),
        "peach": (255, 204, 168),
        "lilac": (196, 166, 214),
        "ruby": (155, 17, 50),
        "sapphire": (22, 60, 140),
        "terracotta": (192, 96, 70),
        "champagne": (240, 222, 190),
        "scarlet": (200, 30, 30),
        "amber": (240, 160, 30),
    }
)

#: Words that make a colour one of clothes or hair, after it or before it.
WORN: Final = frozenset(
    [
        "dress",
        "shirt",
        "suit",
        "attire",
        "tie",
        "hat",
        "jacket",
        "coat",
        "sweater",
        "blouse",
        "hair",
        "eyes",
        "eye",
        "skin",
        "lipstick",
        "crown",
        "robe",
        "uniform",
        "scarf",
        "glasses",
        "hoodie",
        "jeans",
        "trousers",
        "gown",
        "cape",
        "cloak",
        "armor",
        "armour",
        "beard",
        "shoes",
        "outfit",
        "clothes",
        "clothing",
        "costume",
        "turtleneck",
        "tshirt",
        "jumper",
        "vest",
        "cap",
        "helmet",
        "makeup",
    ]
)
WEARING: Final = frozenset({"wearing", "wears", "dressed", "clad"})
#: What has a colour and is no place to be in.
BACKDROPS: Final = frozenset({"background", "backdrop"})

#: Words that nobody misses.
FILLERS: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "of",
        "in",
        "on",
        "at",
        "by",
        "with",
        "to",
        "for",
        "from",
        "as",
        "is",
        "are",
        "be",
        "me",
        "my",
        "his",
        "her",
        "their",
        "its",
        "it",
        "he",
        "she",
        "they",
        "this",
        "that",
        "some",
        "very",
        "style",
        "styled",
        "portrait",
        "headshot",
        "head",
        "shot",
        "photo",
        "photograph",
        "photography",
        "picture",
        "image",
        "background",
        "backdrop",
        "behind",
        "front",
        "before",
        "person",
        "face",
        "man",
        "woman",
        "boy",
        "girl",
        "people",
        "look",
        "looking",
        "standing",
        "professional",
        "photorealistic",
        "realistic",
        "lighting",
        "lit",
        "scene",
        "set",
        "against",
        "near",
        "into",
        "over",
        "under",
        "light",
        "up",
        "quality",
        "high",
        "resolution",
        "hd",
        "4k",
        "8k",
        "best",
        "detailed",
        "highly",
        "beautiful",
    ]
)
