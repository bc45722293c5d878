"""Regions that were not asked for."""

from __future__ import annotations

from neuralbrain.bottleneck.checks.evidence import Evidence, listed, whole_answer
from neuralbrain.domain.finding import Finding


def unknown_region(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a refusal of the whole answer where it names a region or series that was not asked for."""
    names = evidence.reading.unknown
    if not names:
        return ()
    return (whole_answer("region-unknown", f"The answer is about {listed(names)}, which was not asked for."),)
