"""One check a file: a small pure function over arrays that returns findings and never throws."""

from __future__ import annotations

from collections.abc import Callable

from neuralbrain.bottleneck.checks.above_population import above_population
from neuralbrain.bottleneck.checks.crossing import crossing
from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.bottleneck.checks.large_jump import large_jump
from neuralbrain.bottleneck.checks.last_value_copied import last_value_copied
from neuralbrain.bottleneck.checks.levels_as_given import levels_as_given
from neuralbrain.bottleneck.checks.missing_region import missing_region
from neuralbrain.bottleneck.checks.negative import negative
from neuralbrain.bottleneck.checks.no_actual import no_actual
from neuralbrain.bottleneck.checks.no_answer import no_answer
from neuralbrain.bottleneck.checks.not_finite import not_finite
from neuralbrain.bottleneck.checks.repeated_region import repeated_region
from neuralbrain.bottleneck.checks.same_number import same_number
from neuralbrain.bottleneck.checks.too_few_levels import too_few_levels
from neuralbrain.bottleneck.checks.totals_fall import totals_fall
from neuralbrain.bottleneck.checks.unknown_region import unknown_region
from neuralbrain.bottleneck.checks.wrong_horizons import wrong_horizons
from neuralbrain.domain.finding import Finding

Check = Callable[[Evidence], tuple[Finding, ...]]

CHECKS: tuple[Check, ...] = (
    unknown_region,
    repeated_region,
    missing_region,
    no_answer,
    no_actual,
    wrong_horizons,
    too_few_levels,
    not_finite,
    negative,
    crossing,
    above_population,
    totals_fall,
    large_jump,
    same_number,
    last_value_copied,
    levels_as_given,
)
"""In the order in which their findings are shown."""


def findings_of(evidence: Evidence) -> tuple[Finding, ...]:
    """Return what could not be read and what every check found, in the order of ``CHECKS``."""
    return (*evidence.reading.findings, *(finding for check in CHECKS for finding in check(evidence)))
