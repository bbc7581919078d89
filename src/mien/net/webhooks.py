"""Signatures of callbacks: Standard Webhooks 1.0, symmetric (https://www.standardwebhooks.com)."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from mien.errors import BadRequest

PREFIX: Final = "whsec_"
#: Bytes of a secret; the specification asks for 24 to 64.
SECRET_BYTES: Final = 32
ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
#: Seconds that a message may be old or early before it is taken for a replay; the
#: specification's libraries use the same.
TOLERANCE_S: Final = 300


def new_secret() -> str:
    """A fresh secret, as users copy it into their receiver."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed(body: bytes, *, secret: str, message_id: str, now: datetime) -> dict[str, str]:
    """The three headers of ``body``.

    Args:
        secret: base64 behind "whsec_".
        message_id: the same at every attempt to deliver the same message.
        now: when this attempt is made.

    Raises:
        BadRequest: the secret is none.
    """
    seconds = str(int(now.timestamp()))
    mac = _mac(body, secret=secret, message_id=message_id, seconds=seconds)
    return {ID: message_id, TIMESTAMP: seconds, SIGNATURE: f"v1,{mac}"}


def verify(body: bytes, headers: Mapping[str, str], *, secret: str, now: datetime) -> None:
    """Check that ``body`` comes from who knows ``secret``, now.

    Raises:
        BadRequest: a header is missing, the time is more than 5 minutes off, or no signature is
            right.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    missing = [name for name in (ID, TIMESTAMP, SIGNATURE) if not sent.get(name)]
    if missing:
        raise BadRequest(f"The callback has no header {missing[0]}.", field=missing[0])
    seconds = sent[TIMESTAMP]
    if not seconds.isascii() or not seconds.isdigit():
        raise BadRequest("The callback's time is no number.", field=TIMESTAMP)
    if abs(now.timestamp() - int(seconds)) > TOLERANCE_S:
        raise BadRequest("The callback is too old, or a clock is wrong.", field=TIMESTAMP)
    mac = _mac(body, secret=secret, message_id=sent[ID], seconds=seconds)
    given = [one.removeprefix("v1,") for one in sent[SIGNATURE].split() if one.startswith("v1,")]
    if not any(hmac.compare_digest(mac.encode(), one.encode()) for one in given):
        raise BadRequest("The callback's signature is wrong.", field=SIGNATURE)


def _mac(body: bytes, *, secret: str, message_id: str, seconds: str) -> str:
    text = f"{message_id}.{seconds}.".encode() + body
    return base64.b64encode(hmac.new(_key(secret), text, hashlib.sha256).digest()).decode()


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise BadRequest("A webhook secret is base64 behind whsec_.", field="secret")
    return key
