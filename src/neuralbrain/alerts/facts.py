"""What the rules of alerts look at: facts gathered by whoever asks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from neuralbrain.domain.alert import AlertKey
from neuralbrain.domain.region_signs import RegionSigns


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAge:
    """How old the newest value of a feed is.

    Args:
        name: As in the settings.
        title: What it is, in one line.
        age_days: Days from its newest target date to today, None before the first value, and of a feed that
            cannot be read as it is set up.
        stale_after_days: After how many it counts as stale, None where it never does: an archive.
    """

    name: str
    title: str
    age_days: int | None
    stale_after_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderWord:
    """How an enabled provider is doing.

    Args:
        name: Its name.
        status: healthy, degraded or unavailable; None where nobody checked or asked it within a day,
            and where it lacks something to be asked.
        why: The reason, in one sentence.
    """

    name: str
    status: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionFacts:
    """What one look at an edition goes by.

    Args:
        signs: What the last editions say of each region and signal.
        open_keys: What there are open alerts about.
        raised_before: The edition at which an alert about something was last raised, where one ever was in
            an edition that stands.
    """

    signs: RegionSigns
    open_keys: frozenset[AlertKey]
    raised_before: Mapping[AlertKey, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """What one look at the service goes by.

    Args:
        feeds: Every feed that is read.
        providers: Every provider that is enabled, but the one on this machine.
        edition_age_days: Since the edition was published or last found up to date, None where there never was one.
    """

    feeds: tuple[FeedAge, ...]
    providers: tuple[ProviderWord, ...]
    edition_age_days: float | None
