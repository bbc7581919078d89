"""Which addresses may be called."""

import pytest

from mien.errors import AddressRefused
from mien.net.guard import Guard

PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450::1"]
PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.255",
    "::1",
    "fc00::1",
    "fd12:3456::1",
]
NEVER = [
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "0.1.2.3",
    "169.254.169.254",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
]


def guard(*found: str, allow_private: bool = False) -> Guard:
    """A guard whose every host has the addresses ``found``."""
    return Guard(resolve=lambda _host, _port: found, allow_private=allow_private)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_internet_may_be_called(address):
    """
    Public unicast addresses are allowed.
    """
    assert [address] == guard(address).addresses("example.org", 443)


@pytest.mark.parametrize("address", [*PRIVATE, *NEVER])
def test_what_is_not_the_internet_is_refused(address):
    """
    Private, special and embedded addresses are refused, and the sentence does not say them.
    """
    with pytest.raises(AddressRefused) as caught:
        guard(address).addresses("example.org", 443)

    assert "example.org" in str(caught.value)
    assert address not in str(caught.value)


def test_one_bad_address_spoils_the_host():
    """
    A host with a public and a private address is refused.
    """
    with pytest.raises(AddressRefused):
        guard(*PUBLIC, "10.0.0.1").addresses("example.org", 443)


@pytest.mark.parametrize("address", [*PUBLIC, *PRIVATE])
def test_the_operator_can_allow_private_addresses(address):
    """
    Loopback and private nets are called when the setting says so.
    """
    assert guard(allow_private=True).allows(address)


@pytest.mark.parametrize("address", NEVER)
def test_nobody_can_allow_metadata_and_embedded_addresses(address):
    """
    What answers with a machine's own credentials, or holds another address, stays refused.
    """
    assert not guard(allow_private=True).allows(address)
