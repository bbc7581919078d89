"""Users, their tokens and their channels."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mien.errors import Expired
from mien.jobs.credits import Credits

#: The provider that this installation is itself.
ENGINE: Final = "engine"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who owns channels, jobs and pictures. All tokens of a user see the same."""

    #: A snowflake; results greet it as ``<@id>``.
    id: str
    #: The operator's name for it.
    name: str
    #: The name that the user wants to be shown by.
    display_name: str | None = None
    #: When it was made, UTC; None where nobody has asked.
    created: datetime | None = None
    #: Where results are reported when a request names no address.
    reply_url: str | None = None
    #: End of the subscription, UTC; None never ends.
    subscription_end: datetime | None = None
    suspended: bool = False

    def require_active(self, now: datetime) -> None:
        """Let the user pass whose subscription runs at ``now``.

        Raises:
            Expired: when it is over or suspended.
        """
        over = self.subscription_end is not None and self.subscription_end <= now
        if over or self.suspended:
            raise Expired


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A key to the API, as it can be shown: the key itself is not stored anywhere."""

    id: str
    #: Name of the user that it belongs to.
    user: str
    #: What its owner calls it; unique within the user among tokens that are not revoked.
    name: str
    #: The key's last four characters.
    last4: str
    created: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def valid(self, now: datetime) -> bool:
        """Whether the token opens anything at ``now``."""
        if self.revoked_at is not None:
            return False
        return self.expires_at is None or self.expires_at > now


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A user's queue, as it is configured.

    Raises:
        ValueError: when no job could ever run in it.
    """

    #: A snowflake, unique among the user's channels.
    id: str
    user_id: str
    #: A snowflake; the contract's clients expect one.
    server: str
    #: The channel's secret as it may be shown: "ABC…secured…xyz".
    discord: str
    #: Who does the work.
    provider: str = ENGINE
    #: Jobs that run at a time; None leaves it to the provider (see `mien.jobs.lanes`).
    width: int | None = None
    #: None: nothing is charged.
    credits: Credits | None = None
    #: Whether its user has configured it; one that came with the user steps back behind those.
    configured: bool = False

    def __post_init__(self) -> None:
        if self.width is not None and self.width < 1:
            raise ValueError(f"a channel is 1 wide at least, got {self.width}")
