"""Brings together what was asked, what was known and what was answered, as evidence for the checks."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.bottleneck.event_size import ceilings_of, event_sizes
from neuralbrain.bottleneck.reading import Flags, Reading, companions_of, field_names
from neuralbrain.domain.observation import Floats, Measure, Panel, aligned_to_last
from neuralbrain.domain.request import ForecastRequest


def gather(request: ForecastRequest, reading: Reading, *, totals: Flags) -> Evidence:
    """Return the evidence that checks and rules work on.

    Running totals whose request holds them unchanged as incidence are used as given: see ``domain.incidence``.
    Deaths are shown in the measure of their cases, so deaths that are given as totals beside cases that became new
    events are read as totals.

    Args:
        request: What was asked: S series.
        reading: What was answered.
        totals: Shape (S,): whether the answer speaks of running totals instead of new events.
    """
    panel = request.panel
    companion = companions_of(panel.series)
    values = np.asarray(panel.values, dtype=np.float64)
    cumulative = np.array([one.signal.measure is Measure.CUMULATIVE for one in panel.series], dtype=bool)
    same = (request.incidence == values) | (np.isnan(request.incidence) & np.isnan(values))
    as_given = cumulative & same.all(axis=1) & np.isfinite(values).any(axis=1)
    with_events = np.zeros(len(panel.series), dtype=bool)
    with_events[companion[(companion >= 0) & cumulative & ~as_given]] = True
    spoken_totals = totals | (with_events & as_given)
    incidence = aligned(request.incidence, panel)
    history = np.where(spoken_totals[:, None], aligned(values, panel), incidence)
    signals = tuple(one.signal for one in panel.series)
    return Evidence(
        reading=reading,
        series=panel.series,
        fields=field_names(companion),
        horizons=request.horizons,
        history=history,
        incidence=incidence,
        actual=last_actual(panel),
        last=history[:, -1],
        ceilings=ceilings_of(signals, panel.populations),
        event_sizes=event_sizes(signals, panel.populations),
        totals=spoken_totals,
        as_given=as_given & ~spoken_totals,
    )


def aligned(values: Floats, panel: Panel) -> Floats:
    """Return shape (S, T), T at least 1: each row ends with its last actual; a negative correction is a gap."""
    if not values.shape[1]:
        return np.full((len(values), 1), np.nan)
    rows = aligned_to_last(values, panel.last_index)
    return np.where(rows >= 0, rows, np.nan)


def last_actual(panel: Panel) -> Floats:
    """Return shape (S,): each series' last known value in its own measure, NaN where there is none."""
    last = panel.last_index
    if not panel.values.shape[1]:
        return np.full(len(last), np.nan)
    found: Any = np.take_along_axis(panel.values, np.maximum(last, 0)[:, None], axis=1)
    return np.where(last >= 0, found[:, 0], np.nan)
