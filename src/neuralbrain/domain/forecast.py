"""One region's forecast in the one authoritative shape: twelve fields, and a context for everything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import isnan
from typing import Any

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.claims import RISK_LEVELS, TRENDS, RiskLevel, Trend
from neuralbrain.domain.finding import Finding
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.record_here import RecordHere


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastContext:
    """Everything about a forecast beyond the twelve fields.

    Args:
        signal: Name of the signal that ``cases`` means here.
        unit: Its unit: count, per_100k or share.
        measure: Whether the feed counts new events or running totals.
        cadence: daily or weekly.
        source: The feed.
        last_date: The day, or last day of the week, of the last actual.
        cutoff: The last moment of knowledge.
        horizons: Periods after the last actual.
        target_dates: One a horizon.
        quantile_levels: The 23 hub levels.
        quantiles: Shape (H, 23): quantiles of the incidence, in ``unit``.
        deaths_quantiles: The same for deaths, or None where the feed has none.
        population: Inhabitants, or None where unknown.
        growth_probability: P(Y_H > y0).
        outbreak_threshold: U_H, the bound that ``outbreak_probability`` speaks of.
        trend_probabilities: Of decreasing, stable, increasing.
        risk_level_probabilities: Of GREEN, YELLOW, RED.
        volatility: Mean absolute relative change of the last 14 values.
        completeness: Which share of its settled value the last actual usually shows at its age, None where the feed
            keeps no vintages, or too few.
        record: What the provider's own record of this source, signal and region was worth by the cutoff, None where
            nothing of it was scored by then.
        edition: Number of the edition, None before it is published.
        lock_number: The lock number it was made under, None outside a cycle.
        findings: What the checks noted.
        reasons: Field name to the reason why it is null.
    """

    signal: str
    unit: str
    measure: str
    cadence: str
    source: str
    last_date: date
    cutoff: datetime
    horizons: tuple[int, ...]
    target_dates: tuple[date, ...]
    quantile_levels: tuple[float, ...]
    quantiles: Floats
    deaths_quantiles: Floats | None
    population: float | None
    growth_probability: float | None
    outbreak_threshold: float | None
    trend_probabilities: tuple[float, float, float] | None
    risk_level_probabilities: tuple[float, float, float] | None
    volatility: float | None
    completeness: float | None
    record: RecordHere | None
    edition: int | None
    lock_number: int | None
    findings: tuple[Finding, ...]
    reasons: tuple[tuple[str, str], ...]

    def age_days(self, now: datetime) -> int:
        """Return how many days old the last actual is."""
        return (now.date() - self.last_date).days

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON-ready values; arrays as nested lists."""
        return {
            "signal": self.signal,
            "unit": self.unit,
            "measure": self.measure,
            "cadence": self.cadence,
            "source": self.source,
            "last_date": self.last_date.isoformat(),
            "cutoff": utc_text(self.cutoff),
            "horizons": list(self.horizons),
            "target_dates": [day.isoformat() for day in self.target_dates],
            "quantile_levels": list(self.quantile_levels),
            "quantiles": _plain(self.quantiles),
            "deaths_quantiles": None if self.deaths_quantiles is None else _plain(self.deaths_quantiles),
            "population": self.population,
            "growth_probability": self.growth_probability,
            "outbreak_threshold": self.outbreak_threshold,
            "trend_probabilities": _named(TRENDS, self.trend_probabilities),
            "risk_level_probabilities": _named(RISK_LEVELS, self.risk_level_probabilities),
            "volatility": self.volatility,
            "completeness": self.completeness,
            "record": None if self.record is None else self.record.to_dict(),
            "edition": self.edition,
            "lock_number": self.lock_number,
            "findings": [
                {"code": one.code, "severity": one.severity.value, "message": one.message} for one in self.findings
            ],
            "reasons": dict(self.reasons),
        }


def _plain(numbers: Floats) -> list[list[float | None]]:
    return [[None if isnan(one) else one for one in row] for row in numbers.tolist()]  # JSON has no NaN


def _named(names: tuple[StrEnum, ...], numbers: tuple[float, ...] | None) -> dict[str, float] | None:
    return None if numbers is None else {name.value: number for name, number in zip(names, numbers, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastPath:
    """The medians of one signal, one a horizon: what ``forecasted_cases`` holds.

    Iterating gives ``{"day": days after the last actual, "value": median}``, fresh each time.
    """

    days: tuple[int, ...]
    values: tuple[float, ...]

    def __iter__(self) -> Iterator[dict[str, float]]:
        return ({"day": day, "value": value} for day, value in zip(self.days, self.values, strict=True))

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, position: int) -> dict[str, float]:
        return {"day": self.days[position], "value": self.values[position]}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForecastData:
    """One region's forecast: twelve fields, and ``context`` for everything else.

    Numbers are None where they cannot be derived; ``context.reasons`` says why. In a cumulative measure the
    paths are totals, else the incidence of each period.
    """

    region: str
    actual_cases: float | None
    actual_deaths: float | None
    forecasted_cases: ForecastPath
    forecasted_deaths: ForecastPath
    confidence_score: float | None
    risk_level: RiskLevel | None
    risk_score: float | None
    outbreak_probability: float | None
    trend: Trend | None
    timestamp: datetime
    provider: str
    context: ForecastContext

    def to_dict(self) -> dict[str, Any]:
        """Return exactly the twelve fields, JSON-ready."""
        return {
            "region": self.region,
            "actual_cases": _whole(self.actual_cases),
            "actual_deaths": _whole(self.actual_deaths),
            "forecasted_cases": list(self.forecasted_cases),
            "forecasted_deaths": list(self.forecasted_deaths),
            "confidence_score": self.confidence_score,
            "risk_level": None if self.risk_level is None else self.risk_level.value,
            "risk_score": self.risk_score,
            "outbreak_probability": self.outbreak_probability,
            "trend": None if self.trend is None else self.trend.value,
            "timestamp": utc_text(self.timestamp),
            "provider": self.provider,
        }


def _whole(value: float | None) -> float | int | None:
    """Return a whole number without its point: a count of people is printed as one."""
    return int(value) if value is not None and value.is_integer() else value
