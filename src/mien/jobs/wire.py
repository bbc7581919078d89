"""How a job looks on the wire: the contract's names, times and order; absent means left out.

Answers and callbacks are made of it alike.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NotRequired

from typing_extensions import TypedDict

from mien.contract.answers import CreditsWire
from mien.jobs.credits import Credits
from mien.jobs.model import Attachment, Job, Upload


class UploadWire(TypedDict):
    """A file that came with the request: bytes and MIME type, by content."""

    size: int
    type: str


class AttachmentWire(TypedDict):
    """A result. ``url`` needs no token, works for a day and ends in the file's extension."""

    url: str
    proxy_url: str
    width: int
    height: int
    content_type: str
    id: str
    filename: str
    size: int
    #: Of what moves: how long it plays, seconds.
    duration: NotRequired[float]


class JobWire(TypedDict):
    """A job. Only what exists so far is there."""

    jobid: str
    verb: str
    status: str
    options: NotRequired[str]
    prompt: NotRequired[str]
    a_background_photo_of: NotRequired[str]
    idname: NotRequired[str]
    targetMessageId: NotRequired[str]
    saveid_idname: NotRequired[str]
    swapid_idname: NotRequired[str]
    source_image: NotRequired[UploadWire]
    target_image_gif_or_video: NotRequired[UploadWire]
    image: NotRequired[UploadWire]
    saveid_image: NotRequired[UploadWire]
    swapid_image: NotRequired[UploadWire]
    created: str
    updated: str
    discord: str
    server: str
    channel: str
    replyUrl: NotRequired[str]
    replyRef: NotRequired[str]
    messageId: NotRequired[str]
    content: NotRequired[str]
    attachments: NotRequired[list[AttachmentWire]]
    timestamp: NotRequired[str]
    error: NotRequired[str]
    errorDetails: NotRequired[str]
    code: int


def credits_wire(budget: Credits) -> CreditsWire:
    """The JSON object of ``budget``."""
    return CreditsWire(timestamp=micros(budget.changed), total=budget.total, used=budget.used)


class ProgressWire(TypedDict):
    """What a worker is doing, and how much of that is done, 0 to 1."""

    stage: str
    fraction: float


class OwnJobWire(JobWire):
    """A job as our own operations show it: what the contract has, and more.

    ``progress`` is there while it runs. ``price`` is what the command costs, ``charged`` what was
    taken of the channel's credits and not given back.
    """

    progress: NotRequired[ProgressWire]
    price: int
    charged: int


def own_job_wire(job: Job, link: Callable[[Attachment], str]) -> dict[str, object]:
    """The JSON object of ``job``, of the form :class:`OwnJobWire`."""
    fields = job_wire(job, link) | {"price": job.price, "charged": job.charged}
    if job.progress is not None and not job.done:
        fields["progress"] = {"stage": job.progress.stage, "fraction": job.progress.fraction}
    return fields


def job_wire(job: Job, link: Callable[[Attachment], str]) -> dict[str, object]:
    """The JSON object of ``job``, of the form :class:`JobWire`.

    Args:
        link: makes the address of an attachment.
    """
    fields: dict[str, object] = {
        "jobid": job.id,
        "verb": job.verb,
        "status": job.status.value,
        **job.params,
        **{name: _upload(upload) for name, upload in job.uploads.items()},
        "created": millis(job.created),
        "updated": millis(job.updated),
        "discord": job.discord,
        "server": job.server,
        "channel": job.channel,
        "replyUrl": job.reply_url,
        "replyRef": job.reply_ref,
        "messageId": job.message_id,
        "content": job.content,
        "attachments": [_attachment(each, link(each)) for each in job.attachments] or None,
        "timestamp": micros(job.timestamp) if job.timestamp else None,
        "error": job.error,
        "errorDetails": job.error_details,
        "code": job.code,
    }
    return {name: value for name, value in fields.items() if value is not None}


def millis(moment: datetime) -> str:
    """``2023-09-09T02:04:49.667Z``; ``moment`` is UTC."""
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def micros(moment: datetime) -> str:
    """``2023-09-09T02:04:51.926000+00:00``; ``moment`` is UTC."""
    return moment.isoformat(timespec="microseconds")


def _upload(upload: Upload) -> UploadWire:
    return UploadWire(size=upload.size, type=upload.media_type)


def _attachment(attachment: Attachment, url: str) -> AttachmentWire:
    wire = AttachmentWire(
        url=url,
        proxy_url=url,
        width=attachment.width,
        height=attachment.height,
        content_type=attachment.media_type,
        id=attachment.id,
        filename=attachment.filename,
        size=attachment.size,
    )
    if attachment.duration_s is not None:
        wire["duration"] = round(attachment.duration_s, 3)
    return wire
