"""Quantiles that cross."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.domain.finding import Finding, Severity


def crossing(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a refusal of each series where a higher level has a lower value."""
    reading = evidence.reading
    highest_before = np.fmax.accumulate(reading.values, axis=2)[:, :, :-1]  # skips levels that a series lacks
    wrong = np.zeros(reading.values.shape, dtype=bool)
    wrong[:, :, 1:] = reading.values[:, :, 1:] < highest_before
    findings = []
    for position, horizon, level in evidence.first_cells(wrong):
        value, before = reading.values[position, horizon, level], highest_before[position, horizon, level - 1]
        says = (
            f"at horizon {evidence.horizons[horizon]} is {value:g} at level {reading.levels[level]:g},"
            f" below the {before:g} of a lower level."
        )
        findings.append(evidence.finding(position, code="quantiles-cross", severity=Severity.REFUSE, says=says))
    return tuple(findings)
