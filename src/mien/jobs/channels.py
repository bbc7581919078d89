"""The operator's desk for channels: their budgets, widths and providers."""

from dataclasses import dataclass, replace

from mien.errors import BadRequest, NotFound
from mien.jobs.accounts import Channel
from mien.jobs.credits import Credits, Renewal
from mien.jobs.ids import Clock, utc_now
from mien.jobs.ports import ChannelDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedChannel:
    """A channel and the name of its user."""

    user: str
    channel: Channel


@dataclass(frozen=True, kw_only=True)
class Channels:
    """List channels, and change what is the operator's about them."""

    desk: ChannelDesk
    clock: Clock = utc_now

    def list(self) -> list[OwnedChannel]:
        """All channels, oldest first, with their credits as they stand now."""
        return [self._as_of_now(user, channel) for user, channel in self.desk.all_channels()]

    def find(self, channel_id: str, *, user: str | None = None) -> OwnedChannel:
        """The channel of that id, as it stands now.

        Raises:
            NotFound: there is none (of that user).
            BadRequest: several users have one, and none of them is named.
        """
        found = [
            owned
            for owned in self.list()
            if owned.channel.id == channel_id and user in {None, owned.user}
        ]
        if not found:
            whose = "" if user is None else f" of {user}"
            raise NotFound(f"There is no channel {channel_id}{whose}.")
        if len(found) > 1:
            names = ", ".join(owned.user for owned in found)
            raise BadRequest(f"Several users have a channel {channel_id} ({names}): name one.")
        return found[0]

    def set_budget(
        self, owned: OwnedChannel, total: int | None, *, renewal: Renewal | None
    ) -> OwnedChannel:
        """Give the channel ``total`` credits from now on, none of them spent; None charges nothing."""
        now = self.clock()
        budget = None
        if total is not None:
            budget = Credits(total=total, renewal=renewal, since=now, changed=now)
        channel = replace(owned.channel, credits=budget)
        return _kept(replace(owned, channel=channel), self.desk.set_credits(channel))

    def set_work(
        self, owned: OwnedChannel, *, provider: str | None = None, width: int | None = None
    ) -> OwnedChannel:
        """Say who does its work, and how many of its jobs run at a time.

        Args:
            provider: None leaves it as it is.
            width: 0 leaves it to the provider, None as it is.
        """
        channel = owned.channel
        channel = replace(
            channel,
            provider=channel.provider if provider is None else provider,
            width=channel.width if width is None else width or None,
        )
        return _kept(replace(owned, channel=channel), self.desk.set_work(channel))

    def _as_of_now(self, user: str, channel: Channel) -> OwnedChannel:
        budget = channel.credits.at(self.clock()) if channel.credits else None
        return OwnedChannel(user=user, channel=replace(channel, credits=budget))


def _kept(owned: OwnedChannel, exists: bool) -> OwnedChannel:  # noqa: FBT001 - private
    if not exists:
        raise NotFound(f"There is no channel {owned.channel.id} any more.")
    return owned
