"""More than everybody."""

from __future__ import annotations

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.domain.finding import Finding, Severity


def above_population(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a refusal of each series with a value above its population, or above what its unit allows.

    Where the population is unknown the bound is more than all people; a rate's bound is everybody.
    """
    reading = evidence.reading
    findings = []
    for position, horizon, level in evidence.first_cells(reading.values > evidence.ceilings[:, None, None]):
        value = reading.values[position, horizon, level]
        says = (
            f"at horizon {evidence.horizons[horizon]}, level {reading.levels[level]:g}, is {value:g},"
            f" above the {evidence.ceilings[position]:g} that everybody would be."
        )
        findings.append(evidence.finding(position, code="above-population", severity=Severity.REFUSE, says=says))
    return tuple(findings)
