"""Panels and revisions that the tests of quality share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.location import location
from neuralbrain.domain.observation import Measure, Panel, Series, Signal, Unit
from neuralbrain.domain.revisions import Revisions
from neuralbrain.quality.assess import evidence_of
from neuralbrain.quality.checks.evidence import Evidence

LAST = np.datetime64("2026-03-21", "D")  # a Saturday
NOW = datetime(2026, 3, 25, 12, tzinfo=UTC)
GAP = float("nan")


def panel_for(
    *rows: Sequence[float],
    places: Sequence[str] = (),
    signal: str = "cases",
    unit: Unit = Unit.COUNT,
    measure: Measure = Measure.INCIDENT,
    cadence: Cadence = Cadence.WEEKLY,
    last: np.datetime64 = LAST,
) -> Panel:
    """Return a panel of one signal, one row a place; rows are as long as the first."""
    codes = places or [f"P{place}" for place in range(len(rows))]
    kind = Signal(name=signal, unit=unit, measure=measure, cadence=cadence)
    values = np.array(rows, dtype=float)
    known = [location(code) for code in codes]
    return Panel(
        series=tuple(Series(source="feed", location=code, signal=kind) for code in codes),
        dates=last + np.arange(1 - values.shape[1], 1) * cadence.days,
        values=values,
        cadence=cadence,
        cutoff=NOW,
        populations=np.array([np.nan if one is None or one.population is None else one.population for one in known]),
    )


def evidence_for(*rows: Sequence[float], now: datetime = NOW, stale_after_days: int | None = 16, **panel) -> Evidence:
    """Return what checks look at; keyword arguments as ``panel_for``."""
    return evidence_of(panel_for(*rows, **panel), now=now, stale_after_days=stale_after_days)


def revisions_of(
    rows: Iterable[tuple[str, str, str, float]],
    *,
    unit: Unit = Unit.COUNT,
    measure: Measure = Measure.INCIDENT,
    cadence: Cadence = Cadence.WEEKLY,
) -> Revisions:
    """Return revisions from rows of (place, target date, as of, value) of one signal, in any order."""
    known = sorted(rows)
    places = sorted({place for place, *_ in known})
    kind = Signal(name="cases", unit=unit, measure=measure, cadence=cadence)
    return Revisions(
        series=tuple(Series(source="feed", location=place, signal=kind) for place in places),
        series_index=np.array([places.index(place) for place, *_ in known], dtype=np.int64),
        target_date=np.array([day for _, day, _, _ in known], dtype="datetime64[D]"),
        as_of=np.array([moment for _, _, moment, _ in known], dtype="datetime64[us]"),
        value=np.array([value for *_, value in known], dtype=np.float64),
    )
