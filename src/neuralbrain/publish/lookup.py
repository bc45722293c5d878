"""From what somebody typed to a region's forecast, or to an error that helps; the same at every door."""

from __future__ import annotations

from neuralbrain.domain.edition import Edition
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.location import Location, resolve, suggest
from neuralbrain.errors import UnknownRegionError

COVERED_SHOWN = 20  # codes; more would hide the sentence


def place_or_error(typed: str) -> Location:
    """Return the region that somebody means, by any of its names or codes.

    Raises:
        UnknownRegionError: If no region is called so; it names the nearest ones.
    """
    place = resolve(typed)
    if place is not None:
        return place
    near = " or ".join(f"{one.name} ({one.code})" for one in suggest(typed))
    raise UnknownRegionError(
        f"No region is called {typed!r}.",
        remedy=f"Did you mean {near}?" if near else "Use an English name or an ISO 3166 code.",
    )


def forecast_or_error(edition: Edition, typed: str, *, signal: str | None, named_with: str) -> ForecastData:
    """Return the forecast of a region, by any of its names or codes.

    Args:
        edition: Where to look.
        typed: What somebody calls the region.
        signal: Name of a signal, None for the region's primary one.
        named_with: How a signal is named at this door, for the remedy.

    Raises:
        UnknownRegionError: If no region is called so, or the edition has no forecast of it or of that signal.
    """
    place = place_or_error(typed)
    found = edition.find(place.code, signal)
    if found is not None:
        return found
    signals = sorted({row.context.signal for row in edition.rows() if row.region == place.code})
    if signals and signal is not None:
        raise UnknownRegionError(
            f"Edition {edition.header.number} has no signal {signal!r} of {place.name}.",
            remedy=f"It has: {', '.join(signals)}.",
            code="signal-unknown",
        )
    if signals:
        raise UnknownRegionError(
            f"Edition {edition.header.number} has no primary signal of {place.name}.",
            remedy=f"Name one with {named_with}: {', '.join(signals)}.",
            code="signal-unknown",
        )
    covered = ", ".join(sorted({row.region for row in edition.rows()})[:COVERED_SHOWN])
    raise UnknownRegionError(
        f"Edition {edition.header.number} has no forecast of {place.name} ({place.code}).",
        remedy=f"It covers: {covered}.",
        code="region-not-covered",
    )
