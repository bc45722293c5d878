"""Values below zero."""

from __future__ import annotations

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.domain.finding import Finding, Severity


def negative(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a refusal of each series with a value below zero."""
    reading = evidence.reading
    findings = []
    for position, horizon, level in evidence.first_cells(reading.values < 0):
        value = reading.values[position, horizon, level]
        says = f"at horizon {evidence.horizons[horizon]}, level {reading.levels[level]:g}, is {value:g}, below zero."
        findings.append(evidence.finding(position, code="negative", severity=Severity.REFUSE, says=says))
    return tuple(findings)
