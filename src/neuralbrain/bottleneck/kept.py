"""The forecasts kept in this process: the current edition, and what was put in by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from neuralbrain.domain.edition import Edition, first_current
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats

Place = tuple[ForecastTable, int]
MOST_MADE = 256  # rows, about 1 MB: the same few regions are asked for again and again
CHECK_SECONDS = 1.0  # how long a withdrawn edition may still be served; asking once a second costs readers nothing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Loaded:
    """What one edition holds; swapped as a whole, so that a reader never mixes two editions.

    Args:
        number: Of the edition that was up when this was loaded, or forgotten; None where there was none.
        places: Where each region stands in it.
        made: Rows as last handed out; they cannot be changed, so they can be shared.
    """

    number: int | None
    places: dict[str, Place] = field(default_factory=dict)
    made: dict[str, ForecastData] = field(default_factory=dict)

    def get(self, region: str) -> ForecastData | None:
        made = self.made.get(region)
        if made is not None:
            return made
        place = self.places.get(region)
        if place is None:
            return None
        if len(self.made) >= MOST_MADE:
            self.made.clear()
        self.made[region] = forecast = place[0].row(place[1])
        return forecast


class KeptForecasts:
    """Forecasts by region; a row of an edition becomes a ``ForecastData`` only when it is asked for.

    Safe to use from several threads. Nothing handed out can change what is kept.

    Args:
        current: Loads the current edition, None where there is none; called on first use, and again where
            ``newest`` says that another edition is up. Without ``newest`` it is called again only while there is none.
        newest: Gives the number of the edition that is up now, None where there is none; it should be cheap. A read
            asks it at most once a second. An error of either reaches the reader, and the next read asks again.
        seconds: A clock that never goes back; needed with ``newest``, and without it of no use.

    Raises:
        ValueError: If only one of ``newest`` and ``seconds`` is given.
    """

    def __init__(
        self,
        current: Callable[[], Edition | None],
        *,
        newest: Callable[[], int | None] | None = None,
        seconds: Callable[[], float] | None = None,
    ) -> None:
        if (newest is None) != (seconds is None):
            raise ValueError("newest and seconds belong together: give both, or neither")
        self._current = current
        self._newest = newest
        self._seconds = seconds
        self._guard = threading.Lock()  # of what was put in by hand; never held while something is loaded
        self._following = threading.Lock()  # of what is loaded
        self._by_hand: dict[str, ForecastData] = {}
        self._loaded: _Loaded | None = None
        self._check_at = float("-inf")

    def get(self, region: str) -> ForecastData | None:
        """Return a region's forecast: the one put in by hand, else that of the edition, else None."""
        by_hand = self._by_hand.get(region)
        if by_hand is not None:
            return by_hand
        loaded = self._up_to_date()
        return None if loaded is None else loaded.get(region)

    def put(self, region: str, forecast: ForecastData) -> None:
        """Keep a forecast under a region, before that of any edition."""
        context = forecast.context
        deaths = None if context.deaths_quantiles is None else _immutable(context.deaths_quantiles)
        own = replace(context, quantiles=_immutable(context.quantiles), deaths_quantiles=deaths)
        with self._guard:
            self._by_hand[region] = replace(forecast, context=own)

    def all(self) -> list[ForecastData]:
        """Return every region's forecast: the edition's in their order, then regions put in by hand only."""
        loaded = self._up_to_date()
        places = {} if loaded is None else loaded.places
        with self._guard:
            by_hand = self._by_hand.copy()
        rows = [
            by_hand[region] if region in by_hand else table.row(position)
            for region, (table, position) in places.items()
        ]
        return rows + [forecast for region, forecast in by_hand.items() if region not in places]

    def clear(self) -> None:
        """Forget everything: what was put in by hand, and the edition that is up.

        An edition is loaded again only when another one is up than now: a later one, or the one before where this
        one is withdrawn. Without ``newest`` nobody would notice, so then none is loaded again.
        """
        with self._following:
            self._loaded = _Loaded(number=None if self._newest is None else self._newest())
            with self._guard:
                self._by_hand = {}

    def _up_to_date(self) -> _Loaded | None:
        if self._seconds is None:
            if self._loaded is None:
                self._load()
        elif self._seconds() >= self._check_at:
            self._follow(self._seconds)
        return self._loaded

    def _load(self) -> None:
        with self._following:
            if self._loaded is None:
                edition = self._current()
                self._loaded = None if edition is None else _loaded(edition)

    def _follow(self, seconds: Callable[[], float]) -> None:
        """Load the edition that is up, if it is another one than was loaded.

        While one thread does so the others go on with what is there; only the first load is waited for.
        """
        if not self._following.acquire(blocking=self._loaded is None):
            return
        try:
            if self._newest is None or seconds() < self._check_at:
                return
            if self._loaded is None or self._newest() != self._loaded.number:
                edition = self._current()
                self._loaded = _Loaded(number=None) if edition is None else _loaded(edition)
            self._check_at = seconds() + CHECK_SECONDS
        finally:
            self._following.release()


def _loaded(edition: Edition) -> _Loaded:
    found: dict[str, list[Place]] = {}
    for given in edition.tables:
        table = replace(
            given, quantiles=_immutable(given.quantiles), deaths_quantiles=_immutable(given.deaths_quantiles)
        )
        for position, (region, signal) in enumerate(zip(table.regions, table.signals, strict=True)):
            if signal.primary:
                found.setdefault(region, []).append((table, position))
    places = {region: first_current(rows) for region, rows in found.items()}
    return _Loaded(number=edition.header.number, places=places)


def _immutable(values: Floats) -> Floats:
    """Return a copy over bytes: an array that owns its numbers can be made writeable again, bytes cannot."""
    if values.size and not any(values.strides):  # one number that stands for all of them stays one number
        return np.broadcast_to(np.frombuffer(values[(0,) * values.ndim].tobytes(), values.dtype)[0:1], values.shape)
    return np.frombuffer(values.tobytes(), values.dtype).reshape(values.shape)
