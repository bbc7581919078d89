"""``mien users``: who may use the service, and until when."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mien.cli.common import data_dir_option, json_option
from mien.cli.desk import open_desk, say, show
from mien.cli.moments import Moment, shown, time_or_none

if TYPE_CHECKING:
    from mien.jobs.accounts import User

#: Columns of the list; keys of its JSON form.
HEADINGS = ("user", "id", "created", "until", "state")


@click.group(short_help="List users, and end or suspend their subscriptions.")
def users() -> None:
    """List users, and end or suspend their subscriptions.

    Users are made with their first token: mien tokens create NAME --user USER.

    \b
    Examples:
      mien users list
      mien users subscribe anna --until 2026-12-31
      mien users suspend anna
      mien users resume anna
    """


@users.command("list", short_help="List the users.")
@json_option
@data_dir_option
def list_users(*, as_json: bool, data_dir: Path | None) -> None:
    """List the users: name, id, end of the subscription, state.

    \b
    Examples:
      mien users list
      mien users list --json
    """
    rows = [row_of(user) for user in open_desk(data_dir).users.list()]
    show(rows, HEADINGS, as_json=as_json)


@users.command(short_help="Close the service to a user.")
@click.argument("user")
@json_option
@data_dir_option
def suspend(*, user: str, as_json: bool, data_dir: Path | None) -> None:
    """Close the service to USER at once: every call is answered 402.

    What was accepted before goes on to its end, and is reported.

    \b
    Examples:
      mien users suspend anna
    """
    changed = open_desk(data_dir).users.suspend(user)
    say(f"Suspended {user}.", row_of(changed), as_json=as_json)


@users.command(short_help="Open the service to a user again.")
@click.argument("user")
@json_option
@data_dir_option
def resume(*, user: str, as_json: bool, data_dir: Path | None) -> None:
    """Open the service to USER again, if the subscription has not ended.

    \b
    Examples:
      mien users resume anna
    """
    changed = open_desk(data_dir).users.resume(user)
    say(f"Resumed {user}.", row_of(changed), as_json=as_json)


@users.command(short_help="Say when a subscription ends.")
@click.argument("user")
@click.option(
    "--until",
    type=Moment(),
    required=True,
    metavar="WHEN",
    help="When it ends: 2026-12-31, 30d from now, or never.",
)
@json_option
@data_dir_option
def subscribe(*, user: str, until: datetime | str, as_json: bool, data_dir: Path | None) -> None:
    """Let the subscription of USER end at a time, or never.

    \b
    Examples:
      mien users subscribe anna --until 2026-12-31
      mien users subscribe anna --until 30d
      mien users subscribe anna --until never
    """
    end = time_or_none(until)
    changed = open_desk(data_dir).users.subscribe(user, end)
    done = f"The subscription of {user} ends {shown(end) or 'never'}."
    say(done, row_of(changed), as_json=as_json)


def row_of(user: "User") -> dict[str, str | None]:
    """One user as the list shows it."""
    return {
        "user": user.name,
        "id": user.id,
        "created": shown(user.created),
        "until": shown(user.subscription_end),
        "state": _state(user),
    }


def _state(user: "User") -> str:
    from mien.errors import Expired
    from mien.jobs.ids import utc_now

    if user.suspended:
        return "suspended"
    try:
        user.require_active(utc_now())
    except Expired:
        return "ended"
    return "active"
