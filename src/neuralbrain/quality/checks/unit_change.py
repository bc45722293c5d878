"""Levels that shift at once by the factor between two units."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Floats, Integers
from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.quality.checks.evidence import Check, Evidence, Span
from neuralbrain.quality.medians import row_medians
from neuralbrain.quality.runs import packed_left

FACTORS = np.array([7.0, 10.0, 100.0, 1000.0])
"""A week for a day; tens, hundreds (percent for shares) and thousands for ones."""
NEAR = 1.3  # the shift may be off from the factor by this factor: the disease moves on, too
SIDE = 8  # values looked at before and after
LEAST_BEFORE, LEAST_AFTER = 4, 3  # known values without which there is no level
LARGEST_LOG = 50.0  # of a ratio
CLEAR = 2.0  # no value of one side may come nearer to the other side than half of the factor; a wave grows in between
LEAST_EVENTS = 10.0  # of the lower level of a count; from fewer a tenfold rise is nothing unusual
LEAST_DISTINCT = 3  # different values of the lower side of a rate; fewer are zero but for rounding

CHECK = Check(
    name="unit-change",
    explain="From one value to the next the level rises or falls by about 7, 10, 100 or 1,000 and stays there: a week"
    " for a day, percent for shares, or thousands for ones are the usual reasons.",
)


def unit_change(evidence: Evidence) -> tuple[Mark, ...]:
    """Return a warning for each series whose level shifts at once by about 7, 10, 100 or 1,000; the last such shift.

    The cells are those from the shift on.
    """
    packed, places = packed_left(evidence.panel.values)
    before, after = packed[:, :-1], packed[:, 1:]
    low, high = np.minimum(before, after), np.maximum(before, after)
    rows, last_before = np.nonzero((high >= FACTORS[0] / CLEAR * low) & (low > 0))
    old = _window(packed, rows, last_before[:, None] - np.arange(SIDE)[None, :])
    new = _window(packed, rows, last_before[:, None] + 1 + np.arange(SIDE)[None, :])
    (old_level, old_known), (new_level, new_known) = row_medians(old), row_medians(new)
    rises = new_level > old_level
    lower, upper = np.where(rises[:, None], old, new), np.where(rises[:, None], new, old)
    low_level, high_level = np.minimum(old_level, new_level), np.maximum(old_level, new_level)
    logs = [np.log(one, out=np.zeros(len(rows)), where=one > 0) for one in (low_level, high_level)]
    ratio = np.exp(np.minimum(logs[1] - logs[0], LARGEST_LOG))  # of the logarithms, because a quotient may overflow
    nearest = FACTORS[np.argmin(np.abs(np.log(ratio)[:, None] - np.log(FACTORS)[None, :]), axis=1)]
    clear = np.fmin.reduce(upper, axis=1, initial=np.inf) * CLEAR >= nearest * np.fmax.reduce(
        lower, axis=1, initial=0.0
    )
    counts = evidence.counts[rows]
    large = np.where(counts, low_level >= LEAST_EVENTS, _distinct(lower) >= LEAST_DISTINCT)
    shifts = (
        (np.abs(np.log(ratio / nearest)) <= np.log(NEAR))
        & clear
        & (old_known >= LEAST_BEFORE)
        & (new_known >= LEAST_AFTER)
        & large
    )
    chosen = np.flatnonzero(shifts)
    found = {int(rows[one]): int(one) for one in chosen}  # the last shift of each row
    marks = []
    for row, one in found.items():
        first = int(places[row, last_before[one] + 1])
        last = int(evidence.panel.last_index[row])
        count = int(np.isfinite(evidence.panel.values[row, first:]).sum())
        says = (
            f"moves from about {old_level[one]:g} to about {new_level[one]:g} on {evidence.day(first)}, a factor of"
            f" {ratio[one]:.3g}, which is near {nearest[one]:g}."
        )
        span = Span(row=row, first=first, last=last, count=count)
        marks.append(evidence.mark(span, check=CHECK, severity=MarkSeverity.WARNING, says=says))
    return tuple(marks)


def _distinct(values: Floats) -> Integers:
    """Return shape (N,): how many different values each row has."""
    ordered = np.sort(values, axis=1)
    return np.asarray(1 + (np.diff(ordered, axis=1) > 0).sum(axis=1))


def _window(packed: Floats, rows: Integers, columns: Integers) -> Floats:
    """Return the values at columns of rows, NaN beyond the ends."""
    width = packed.shape[1]
    found = packed[rows[:, None], np.clip(columns, 0, max(width - 1, 0))]
    return np.where((columns >= 0) & (columns < width), found, np.nan)
