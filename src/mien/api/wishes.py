"""What callers may ask for in headers, beyond the contract; without them every answer is as it was."""

import re
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request

from mien.errors import BadRequest

PREFER: Final = "prefer"
IDEMPOTENCY_KEY: Final = "idempotency-key"
CANCEL_AFTER: Final = "cancel-after"
#: What answers say about it.
APPLIED: Final = "Preference-Applied"
REPLAYED: Final = "Idempotent-Replayed"
#: Longest time that a call is held, whatever its caller prefers.
LONGEST_WAIT_S: Final = 3600
#: Longest time after which a job can be cancelled: as long as jobs are kept.
LONGEST_CANCEL_AFTER_S: Final = 31 * 86_400
#: A key is printable, with or without quotes around it.
KEY: Final = re.compile(r'"?([\x21\x23-\x7e](?:[\x20\x21\x23-\x7e]{0,253}[\x21\x23-\x7e])?)"?')
BAD_KEY: Final = "The header Idempotency-Key holds 1 to 255 printable characters, no quotes."
BAD_CANCEL_AFTER: Final = (
    f"The header Cancel-After holds a number of seconds, up to {LONGEST_CANCEL_AFTER_S}."
)
NUMBER: Final = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,6})?")
WAIT: Final = re.compile(r"wait\s*=\s*\"?([0-9]{1,9})\"?", re.IGNORECASE)
RESPOND_ASYNC: Final = "respond-async"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a request asks for."""

    #: Seconds to wait for the end of the job; None leaves that to the service.
    wait_s: float | None = None
    #: The preference that is kept, as the answer repeats it; "" when there is none.
    applied: str = ""
    #: Names the request, so that sending it again does nothing again.
    key: str | None = None
    #: Seconds after which the job is cancelled, if it has not ended.
    cancel_after_s: float | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says about them."""
        return {APPLIED: self.applied} if self.applied else {}


#: Who wishes nothing, as nearly all: their headers are not looked at one by one.
NO_WISHES: Final = Wishes()
WISHED: Final = {name.encode() for name in (PREFER, IDEMPOTENCY_KEY, CANCEL_AFTER)}


def wishes_of(request: Request) -> Wishes:
    """The wishes of ``request``. A preference that makes no sense is none (RFC 7240).

    Raises:
        BadRequest: an Idempotency-Key or a Cancel-After cannot be kept; ignoring them would
            do what the caller wanted to rule out.
    """
    if not WISHED & {name for name, _ in request.scope["headers"]}:
        return NO_WISHES
    preferences = _preferences(request)
    waits = [found for found in map(WAIT.fullmatch, preferences) if found]
    wait_s, applied = None, ""
    if waits:
        wait_s = float(min(int(waits[0][1]), LONGEST_WAIT_S))
        applied = f"wait={wait_s:.0f}"
    elif RESPOND_ASYNC in (preference.lower() for preference in preferences):
        wait_s, applied = 0.0, RESPOND_ASYNC
    return Wishes(
        wait_s=wait_s,
        applied=applied,
        key=_key(request),
        cancel_after_s=_cancel_after_s(request),
    )


def _preferences(request: Request) -> list[str]:
    sent = ",".join(request.headers.getlist(PREFER))
    # Parameters behind a semicolon belong to no preference that is known here.
    return [part.partition(";")[0].strip() for part in sent.split(",")]


def _key(request: Request) -> str | None:
    sent = request.headers.get(IDEMPOTENCY_KEY)
    if sent is None:
        return None
    found = KEY.fullmatch(sent.strip())
    if found is None:
        raise BadRequest(BAD_KEY, field="Idempotency-Key")
    return found[1]


def _cancel_after_s(request: Request) -> float | None:
    sent = request.headers.get(CANCEL_AFTER)
    if sent is None:
        return None
    found = NUMBER.fullmatch(sent.strip())
    seconds = float(sent) if found else 0.0
    if not 0 < seconds <= LONGEST_CANCEL_AFTER_S:
        raise BadRequest(BAD_CANCEL_AFTER, field="Cancel-After")
    return seconds


def _header(name: str, about: str, example: str) -> dict[str, Any]:
    """A header in the description."""
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": about,
        "schema": {"type": "string"},
        "example": example,
    }


HEADERS: Final = (
    _header(
        "Prefer",
        "`wait=n` waits n seconds for the end of the job, `respond-async` does not wait.",
        "wait=10",
    ),
    _header(
        "Idempotency-Key",
        "Names the request: sent again within 24 hours it is the same job.",
        "9f1c6a0e-order-17",
    ),
    _header("Cancel-After", "Seconds after which the job is cancelled if it has not ended.", "60"),
)
