"""Builds a feed with the way to it, from its name and the settings."""

from __future__ import annotations

import difflib
import ssl
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from neuralbrain.errors import SettingsError
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.outgoing.host_rules import HostRules
from neuralbrain.outgoing.transport import Transport
from neuralbrain.ports import Clock
from neuralbrain.settings import Settings
from neuralbrain.sources.catalogue import FEEDS, KEY_VARIABLES, Making
from neuralbrain.sources.feed_reader import FeedReader
from neuralbrain.sources.fetching import Fetcher

FETCHING = 0.8  # of the time that reading a feed may take: the rest is for taking in what came


def build(
    name: str,
    settings: Settings,
    *,
    environment: Mapping[str, str],
    clock: Clock,
    agent: str,
    cancelled: Callable[[], bool] = lambda: False,
    tls: ssl.SSLContext | None = None,
) -> FeedReader:
    """Return a feed and the way to it.

    Args:
        name: As in the setting ``sources``.
        settings: All of them.
        environment: Where keys are read.
        clock: Waits between attempts.
        agent: What we call ourselves.
        cancelled: Whether nobody wants answers any more; a call that waits for one is then broken off.
        tls: Whom to trust; the system's own list by default.

    Raises:
        SettingsError: If there is no such feed, or its settings cannot be used.
    """
    said = settings.feeds.get(name, FeedSettings())
    adapter = said.adapter or name
    if adapter not in FEEDS:
        known = tuple(dict.fromkeys((*FEEDS, *settings.feeds)))
        nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
        raise SettingsError(
            f"The setting sources names {name!r}, which is no feed.",
            remedy=f"Did you mean {nearest}? Known are: {', '.join(known)}. A feed of one's own says adapter.",
        )
    key = environment.get(KEY_VARIABLES.get(adapter, ""), "").strip()
    try:
        feed = FEEDS[adapter](Making(name=name, settings=said, key=key, sample_until=settings.sample_until))
        rules = HostRules(private_hosts=_private_hosts(said))
    except ValueError as error:
        raise SettingsError(
            f"The feed {name} cannot be used: {error}.", remedy=f"Change [feeds.{name}] of neuralbrain.toml."
        ) from error
    way_out = Transport(agent=agent, rules=rules, proxy=settings.proxy, cancelled=cancelled, tls=tls)
    return FeedReader(
        feed=feed,
        fetcher=Fetcher(way_out, clock=clock, cancelled=cancelled),
        clock=clock,
        most_seconds=settings.read_seconds * FETCHING,
    )


def _private_hosts(said: FeedSettings) -> frozenset[str]:
    host = urlsplit(said.base_url).hostname or ""
    return frozenset({host}) if said.private and host else frozenset()
