"""Commands over feeds that a server on loopback answers for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from feed_samples import SAMPLES, load
from feed_server import FeedServer


@contextmanager
def serving(name: str) -> Iterator[FeedServer]:
    """Yield the server of a feed's sample."""
    with FeedServer(load(SAMPLES / name)) as server:
        yield server


def settings_of(server: FeedServer, *, sources: str = "", **more: Any) -> dict[str, str]:
    """Return the environment in which a sample's feed is read from its server."""
    name = server.sample.name
    table = {name: {"base_url": server.address, **server.sample.settings, **more}}
    return {"NEURALBRAIN_SOURCES": sources or name, "NEURALBRAIN_FEEDS": json.dumps(table)}
