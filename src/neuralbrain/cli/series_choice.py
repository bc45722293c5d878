"""From what somebody typed to one series, and to the others that could have been meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuralbrain.api.derived_series import from_parts
from neuralbrain.cli.feed_lookup import feed_names
from neuralbrain.domain.location import Location
from neuralbrain.domain.observation import Series
from neuralbrain.errors import UnknownRegionError
from neuralbrain.publish.lookup import place_or_error
from neuralbrain.publish.series_choice import chosen_series, place_in, signal_or_error, source_or_error

if TYPE_CHECKING:
    from neuralbrain.wiring import Application


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which series is meant.

    Args:
        series: That one.
        others: Every other one that could have been meant.
        derived: Whether nobody reports it, and it follows from the region's parts.
    """

    series: Series
    others: tuple[Series, ...]
    derived: bool = False


def find_series(here: Application, region: str, *, signal: str | None, source: str | None) -> Choice:
    """Return the series that is meant; one that nobody reports follows from the region's parts, where those are kept.

    Without a signal it is the primary one of the first source in the settings that reports the region.

    Raises:
        UnknownRegionError: If no region or signal is called so, or nobody reports it.
        NotFoundError: If no source is called so.
    """
    place = place_or_error(region)
    kept = here.observations.series_of_place(place.code)
    order = here.settings.sources
    if not any(_fits(one, signal, source) for one in kept):
        derived = _from_parts(here, place, signal=signal, source=source)
        if derived is not None:
            return derived
    if source is not None and all(one.source != source for one in kept):
        source_or_error(source, feed_names(here))
    if signal is None:
        first = primary_of(kept, place=place, source=source, order=order)
    else:
        if all(one.signal.name != signal for one in kept):
            signal_or_error(signal, {one.signal.name for one in here.observations.series()})
        first = chosen_series(kept, place=place, signal=signal, source=source, order=order)[0]
    return Choice(series=first, others=tuple(one for one in ranked(kept, order) if one != first))


def _fits(series: Series, signal: str | None, source: str | None) -> bool:
    return signal in {None, series.signal.name} and source in {None, series.source}


def _from_parts(here: Application, place: Location, *, signal: str | None, source: str | None) -> Choice | None:
    """Return the series that follows from what is kept of a region's parts; None where nothing fits."""
    kept, order = here.observations.series(), here.settings.sources
    fitting = from_parts(kept, place, signal=signal, source=source, order=order)
    if not fitting:
        return None
    every = from_parts(kept, place, signal=None, source=None, order=order)
    first = fitting[0]
    return Choice(series=first, others=tuple(one for one in every if one != first), derived=True)


def primary_of(kept: Sequence[Series], *, place: Location, source: str | None, order: Sequence[str]) -> Series:
    """Return the series that a region answers with.

    Args:
        kept: What is kept of the region.
        place: The region.
        source: Only of this source; None for all.
        order: The sources that are read, in order.

    Raises:
        UnknownRegionError: If nothing is kept of it, or not by this source.
    """
    mine = [one for one in ranked(kept, order) if source is None or one.source == source]
    if mine:
        return next((one for one in mine if one.signal.primary), mine[0])
    named = f"{place.name} ({place.code})"
    if kept:
        sources = ", ".join(sorted({one.source for one in kept}))
        raise UnknownRegionError(
            f"The source {source} reports nothing of {named}.",
            remedy=f"It is reported by: {sources}.",
            code="region-not-covered",
        )
    raise UnknownRegionError(
        f"Nothing is kept of {named}.",
        remedy="`neuralbrain sources list` shows what is read; `neuralbrain ingest` reads it now.",
        code="region-not-covered",
    )


def ranked(series: Sequence[Series], order: Sequence[str]) -> list[Series]:
    """Return series by source, in the order of the settings, primary signals before others."""
    return sorted(
        series, key=lambda one: (place_in(order, one.source), one.source, not one.signal.primary, one.signal.name)
    )
