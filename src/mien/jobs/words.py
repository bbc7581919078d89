"""Sentences of the contract that jobs say, and the form of ``errorDetails``."""

from mien.errors import MienError

#: What the contract says when a queue is full; ``attempts`` is the number of places tried.
QUEUE_FULL = "Unable to lock Discord after {attempts} attempts"
UNKNOWN_CHANNEL = (
    "Configuration not found for channel {channel}, to create POST v1/faceswap/account/{channel}"
)
CHANNEL_MISSING = "Required param channel is missing or empty"
#: What the contract says when Discord, behind an upstream, is asked too often.
DISCORD_BUSY = "Discord /interactions failed with HTTP status 429"
UNKNOWN_JOB = "Unable to locate job {job_id}"
CANCELLED = "The job was cancelled."
CANCELLED_AFTER = (
    "The job was cancelled: it had not ended after {after_s:g} seconds, as Cancel-After asked."
)
UPLOADS_GONE = (
    "The uploads of the job {job_id} are not kept any more, so it cannot be repeated; "
    "send them again."
)


def details_of(error: MienError) -> str | None:
    """Field, value and limit of ``error`` as one line; None where it names none of them.

    ``TooLarge`` of 60 MB in the field "source_image" gives
    ``source_image: bytes 60000000, limit 50000000``.
    """
    facts = _facts(error)
    if error.field and facts:
        return f"{error.field}: {facts}"
    return error.field or facts or None


def _facts(error: MienError) -> str:
    details = error.details
    if {"name", "value", "limit"} <= details.keys():
        return f"{details['name']} {_plain(details['value'])}, limit {_plain(details['limit'])}"
    return "; ".join(_plain(value) for name, value in details.items() if name != "name")


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
