"""For receivers of callbacks."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from mien.jobs.wire import JobWire
from mien.net.webhooks import verify


def received(body: bytes, headers: Mapping[str, str], *, secret: str) -> JobWire:
    """The job in a callback, once it is certain that your service has sent it just now.

    Args:
        body: as it arrived, not decoded.
        secret: ``webhookSecret`` of `Client.me`.

    Raises:
        BadRequest: the signature, or its time, is wrong.
    """
    verify(body, headers, secret=secret, now=datetime.now(UTC))
    return cast(JobWire, json.loads(body))
