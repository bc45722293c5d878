"""Every feed there is, read or not: its name, what the settings say of it, its key, and its answers word for word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from neuralbrain.domain.feed import FeedRequest
from neuralbrain.domain.feed_sample import RecordedAnswer
from neuralbrain.errors import NeuralBrainError
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.settings import Settings
from neuralbrain.sources.catalogue import FEEDS, KEY_VARIABLES, Making
from neuralbrain.sources.feed import Feed
from neuralbrain.sources.feed_reader import MOST_PAGES, FeedReader

NOBODY = "http://127.0.0.1:9"  # the port of "discard": an address to compare with, which nobody is asked at


class KnownFeeds:
    """The feeds of the settings and of the catalogue.

    Args:
        settings: All of them.
        environment: Where keys are read.
        reader: Makes a feed with the way to it.
    """

    def __init__(
        self, settings: Settings, *, environment: Mapping[str, str], reader: Callable[[str], FeedReader]
    ) -> None:
        self._settings = settings
        self._environment = environment
        self._reader = reader

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name of every feed: those that the cycle reads, in its order, then the catalogue's, then others.

        One may be among them that cannot be built, for the settings may say anything.
        """
        return tuple(dict.fromkeys((*self._settings.sources, *FEEDS, *self._settings.feeds)))

    def adapter(self, name: str) -> str:
        """Return what reads a feed, by the name of a feed of the catalogue."""
        return self._said(name).adapter or name

    def said(self, name: str) -> dict[str, Any]:
        """Return what the settings say of a feed otherwise than the catalogue, as plain values without secrets."""
        said = self._said(name).model_dump(mode="json", exclude_defaults=True)
        if "base_url" in said:
            said["base_url"] = _without_secrets(said["base_url"])
        return said

    def has_key(self, name: str) -> bool:
        """Return whether the environment has the key of a feed; False, too, for one that takes none."""
        return bool(self._environment.get(KEY_VARIABLES.get(self.adapter(name), "")))

    def parts(self, name: str, *, now: datetime) -> frozenset[str] | None:
        """Return the parts that a feed asks for as it is set; None where it cannot say, or is unknown."""
        if name not in self.names:
            return None
        try:
            return frozenset(one.part for one in self._reader(name).requests(now=now))
        except NeuralBrainError:
            return None  # why is told where the feed is read, or shown

    def answers(self, name: str, *, now: datetime, since: date | None = None) -> Iterator[RecordedAnswer]:
        """Yield what a feed answers to each of its requests, page by page; nothing of it is read or kept.

        Args:
            name: Which feed.
            now: What payloads are stamped with.
            since: Older vintages too, from this day on.

        Raises:
            SettingsError: If it cannot be built.
            SourceError: If it cannot say what to ask for.
        """
        reader, elsewhere = self._reader(name), self._elsewhere(name)
        older, now_due = _older(reader.feed, now, since), tuple(reader.feed.requests(now=now))
        twins = (*_older(elsewhere, now, since), *elsewhere.requests(now=now))
        for place, (asked, twin) in enumerate(zip((*older, *now_due), twins, strict=True)):
            for one in _pages(reader, asked, elsewhere=elsewhere, twin=twin, now=now):
                yield replace(one, older=place < len(older))

    def _said(self, name: str) -> FeedSettings:
        return self._settings.feeds.get(name, FeedSettings())

    def _elsewhere(self, name: str) -> Feed:
        """Return the same feed at another address and without its key: its requests say what is below the address."""
        said = self._said(name).model_copy(update={"base_url": NOBODY, "path": ""})
        return FEEDS[self.adapter(name)](
            Making(name=name, settings=said, key="", sample_until=self._settings.sample_until)
        )


def _older(feed: Feed, now: datetime, since: date | None) -> tuple[FeedRequest, ...]:
    return () if since is None else tuple(feed.older(since=since, until=now.date()))


def _pages(
    reader: FeedReader, asked: FeedRequest, *, elsewhere: Feed, twin: FeedRequest, now: datetime
) -> Iterator[RecordedAnswer]:
    following: tuple[FeedRequest | None, FeedRequest | None] = (asked, twin)
    for page in range(MOST_PAGES):
        here, there = following
        if here is None or there is None:
            return
        came = reader.fetcher.get(here, now=now)
        below = urlsplit(there.url.removeprefix(NOBODY))
        yield RecordedAnswer(
            part=here.part,
            page=page,
            path=below.path,
            query=tuple(parse_qsl(below.query, keep_blank_values=True)),
            payload=came.payload,
            fault=came.fault,
        )
        if came.payload is None:
            return
        following = (reader.feed.following(here, came.payload), elsewhere.following(there, came.payload))


def _without_secrets(address: str) -> str:
    """Return an address without user, query and fragment.

    >>> _without_secrets("https://user:word@host/below?key=1")
    'https://host/below'
    """
    scheme, _, rest = address.partition("?")[0].partition("#")[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
