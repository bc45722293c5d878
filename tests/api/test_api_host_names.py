"""A request that names another host is refused at every address, before anything is read for it."""

from __future__ import annotations

import pytest
from served import Service

from neuralbrain.api.host_names import allowed_hosts, is_misdirected


@pytest.mark.parametrize("path", ["/api/forecasts/all", "/api/lock/audit", "/healthz", "/docs", "/nowhere"])
def test_a_foreign_name_is_refused(reading: Service, path: str) -> None:
    """A page elsewhere that had its name resolved to this machine reads nothing."""
    got = reading.get(path, host="evil.example")
    assert got.status == 421
    assert b"allowed_hosts" in got.content


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8642", "LocalHost", "[::1]", "[::1]:8642"])
def test_our_own_names_are_answered(reading: Service, host: str) -> None:
    """Every name of this machine is ours, with and without a port."""
    assert reading.get("/healthz", host=host).status == 200


@pytest.mark.parametrize(
    ("host", "misdirected"),
    [
        (b"proxy.example", False),
        (b"proxy.example:443", False),
        (b"PROXY.example", False),
        (b"other.example", True),
        (b"proxy.example.evil", True),
        (b"127.0.0.1.evil", True),
        (b"", True),
        (b":80", True),
    ],
)
def test_names_of_the_settings_are_ours_too(host: bytes, misdirected: bool) -> None:
    """A name is compared whole, without its port and whatever its capitals."""
    assert is_misdirected([(b"host", host)], allowed_hosts(("proxy.example",))) is misdirected
