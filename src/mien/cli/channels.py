"""``mien channels``: what channels may spend, and how much they do at a time."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mien.cli.common import data_dir_option, json_option
from mien.cli.desk import open_desk, show

if TYPE_CHECKING:
    from mien.jobs.channels import Channels, OwnedChannel

#: Columns of the list; keys of its JSON form.
HEADINGS = ("user", "channel", "server", "provider", "width", "credits", "renewal")
RENEWALS = ("monthly", "never")
#: In the place of a number.
OFF = "off"
#: More than anybody needs, and less than a column of the database holds.
MOST_CREDITS = 1_000_000_000
MOST_WIDE = 10_000


class NumberOr(click.ParamType["int | str"]):
    """A whole number from ``least`` to ``most``, or a word that stands for none."""

    name = "number"

    def __init__(self, word: str, *, least: int, most: int) -> None:
        self._word = word
        self._range = click.IntRange(least, most)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | str:
        """The number, or the word."""
        return self._word if value == self._word else self._range.convert(value, param, ctx)


@click.group(short_help="List channels, and give them credits.")
def channels() -> None:
    """List channels, and give them credits.

    \b
    Examples:
      mien channels list
      mien channels set 1150077000000000002 --credits 800 --renew monthly
    """


@channels.command("list", short_help="List the channels.")
@json_option
@data_dir_option
def list_channels(*, as_json: bool, data_dir: Path | None) -> None:
    """List the channels: owner, id, provider, jobs at a time, credits left of all.

    \b
    Examples:
      mien channels list
      mien channels list --json
    """
    rows = [row_of(owned) for owned in open_desk(data_dir).channels.list()]
    show(rows, HEADINGS, as_json=as_json)


@channels.command("set", short_help="Change a channel.")
@click.argument("channel")
@click.option("--user", help="Its owner, where several have a channel of this id.")
@click.option(
    "--credits",
    "total",
    type=NumberOr(OFF, least=0, most=MOST_CREDITS),
    metavar="N|off",
    help="Give it so many credits from now on, none of them spent; off charges nothing.",
)
@click.option(
    "--renew", type=click.Choice(RENEWALS), help="When the credits start anew; never by default."
)
@click.option(
    "--width",
    type=NumberOr("auto", least=1, most=MOST_WIDE),
    metavar="N|auto",
    help="Jobs that run at a time; auto takes the number of workers, and 1 for other providers.",
)
@click.option("--provider", metavar="NAME", help="Who does its work; engine is this installation.")
@json_option
@data_dir_option
def set_channel(
    *,
    channel: str,
    user: str | None,
    total: int | str | None,
    renew: str | None,
    width: int | str | None,
    provider: str | None,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Change what is given of CHANNEL, and print how it is now.

    A running service follows at once. What is over its width runs to its end.

    \b
    Examples:
      mien channels set 1150077000000000002 --credits 800 --renew monthly
      mien channels set 1150077000000000002 --credits off
      mien channels set 1150077000000000002 --width 1
    """
    if renew is not None and not isinstance(total, int):
        raise click.UsageError("--renew belongs to --credits N.")
    if total is None and width is None and provider is None:
        raise click.UsageError("Nothing to change: give --credits, --width or --provider.")
    desk = open_desk(data_dir).channels
    owned = desk.find(channel, user=user)
    owned = _set_budget(desk, owned, total, renew)
    if width is not None or provider is not None:
        wide = width if isinstance(width, int) else None if width is None else 0
        owned = desk.set_work(owned, provider=provider, width=wide)
    show([row_of(owned)], HEADINGS, as_json=as_json)


def _set_budget(
    desk: "Channels", owned: "OwnedChannel", total: int | str | None, renew: str | None
) -> "OwnedChannel":
    from mien.jobs.credits import Renewal

    if total is None:
        return owned
    renewal = Renewal(renew) if renew in tuple(Renewal) else None
    return desk.set_budget(owned, total if isinstance(total, int) else None, renewal=renewal)


def row_of(owned: "OwnedChannel") -> dict[str, object]:
    """One channel as the list shows it."""
    channel = owned.channel
    budget = channel.credits
    return {
        "user": owned.user,
        "channel": channel.id,
        "server": channel.server,
        "provider": channel.provider,
        "width": channel.width or "auto",
        "credits": f"{budget.left}/{budget.total}" if budget else OFF,
        "renewal": budget.renewal.value if budget and budget.renewal else None,
    }
