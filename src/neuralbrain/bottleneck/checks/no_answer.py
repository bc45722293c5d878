"""Series without an answer, in an answer that names their region."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.domain.finding import Finding, Severity


def no_answer(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a refusal of each series whose answer is null or left out."""
    reading = evidence.reading
    told = {(one.region, one.signal) for one in reading.findings} | {(name, "") for name in reading.missing}
    findings = []
    for position in np.flatnonzero(~reading.given.any(axis=1)):
        series = evidence.series[position]
        if not told.isdisjoint({(series.location, series.signal.name), (series.location, "")}):
            continue  # why it has none is said already
        says = "is null in the answer." if reading.silent[position] else "is not in the answer."
        findings.append(evidence.finding(int(position), code="no-answer", severity=Severity.REFUSE, says=says))
    return tuple(findings)
