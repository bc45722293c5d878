"""Requests, answers and evidence that the tests of the bottleneck share."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.bottleneck.gather import gather
from neuralbrain.bottleneck.read import read_answer
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Measure, Panel, Series, Signal, Unit
from neuralbrain.domain.request import ForecastRequest

NOW = datetime(2026, 3, 25, tzinfo=UTC)
LAST_WEEK = np.datetime64("2026-03-22", "D")  # a Sunday


def request_for(
    *regions,
    history=(10.0, 12.0, 11.0, 13.0, 12.0, 10.0, 11.0, 12.0, 14.0, 12.0),
    deaths=None,
    horizons=(1, 2),
    cadence=Cadence.WEEKLY,
    measure=Measure.INCIDENT,
    unit=Unit.COUNT,
    population=np.nan,
    incidence=None,
):
    """Return a request about some regions that all have the same history, with deaths where they are given."""
    regions = regions or ("AGO",)
    signals = [Signal(name="cases", unit=unit, measure=measure, cadence=cadence, deaths="deaths" if deaths else None)]
    rows = [history]
    if deaths:
        signals.append(Signal(name="deaths", unit=unit, measure=measure, cadence=cadence, primary=False))
        rows.append(deaths)
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


def evidence_for(answer, *, request=None, totals=False, resolve=None) -> Evidence:
    """Return the evidence that an answer is to a request, by default about AGO for two weeks."""
    request = request or request_for()
    reading = read_answer(request, answer, resolve=resolve)
    return gather(request, reading, totals=np.full(len(request.panel.series), totals))
