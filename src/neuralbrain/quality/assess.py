"""All checks over all that is known of a feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import numpy as np

from neuralbrain.domain.completeness import Completeness
from neuralbrain.domain.incidence import incidence_of
from neuralbrain.domain.observation import Measure, Panel, Unit
from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.quality.checks import CHECKS
from neuralbrain.quality.checks.evidence import Evidence
from neuralbrain.quality.checks.rejected_rows import rejected_rows

NOTHING_REJECTED: Mapping[str, int] = MappingProxyType({})
_RANK = {severity: rank for rank, severity in enumerate(MarkSeverity)}


def assess(
    panels: Sequence[Panel],
    *,
    now: datetime,
    stale_after_days: int | None,
    completeness: Sequence[Completeness | None] = (),
    rejected: Mapping[str, int] = NOTHING_REJECTED,
) -> tuple[Mark, ...]:
    """Return what the checks find in the values of one feed, the worst first; no value is changed by it.

    Of one severity the marks come in the order of ``CHECKS``, then of panels and series; rejected rows are last.

    Args:
        panels: What was known of the feed at a cutoff.
        now: The time, for staleness.
        stale_after_days: After how many days without a newer value a series is stale; None for a feed that no longer
            grows.
        completeness: For each panel how complete its newest values usually are, None where nobody knows; empty where
            that holds for all.
        rejected: How many rows of the feed could not be used, by the code of why.
    """
    lessons = completeness or [None] * len(panels)
    pieces = [
        evidence_of(panel, now=now, stale_after_days=stale_after_days, completeness=lesson)
        for panel, lesson in zip(panels, lessons, strict=True)
        if panel.values.size  # of nothing there is nothing to say
    ]
    found = [mark for check in CHECKS for evidence in pieces for mark in check(evidence)]
    return tuple(sorted([*found, *rejected_rows(rejected)], key=lambda mark: _RANK[mark.severity]))


def evidence_of(
    panel: Panel, *, now: datetime, stale_after_days: int | None, completeness: Completeness | None = None
) -> Evidence:
    """Return what the checks look at; arguments as ``assess``."""
    signals = [series.signal for series in panel.series]
    cumulative = np.array([one.measure is Measure.CUMULATIVE for one in signals], dtype=bool)
    events = panel.values
    if cumulative.any():
        events = np.where(cumulative[:, None], incidence_of(panel.values), panel.values)
    return Evidence(
        panel=panel,
        new_events=events,
        cumulative=cumulative,
        counts=np.array([one.unit is Unit.COUNT for one in signals], dtype=bool),
        now=now,
        stale_after_days=stale_after_days,
        completeness=completeness,
    )
