"""Running totals that say nothing about new events."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.domain.finding import LEVELS_AS_GIVEN, Finding, Severity
from neuralbrain.domain.incidence import SHORTEST_CUMULATIVE


def levels_as_given(evidence: Evidence) -> tuple[Finding, ...]:
    """Return a note for each series of totals that is too short, or never rises, and so is used as it is."""
    says = f"is about totals whose history has fewer than {SHORTEST_CUMULATIVE} values or never rises; they are used"
    return tuple(
        evidence.finding(
            int(position),
            code=LEVELS_AS_GIVEN,
            severity=Severity.NOTE,
            says=f"{says} as they are, last {evidence.last[position]:g}, instead of as new events.",
        )
        for position in np.flatnonzero(evidence.as_given & evidence.reading.given.any(axis=1))
    )
