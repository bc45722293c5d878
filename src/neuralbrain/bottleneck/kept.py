"""The forecasts kept in this process: the current edition, and what was put in by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from neuralbrain.domain.edition import Edition
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats

Place = tuple[ForecastTable, int]
MOST_MADE = 256  # rows, about 1 MB: the same few regions are asked for again and again


class KeptForecasts:
    """Forecasts by region; a row of an edition becomes a ``ForecastData`` only when it is asked for.

    Safe to use from several threads. Nothing handed out can change what is kept.

    Args:
        current: Loads the current edition, None where there is none yet; called on first use, and again while
            there is none.
    """

    def __init__(self, current: Callable[[], Edition | None]) -> None:
        self._current = current
        self._guard = threading.Lock()
        self._by_hand: dict[str, ForecastData] = {}
        self._places: dict[str, Place] = {}
        self._made: dict[
            str, ForecastData
        ] = {}  # rows as last handed out; they cannot be changed, so they can be shared
        self._loaded = False

    def get(self, region: str) -> ForecastData | None:
        """Return a region's forecast: the one put in by hand, else that of the edition, else None."""
        if not self._loaded:
            self._load()
        made = self._made  # before the places: a row of forgotten places then goes to forgotten rows
        kept = self._by_hand.get(region) or made.get(region)
        if kept is not None:
            return kept
        place = self._places.get(region)
        if place is None:
            return None
        if len(made) >= MOST_MADE:
            made.clear()
        made[region] = forecast = place[0].row(place[1])
        return forecast

    def put(self, region: str, forecast: ForecastData) -> None:
        """Keep a forecast under a region, before that of the edition."""
        context = forecast.context
        deaths = None if context.deaths_quantiles is None else _own(context.deaths_quantiles)
        own = replace(forecast, context=replace(context, quantiles=_own(context.quantiles), deaths_quantiles=deaths))
        with self._guard:
            self._by_hand = {**self._by_hand, region: own}

    def all(self) -> list[ForecastData]:
        """Return every region's forecast: the edition's in their order, then regions put in by hand only."""
        if not self._loaded:
            self._load()
        with self._guard:
            by_hand, places = self._by_hand, self._places
        rows = [
            by_hand[region] if region in by_hand else table.row(position)
            for region, (table, position) in places.items()
        ]
        return rows + [forecast for region, forecast in by_hand.items() if region not in places]

    def clear(self) -> None:
        """Forget everything, the edition too; it is not loaded again in this process."""
        with self._guard:
            self._by_hand, self._places, self._made, self._loaded = {}, {}, {}, True

    def _load(self) -> None:
        with self._guard:
            if self._loaded:
                return
            edition = self._current()
            if edition is None:
                return
            places: dict[str, Place] = {}
            for table in edition.tables:
                for position, (region, signal) in enumerate(zip(table.regions, table.signals, strict=True)):
                    if signal.primary:
                        places.setdefault(region, (table, position))
            self._places, self._loaded = places, True


def _own(values: Floats) -> Floats:
    copy = values.copy()
    copy.flags.writeable = False
    return copy
