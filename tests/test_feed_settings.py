"""The table of settings of each feed: which addresses it may name."""

from __future__ import annotations

import pytest

from neuralbrain.feed_settings import read_feed_settings


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "FILE:/etc/passwd", "package:pip/x", "ftp://example.org", "example.org", "https:///x", "/x"],
)
def test_an_address_is_one_of_the_web(address):
    """What would be read from this machine, or by another protocol, is no address of a feed."""
    with pytest.raises(ValueError, match=r"base_url of mine: it must begin with https://"):
        read_feed_settings({"mine": {"base_url": address}})


@pytest.mark.parametrize("address", ["https://example.org", "HTTPS://example.org/x/", "http://127.0.0.1:8000", ""])
def test_addresses_of_the_web_are_taken(address):
    """An address by https is taken as it is; by http, too: which hosts it may name is said where they are asked."""
    assert read_feed_settings({"mine": {"base_url": address}})["mine"].base_url == address
