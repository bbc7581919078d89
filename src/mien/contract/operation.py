"""The form of a command's description."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Literal

#: How verbs begin.
PREFIX: Final = "faceswap-"
#: Longest replyUrl and replyRef, characters.
REPLY_CHARACTERS: Final = 1024


class ChannelRule(Enum):
    """Which channel takes a job that names none."""

    RANDOM_WITH_CREDITS = auto()  # any of the user's that has credits
    REQUIRED_IF_MANY = auto()  # the only one; with more than one it has to be named


class TextKind(Enum):
    """What a text means, so that it can be refused before a job exists."""

    PLAIN = auto()
    OPTIONS = auto()  # of a swap: docs/options.md
    NAME = auto()  # of an identity that is to be saved
    NAMES = auto()  # of identities, with commas between them
    PROMPT = auto()  # of a generator: an identity, a comma, and what to show
    DESCRIPTION = auto()  # of a background
    WANTED = auto()  # who is to be swapped in, and how
    SNOWFLAKE = auto()  # the number of a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A field that holds a text."""

    name: str
    #: One sentence for who reads the description.
    about: str
    required: bool = False
    kind: TextKind = TextKind.PLAIN
    #: What the description shows.
    example: str = ""


#: Fields that every command takes.
CHANNEL: Final = Text(name="channel", about="Which of your channels takes the job.")
REPLY_URL: Final = Text(name="replyUrl", about="Where the result is reported.")
REPLY_REF: Final = Text(name="replyRef", about="Your own reference, kept with the job.")
COMMON: Final = (CHANNEL, REPLY_URL, REPLY_REF)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A field that holds a file, which has to be there."""

    name: str
    #: One sentence for who reads the description.
    about: str
    #: What messages call the picture: "source".
    spoken: str
    #: Whether it may move.
    moving: bool = False
    #: How many files may come under this name.
    most: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called when there are several: ``image``, ``image2``, ``image3``."""
        return (self.name, *(f"{self.name}{number}" for number in range(2, self.most + 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A command of the contract.

    Fields that every command takes (channel, replyUrl, replyRef) are not named here.
    """

    #: The last word of its verb, and of its path unless that is another one.
    name: str
    #: Its path where the contract has none.
    own_path: str = ""
    #: Own texts, in the order in which their faults are looked for.
    texts: tuple[Text, ...] = ()
    #: Files, likewise; they come after the texts.
    files: tuple[File, ...] = ()
    method: Literal["POST", "DELETE"] = "POST"
    #: Whether the call waits for the end of its job.
    blocking: bool = True
    #: Whether its result is pictures.
    pictures: bool = True
    #: Whether the fields may come as an object of JSON too.
    json: bool = False
    #: Whether the page has one sentence for all files, and one for both reply fields.
    joined: bool = False
    channel: ChannelRule = ChannelRule.REQUIRED_IF_MANY
    #: What its job says from the beginning; "" says nothing before the end.
    announced: str = ""
    #: One line, and some sentences, for who reads the description.
    summary: str
    about: str

    @property
    def verb(self) -> str:
        """What jobs call it."""
        return f"{PREFIX}{self.name}"

    @property
    def path(self) -> str:
        """Where it is called."""
        return self.own_path or f"/v1/faceswap/{self.name}"

    @property
    def text_names(self) -> tuple[str, ...]:
        """Names of the fields that hold texts, those that every command takes too."""
        return tuple(text.name for text in (*self.texts, *COMMON))

    @property
    def file_names(self) -> tuple[str, ...]:
        """Names of the fields that hold files."""
        return tuple(file.name for file in self.files)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the fields that have to be there, in the order in which they are missed."""
        return (*(text.name for text in self.texts if text.required), *self.file_names)
