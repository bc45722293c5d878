"""A forecast's numbers as they are said to people, beside the exact ones: none claims more than a forecast knows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from neuralbrain.publish.rounding import chance, spoken

COVERAGE, LOW, HIGH = 0.8, 0.1, 0.9  # the interval that is said, and its two levels
PROBABILITIES = ("confidence_score", "outbreak_probability")


def readable_of(forecast: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rounded words for a forecast, null where the number is null.

    Args:
        forecast: Twelve fields and ``context``, as ``forecast_as_json`` gives them.

    Returns:
        ``actual_cases`` to ``growth_probability`` as text; the forecasts as one text a horizon; ``intervals`` as the
        bounds of the central 80 % of the incidence, one a horizon.

    Source: CDC's published ensemble forecasts: above 1,000 the nearest 100, from 10 to 1,000 the nearest 10, below 10
    a whole number; proportions with two significant figures.
    """
    context = forecast["context"]
    unit = context["unit"]
    score = forecast["risk_score"]
    growth = context["growth_probability"]
    levels: Sequence[float] = context["quantile_levels"]
    low, high = levels.index(LOW), levels.index(HIGH)
    return {
        "actual_cases": _said(forecast["actual_cases"], unit),
        "actual_deaths": _said(forecast["actual_deaths"], unit),
        "forecasted_cases": [spoken(step["value"], unit) for step in forecast["forecasted_cases"]],
        "forecasted_deaths": [spoken(step["value"], unit) for step in forecast["forecasted_deaths"]],
        "intervals": [
            {"coverage": COVERAGE, "low": _said(row[low], unit), "high": _said(row[high], unit)}
            for row in context["quantiles"]
        ],
        # Cut, not rounded: a score just below a level must not seem to have reached it.
        "risk_score": None if score is None else f"{math.floor(score)}",
        **{name: None if forecast[name] is None else chance(forecast[name]) for name in PROBABILITIES},
        "growth_probability": None if growth is None else chance(growth),
    }


def _said(value: float | None, unit: str) -> str | None:
    return None if value is None else spoken(value, unit)
