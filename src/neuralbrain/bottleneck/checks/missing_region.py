"""Regions that the answer leaves out."""

from __future__ import annotations

from neuralbrain.bottleneck.checks.evidence import Evidence, listed, whole_answer
from neuralbrain.domain.finding import Finding


def missing_region(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a refusal of the whole answer where it does not name a region that was asked for.

    An explicit null is named, and refuses only that region: see ``no_answer``.
    """
    names = evidence.reading.missing
    if not names:
        return ()
    return (whole_answer("region-missing", f"The answer leaves out {listed(names)}."),)
