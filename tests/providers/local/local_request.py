"""Builds requests for the tests of the local provider."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Floats, Panel, Series, Signal
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.providers.local.provider import LocalProvider

CASES = Signal(name="cases", deaths="deaths")
DAILY_CASES = Signal(name="cases", cadence=Cadence.DAILY)


def request_of(
    values: Floats,
    *,
    signals: Sequence[Signal] = (),
    cadence: Cadence = Cadence.WEEKLY,
    horizons: tuple[int, ...] | None = None,
    first: str = "2023-01-08",
) -> ForecastRequest:
    """Return a request about series of shape (S, T); without signals all count cases."""
    each = tuple(signals) or (CASES if cadence is Cadence.WEEKLY else DAILY_CASES,) * len(values)
    panel = Panel(
        series=tuple(
            Series(source="feed", location=f"L{place:05d}", signal=signal) for place, signal in enumerate(each)
        ),
        dates=np.datetime64(first, "D") + cadence.days * np.arange(values.shape[1]),
        values=values,
        cadence=cadence,
        cutoff=datetime(2026, 3, 25, tzinfo=UTC),
        populations=np.full(len(values), np.nan),
    )
    return ForecastRequest(panel=panel, incidence=values, horizons=horizons or cadence.horizons)


def spoken(request: ForecastRequest) -> Any:
    """Return what the local provider says, as read from its JSON."""
    return json.loads(LocalProvider().forecast(request).body)


def quantiles_of(request: ForecastRequest) -> Floats:
    """Return what the local provider says, shape (S, H, 23); a series without a forecast fails."""
    return np.array(spoken(request)["quantiles"], dtype=np.float64)


def epidemics(series: int, periods: int, *, seed: int = 7) -> Floats:
    """Return counts of shape (series, periods) that grow and fall like epidemics of different sizes."""
    chance = np.random.default_rng(seed)
    size = chance.uniform(1.0, 7.0, series)[:, None]
    waves = np.sin(np.arange(periods)[None, :] / 7.0 + chance.uniform(0.0, 6.0, series)[:, None])
    return chance.poisson(np.exp(size + waves)).astype(np.float64)
