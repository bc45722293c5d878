"""The same value, other than zero, period after period."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.quality.checks.evidence import Check, Evidence, Span, several
from neuralbrain.quality.runs import runs_of

SHORTEST = 4  # values; three equal ones are found in many a series
CHANCE = 1e-4  # that a run comes about by counting alone: less than once in 10,000 periods
RATES = 8  # equal rates or shares in a row: they are rounded, and nothing says how many events they rest on
LEAST_TIMES = 5.0  # a rate's smallest value other than zero: below that all values are equal but for rounding

CHECK = Check(
    name="repeated-values",
    explain="The same value in period after period is often one report that was carried on. For counts the run must be"
    " so long that Poisson counts of that size make it less than once in 10,000 periods (4 values or more); for rates"
    " and shares it must have 8 values, not near the smallest of the series. Zeros are left out.",
)


def repeated_values(evidence: Evidence) -> tuple[Mark, ...]:
    """Return a warning for each series that repeats one value, other than zero, for too long."""
    events = evidence.new_events
    same = np.zeros(events.shape, dtype=bool)
    same[:, 1:] = (events[:, 1:] == events[:, :-1]) & (events[:, 1:] != 0)
    runs = runs_of(same)  # of repetitions: the first value of a run stands before it
    repeated = events[runs.rows, runs.starts]
    smallest = np.fmin.reduce(np.where(events > 0, events, np.inf), axis=1, initial=np.inf)[runs.rows]
    counts = evidence.counts[runs.rows]
    least = np.where(counts, _least_counts(repeated), RATES)
    found = runs.where((runs.lengths + 1 >= least) & (counts | (repeated >= LEAST_TIMES * smallest)))
    cells = found.flags((events.shape[0], events.shape[1]))
    cells[found.rows, found.starts - 1] = True
    longest = np.zeros(len(events), dtype=np.int64)
    np.maximum.at(longest, found.rows, found.lengths + 1)
    value = np.zeros(len(events))
    at_most = found.lengths + 1 == longest[found.rows]
    value[found.rows[at_most]] = events[found.rows[at_most], found.starts[at_most]]

    def says(span: Span) -> str:
        often = several(int(longest[span.row]), evidence.period)
        return (
            f"is {value[span.row]:g} for {often} in a row, between {evidence.day(span.first)} and"
            f" {evidence.day(span.last)}."
        )

    return evidence.marks(cells, check=CHECK, severity=MarkSeverity.WARNING, says=says)


def _least_counts(value: Floats) -> Floats:
    """Return how long a run of a count must be to be marked.

    Two Poisson counts of mean m are equal with probability exp(-2m) I0(2m), about 1 / (2 sqrt(pi m)) (Skellam 1946);
    for a single event it is 0.31, which the approximation meets within a tenth.
    """
    equal = 1.0 / (2.0 * np.sqrt(np.pi * np.maximum(np.abs(value), 1.0)))
    return np.asarray(np.maximum(SHORTEST, 1 + np.ceil(np.log(CHANCE) / np.log(equal))))
