"""From accepted answers to quantiles of the incidence: completion, spread and totals in their right order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.bottleneck.complete import complete
from neuralbrain.bottleneck.reading import Flags, Positions
from neuralbrain.bottleneck.spread import FEWEST_CHANGES, spread
from neuralbrain.bottleneck.totals import median_steps, step_quantiles
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.observation import Floats


class Distributions(NamedTuple):
    """Quantiles of the incidence, shape (S, H, 23), NaN for rows that are not wanted; and notes on their making."""

    quantiles: Floats
    notes: tuple[Finding, ...]


def distributions_of(evidence: Evidence, *, wanted: Flags, cadence: Cadence) -> Distributions:
    """Return the predictive distributions that accepted answers stand for.

    Args:
        evidence: The answer.
        wanted: Shape (S,): the series that no check refused.
        cadence: daily or weekly.
    """
    reading = evidence.reading
    quantiles = np.full((len(wanted), len(evidence.horizons), 23), np.nan)
    points = wanted & (reading.given.sum(axis=1) == 1)
    rich = np.flatnonzero(wanted & ~points)
    quantiles[rich] = complete(
        reading.values[rich], given=reading.given[rich], levels=reading.levels, ceilings=evidence.ceilings[rich]
    )
    totals = rich[evidence.totals[rich]]
    quantiles[totals] = step_quantiles(quantiles[totals], last=evidence.last[totals])
    rows = np.flatnonzero(points)
    if not len(rows):
        return Distributions(quantiles=quantiles, notes=())
    medians = evidence.medians[rows]
    steps = median_steps(medians, last=np.where(evidence.totals, evidence.last, 0.0)[rows])
    made = spread(
        np.where(evidence.totals[rows][:, None], steps, medians),
        history=evidence.incidence[rows],
        horizons=evidence.horizons,
        cadence=cadence,
        event_sizes=evidence.event_sizes[rows],
        ceilings=evidence.ceilings[rows],
    )
    quantiles[rows] = made.quantiles
    return Distributions(quantiles=quantiles, notes=_notes(evidence, rows[made.scaled], rows[made.assumed]))


def _notes(evidence: Evidence, scaled: Positions, assumed: Positions) -> tuple[Finding, ...]:
    start = f"has points only and a history of fewer than {FEWEST_CHANGES} changes over"
    shorter = f"{start} {evidence.horizons[-1]} periods; its spread is scaled up from shorter ones."
    none = f"{start} one period; its spread is the rule for short histories."
    return tuple(
        evidence.finding(int(position), code=code, severity=Severity.NOTE, says=says)
        for positions, code, says in ((scaled, "spread-scaled", shorter), (assumed, "spread-assumed", none))
        for position in positions
    )
