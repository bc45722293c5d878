"""Zeros where a report is missing rather than the disease."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.quality.checks.evidence import Check, Evidence, Span, several
from neuralbrain.quality.medians import row_medians
from neuralbrain.quality.runs import last_known, runs_of

LEAST_EVENTS = 10.0  # just before; a Poisson count of mean 10 is zero once in 20,000 periods
LEAST_KNOWN = 8  # values other than zero, before anything counts as usual

CHECK = Check(
    name="zeros-for-blanks",
    explain="Zero straight after ten events or more, or after a rate that is not below the usual one, is rarely"
    " true: a place that stops reporting is often written down as zero. It is used as it is given.",
)


def zeros_for_blanks(evidence: Evidence) -> tuple[Mark, ...]:
    """Return a warning for each series with zeros that follow a value from which none falls to zero at once."""
    events = evidence.new_events
    runs = runs_of(events == 0)
    runs = runs.where(runs.starts > 0)
    before = last_known(np.isfinite(events))[runs.rows, runs.starts - 1]
    value = np.where(before >= 0, events[runs.rows, np.maximum(before, 0)], np.nan)
    usual, known = row_medians(np.where(events > 0, events, np.nan))
    enough = known >= LEAST_KNOWN
    with np.errstate(invalid="ignore"):
        sudden = np.where(
            evidence.counts[runs.rows],
            value >= LEAST_EVENTS,
            enough[runs.rows] & (value >= usual[runs.rows]),
        )
    found = runs.where(sudden.astype(bool))
    cells = found.flags((events.shape[0], events.shape[1]))
    last = evidence.panel.last_index
    trailing = np.zeros(len(events), dtype=bool)
    trailing[found.rows[found.stops == last[found.rows] + 1]] = True
    first_before = dict(zip(found.rows[::-1].tolist(), value[sudden.astype(bool)][::-1].tolist(), strict=True))

    def says(span: Span) -> str:
        end = " The series ends with zeros." if trailing[span.row] else ""
        return (
            f"is zero in {several(span.count, evidence.period)} between {evidence.day(span.first)} and"
            f" {evidence.day(span.last)}; the value before the first is {first_before[span.row]:g}.{end}"
        )

    return evidence.marks(cells, check=CHECK, severity=MarkSeverity.WARNING, says=says)
