"""Tells addresses that only this machine can reach."""

from __future__ import annotations

import ipaddress


def only_loopback(host: str) -> str:
    """Return an address of this machine that no other can reach: reading needs no token.

    Raises:
        ValueError: If it is none, or others can reach it.

    >>> only_loopback("localhost")
    '127.0.0.1'
    """
    name = host.strip("[]")
    if name == "localhost":
        return "127.0.0.1"
    try:
        loopback = ipaddress.ip_address(name).is_loopback
    except ValueError:
        raise ValueError(f"{host!r} is no address; 127.0.0.1 and ::1 are") from None
    if not loopback:
        raise ValueError(
            f"{host!r} can be reached from other machines, and reading needs no token yet; serve on 127.0.0.1 and put "
            "a reverse proxy that knows who may read in front of it"
        )
    return name
