"""Requests and answers that the tests of prompts share."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.location import LOCATIONS
from neuralbrain.domain.observation import Measure, Panel, Series, Signal, Unit
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.providers.answer_schema import AnswerShape

NOW = datetime(2026, 3, 25, tzinfo=UTC)
LAST_WEEK = np.datetime64("2026-03-22", "D")  # a Sunday, the end of ISO week 12
HISTORY = (10.0, 12.0, 11.0, 13.0, 12.0, 10.0, 11.0, 12.0, 14.0, 12.0)
LEVELS = {
    "median": 0.5,
    "lower_50": 0.25,
    "upper_50": 0.75,
    "lower_80": 0.1,
    "upper_80": 0.9,
    "lower_95": 0.025,
    "upper_95": 0.975,
}
STATES = [code for code, one in LOCATIONS.items() if one.parent == "USA" and code != "US-DC"]


def request_for(
    *regions,
    history=HISTORY,
    deaths=None,
    horizons=(1, 2),
    cadence=Cadence.WEEKLY,
    measure=Measure.INCIDENT,
    unit=Unit.COUNT,
    population=2_000_000.0,
    incidence=None,
    name="cholera_cases",
):
    """Return a request about regions that all have the same history, with deaths where they are given."""
    main = Signal(
        name=name, unit=unit, measure=measure, cadence=cadence, deaths="cholera_deaths" if deaths is not None else None
    )
    signals, rows = [main], [history]
    if deaths is not None:
        signals.append(Signal(name="cholera_deaths", measure=measure, cadence=cadence, primary=False))
        rows.append(deaths)
    regions = regions or ("AGO",)
    values = np.array([row for _ in regions for row in rows], dtype=float)
    panel = Panel(
        series=tuple(Series(source="test", location=region, signal=one) for region in regions for one in signals),
        dates=LAST_WEEK + np.arange(1 - values.shape[1], 1) * cadence.days,
        values=values,
        cadence=cadence,
        cutoff=NOW,
        populations=np.full(len(values), population),
    )
    return ForecastRequest(panel=panel, incidence=values if incidence is None else incidence, horizons=horizons)


def answer_for(shape: AnswerShape) -> dict:
    """Return an answer as it is asked for: region r has the median 100 r + h at horizon h, 10 more a level."""

    def signal(start: float) -> dict[str, list[float]]:
        steps = dict(zip(shape.ascending, range(len(shape.ascending)), strict=True))
        middle = steps["median"]
        return {
            name: [start + horizon + 10 * (steps[name] - middle) for horizon in range(1, shape.horizons + 1)]
            for name in shape.fields
        }

    entries = []
    for order, code in enumerate(shape.regions, start=1):
        entry = {"region": code, "cases": signal(100.0 * order)}
        if shape.with_deaths:
            entry["deaths"] = signal(50.0 * order) if code in shape.with_deaths else None
        entries.append(entry)
    return {"forecasts": entries}


def text_of(answer: object) -> str:
    """Return an answer as a model writes it."""
    return json.dumps(answer)
