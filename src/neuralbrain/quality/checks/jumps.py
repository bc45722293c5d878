"""Single values far off from their neighbours."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Floats, Integers
from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.quality.checks.evidence import Check, Evidence, Span, several
from neuralbrain.quality.medians import row_medians
from neuralbrain.quality.runs import packed_left

RECENT = {Cadence.WEEKLY: 104, Cadence.DAILY: 120}  # periods: the series' own recent past
SPREADS = 4.0  # see jumps
GAUSSIAN = 1.4826  # a median absolute deviation times this is the standard deviation of normal values
LEAST_STEPS = 10  # changes; the median of fewer is no measure of spread
LEAST_EVENTS = 10.0  # that a count must be off by
LEAST_FACTOR = 1.5  # that a value must be off by; the peak of a steep wave stands off by less
LEAST_PART = 0.5  # of its usual value, that a rate must be off by: what is less may be rounding
NOTHING = 1e-12  # no rate of people is as small
USUAL_PART = 0.1  # of the usual value is added before taking logarithms, so that small values do not count for much

CHECK = Check(
    name="jumps",
    explain="A value stands off from the median of itself and its two neighbours, or the newest from where the two"
    " before lead, by more than four times the usual change of that series (logarithms; 1.4826 times the median of the"
    " changes of two years or 120 days, counting noise at least), by half at least, and by"
    " 10 events or half of the usual rate.",
)


def jumps(evidence: Evidence) -> tuple[Mark, ...]:
    """Return a warning for each series with single values that neither their neighbours nor its past explain.

    Source: the identifier of Hampel (1974) with a window of three, which a steady rise passes. Its usual factor of 3 is
    for normal values; epidemics have heavier tails. Of 4,522 weekly influenza admissions of US states, as they were
    first published from October 2023 to May 2025, a factor of 4 marks 7, among them reports of November 2024 that were
    cut to a third or less a week later; a factor of 6 misses those, and one of 3 marks steep onsets.
    """
    recent = RECENT[evidence.panel.cadence]
    skipped = max(evidence.new_events.shape[1] - recent, 0)
    events = np.where(evidence.new_events < 0, np.nan, evidence.new_events)[:, skipped:]
    packed, places = packed_left(events)
    usual, _ = row_medians(np.where(packed > 0, packed, np.nan))
    usual = np.where(np.isfinite(usual), usual, 1.0)
    added = np.where(evidence.counts, np.maximum(1.0, USUAL_PART * usual), np.maximum(USUAL_PART * usual, NOTHING))[
        :, None
    ]
    logs = np.log(packed + added)
    step, steps = row_medians(np.abs(np.diff(logs, axis=1)))
    led = _led(logs)
    expected = np.exp(led) - added
    noise = np.where(
        evidence.counts[:, None], np.sqrt(np.maximum(expected, 1.0)) / (np.maximum(expected, 0.0) + added), 0
    )
    limit = np.maximum(SPREADS * np.maximum(GAUSSIAN * step[:, None], noise), np.log(LEAST_FACTOR))
    apart = np.where(evidence.counts, LEAST_EVENTS, LEAST_PART * usual)[:, None]
    with np.errstate(invalid="ignore"):
        off = (np.abs(logs - led) > limit) & (np.abs(packed - expected) >= apart) & (steps >= LEAST_STEPS)[:, None]
    cells = np.zeros(evidence.new_events.shape, dtype=bool)
    rows, columns = np.nonzero(off)
    cells[rows, places[rows, columns] + skipped] = True
    expected_at = np.full(evidence.new_events.shape, np.nan) if len(rows) else np.empty((0, 0))
    expected_at[rows, places[rows, columns] + skipped] = expected[rows, columns]

    def says(span: Span) -> str:
        value = evidence.new_events[span.row, span.last]
        others = "" if span.count == 1 else f"; {several(span.count - 1, 'value')} before it stand off, too"
        return (
            f"is {value:g} on {evidence.day(span.last)}, where its neighbours lead to"
            f" {max(expected_at[span.row, span.last], 0.0):.3g}{others}."
        )

    return evidence.marks(cells, check=CHECK, severity=MarkSeverity.WARNING, says=says)


def _led(logs: Floats) -> Floats:
    """Return what each value's neighbours lead to, of rows whose known values stand first.

    The median of the value and its two neighbours; for the last known value the nearest point between the one before
    and the straight line through the two before. The first value has no neighbours to be judged by.
    """
    before, here, after = logs[:, :-2], logs[:, 1:-1], logs[:, 2:]
    led = logs.copy()
    middle = np.maximum(np.minimum(before, here), np.minimum(np.maximum(before, here), after))
    led[:, 1:-1] = np.where(np.isfinite(after), middle, here)
    counts: Integers = np.isfinite(logs).sum(axis=1)
    rows = np.flatnonzero(counts >= 3)
    last = counts[rows] - 1
    near, far = logs[rows, last - 1], logs[rows, last - 2]
    line = 2 * near - far
    led[rows, last] = np.clip(logs[rows, last], np.minimum(near, line), np.maximum(near, line))
    return led
