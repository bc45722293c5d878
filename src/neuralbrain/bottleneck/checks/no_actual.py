"""Series of which nothing is known."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.domain.finding import Finding, Severity


def no_actual(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a refusal of each answered series without a single value: its horizons count from no day."""
    unknown = ~np.isfinite(evidence.actual) & evidence.reading.given.any(axis=1)
    says = "has no last actual from which its horizons could be counted."
    return tuple(
        evidence.finding(int(position), code="no-actual", severity=Severity.REFUSE, says=says)
        for position in np.flatnonzero(unknown)
    )
