"""Regions answered more than once."""

from __future__ import annotations

from neuralbrain.bottleneck.checks.evidence import Evidence, listed, whole_answer
from neuralbrain.domain.finding import Finding


def repeated_region(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a refusal of the whole answer where it answers a region or series twice."""
    names = evidence.reading.repeated
    if not names:
        return ()
    return (whole_answer("region-repeated", f"The answer answers {listed(names)} more than once."),)
