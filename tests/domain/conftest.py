"""A small forecast table that the tests of forecasts and editions share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats, Measure, Signal


def quantiles_around(median: float) -> Floats:
    """Return 23 ascending values whose twelfth is the median."""
    return median + (np.arange(23) - 11) * median / 22


def build_table(**changes: Any) -> ForecastTable:
    """Return two rows: USA, cumulative, with everything; US-CA, incident, where most cannot be derived."""
    missing = np.full((2, 23), np.nan)
    columns: dict[str, Any] = {
        "source": "feed",
        "provider": "local",
        "lock_number": 3,
        "edition": 7,
        "timestamp": datetime(2026, 2, 9, tzinfo=UTC),
        "cutoff": datetime(2026, 2, 8, 12, tzinfo=UTC),
        "cadence": Cadence.WEEKLY,
        "horizons": (1, 2),
        "regions": ("USA", "US-CA"),
        "signals": (
            Signal(name="cases", measure=Measure.CUMULATIVE, deaths="deaths"),
            Signal(name="admissions", primary=False),
        ),
        "last_dates": np.array(["2026-02-07", "2026-01-31"], dtype="datetime64[D]"),
        "actual_cases": np.array([1000.0, 4.0]),
        "actual_deaths": np.array([50.0, np.nan]),
        "quantiles": np.stack(
            [[quantiles_around(10), quantiles_around(20)], [quantiles_around(5), quantiles_around(6)]]
        ),
        "deaths_quantiles": np.stack([np.stack([quantiles_around(1), quantiles_around(2)]), missing]),
        "populations": np.array([334914895.0, np.nan]),
        "confidence": np.array([0.92, np.nan]),
        "outbreak_probability": np.array([0.4, np.nan]),
        "outbreak_threshold": np.array([30.0, np.nan]),
        "growth_probability": np.array([0.7, np.nan]),
        "trend_probabilities": np.array([[0.1, 0.2, 0.7], [np.nan] * 3]),
        "risk_score": np.array([65.0, np.nan]),
        "risk_level_probabilities": np.array([[0.2, 0.5, 0.3], [np.nan] * 3]),
        "volatility": np.array([0.1, np.nan]),
        "completeness": np.array([0.9, np.nan]),
        "findings": ((Finding(code="reply-short", severity=Severity.NOTE, message="One week is missing."),), ()),
        "reasons": ((), (("confidence_score", "No record here yet."),)),
    }
    return ForecastTable(**(columns | changes))


@pytest.fixture
def make_table() -> Callable[..., ForecastTable]:
    """Return a builder of the table; its keyword arguments replace columns."""
    return build_table
