"""Values that are no number."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.domain.finding import Finding, Severity


def not_finite(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a refusal of each series with a value that is null, not a number, or infinite."""
    reading = evidence.reading
    said = reading.given[:, None, :] & reading.present[:, :, None]
    findings = []
    for position, horizon, level in evidence.first_cells(said & ~np.isfinite(reading.values)):
        value = reading.values[position, horizon, level]
        text = "null or not a number" if np.isnan(value) else "infinite or too large"
        says = f"at horizon {evidence.horizons[horizon]}, level {reading.levels[level]:g}, is {text}."
        findings.append(evidence.finding(position, code="not-finite", severity=Severity.REFUSE, says=says))
    return tuple(findings)
