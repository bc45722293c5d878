"""Editions made by hand, so that every number in them can be followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.edition import Edition, EditionHeader
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Panel, Series, Signal
from neuralbrain.domain.quantiles import LEVELS

NEWEST = "2026-03-29"
CUTOFF = datetime(2026, 4, 1, 11, 59, tzinfo=UTC)
TIMESTAMP = datetime(2026, 4, 1, 12, tzinfo=UTC)
CASES = Signal(name="cases", deaths="deaths")
SPREAD = 0.5 + LEVELS  # the median is the value itself, and no two levels are alike


def table(
    regions: Sequence[str],
    *,
    signal: Signal = CASES,
    cases: Sequence[float] | None = None,
    medians: Sequence[float] | None = None,
    deaths: Sequence[float] | None = None,
    last_dates: Mapping[str, str] | None = None,
    risk: Sequence[float] | None = None,
    trends: Sequence[tuple[float, float, float]] | None = None,
    growth: Sequence[float] | None = None,
    findings: Mapping[str, Finding] | None = None,
    source: str = "made",
    horizons: tuple[int, ...] = (1, 2),
) -> ForecastTable:
    """Return a table of some regions; what is left out is unknown.

    Args:
        regions: Codes.
        signal: Of all rows.
        cases: The last actuals; 10, 20, 30 … where they are left out.
        medians: Of the incidence, the same at each horizon; the actuals where they are left out.
        deaths: Last actuals and medians of the deaths.
        last_dates: Those that are not the newest, by region.
        risk: Scores.
        trends: Chances of decreasing, stable, increasing.
        growth: Chances of growth.
        findings: What was noted, by region.
        source: The feed.
        horizons: Weeks ahead.
    """
    count = len(regions)

    def column(values: Sequence[float] | None) -> Any:
        return np.full(count, np.nan) if values is None else np.array(values, dtype=np.float64)

    actual = column(10.0 * (1 + np.arange(count)) if cases is None else cases)
    middle = actual if medians is None else column(medians)
    died = column(deaths)
    spread = np.tile(SPREAD, (len(horizons), 1))
    dates = [(last_dates or {}).get(region, NEWEST) for region in regions]
    return ForecastTable(
        source=source,
        provider="local",
        lock_number=3,
        edition=7,
        timestamp=TIMESTAMP,
        cutoff=CUTOFF,
        cadence=Cadence.WEEKLY,
        horizons=horizons,
        regions=tuple(regions),
        signals=(signal,) * count,
        last_dates=np.array(dates, dtype="datetime64[D]"),
        actual_cases=actual,
        actual_deaths=died,
        quantiles=middle[:, None, None] * spread,
        deaths_quantiles=died[:, None, None] * spread,
        populations=np.full(count, np.nan),
        confidence=np.full(count, 0.5),
        outbreak_probability=np.full(count, 0.25),
        outbreak_threshold=np.full(count, 99.0),
        growth_probability=column(growth),
        trend_probabilities=np.full((count, 3), np.nan) if trends is None else np.array(trends),
        risk_score=column(risk),
        risk_level_probabilities=np.full((count, 3), np.nan),
        volatility=np.full(count, np.nan),
        completeness=np.full(count, np.nan),
        findings=tuple((found,) if (found := (findings or {}).get(one)) else () for one in regions),
        reasons=((),) * count,
    )


def edition(*tables: ForecastTable, refused: Sequence[Finding] = (), number: int = 7) -> Edition:
    """Return an edition of some tables."""
    header = EditionHeader(
        number=number,
        provider="local",
        lock_number=3,
        inputs_digest="i" * 64,
        cutoff=CUTOFF,
        timestamp=TIMESTAMP,
        forecasts=sum(map(len, tables)),
        refused=len(refused),
        digest="d" * 64,
        previous_digest="",
    )
    return Edition(header=header, tables=tables, refused=tuple(refused))


def refusal(region: str, *, signal: str = "cases") -> Finding:
    """Return the finding of a region that was refused."""
    return Finding(code="negative", severity=Severity.REFUSE, message="The median is -3.", region=region, signal=signal)


def panel(rows: Mapping[tuple[str, Signal], Sequence[float]], *, last: str = NEWEST, source: str = "made") -> Panel:
    """Return what was known of some weekly series of equal length, NaN for gaps."""
    values = np.array(list(rows.values()), dtype=np.float64)
    periods = values.shape[1]
    return Panel(
        series=tuple(Series(source=source, location=region, signal=signal) for region, signal in rows),
        dates=np.datetime64(last, "D") - 7 * (periods - 1 - np.arange(periods)),
        values=values,
        cadence=Cadence.WEEKLY,
        cutoff=CUTOFF,
        populations=np.full(len(rows), np.nan),
    )
