"""Addresses of results: signed, expiring, and usable without the token.

A link is ``<base>/files/<attachment id>/<file name>?ex=…&is=…&hm=…`` with ``ex`` (expires) and
``is`` (issued) as hexadecimal Unix seconds and ``hm`` the HMAC-SHA256 of path and times. Its
path ends in the file's extension, because clients read it there.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from mien.jobs.model import Attachment

DAY_S: Final = 86_400
#: Hexadecimal seconds have 8 digits until the year 2106.
SECONDS: Final = re.compile(r"[0-9a-f]{1,16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Makes and checks links. The same ``secret`` keeps them valid over a restart."""

    secret: bytes
    valid_s: int = DAY_S

    def __post_init__(self) -> None:
        if len(self.secret) < 16:  # noqa: PLR2004 - 128 bits, the least that is not guessed
            raise ValueError("a link secret needs 16 bytes or more")

    def path(self, attachment_id: str, filename: str) -> str:
        """The path of a result, percent-encoded."""
        return f"/files/{quote(attachment_id, safe='')}/{quote(filename, safe='')}"

    def sign(self, path: str, *, now_s: int) -> str:
        """``path`` with the query that makes it valid for ``valid_s`` from ``now_s``."""
        times = f"ex={now_s + self.valid_s:x}&is={now_s:x}"
        return f"{path}?{times}&hm={self._mac(f'{path}?{times}')}"

    def linker(self, base: str, *, now_s: int) -> Callable[[Attachment], str]:
        """Makes the addresses of attachments under ``base``."""
        return lambda one: base + self.sign(self.path(one.id, one.filename), now_s=now_s)

    def genuine(self, path: str, query: Mapping[str, str]) -> bool:
        """Whether this service signed ``path`` with the times in ``query``, expired or not."""
        expires, issued = query.get("ex", ""), query.get("is", "")
        if not (SECONDS.fullmatch(expires) and SECONDS.fullmatch(issued)):
            return False
        expected = self._mac(f"{path}?ex={expires}&is={issued}")
        return hmac.compare_digest(expected.encode(), query.get("hm", "").encode())

    @staticmethod
    def left_s(query: Mapping[str, str], *, now_s: float) -> float:
        """Seconds until the link of a genuine ``query`` is over; 0 or less when it is."""
        return int(query["ex"], 16) - now_s

    def _mac(self, text: str) -> str:
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()
