"""Newest values that rest on a part of the reports only."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.quality.checks.evidence import Check, Evidence, Span, several
from neuralbrain.quality.runs import last_known

TYPICAL = 0.9  # of the settled value; above that a forecast is hardly led astray
FALL = 0.5  # of the value before: settled counts seldom halve within a week
LEAST_EVENTS = 20.0  # of the value before; half of fewer is chance

CHECK = Check(
    name="incomplete-newest",
    explain="The newest values of this feed usually grow: this place has shown less than 90 % of the settled value at"
    " that age. Where even the lowest share seen in nine of ten weeks does not explain the fall to the newest value,"
    " part of the reports is probably missing.",
)


def incomplete_newest(evidence: Evidence) -> tuple[Mark, ...]:
    """Return a note where the newest values are usually incomplete, and a warning where they are even more so."""
    known = evidence.completeness
    if known is None or not evidence.panel.values.shape[1]:
        return ()
    shares = known.shares(evidence.panel)
    newest = known.newest(evidence.panel)
    with np.errstate(invalid="ignore"):
        cells = np.isfinite(evidence.panel.values) & (shares < TYPICAL)

    def usual(span: Span) -> str:
        return (
            f"usually shows {newest.median[span.row]:.0%} of its settled value in its newest {evidence.period} (eight"
            f" times in ten {newest.low[span.row]:.0%} to {newest.high[span.row]:.0%}), so"
            f" {several(span.count, evidence.period)} up to {evidence.day(span.last)} will probably grow."
        )

    notes = evidence.marks(cells, check=CHECK, severity=MarkSeverity.NOTE, says=usual)
    events = evidence.new_events
    rows = np.arange(len(events))
    last = evidence.panel.last_index
    before = np.where(last > 0, last_known(np.isfinite(events))[rows, np.maximum(last - 1, 0)], -1)
    value = np.where(last >= 0, events[rows, np.maximum(last, 0)], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        earlier = np.where(before >= 0, events[rows, np.maximum(before, 0)] / shares[rows, before], np.nan)
        most = value / newest.low
        short = (most < FALL * earlier) & (earlier >= np.where(evidence.counts, LEAST_EVENTS, 0.0))
    partial = np.zeros(cells.shape, dtype=bool)
    partial[rows[short], last[short]] = True

    def far(span: Span) -> str:
        return (
            f"is {value[span.row]:g} on {evidence.day(span.last)}; even at the low share of {newest.low[span.row]:.0%}"
            f" that is {most[span.row]:.3g}, less than half of {earlier[span.row]:.3g} a {evidence.period} before."
        )

    return (*evidence.marks(partial, check=CHECK, severity=MarkSeverity.WARNING, says=far), *notes)
