"""Times as people write them on the command line."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

NEVER = "never"
NOW = "now"
#: A number of hours, days or weeks from now.
SPAN = re.compile(r"([0-9]{1,5})([hdw])")
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
#: What the help says.
WHEN = "WHEN is a time such as 2026-12-31 or 2026-12-31T12:00Z, 12h, 30d or 4w from now, now, or never."


class Moment(click.ParamType["datetime | str"]):
    """A time in UTC, or `NEVER`."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | str:
        """The time that ``value`` means now."""
        if isinstance(value, datetime):
            return value
        if value == NEVER:
            return NEVER
        text, now = str(value), datetime.now(UTC)
        if text == NOW:
            return now
        span = SPAN.fullmatch(text)
        if span:
            return now + int(span[1]) * UNITS[span[2]]
        try:
            moment = datetime.fromisoformat(text)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            self.fail(f"{text!r} is no time. {WHEN}", param, ctx)


def time_or_none(moment: "datetime | str | None") -> datetime | None:
    """``moment`` as the jobs understand it: None never comes."""
    return moment if isinstance(moment, datetime) else None


def shown(moment: datetime | None) -> str | None:
    """``moment`` in a list."""
    return None if moment is None else moment.isoformat(timespec="seconds")
