"""``mien tokens``: the keys to the API."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mien.cli.common import data_dir_option, json_option
from mien.cli.desk import open_desk, say, show
from mien.cli.moments import Moment, shown, time_or_none

if TYPE_CHECKING:
    from mien.jobs.accounts import Token

#: Who owns a token when nobody is named.
DEFAULT_USER = "default"


@click.group(short_help="Make, list, end and revoke the keys to the API.")
def tokens() -> None:
    """Make, list, end and revoke the keys to the API.

    \b
    Examples:
      mien tokens create laptop
      mien tokens create website --user anna
      mien tokens list
      mien tokens revoke laptop
    """


@tokens.command(short_help="Make a token and print it.")
@click.argument("name")
@click.option("--user", default=DEFAULT_USER, show_default=True, help="Who owns it; made if new.")
@click.option(
    "--until",
    type=Moment(),
    default="never",
    show_default=True,
    metavar="WHEN",
    help="When it ends: 2026-12-31, 30d from now, or never.",
)
@json_option
@data_dir_option
def create(
    *, name: str, user: str, until: datetime | str, as_json: bool, data_dir: Path | None
) -> None:
    """Make a token called NAME and print it, alone, on stdout.

    It is shown this once: mien keeps only its hash.

    \b
    Examples:
      mien tokens create laptop
      TOKEN=$(mien tokens create website --user anna)
      mien tokens create guest --until 30d
    """
    desk = open_desk(data_dir).tokens
    made = desk.create(name, user=user, expires_at=time_or_none(until))
    if as_json:
        click.echo(json.dumps({"token": made.key, **row_of(made.token)}, indent=2))
    else:
        click.echo(made.key)


@tokens.command("list", short_help="List the tokens.")
@json_option
@data_dir_option
def list_tokens(*, as_json: bool, data_dir: Path | None) -> None:
    """List the tokens: owner, name, last four characters, time of making and end, state.

    \b
    Examples:
      mien tokens list
      mien tokens list --json
    """
    rows = [row_of(token) for token in open_desk(data_dir).tokens.list()]
    show(rows, HEADINGS, as_json=as_json)


@tokens.command(short_help="Make a token worthless.")
@click.argument("name")
@click.option("--user", default=DEFAULT_USER, show_default=True, help="Who owns it.")
@json_option
@data_dir_option
def revoke(*, name: str, user: str, as_json: bool, data_dir: Path | None) -> None:
    """Make the token called NAME worthless, at once.

    \b
    Examples:
      mien tokens revoke laptop
      mien tokens revoke website --user anna
    """
    token = open_desk(data_dir).tokens.revoke(name, user=user)
    say(f"Revoked {token.name} of {token.user}.", row_of(token), as_json=as_json)


@tokens.command(short_help="Say when a token ends.")
@click.argument("name")
@click.option("--user", default=DEFAULT_USER, show_default=True, help="Who owns it.")
@click.option(
    "--at",
    "until",
    type=Moment(),
    required=True,
    metavar="WHEN",
    help="When it ends: now, 2026-12-31, 30d from now, or never.",
)
@json_option
@data_dir_option
def expire(
    *, name: str, user: str, until: datetime | str, as_json: bool, data_dir: Path | None
) -> None:
    """Let the token called NAME end at a time, or never.

    \b
    Examples:
      mien tokens expire laptop --at 2026-12-31
      mien tokens expire website --user anna --at never
    """
    token = open_desk(data_dir).tokens.expire(name, time_or_none(until), user=user)
    end = shown(token.expires_at) or "never"
    done = f"The token {token.name} of {token.user} ends {end}."
    say(done, row_of(token), as_json=as_json)


#: Columns of the list; keys of its JSON form.
HEADINGS = ("user", "name", "ends", "created", "until", "state")


def row_of(token: "Token") -> dict[str, str | None]:
    """One token as the list shows it; ``ends`` are its last four characters."""
    return {
        "user": token.user,
        "name": token.name,
        "ends": token.last4,
        "created": shown(token.created),
        "until": shown(token.expires_at),
        "state": _state(token),
    }


def _state(token: "Token") -> str:
    from mien.jobs.ids import utc_now

    if token.revoked_at is not None:
        return "revoked"
    return "valid" if token.valid(utc_now()) else "expired"
