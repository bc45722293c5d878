"""The last actual at every horizon."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.domain.finding import Finding, Severity


def last_value_copied(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a note for each series that repeats its last actual, unless nothing ever happened there."""
    medians = evidence.medians
    if medians.shape[1] < 2:
        return ()
    copied = (medians == evidence.last[:, None]).all(axis=1)
    known = np.isfinite(evidence.history)
    moved = (known & (evidence.history != evidence.last[:, None])).any(axis=1)
    return tuple(
        evidence.finding(
            int(position),
            code="last-value-copied",
            severity=Severity.NOTE,
            says=f"is the last actual, {evidence.last[position]:g}, at every horizon from {evidence.horizons[0]} on.",
        )
        for position in np.flatnonzero(copied & moved)
    )
