"""Quantile levels that do not tell where the middle is."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.domain.finding import Finding, Severity


def too_few_levels(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a refusal of each series whose quantile levels all lie on one side of the median."""
    levels, given = evidence.reading.levels, evidence.reading.given
    lowest = np.where(given, levels, np.inf).min(axis=1, initial=np.inf)
    highest = np.where(given, levels, -np.inf).max(axis=1, initial=-np.inf)
    wrong = given.any(axis=1) & ((lowest > 0.5) | (highest < 0.5))
    return tuple(
        evidence.finding(
            int(position),
            code="levels-too-few",
            severity=Severity.REFUSE,
            says=f"has quantiles from level {lowest[position]:g} to {highest[position]:g} only, so no median.",
        )
        for position in np.flatnonzero(wrong)
    )
