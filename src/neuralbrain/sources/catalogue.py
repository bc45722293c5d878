"""The table of feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from neuralbrain.domain.feed import FeedFacts
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.sources.cholera_africa import CholeraAfrica
from neuralbrain.sources.feed import Feed
from neuralbrain.sources.pertussis_us import PertussisUnitedStates


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What a feed is made from.

    Args:
        name: Its name in the settings.
        settings: What the settings say of it.
        key: Its key, empty where there is none.
        sample_until: The setting of that name.
    """

    name: str
    settings: FeedSettings
    key: str = ""
    sample_until: date | None = None


FEEDS: Mapping[str, Callable[[Making], Feed]] = {
    "cholera-africa": lambda making: CholeraAfrica(until=making.sample_until),
    "pertussis-us": lambda making: PertussisUnitedStates(until=making.sample_until),
}
"""Name of an adapter to how a feed is made of it."""

FACTS: tuple[FeedFacts, ...] = tuple(
    make(Making(name=name, settings=FeedSettings())).facts for name, make in FEEDS.items()
)
"""What is known of each feed of the catalogue beforehand, as it is unless the settings say otherwise."""

KEY_VARIABLES: Mapping[str, str] = {}
"""Name of an adapter to the environment variable of its key."""
