"""``mien deliveries``: callbacks, and those that were given up."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mien.cli.common import data_dir_option, json_option
from mien.cli.desk import open_desk, say, show
from mien.errors import NotFound

if TYPE_CHECKING:
    from mien.jobs.deliveries import Delivery

#: Columns of the list; keys of its JSON form.
HEADINGS = ("job", "state", "attempts", "next", "status", "url", "error")
STATES = ("pending", "delivered", "dead")


@click.group(short_help="List callbacks, and send them again.")
def deliveries() -> None:
    """List callbacks, and send them again.

    \b
    Examples:
      mien deliveries list --state dead
      mien deliveries redeliver 0123456789abcdef0123456789abcdef
    """


@deliveries.command("list", short_help="List the callbacks, newest first.")
@click.option("--state", type=click.Choice(STATES), help="Only those; `dead` were given up.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="How many.")
@json_option
@data_dir_option
def list_deliveries(*, state: str | None, limit: int, as_json: bool, data_dir: Path | None) -> None:
    """List the callbacks, newest first.

    \b
    Examples:
      mien deliveries list
      mien deliveries list --state dead --json
    """
    from mien.jobs.deliveries import DeliveryState

    store = open_desk(data_dir).deliveries
    found = store.deliveries(state=DeliveryState(state) if state else None, limit=limit)
    rows = [row_of(one) for one in found]
    show(rows, HEADINGS, as_json=as_json)


@deliveries.command(short_help="Send the callback of a job again.")
@click.argument("job")
@json_option
@data_dir_option
def redeliver(*, job: str, as_json: bool, data_dir: Path | None) -> None:
    """Send the callback of JOB again; the running service does it within a second.

    \b
    Examples:
      mien deliveries redeliver 0123456789abcdef0123456789abcdef
    """
    from mien.jobs.ids import utc_now

    if not open_desk(data_dir).deliveries.redeliver(job, now=utc_now()):
        raise NotFound(f"There is no ended callback of a job {job}.")
    row = {"job": job, "state": "pending"}
    say(f"The callback of {job} is due.", row, as_json=as_json)


def row_of(delivery: "Delivery") -> dict[str, object]:
    """One callback as the list shows it."""
    pending = delivery.state.value == "pending"
    return {
        "job": delivery.job_id,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "next": delivery.next_at.isoformat(timespec="seconds") if pending else None,
        "status": delivery.last_status,
        "url": delivery.url,
        "error": delivery.last_error,
    }
