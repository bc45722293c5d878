"""Whom a request says it is for: another name than ours is a page elsewhere that had this address resolved to us."""

from __future__ import annotations

from collections.abc import Iterable

from neuralbrain.errors import RequestRefusedError

OURS = (b"127.0.0.1", b"localhost", b"[::1]")


def allowed_hosts(more: Iterable[str]) -> frozenset[bytes]:
    """Return the names that this service answers to.

    Args:
        more: Names of the settings, such as that of a reverse proxy.
    """
    named = (f"[{name}]" if name.count(":") > 1 else name for name in more)
    return frozenset((*OURS, *(name.lower().encode() for name in named)))


def is_misdirected(headers: Iterable[tuple[bytes, bytes]], allowed: frozenset[bytes]) -> bool:
    """Return whether a request is for somebody else; one that names nobody is taken for ours.

    >>> is_misdirected([(b"host", b"evil.example:80")], allowed_hosts(()))
    True
    >>> is_misdirected([(b"host", b"LOCALHOST:8642")], allowed_hosts(()))
    False
    """
    for name, value in headers:
        if name == b"host":
            if value.partition(b":")[0] in allowed:  # nearly always, and every answer waits for it
                return False
            host = value.lower()
            if not host.endswith(b"]"):  # a port stands behind; in brackets stands an address with colons of its own
                host = host.rpartition(b":")[0] or host
            return host not in allowed
    return False


def require_ours(headers: Iterable[tuple[bytes, bytes]], allowed: frozenset[bytes]) -> None:
    """Refuse a request that is for somebody else.

    Raises:
        RequestRefusedError: If it is.
    """
    if is_misdirected(headers, allowed):
        raise RequestRefusedError(
            "This service does not answer to the name in the Host field.",
            remedy="Ask by 127.0.0.1 or localhost, or list the name in the setting allowed_hosts.",
            code="host-unknown",
        )
