"""Running totals that fall."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.domain.finding import Finding, Severity


def totals_fall(evidence: Evidence) -> tuple[Finding, ...]:
    """Return what is wrong with forecasts of totals that fall.

    A series whose totals all lie below the last actual is refused: it speaks of something else. One that falls
    somewhere is noted; those periods are taken as no new events.
    """
    medians = evidence.medians
    below = medians < evidence.last[:, None]
    findings = []
    refused = evidence.totals & below.all(axis=1)
    for position in np.flatnonzero(refused):
        says = (
            f"is {medians[position, 0]:g} at horizon {evidence.horizons[0]} and at no horizon reaches the last"
            f" actual total of {evidence.last[position]:g}."
        )
        findings.append(evidence.finding(int(position), code="totals-below", severity=Severity.REFUSE, says=says))
    before = np.concatenate([evidence.last[:, None], medians[:, :-1]], axis=1)
    falls = (medians < before) & (evidence.totals & ~refused)[:, None]
    for position in np.flatnonzero(falls.any(axis=1)):
        horizon = int(np.argmax(falls[position]))
        says = (
            f"falls from {before[position, horizon]:g} to {medians[position, horizon]:g} at horizon"
            f" {evidence.horizons[horizon]}; a total cannot, so that period counts no new events."
        )
        findings.append(evidence.finding(int(position), code="totals-fall", severity=Severity.NOTE, says=says))
    return tuple(findings)
