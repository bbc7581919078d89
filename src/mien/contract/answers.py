"""How answers look that are no jobs: accounts, and our own operations below ``/v1/mien/``."""

from typing import NotRequired

from typing_extensions import TypedDict


class IdentityWire(TypedDict):
    """A saved identity. ``photoKept``: its photos are there, too."""

    name: str
    photos: int
    photoKept: bool
    created: str


class OneIdentity(IdentityWire):
    """One of them, as an answer."""

    code: int


class Identities(TypedDict):
    """All of them, the oldest first; whom the user means by default, and with which options."""

    identities: list[IdentityWire]
    default: NotRequired[str]
    options: NotRequired[str]
    limit: int
    code: int


class Deleted(TypedDict):
    """Who was deleted."""

    deleted: str
    code: int


class FaceWire(TypedDict):
    """A face. ``box`` is x0, y0, x1, y1 in pixels; all else is as ``mien check --json`` tells it."""

    box: list[int]
    verdict: str
    reasons: dict[str, str]
    size: int
    yaw: int
    pitch: int
    roll: int
    sharpness: float
    brightness: int
    eyes_open: float
    mouth_open: float
    covered: dict[str, float]


class FacesWire(TypedDict):
    """The faces of a picture from left to right."""

    width: int
    height: int
    faces: list[FaceWire]
    warnings: list[str]
    code: int


class DeliveryWire(TypedDict):
    """A callback; ``status`` is the receiver's last HTTP status, ``error`` what went wrong."""

    jobid: str
    url: str
    state: str
    attempts: int
    next: NotRequired[str]
    status: NotRequired[int]
    error: NotRequired[str]
    created: str
    updated: str


class SceneWire(TypedDict):
    """A backdrop: what it is, other words that name it, and words that suggest it."""

    name: str
    about: str
    words: list[str]
    hints: list[str]


class Scenes(TypedDict):
    """What a prompt can name without a generator of pictures."""

    scenes: list[SceneWire]
    times: list[str]
    moods: list[str]
    blurs: list[str]
    films: list[str]
    code: int


class LimitsWire(TypedDict):
    """What the service takes, as its settings say."""

    identities: int
    identityName: int
    uploadBytes: int
    pixels: int
    faces: int
    waitingJobs: int


class CreditsWire(TypedDict):
    """A channel's credits: when they last changed, how many there are, how many are spent."""

    timestamp: str
    total: int
    used: int


class AccountWire(TypedDict):
    """An account. ``discord`` is shown masked; ``credits`` is there when the channel is charged."""

    server: str
    channel: str
    discord: str
    credits: NotRequired[CreditsWire]


class ProfileWire(TypedDict):
    """The user. ``sub`` is the day on which the subscription ends, YYMMDD, if it does."""

    created: NotRequired[str]
    name: str
    verified: NotRequired[str]
    sub: NotRequired[str]
    replyUrl: NotRequired[str]


class LaneWire(TypedDict):
    """One of the user's channels: jobs at a time, and credits where jobs are charged."""

    channel: str
    width: int
    credits: NotRequired[CreditsWire]


class Me(TypedDict):
    """The user of the token. ``webhookSecret`` is the key that signs callbacks."""

    user: str
    name: str
    replyUrl: NotRequired[str]
    subscriptionEnd: NotRequired[str]
    webhookSecret: str
    channels: list[LaneWire]
    prices: dict[str, int]
    limits: LimitsWire
    code: int
