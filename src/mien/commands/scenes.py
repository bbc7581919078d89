"""The scenes of the studio, for who chooses one by words. Data, and nothing heavy imported.

Phrases are lower case, in the singular, with blanks in the place of hyphens.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


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
            ("hospital", "clinic", "doctor", "nurse", "dentist", "laboratory"),
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
            ("gym", "athlete", "boxer", "garage", "warehouse", "factory"),
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
            "an office beside a front of glass",
            ("corporate", "workplace", "startup", "boardroom", "meeting room", "conference room"),
            ("business", "linkedin", "ceo", "manager", "executive"),
        ),
        "library": SceneWords(
            "shelves full of books",
            ("book", "bookshelf", "bookcase", "bookstore", "study"),
            (
                "professor",
                "scholar",
                "writer",
                "author",
                "academic",
                "university",
                "lawyer",
                "teacher",
                "student",
                "school",
                "classroom",
                "college",
            ),
        ),
        "cafe": SceneWords(
            "a bar with lamps and bottles",
            ("café", "coffee shop", "coffeehouse", "bar", "pub", "restaurant", "bistro", "dinner"),
            ("waiter", "bartender", "barista", "chef"),
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
            "a gothic hall with candles",
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
            (
                "knight",
                "kingdom",
                "fantasy",
                "king",
                "queen",
                "prince",
                "princess",
                "wizard",
                "witch",
            ),
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
            "towers of a town in haze",
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
            ("superhero", "london", "paris", "berlin", "chicago"),
        ),
        "neon": SceneWords(
            "an alley with neon signs",
            ("neon light", "cyberpunk", "tokyo", "neon sign", "synthwave", "vaporwave", "alley"),
            ("futuristic", "sci fi", "robot", "cyborg"),
        ),
        "bokeh": SceneWords(
            "discs of light",
            ("light disc", "fairy light", "bokeh light"),
            ("light", "lights", "party", "celebration", "abstract", "wedding", "prom", "gala"),
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
            ("dragon", "demon", "devil", "fireplace", "blacksmith"),
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
            ("mermaid", "diver", "pool", "swimming pool", "swimmer"),
        ),
        "rain": SceneWords(
            "lights behind a wet window",
            ("rainy", "raindrop", "wet window", "drizzle"),
            ("storm", "stormy", "melancholy", "melancholic"),
        ),
        "christmas": SceneWords(
            "strings of lamps in fir branches",
            ("xmas", "christmas tree", "advent", "holiday season"),
            ("santa", "festive"),
        ),
    }
)

#: A season, and the scene that it is another form of: an autumn forest is no forest in summer.
SEASONS: Final = (("autumn", "forest"), ("snow", "forest"))
#: Scenes that a prompt without any gets, one after the other.
USUAL: Final = ("paper", "canvas", "gradient", "spotlight")
