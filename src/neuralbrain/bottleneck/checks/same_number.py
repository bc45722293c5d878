"""The same number at every horizon."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.domain.finding import Finding, Severity


def same_number(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a note for each series with one number, not the last actual, at all of two or more horizons."""
    medians = evidence.medians
    if medians.shape[1] < 2:
        return ()
    same = (medians == medians[:, :1]).all(axis=1) & (medians[:, 0] != evidence.last)
    return tuple(
        evidence.finding(
            int(position),
            code="same-number",
            severity=Severity.NOTE,
            says=f"is {medians[position, 0]:g} at every horizon from {evidence.horizons[0]} on.",
        )
        for position in np.flatnonzero(same)
    )
