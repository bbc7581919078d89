"""Idempotency: a request that comes twice is one job."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

#: How long a key is remembered.
REMEMBERED: Final = timedelta(hours=24)
MISMATCH: Final = "This Idempotency-Key was used for another request in the last 24 hours."


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The name that a caller gives a request, and what was asked for under it."""

    token_id: str
    #: What the caller sent.
    name: str
    #: Of the request's content, see `fingerprint`.
    fingerprint: str


def fingerprint(verb: str, texts: Mapping[str, str | None], files: Mapping[str, bytes]) -> str:
    """Equal for requests that ask for the same: SHA-256 in hexadecimal.

    How a request was written does not matter: boundaries, file names and the order of fields.
    """
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    content = json.dumps([verb, dict(texts), digests], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
