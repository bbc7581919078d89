"""Addresses that a user gives us to call: read here, and reached (or refused) by `mien.net`."""

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import quote, urlsplit

from mien.errors import BadRequest

#: Schemes with the port that each means when none is written.
SCHEMES: Final = {"http": 80, "https": 443}
#: Below it are the services of a system: mail, shells, files. Nobody answers a callback there
#: except on the two ports of the web, and a mail server could be made to read one as commands.
FIRST_FREE_PORT: Final = 1024
#: Longest name that the domain name system carries.
MAX_HOST: Final = 253
#: The contract's words for a field that is wrong.
NOT_A_URL: Final = "Optional param replyUrl is not a valid http or https URL"
#: What may stand in a path or query as it is; everything else is percent-encoded.
PLAIN: Final = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAddress:
    """Where an http or https URL leads, in the parts that a connection needs."""

    #: "http" or "https".
    scheme: str
    #: Name or IP address, ASCII, lower case, without brackets.
    host: str
    port: int
    #: Path and query as they stand in the request line; never empty.
    path: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read ``url``; nothing is looked up.

        Raises:
            BadRequest: it is no http or https URL, or holds a user name, a password, or a port
                below 1024 that is not 80 or 443. Its details say what is wrong.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
            host = _ascii(parts.hostname or "")
        except ValueError:  # UnicodeError too
            raise _bad("it cannot be read") from None
        if "\\" in url or any(not letter.isprintable() or letter.isspace() for letter in url):
            raise _bad("it holds blanks, backslashes or control characters")
        if parts.scheme not in SCHEMES:
            raise _bad("it must begin with http:// or https://")
        if parts.username is not None or parts.password is not None:
            raise _bad("it holds a user name or a password")
        if not host or len(host) > MAX_HOST:
            raise _bad("it names no host")
        port = SCHEMES[parts.scheme] if port is None else port
        if port < FIRST_FREE_PORT and port not in SCHEMES.values():
            raise _bad(f"port {port} is not 80, 443, or 1024 and above")
        query = f"?{parts.query}" if parts.query else ""
        path = quote(f"{parts.path or '/'}{query}", safe=PLAIN)
        return cls(scheme=parts.scheme, host=host, port=port, path=path)

    @property
    def authority(self) -> str:
        """Host and port as the Host header writes them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == SCHEMES[self.scheme] else f"{host}:{self.port}"


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _bad(reason: str) -> BadRequest:
    return BadRequest(NOT_A_URL, field="replyUrl", details={"reason": reason})
