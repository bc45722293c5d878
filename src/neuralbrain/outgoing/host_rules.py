"""Where a request may go: which URLs mean one thing only, and which addresses may be connected to."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

STANDARD_PORTS = {"https": 443, "http": 80}
LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST_NAME = re.compile(rf"(?=.{{1,253}}\Z){LABEL}(?:\.{LABEL})*")
NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")  # a last label like this makes the system read the whole name as an address
AUTHORITY = re.compile(r"(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # the part of IPv6 that is given out (IANA)
TUNNELS = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/23"))  # 6to4; Teredo, ORCHID and tests
INSIDE_A_CLOUD = frozenset({ipaddress.IPv4Address("168.63.129.16")})  # public by number, but Azure's own host agent


class AddressRefusedError(Exception):
    """A name leads where no request may go: caught by the transport, which says so as a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRules:
    """Where requests may go.

    Args:
        only_hosts: Host names in small letters; None allows every public one.
        private_hosts: Host names that may lead to a private address; still by https.
        loopback: Whether this machine may be asked, also by plain http, where it is named as such.
    """

    only_hosts: frozenset[str] | None = None
    private_hosts: frozenset[str] = frozenset()
    loopback: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a URL leads, once it is known to mean one thing.

    Args:
        scheme: ``https`` or ``http``.
        host: In small letters, an IPv6 address without its brackets.
        port: As written, or the scheme's own.
        resource: Path and query.
    """

    scheme: str
    host: str
    port: int
    resource: str


def read_url(url: str, rules: HostRules) -> Target:
    """Return where a URL leads.

    Raises:
        AddressRefusedError: If it is written so that two readers could differ, or leads where nothing may go.

    >>> read_url("https://api.example.org/v1/models?limit=1", HostRules())
    Target(scheme='https', host='api.example.org', port=443, resource='/v1/models?limit=1')
    """
    if not re.fullmatch(r"[!-~]+", url) or "\\" in url:
        raise AddressRefusedError("the URL holds a space, a backslash or a character outside ASCII")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise AddressRefusedError("the URL cannot be read") from None
    if "@" in parts.netloc:
        raise AddressRefusedError("the URL holds a user name or password before its host")
    if not AUTHORITY.fullmatch(parts.netloc.lower()) or port == 0:
        raise AddressRefusedError("the host of the URL is not written plainly")
    literal = _literal(host)
    if parts.scheme == "http":
        if not (rules.loopback and is_loopback_by_name(host)):
            raise AddressRefusedError(f"{host} may only be asked by https")
    elif parts.scheme != "https":
        raise AddressRefusedError("the URL is not one of https")
    if rules.only_hosts is not None and host not in rules.only_hosts:
        raise AddressRefusedError(f"{host} is not among the hosts that may be asked")
    if literal is not None:
        check_addresses(host, [str(literal)], rules)
    resource = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(
        scheme=parts.scheme, host=host, port=port or (443 if parts.scheme == "https" else 80), resource=resource
    )


def check_addresses(host: str, addresses: Sequence[str], rules: HostRules) -> tuple[str, ...]:
    """Return the addresses of a host, each of which may be connected to.

    One that may not refuses them all: an attacker who answers for a name would mix it among good ones.

    Args:
        host: As in ``Target``.
        addresses: What the name leads to at this moment.
        rules: Where requests may go.

    Raises:
        AddressRefusedError: If one may not be connected to.
    """
    for one in addresses:
        try:
            address = ipaddress.ip_address(one)
        except ValueError:  # such as fe80::1%eth0, which holds for one cable only
            raise AddressRefusedError(f"{host} leads to an address that cannot be read") from None
        refusal = _refusal(host, address, rules)
        if refusal:
            raise AddressRefusedError(f"{host} {refusal}")
    return tuple(addresses)


def is_loopback_by_name(host: str) -> bool:
    """Return whether a host is written as this machine: ``localhost``, 127.0.0.0/8 or ``::1``.

    >>> is_loopback_by_name("127.0.0.1"), is_loopback_by_name("localhost.example.org")
    (True, False)
    """
    if host == "localhost":
        return True
    try:
        return _is_this_machine(ipaddress.ip_address(host))
    except ValueError:
        return False


def _is_this_machine(address: Address) -> bool:
    """Return whether an address is loopback as it stands; newer Pythons also count IPv4 ones inside IPv6."""
    return (
        address.is_loopback if isinstance(address, ipaddress.IPv4Address) else address == ipaddress.IPv6Address("::1")
    )


def _literal(host: str) -> Address | None:
    """Return the address that a host is written as, None for a name."""
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host)
        except ValueError:
            raise AddressRefusedError("the host is not an IPv6 address") from None
    if NUMBER.fullmatch(host.rpartition(".")[2]):
        try:
            return ipaddress.IPv4Address(host)  # four decimal numbers without leading zeros, and nothing else
        except ValueError:
            raise AddressRefusedError("the host is a number that is not written as an IPv4 address") from None
    if not HOST_NAME.fullmatch(host):
        raise AddressRefusedError("the host is not a name that can exist")
    return None


def _refusal(host: str, address: Address, rules: HostRules) -> str:
    """Return why an address may not be connected to, empty where it may."""
    if is_loopback_by_name(host):
        if not _is_this_machine(address):
            return "is named as this machine, but leads elsewhere"
        return "" if rules.loopback else "is this machine, which may not be asked"
    inner = _inner(address)
    if inner.is_multicast or inner.is_unspecified:
        return "leads to an address that no single machine has"
    if host in rules.private_hosts:
        return ""
    return "" if _is_public(inner) else "leads to an address that is not public"


def _inner(address: Address) -> Address:
    """Return the IPv4 address inside an IPv6 one that stands for it, else the address itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and address not in INSIDE_A_CLOUD
    return address.is_global and address in GLOBAL_UNICAST and not any(address in one for one in TUNNELS)
