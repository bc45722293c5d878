"""Many regions' forecasts in columns: what the bottleneck makes, the store keeps and the engine serves rows from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from math import isnan

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.claims import risk_level_of, trend_of
from neuralbrain.domain.finding import Finding
from neuralbrain.domain.forecast import ForecastContext, ForecastData, ForecastPath
from neuralbrain.domain.observation import Dates, Floats, Measure, Signal
from neuralbrain.domain.quantiles import LEVELS, MEDIAN
from neuralbrain.domain.record_here import record_here

_LEVELS_TUPLE: tuple[float, ...] = tuple(LEVELS.tolist())
_NO_PATH = ForecastPath(days=(), values=())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForecastTable:
    """The forecasts of one source and cadence by one provider, in columns, one row a region and signal.

    Args:
        source: The feed.
        provider: Who answered.
        lock_number: Under which lock number, None outside a cycle.
        edition: Number of the edition, None before it is published.
        timestamp: One UTC time for the whole edition.
        cutoff: The last moment of knowledge.
        cadence: daily or weekly.
        horizons: H periods after each row's last actual.
        regions: N region codes.
        signals: N signals, the ones that ``cases`` means.
        last_dates: Shape (N,), datetime64[D]: day of the last actual.
        actual_cases: Shape (N,), in the signal's own measure.
        actual_deaths: Shape (N,), NaN where the feed has none.
        quantiles: Shape (N, H, 23): incidence of the signal.
        deaths_quantiles: Shape (N, H, 23), NaN where the feed has none.
        populations: Shape (N,), NaN where unknown.
        confidence: Shape (N,), 0 to 1.
        outbreak_probability: Shape (N,), 0 to 1.
        outbreak_threshold: Shape (N,), in the unit of the incidence.
        growth_probability: Shape (N,), 0 to 1.
        trend_probabilities: Shape (N, 3): decreasing, stable, increasing.
        risk_score: Shape (N,), 0 to 100.
        risk_level_probabilities: Shape (N, 3): GREEN, YELLOW, RED.
        volatility: Shape (N,), at least 0.
        completeness: Shape (N,), at least 0: the usual share of the settled value that the last actual shows.
        findings: N tuples of what the checks noted.
        reasons: N tuples of (field, why it is null).
        record: Shape (N, 5), ``record_here.NUMBERS``: what the provider's own record was worth by the cutoff; None
            where it was not looked at, as in a backtest.

    NaN anywhere means: cannot be derived.
    """

    source: str
    provider: str
    lock_number: int | None
    edition: int | None
    timestamp: datetime
    cutoff: datetime
    cadence: Cadence
    horizons: tuple[int, ...]
    regions: tuple[str, ...]
    signals: tuple[Signal, ...]
    last_dates: Dates
    actual_cases: Floats
    actual_deaths: Floats
    quantiles: Floats
    deaths_quantiles: Floats
    populations: Floats
    confidence: Floats
    outbreak_probability: Floats
    outbreak_threshold: Floats
    growth_probability: Floats
    trend_probabilities: Floats
    risk_score: Floats
    risk_level_probabilities: Floats
    volatility: Floats
    completeness: Floats
    findings: tuple[tuple[Finding, ...], ...]
    reasons: tuple[tuple[tuple[str, str], ...], ...]
    record: Floats | None = None

    def __post_init__(self) -> None:
        for column in fields(self):
            values = getattr(self, column.name)
            if isinstance(values, np.ndarray):
                values.flags.writeable = False  # a row is a view: what is handed out cannot change what is kept

    def __len__(self) -> int:
        return len(self.regions)

    @property
    def days(self) -> tuple[int, ...]:
        """Return the horizons in days after the last actual: 7, 14, 21, 28 for weekly feeds."""
        return _days(self.cadence, self.horizons)

    def row(self, position: int) -> ForecastData:
        """Return one row as ``ForecastData``; nothing in it can change this table.

        Raises:
            IndexError: If there is no such row.
        """
        # A row is made on every read, so it is made of plain Python numbers: each NumPy scalar costs ten times as much.
        cumulative = self.signals[position].measure is Measure.CUMULATIVE
        days = self.days
        cases = self.actual_cases.item(position)
        deaths = self.actual_deaths.item(position)
        risk_score = number_or_none(self.risk_score.item(position))
        trends = _three(self.trend_probabilities, position)
        deaths_medians = self.deaths_quantiles[position, :, MEDIAN].tolist()
        return ForecastData(
            region=self.regions[position],
            actual_cases=number_or_none(cases),
            actual_deaths=number_or_none(deaths),
            forecasted_cases=_path(days, self.quantiles[position, :, MEDIAN].tolist(), cases if cumulative else None),
            forecasted_deaths=_path(days, deaths_medians, deaths if cumulative else None),
            confidence_score=number_or_none(self.confidence.item(position)),
            risk_level=risk_level_of(risk_score),
            risk_score=risk_score,
            outbreak_probability=number_or_none(self.outbreak_probability.item(position)),
            trend=None if trends is None else trend_of(trends),
            timestamp=self.timestamp,
            provider=self.provider,
            context=self._context(position, days, trends),
        )

    def _context(
        self, position: int, days: tuple[int, ...], trends: tuple[float, float, float] | None
    ) -> ForecastContext:
        signal = self.signals[position]
        last_date: date = self.last_dates[position].item()
        deaths = self.deaths_quantiles[position]
        return ForecastContext(
            signal=signal.name,
            unit=signal.unit.value,
            measure=signal.measure.value,
            cadence=self.cadence.value,
            source=self.source,
            last_date=last_date,
            cutoff=self.cutoff,
            horizons=self.horizons,
            target_dates=_target_dates(last_date, days),
            quantile_levels=_LEVELS_TUPLE,
            quantiles=self.quantiles[position],
            deaths_quantiles=None if isnan(deaths.item(0, 0)) else deaths,
            population=number_or_none(self.populations.item(position)),
            growth_probability=number_or_none(self.growth_probability.item(position)),
            outbreak_threshold=number_or_none(self.outbreak_threshold.item(position)),
            trend_probabilities=trends,
            risk_level_probabilities=_three(self.risk_level_probabilities, position),
            volatility=number_or_none(self.volatility.item(position)),
            completeness=number_or_none(self.completeness.item(position)),
            record=None if self.record is None else record_here(self.record[position], known_by=self.cutoff),
            edition=self.edition,
            lock_number=self.lock_number,
            findings=self.findings[position],
            reasons=self.reasons[position],
        )


@lru_cache(maxsize=64)
def _days(cadence: Cadence, horizons: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(cadence.days * horizon for horizon in horizons)


@lru_cache(maxsize=1024)  # regions share their last dates
def _target_dates(last_date: date, days: tuple[int, ...]) -> tuple[date, ...]:
    return tuple(last_date + timedelta(days=day) for day in days)


def _path(days: tuple[int, ...], medians: list[float], base: float | None) -> ForecastPath:
    """Return the path of medians: totals on a base, else as they are; empty where one is unknown."""
    values = tuple(medians if base is None else accumulate(medians, initial=base))[-len(days) :]
    if any(map(isnan, values)):
        return _NO_PATH
    return ForecastPath(days=days, values=values)


def number_or_none(value: float) -> float | None:
    """Return a plain float, or None for NaN: the one place where missing leaves the arrays."""
    number = float(value)
    return None if isnan(number) else number


def _three(values: Floats, position: int) -> tuple[float, float, float] | None:
    first, second, third = values[position].tolist()
    return None if isnan(first) else (first, second, third)
