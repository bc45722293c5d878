"""What is known of any feed that somebody may name: also of one that is only kept, or that the settings spoil."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neuralbrain.domain.feed import FeedFacts
from neuralbrain.errors import SettingsError
from neuralbrain.publish.feed_state import facts_of_stranger
from neuralbrain.publish.series_choice import source_or_error

if TYPE_CHECKING:
    from neuralbrain.wiring import Application


def feed_names(here: Application) -> tuple[str, ...]:
    """Return the names of all feeds: those that are read, then others that are known, then those only kept."""
    kept = (one.source for one in here.observations.series())
    return tuple(dict.fromkeys((*here.known_feeds().names, *kept)))


def known_feeds(here: Application, typed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the feeds that somebody typed, each once; those of the setting ``sources`` where nobody did.

    Raises:
        NotFoundError: If there is no feed of a name.
    """
    names = here.known_feeds().names
    return tuple(dict.fromkeys(source_or_error(one, names) for one in typed)) or here.settings.sources


def facts_and_fault(here: Application, name: str) -> tuple[FeedFacts, str | None]:
    """Return what is known of a feed beforehand, and why it cannot be used as things are set; None where it can."""
    if name not in here.known_feeds().names:
        return facts_of_stranger(name), None
    try:
        return here.source(name).facts, None
    except SettingsError as error:
        return replace(facts_of_stranger(name), note=""), str(error)


def facts_of(here: Application, name: str) -> FeedFacts:
    """Return what is known of a feed beforehand."""
    return facts_and_fault(here, name)[0]
