"""From what a person typed to an edition and a region, or to an error that helps."""

from __future__ import annotations

from neuralbrain.domain.edition import Edition
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.location import resolve, suggest
from neuralbrain.errors import NotFoundError, UnknownRegionError
from neuralbrain.ports import Editions


def edition_or_error(editions: Editions, number: int | None) -> Edition:
    """Return an edition, the current one without a number.

    Raises:
        NotFoundError: If there is none.
    """
    found = editions.get(number)
    if found is not None:
        return found
    if number is None and not editions.headers(1):
        raise NotFoundError(
            "There is no edition yet.", remedy="Make the first one with `neuralbrain run`.", code="edition-none"
        )
    if number is None:
        raise NotFoundError(
            "Every edition is withdrawn.", remedy="Make a new one with `neuralbrain run --again`.", code="edition-none"
        )
    raise NotFoundError(f"There is no edition {number}.", remedy="`neuralbrain editions list` shows which there are.")


def region_or_error(edition: Edition, typed: str, signal: str | None) -> ForecastData:
    """Return the forecast of a region, by any of its names or codes.

    Raises:
        UnknownRegionError: If no region is called so, or the edition has no forecast of it or of that signal.
    """
    place = resolve(typed)
    if place is None:
        near = " or ".join(f"{one.name} ({one.code})" for one in suggest(typed))
        raise UnknownRegionError(
            f"No region is called {typed!r}.",
            remedy=f"Did you mean {near}?" if near else "Use an English name or an ISO 3166 code.",
        )
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
            remedy=f"Name one with --signal: {', '.join(signals)}.",
            code="signal-unknown",
        )
    covered = ", ".join(sorted({row.region for row in edition.rows()})[:20])
    raise UnknownRegionError(
        f"Edition {edition.header.number} has no forecast of {place.name} ({place.code}).",
        remedy=f"It covers: {covered}.",
        code="region-not-covered",
    )
