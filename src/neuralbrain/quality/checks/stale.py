"""Series without a new value for longer than the feed's own time."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.quality.checks.evidence import Check, Evidence, Span

CHECK = Check(
    name="stale",
    explain="The newest value is older than this feed's newest values usually are, so the place has stopped reporting"
    " or reports late. Feeds that no longer grow are left out.",
)


def stale(evidence: Evidence) -> tuple[Mark, ...]:
    """Return a warning for each series whose newest value is older than the feed's ``stale_after_days``."""
    limit = evidence.stale_after_days
    if limit is None or not evidence.panel.values.shape[1]:
        return ()
    dates = evidence.panel.last_dates.astype("datetime64[D]")
    age = (np.datetime64(evidence.now.date(), "D") - dates).astype(np.int64)
    late = ~np.isnat(dates) & (age > limit)
    marks = []
    for row in np.flatnonzero(late).tolist():
        last = int(evidence.panel.last_index[row])
        says = f"has nothing newer than {evidence.day(last)}, {age[row]} days ago; {limit} are usual at most."
        span = Span(row=row, first=last, last=last, count=1)
        marks.append(evidence.mark(span, check=CHECK, severity=MarkSeverity.WARNING, says=says))
    return tuple(marks)
