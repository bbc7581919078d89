"""Credits: what commands cost, and what is left of a channel's budget.

Charging is off for a channel without credits. With them, the store takes the price when it accepts
a job and gives it back when the job ends without a result, each in the same transaction.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from math import ceil
from types import MappingProxyType
from typing import Final, Self

from mien.contract import PREFIX
from mien.media.formats import Kind

#: What the bot's sentence names as the total of a channel that is not charged.
NOMINAL_TOTAL: Final = 800
MONTHS_A_YEAR: Final = 12


class Renewal(StrEnum):
    """When a budget starts anew."""

    MONTHLY = "monthly"  # at the day and time of the month at which it was set


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """A channel's budget. Times are UTC.

    Raises:
        ValueError: when a number is negative.
    """

    total: int
    #: Spent since the budget last started.
    used: int = 0
    #: None: it never starts anew.
    renewal: Renewal | None = None
    #: When it was set; months are counted from here.
    since: datetime
    #: When ``used`` last changed.
    changed: datetime

    def __post_init__(self) -> None:
        if self.total < 0 or self.used < 0:
            raise ValueError(f"credits are not negative, got {self.used} of {self.total}")

    @property
    def left(self) -> int:
        """What can be spent."""
        return max(0, self.total - self.used)

    def at(self, now: datetime) -> Self:
        """The budget as it stands at ``now``: started anew when its month is over."""
        start = self._start(now)
        return replace(self, used=0, changed=start) if start > self.changed else self

    def spend(self, price: int, now: datetime) -> Self:
        """With ``price`` less; check that it is there."""
        current = self.at(now)
        return replace(current, used=current.used + price, changed=now) if price else current

    def refund(self, price: int, *, paid: datetime, now: datetime) -> Self:
        """With ``price`` given back, unless the budget has started anew since it was ``paid``."""
        current = self.at(now)
        if not price or paid < self._start(now):
            return current
        return replace(current, used=max(0, current.used - price), changed=now)

    def _start(self, now: datetime) -> datetime:
        """When the period that ``now`` lies in began."""
        if self.renewal is None:
            return self.since
        months = (now.year - self.since.year) * MONTHS_A_YEAR + now.month - self.since.month
        start = _months_after(self.since, max(0, months))
        return start if start <= now else _months_after(self.since, max(0, months - 1))


def _months_after(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later; the last day of a month that is shorter."""
    years, month = divmod(moment.month - 1 + months, MONTHS_A_YEAR)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


def price_tag(price: int) -> str:
    """A price in the bot's words: ``[credits: 4]``."""
    return f"[credits: {price}]"


def balance(price: int, budget: Credits | None) -> str:
    """What is left in the bot's words: ``(796/800 credits remaining)``.

    Args:
        price: of the job that it is said about.
        budget: with the price taken; None where nothing is charged.
    """
    if budget is None:
        return f"({NOMINAL_TOTAL - price}/{NOMINAL_TOTAL} credits remaining)"
    return f"({budget.left}/{budget.total} credits remaining)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What a file's price depends on."""

    kind: Kind
    #: Length of a video.
    seconds: float = 0.0


#: What most files are.
STILL: Final = Priced(kind=Kind.STILL)

#: By command; ``gif`` and ``video`` (a second) are in the place of it for a target that moves.
DEFAULT_PRICES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "picsi": 1,
        "swap": 1,
        "swapid": 1,
        "inswapper": 1,
        "gif": 20,
        "video": 1,
        "headshot": 4,
        "changebg": 4,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What commands cost; those that are not named are free."""

    table: Mapping[str, int] = field(default_factory=lambda: DEFAULT_PRICES)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The usual prices, changed by ``text``: ``gif=10,headshot=0``.

        Raises:
            ValueError: a name is none, or a price no whole number from 0 on.
        """
        changes = dict(_entry(part) for part in text.replace(" ", "").split(",") if part)
        return cls(table=MappingProxyType({**DEFAULT_PRICES, **changes}))

    def of(self, verb: str, files: Iterable[Priced]) -> int:
        """The price of the command ``verb`` with ``files``."""
        price = self.table.get(verb.removeprefix(PREFIX), 0)
        if not price:
            return 0
        return max((self._moving(file, price) for file in files), default=price)

    def _moving(self, file: Priced, price: int) -> int:
        if file.kind is Kind.ANIMATION:
            return self.table["gif"]
        if file.kind is Kind.VIDEO:
            return self.table["video"] * max(1, ceil(file.seconds))
        return price


def _entry(part: str) -> tuple[str, int]:
    name, _, number = part.partition("=")
    if name not in DEFAULT_PRICES:
        raise ValueError(f"there is no price of {name!r}; there are {', '.join(DEFAULT_PRICES)}")
    if not (number.isascii() and number.isdigit() and len(number) <= len("1000000")):
        raise ValueError(f"the price of {name} must be a whole number, such as {name}=1")
    return name, int(number)
