"""Where a request comes from: the connection's other end, or what a trusted proxy says of it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from neuralbrain.api.asgi import Scope, values_of

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
SITE_BITS = 64  # of an IPv6 address: one client has all addresses of such a network
NOBODY_KNOWS = "unknown"
WITH_PORT = re.compile(r"(\[[^\[\]]+\]|[0-9.]+):[0-9]{1,5}")  # as some proxies write where a connection came from


class ClientAddresses:
    """Tells clients apart.

    Args:
        trusted_proxies: Addresses and networks of proxies whose word is taken.
    """

    def __init__(self, trusted_proxies: Iterable[str]) -> None:
        self._trusted = tuple(ipaddress.ip_network(one) for one in trusted_proxies)

    def of(self, scope: Scope) -> str:
        """Return the address of whoever asks; of a chain of proxies, the last one that is not trusted."""
        peer = _address((scope.get("client") or ("",))[0])
        if peer is None:
            return NOBODY_KNOWS
        if self._trusted and self._is_trusted(peer):
            for said in reversed(_forwarded(scope)):
                found = _address(said)
                if found is None:
                    break
                peer = found
                if not self._is_trusted(found):
                    break
        return str(peer)

    def _is_trusted(self, address: Address) -> bool:
        return any(address in one for one in self._trusted)


def counted_as(address: str) -> str:
    """Return whom an address is counted as: itself, or its network where a client has many.

    >>> counted_as("192.0.2.1"), counted_as("2001:db8::1")
    ('192.0.2.1', '2001:db8::/64')
    """
    found = _address(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, SITE_BITS), strict=False))
    return address


def _forwarded(scope: Scope) -> list[str]:
    """Return the addresses that proxies wrote down, the nearest one last."""
    said = b",".join(values_of(scope, b"x-forwarded-for")).decode("latin-1")
    return [one.strip() for one in said.split(",") if one.strip()]


def _address(said: str) -> Address | None:
    """Return an address as it was written, without a port, an IPv4 one out of an IPv6 one; None where it is none."""
    ported = WITH_PORT.fullmatch(said)
    try:
        found = ipaddress.ip_address((said if ported is None else ported[1]).strip("[]"))
    except ValueError:
        return None
    inner = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return found if inner is None else inner
