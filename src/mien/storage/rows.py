"""From rows to values and back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Text, bindparam, case, func

from mien.jobs.accounts import Channel
from mien.jobs.credits import Credits, Renewal
from mien.jobs.model import Attachment, Ending, Job, Lease, Progress, Status, Upload
from mien.storage.prepared import AnyRow
from mien.storage.tables import jobs

#: The kind of a job's own pictures.
RESULT = "result"
#: Columns of ``pictures`` that hold an attachment's field of the same name as it is.
ATTACHMENT_COLUMNS = (
    "id",
    "key",
    "filename",
    "media_type",
    "size",
    "width",
    "height",
    "duration_s",
)
#: Columns of ``jobs`` that hold a job's field of the same name as it is.
_PLAIN_COLUMNS = (
    "id",
    "user_id",
    "verb",
    "channel",
    "server",
    "discord",
    "provider",
    "reply_url",
    "reply_ref",
    "created",
    "updated",
    "timestamp",
    "message_id",
    "content",
    "error",
    "error_details",
    "cancel_at",
    "price",
    "charged",
    "code",
    "report",
    "attempts",
    "fence",
)


def row_of_job(job: Job) -> dict[str, Any]:
    """The columns of a new job."""
    row = {name: getattr(job, name) for name in _PLAIN_COLUMNS}
    row["status"] = job.status.value
    row["params"] = dict(job.params)
    row["uploads"] = {
        name: {fact: getattr(upload, fact) for fact in ("key", "media_type", "size", "start")}
        for name, upload in job.uploads.items()
    }
    return row


#: The columns that an end changes, for statements that are built once; `facts_of` fills them in.
ENDING: dict[str, Any] = {
    name: bindparam(f"end_{name}")
    for name in ("status", "timestamp", "message_id", "error", "error_details", "code", "report")
} | {
    "updated": bindparam("end_timestamp"),
    # What was said when the job was accepted stays when its end says nothing.
    "content": func.coalesce(bindparam("end_content", type_=Text), jobs.c.content),
    "cancel_at": None,
    "charged": case((bindparam("end_paid", type_=Boolean), jobs.c.charged), else_=0),
}


def facts_of(ending: Ending) -> dict[str, Any]:
    """What `ENDING` is filled with."""
    return {
        "end_status": ending.status.value,
        "end_timestamp": ending.timestamp,
        "end_message_id": ending.message_id,
        "end_error": ending.error,
        "end_error_details": ending.error_details,
        "end_code": ending.code,
        "end_report": None if ending.report is None else dict(ending.report),
        "end_content": ending.content,
        "end_paid": ending.status is Status.COMPLETED,
    }


def job_of(row: AnyRow, attachments: tuple[Attachment, ...]) -> Job:
    """The job of a row of ``jobs``."""
    values = row._mapping  # noqa: SLF001 - the documented way to read a row by name
    return Job(
        **{name: values[name] for name in _PLAIN_COLUMNS},
        status=Status(values["status"]),
        params=values["params"],
        uploads={name: Upload(field=name, **facts) for name, facts in values["uploads"].items()},
        attachments=attachments,
        lease=_lease_of(values["lease_owner"], values["lease_until"]),
        progress=_progress_of(values["stage"], values["fraction"]),
    )


def _lease_of(owner: str | None, until: datetime | None) -> Lease | None:
    return None if owner is None or until is None else Lease(owner=owner, until=until)


def _progress_of(stage: str | None, fraction: float | None) -> Progress | None:
    if stage is None or fraction is None:
        return None
    return Progress(stage=stage, fraction=fraction)


def attachment_of(row: AnyRow) -> Attachment:
    """The result of a row of ``pictures``."""
    values = row._mapping  # noqa: SLF001 - as in `job_of`
    return Attachment(**{name: values[name] for name in ATTACHMENT_COLUMNS})


def row_of_result(attachment: Attachment) -> dict[str, Any]:
    """The columns of a new result, but for its job, its owner and the time of its making."""
    return {name: getattr(attachment, name) for name in ATTACHMENT_COLUMNS} | {"kind": RESULT}


def channel_of(row: AnyRow) -> Channel:
    """The channel of a row of ``channels``."""
    return Channel(
        id=row.id,
        user_id=row.user_id,
        server=row.server,
        discord=row.discord,
        provider=row.provider,
        width=row.width,
        credits=_credits_of(row),
        configured=row.sealed is not None,
    )


def row_of_channel(channel: Channel) -> dict[str, Any]:
    """The columns of a new channel, but for the time of its making."""
    names = ("id", "user_id", "server", "discord", "provider", "width")
    return {name: getattr(channel, name) for name in names} | row_of_credits(channel.credits)


def _credits_of(row: AnyRow) -> Credits | None:
    if row.credits_total is None:
        return None
    renewal = row.credits_renewal
    return Credits(
        total=row.credits_total,
        used=row.credits_used,
        renewal=Renewal(renewal) if renewal else None,
        since=row.credits_since,
        changed=row.credits_changed,
    )


def row_of_credits(budget: Credits | None) -> dict[str, Any]:
    """The columns of a channel's credits."""
    if budget is None:
        names = ("total", "renewal", "since", "changed")
        return {f"credits_{name}": None for name in names} | {"credits_used": 0}
    return {
        "credits_total": budget.total,
        "credits_used": budget.used,
        "credits_renewal": budget.renewal.value if budget.renewal else None,
        "credits_since": budget.since,
        "credits_changed": budget.changed,
    }
