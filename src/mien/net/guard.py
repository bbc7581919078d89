"""Which addresses may be called: the public internet, and the operator's own nets on request.

IPv6 is a list of what is allowed, since most of its space is not in use; IPv4 is what the
registry of special addresses (RFC 6890) leaves, without what carries another address inside
(IPv4-mapped, NAT64, 6to4, Teredo: all outside 2000::/3 or named below).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

from mien.errors import AddressRefused

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
#: The IP addresses of a host, as text; raises OSError where there are none.
Resolve = Callable[[str, int], Sequence[str]]


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


#: Answer inside a cloud with the machine's own credentials or settings, whatever range they lie
#: in; never called, not even for who allows private addresses.
METADATA: Final = _networks(
    "169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::/32", "fe80::/10"
)
#: Loopback, private nets (RFC 1918, RFC 4193), and the shared range that overlay nets use.
PRIVATE: Final = _networks(
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "::1/128",
    "fc00::/7",
)
#: All that is assigned of IPv6 as global unicast.
GLOBAL_6: Final = IPv6Network("2000::/3")
#: Inside it, or called global by Python: protocol assignments with Teredo, documentation, 6to4
#: (which holds an IPv4 address) and its relays.
SPECIAL: Final = _networks(
    "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Turns a host into addresses that may be called."""

    resolve: Resolve
    #: Whether `PRIVATE` may be called too.
    allow_private: bool = False

    def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of ``host``, looked up once; connect to these, and never to the name.

        Raises:
            AddressRefused: one of them may not be called.
            OSError: the host has no address.
        """
        found = list(dict.fromkeys(self.resolve(host, port)))
        if not all(self.allows(text) for text in found):
            # The address stays unsaid: it would tell a stranger about the net in here.
            raise AddressRefused(f"The host {host} has an address that may not be called.")
        return found

    def allows(self, text: str) -> bool:
        """Whether the address ``text`` may be called."""
        address = ip_address(text)
        if _within(address, METADATA):
            return False
        if _within(address, PRIVATE):
            return self.allow_private
        return _is_public(address) and not _within(address, SPECIAL)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        return address in GLOBAL_6
    return address.is_global and not address.is_multicast and not address.is_reserved


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
