"""From what somebody typed to one series and one moment, or to an error that helps; the same at every door."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time
from difflib import get_close_matches

from neuralbrain.domain.location import Location
from neuralbrain.domain.observation import Series
from neuralbrain.errors import NotFoundError, UnknownRegionError

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NAMES_SHOWN = 20  # more would hide the sentence
LONGEST_TYPED = 64  # characters; what is compared with names is cut, as comparing takes time in the square of it


def day_of(text: str) -> date:
    """Return a day as it is typed.

    Raises:
        ValueError: If it is no day, as YYYY-MM-DD.
    """
    if not DAY.fullmatch(text):
        raise ValueError("it is no day, as YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("it is no day of the calendar") from None


def cutoff_of(text: str) -> datetime:
    """Return the last moment of knowledge that somebody means: the end of a day (UTC), or a time.

    Raises:
        ValueError: If it is neither, or a time without its zone.

    >>> cutoff_of("2026-02-09").isoformat(), cutoff_of("2026-02-09T13:00:00+01:00").isoformat()
    ('2026-02-09T23:59:59.999999+00:00', '2026-02-09T12:00:00+00:00')
    """
    if DAY.fullmatch(text):
        return datetime.combine(day_of(text), time.max, tzinfo=UTC)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("it is neither a day, as YYYY-MM-DD, nor a time, as YYYY-MM-DDTHH:MM:SSZ") from None
    raise ValueError("it is a time without a zone; write a Z behind it for UTC")


def source_or_error(name: str, known: Collection[str]) -> str:
    """Return the name of a source as it is known.

    Raises:
        NotFoundError: If there is none of that name; it names the nearest.
    """
    if name in known:
        return name
    near = _nearest(name, known)
    raise NotFoundError(
        f"There is no source {name[:LONGEST_TYPED]!r}.",
        remedy=f"Did you mean {near}?" if near else f"There are: {_listed(known)}.",
        code="source-unknown",
    )


def signal_or_error(name: str, known: Collection[str]) -> str:
    """Return the name of a signal as it is known.

    Raises:
        UnknownRegionError: If there is none of that name; it names the nearest.
    """
    if name in known:
        return name
    near = _nearest(name, known)
    raise UnknownRegionError(
        f"No source reports a signal {name[:LONGEST_TYPED]!r}.",
        remedy=f"Did you mean {near}?" if near else f"Reported are: {_listed(known)}.",
        code="signal-unknown",
    )


def chosen_series(
    found: Iterable[Series], *, place: Location, signal: str, source: str | None, order: Sequence[str]
) -> tuple[Series, ...]:
    """Return the series of a place and signal, the one to answer with first.

    Sources come in the order of the settings, then by name.

    Args:
        found: Every series that is kept of the place; those of other places are left out.
        place: Which place.
        signal: Name of a signal that some source reports.
        source: Only of this source; None for all.
        order: The sources that are read, in order.

    Raises:
        UnknownRegionError: If nothing is reported of the place, or not this signal, or not by this source.
    """
    here = [one for one in found if one.location == place.code]
    named = f"{place.name} ({place.code})"
    if not here:
        raise UnknownRegionError(
            f"No source reports anything of {named}.",
            remedy="Ask for another region; the list of regions says which are reported.",
            code="region-not-covered",
        )
    fitting = [one for one in here if one.signal.name == signal]
    if not fitting:
        raise UnknownRegionError(
            f"No source reports {signal} of {named}.",
            remedy=f"Reported of it are: {_listed({one.signal.name for one in here})}.",
            code="signal-unknown",
        )
    chosen = [one for one in fitting if source is None or one.source == source]
    if not chosen:
        raise UnknownRegionError(
            f"The source {source} does not report {signal} of {named}.",
            remedy=f"It is reported by: {_listed({one.source for one in fitting})}.",
            code="signal-unknown",
        )
    return tuple(sorted(chosen, key=lambda one: (place_in(order, one.source), one.source)))


def place_in(order: Sequence[str], name: str) -> int:
    """Return a name's place in an order, and the place behind the last where it has none."""
    return order.index(name) if name in order else len(order)


def _nearest(typed: str, known: Iterable[str]) -> str:
    return " or ".join(get_close_matches(typed[:LONGEST_TYPED].lower(), list(known), n=2, cutoff=0.6))


def _listed(names: Collection[str]) -> str:
    """Return names in order, and how many more there are."""
    ordered = sorted(names)
    more = len(ordered) - NAMES_SHOWN
    return (", ".join(ordered[:NAMES_SHOWN]) or "none") + (f" and {more} more" if more > 0 else "")
