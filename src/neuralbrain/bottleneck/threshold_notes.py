"""Which rule an outbreak threshold comes from, said beside the row."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.bottleneck.derive import Derived
from neuralbrain.bottleneck.reading import Positions
from neuralbrain.domain.finding import Finding, Severity


def threshold_notes(rows: Positions, *, derived: Derived, evidence: Evidence) -> tuple[Finding, ...]:
    """Return a note for each row of which three years are known: its threshold rests on them, or why it does not.

    Rows without a note have the threshold of recent periods.

    Args:
        rows: Shape (N,): positions of the series that the derived numbers are about.
        derived: Of N rows.
        evidence: The answer.
    """
    seasonal = "threshold-seasonal", "has an outbreak threshold of what is usual at that time of the year, by {} years."
    recent = "threshold-recent", "has an outbreak threshold of recent periods: the fit to {} years did not converge."
    found = []
    for row in np.flatnonzero(derived.threshold_years > 0):
        code, says = seasonal if derived.threshold_fitted[row] else recent
        told = says.format(derived.threshold_years[row])
        found.append(evidence.finding(int(rows[row]), code=code, severity=Severity.NOTE, says=told))
    return tuple(found)
