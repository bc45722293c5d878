"""Horizons that are missing, and horizons that were not asked for."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.bottleneck.reading import Flags
from neuralbrain.domain.finding import Finding, Severity


def wrong_horizons(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a refusal of each series that is not answered for exactly the horizons asked for."""
    reading = evidence.reading
    findings = []
    lacking: Flags = ~reading.present & np.asarray(reading.given.any(axis=1))[:, None]
    for row in np.flatnonzero(lacking.any(axis=1)):
        missing = evidence.horizons[int(np.argmax(lacking[row]))]
        says = f"has no value at horizon {missing}; {len(evidence.horizons)} horizons were asked for."
        findings.append(evidence.finding(int(row), code="horizon-missing", severity=Severity.REFUSE, says=says))
    for position, horizon in dict(reading.surplus).items():
        says = f"has a value at horizon {horizon}, which was not asked for."
        findings.append(evidence.finding(position, code="horizon-unknown", severity=Severity.REFUSE, says=says))
    return tuple(findings)
