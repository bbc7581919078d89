"""The words of a prompt that the studio knows, and what each does. Data, and nothing heavy imported.

Phrases are lower case, in the singular, with blanks in the place of hyphens.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from mien.engine.portrait.look import Film, Rgb, Time


class SceneWords(NamedTuple):
    """A scene, for who chooses."""

    #: One line.
    about: str
    #: What names it; its own name does, too.
    words: tuple[str, ...] = ()
    #: What suggests it where no scene is named.
    hints: tuple[str, ...] = ()


#: Every scene of the studio by name.
SCENES: Final[Mapping[str, SceneWords]] = MappingProxyType(
    {
        "paper": SceneWords(
            "a roll of studio paper with a pool of light",
            ("studio", "seamless", "plain", "backdrop paper", "paper backdrop"),
        ),
        "gradient": SceneWords(
            "two colours that run into each other",
            ("color gradient", "colour gradient", "ombre"),
            ("two tone",),
        ),
        "canvas": SceneWords(
            "hand-painted canvas",
            (
                "brush texture",
                "brush",
                "painterly",
                "painted backdrop",
                "hand painted",
                "texture",
                "textured",
                "oil painting",
                "old master",
                "mottled",
            ),
        ),
        "spotlight": SceneWords("a round light on a dark wall", ("spot light", "spotlit")),
        "gels": SceneWords(
            "two lamps of different colours",
            (
                "gel",
                "color gel",
                "colour gel",
                "duotone",
                "coloured light",
                "colored light",
                "disco",
                "club",
                "nightclub",
            ),
        ),
        "white": SceneWords(
            "white without a corner",
            (
                "high key",
                "white background",
                "passport",
                "passport photo",
                "infinity cove",
                "id photo",
            ),
        ),
        "black": SceneWords(
            "nearly black, with light from one side",
            ("low key", "black background", "chiaroscuro", "darkness", "rembrandt"),
        ),
        "smoke": SceneWords(
            "smoke before black",
            ("smoky", "fog", "foggy", "mist", "misty", "haze", "hazy", "ghost", "ghostly"),
            ("mystery", "mysterious", "mystic", "magic", "magical"),
        ),
        "concrete": SceneWords(
            "bare concrete or plaster",
            ("plaster", "cement", "industrial", "stucco", "wall", "stone wall", "stone", "loft"),
        ),
        "brick": SceneWords("a brick wall", ("brick wall", "bricks")),
        "wood": SceneWords(
            "upright boards", ("wooden", "plank", "timber", "barn", "cabin", "rustic", "log cabin")
        ),
        "marble": SceneWords(
            "polished stone with veins",
            ("veined stone", "museum", "palace"),
            ("luxury", "luxurious"),
        ),
        "curtain": SceneWords(
            "a heavy curtain",
            ("curtain", "drape", "velvet", "theater", "theatre", "opera", "red curtain"),
            ("royal", "throne", "royalty"),
        ),
        "office": SceneWords(
            "an office with tall windows",
            ("corporate", "workplace", "startup", "boardroom", "meeting room", "conference room"),
            ("business", "linkedin", "ceo", "manager", "executive"),
        ),
        "library": SceneWords(
            "shelves full of books",
            ("book", "bookshelf", "bookcase", "bookstore", "study"),
            ("professor", "scholar", "writer", "author", "academic", "university", "lawyer"),
        ),
        "cafe": SceneWords(
            "a dim room with bulbs",
            ("café", "coffee shop", "coffeehouse", "bar", "pub", "restaurant", "bistro", "dinner"),
        ),
        "window": SceneWords(
            "a light room with a window",
            (
                "room",
                "living room",
                "home",
                "interior",
                "indoor",
                "window light",
                "bedroom",
                "apartment",
                "kitchen",
            ),
        ),
        "stage": SceneWords(
            "spotlights in haze",
            ("concert", "festival", "show", "performance", "arena", "rock star"),
            ("singer", "musician", "rockstar", "band"),
        ),
        "hall": SceneWords(
            "a castle's hall with torches",
            (
                "castle",
                "medieval",
                "dungeon",
                "great hall",
                "throne room",
                "church",
                "cathedral",
                "torch",
                "torchlight",
                "fortress",
                "gothic",
            ),
            ("knight", "kingdom", "fantasy"),
        ),
        "sunset": SceneWords(
            "the sun behind hills",
            ("sundown", "sunrise", "hill", "countryside", "horizon"),
            ("sun", "golden hour", "dawn", "evening"),
        ),
        "sea": SceneWords(
            "open water",
            (
                "ocean",
                "lake",
                "water",
                "wave",
                "harbor",
                "harbour",
                "ship",
                "boat",
                "river",
                "sailing",
            ),
            ("sailor", "captain", "pirate"),
        ),
        "beach": SceneWords(
            "sand, surf and the sea",
            ("coast", "seaside", "shore", "island", "tropical", "surf", "hawaii"),
            ("summer", "vacation", "holiday"),
        ),
        "forest": SceneWords(
            "trees with light between them",
            (
                "wood land",
                "woodland",
                "tree",
                "jungle",
                "park",
                "garden",
                "nature",
                "outdoor",
                "outdoors",
                "rainforest",
            ),
            ("elf", "spring"),
        ),
        "autumn": SceneWords(
            "a forest in October",
            ("fall leaves", "autumnal", "october", "autumn leaves", "foliage"),
        ),
        "snow": SceneWords(
            "snow on hills and in the air",
            ("winter", "snowy", "snowfall", "arctic", "ice", "blizzard", "ski"),
            ("january", "december"),
        ),
        "mountains": SceneWords(
            "ridges behind ridges",
            ("mountain", "alp", "alpine", "peak", "summit", "valley", "canyon", "cliff"),
            ("hiker", "hiking", "viking"),
        ),
        "meadow": SceneWords(
            "grass and flowers",
            ("field", "grass", "lawn", "flower", "floral", "prairie", "wildflower", "farm"),
            ("picnic",),
        ),
        "sky": SceneWords("clouds", ("cloud", "cloudy", "heaven", "clouds"), ("pilot", "angel")),
        "desert": SceneWords("dunes", ("dune", "sand dune", "sahara", "dunes", "mars"), ("nomad",)),
        "city night": SceneWords(
            "a town at night, out of focus",
            (
                "night city",
                "city light",
                "city at night",
                "city lights",
                "street",
                "road",
                "avenue",
                "traffic",
            ),
            ("night", "nighttime", "midnight", "nightlife"),
        ),
        "skyline": SceneWords(
            "towers of a town",
            (
                "city",
                "town",
                "urban",
                "skyscraper",
                "downtown",
                "metropolis",
                "new york",
                "rooftop",
                "building",
                "architecture",
            ),
        ),
        "neon": SceneWords(
            "an alley with neon signs",
            ("neon light", "cyberpunk", "tokyo", "neon sign", "synthwave", "vaporwave", "alley"),
            ("futuristic", "sci fi", "robot", "cyborg"),
        ),
        "bokeh": SceneWords(
            "discs of light",
            ("light disc", "fairy light", "bokeh light"),
            ("light", "lights", "party", "celebration", "abstract"),
        ),
        "glitter": SceneWords(
            "a curtain of sequins",
            (
                "sequin",
                "sparkle",
                "sparkly",
                "sparkling",
                "confetti",
                "glamour",
                "glamorous",
                "glam",
            ),
        ),
        "embers": SceneWords(
            "sparks over a fire",
            (
                "ember",
                "fire",
                "flame",
                "spark",
                "campfire",
                "fiery",
                "burning",
                "hell",
                "lava",
                "bonfire",
                "volcano",
            ),
            ("dragon", "demon", "devil"),
        ),
        "stars": SceneWords(
            "the Milky Way",
            (
                "star",
                "starry",
                "space",
                "galaxy",
                "milky way",
                "cosmos",
                "cosmic",
                "universe",
                "nebula",
                "starry night",
                "night sky",
                "outer space",
            ),
            ("astronaut", "alien"),
        ),
        "aurora": SceneWords(
            "northern lights", ("northern light", "aurora borealis", "polar light", "iceland")
        ),
        "underwater": SceneWords(
            "light from above the water",
            ("under water", "aquarium", "coral", "deep sea", "ocean floor"),
            ("mermaid", "diver"),
        ),
        "rain": SceneWords(
            "lights behind a wet window",
            ("rainy", "raindrop", "wet window", "storm", "stormy", "drizzle"),
            ("melancholy", "melancholic"),
        ),
        "christmas": SceneWords(
            "strings of lamps in fir branches",
            ("xmas", "christmas tree", "advent", "holiday season"),
            ("santa", "festive"),
        ),
    }
)

#: Scenes that a prompt without any gets, one after the other.
USUAL: Final = ("paper", "canvas", "gradient", "spotlight")

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
