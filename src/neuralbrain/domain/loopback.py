"""Tells addresses that only this machine can reach."""

from __future__ import annotations

import ipaddress


def address_of(host: str) -> str:
    """Return an address to listen on, as it was named.

    Raises:
        ValueError: If it is none.

    >>> address_of("localhost"), address_of("[::1]")
    ('127.0.0.1', '::1')
    """
    name = host.strip("[]")
    if name == "localhost":
        return "127.0.0.1"
    try:
        ipaddress.ip_address(name)
    except ValueError:
        raise ValueError(f"{host!r} is no address; 127.0.0.1 and ::1 are") from None
    return name


def is_loopback(address: str) -> bool:
    """Return whether only this machine can reach an address, or whether it is this machine that comes from it.

    >>> is_loopback("127.0.0.1"), is_loopback("::ffff:127.0.0.1"), is_loopback("0.0.0.0"), is_loopback("")
    (True, True, False, False)
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    inner = getattr(found, "ipv4_mapped", None)
    return (found if inner is None else inner).is_loopback
