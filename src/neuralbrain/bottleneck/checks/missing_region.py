"""Regions that the answer leaves out."""

from __future__ import annotations

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.domain.finding import Finding, Severity


def missing_region(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a refusal of each series of a region that was asked for and is not named; the other regions stand.

    An explicit null is named: see ``no_answer``. Where none is named nothing is left, as after any other refusals.
    """
    names = frozenset(evidence.reading.missing)
    if not names:
        return ()
    says = "is missing: the answer leaves out the region."
    return tuple(
        evidence.finding(position, code="region-missing", severity=Severity.REFUSE, says=says)
        for position, series in enumerate(evidence.series)
        if series.location in names
    )
