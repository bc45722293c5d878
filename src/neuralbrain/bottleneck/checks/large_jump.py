"""Values a thousand times what was seen, or a thousandth of it."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.domain.finding import Finding, Severity

JUMP = 1000.0  # the size of a unit mistaken for another: thousands for ones, a count for a rate


def large_jump(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a note for each series that leaves what was seen by a factor of a thousand.

    Upwards from the highest value seen, downwards from the last; less than one event counts as one.
    """
    medians = evidence.medians
    highest = np.where(np.isfinite(evidence.history), evidence.history, 0.0).max(axis=1, initial=0.0)
    largest = np.maximum(highest, evidence.event_sizes) * JUMP
    smallest = np.where(np.isfinite(evidence.last), evidence.last, 0.0) / JUMP
    up = (medians > largest[:, None]) & (largest > 0)[:, None]
    down = medians < np.where(smallest > evidence.event_sizes, smallest, 0.0)[:, None]
    findings = []
    for position in np.flatnonzero((up | down).any(axis=1)):
        horizon = int(np.argmax((up | down)[position]))
        seen = f"the highest seen is {highest[position]:g}"
        if down[position, horizon]:
            seen = f"the last actual is {evidence.last[position]:g}"
        says = f"at horizon {evidence.horizons[horizon]} is {medians[position, horizon]:g}; {seen}."
        findings.append(evidence.finding(int(position), code="large-jump", severity=Severity.NOTE, says=says))
    return tuple(findings)
