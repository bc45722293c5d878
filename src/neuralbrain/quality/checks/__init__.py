"""One check a file: a small pure function over arrays that returns marks and never throws."""

from __future__ import annotations

from collections.abc import Callable

from neuralbrain.domain.quality import Mark
from neuralbrain.quality.checks.evidence import Evidence
from neuralbrain.quality.checks.falling_totals import falling_totals
from neuralbrain.quality.checks.gaps import gaps
from neuralbrain.quality.checks.incomplete_newest import incomplete_newest
from neuralbrain.quality.checks.jumps import jumps
from neuralbrain.quality.checks.negative_increments import negative_increments
from neuralbrain.quality.checks.repeated_values import repeated_values
from neuralbrain.quality.checks.stale import stale
from neuralbrain.quality.checks.sum_mismatch import sum_mismatch
from neuralbrain.quality.checks.unit_change import unit_change
from neuralbrain.quality.checks.zeros_for_blanks import zeros_for_blanks

CHECKS: tuple[Callable[[Evidence], tuple[Mark, ...]], ...] = (
    unit_change,
    falling_totals,
    sum_mismatch,
    negative_increments,
    zeros_for_blanks,
    jumps,
    repeated_values,
    stale,
    incomplete_newest,
    gaps,
)
"""In the order in which marks of one severity are shown."""
