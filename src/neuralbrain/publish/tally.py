"""How many regions stand at which risk level and in which trend, counted the same for every body that says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from neuralbrain.domain.claims import RiskLevel, Trend
from neuralbrain.domain.edition import OLD_AFTER, Edition, first_current
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.forecast_table import ForecastTable

WORLD = "WORLD"
UNKNOWN = "unknown"  # what cannot be derived is counted, too: the numbers add up to the regions

Counts = dict[str, dict[str, int]]


def primary_rows(edition: Edition) -> tuple[ForecastData, ...]:
    """Return each region's forecast of its primary signal, the one that ``Edition.find`` finds, in the edition's order.

    A row of the whole world is left out: it is no region beside the others.
    """
    found: dict[str, list[tuple[ForecastTable, int]]] = {}
    for table in edition.tables:
        for position, (region, signal) in enumerate(zip(table.regions, table.signals, strict=True)):
            if signal.primary and region != WORLD:
                found.setdefault(region, []).append((table, position))
    return tuple(table.row(position) for table, position in map(first_current, found.values()))


def current_rows(rows: Sequence[ForecastData]) -> tuple[ForecastData, ...]:
    """Return the rows that reported last within a year of the newest report among them.

    Where recent reports stand beside an archive, what is said of all regions together is of the recent ones.
    """
    newest = max((row.context.last_date for row in rows), default=date.min)
    return tuple(row for row in rows if newest - row.context.last_date <= OLD_AFTER)


def tally(rows: Sequence[ForecastData]) -> Counts:
    """Return how many of the rows have each risk level and each trend; zeros are said, too."""
    levels = Counter(UNKNOWN if row.risk_level is None else row.risk_level.value for row in rows)
    trends = Counter(UNKNOWN if row.trend is None else row.trend.value for row in rows)
    return {
        "risk_level": {name: levels[name] for name in (*reversed(RiskLevel), UNKNOWN)},
        "trend": {name: trends[name] for name in (*Trend, UNKNOWN)},
    }
