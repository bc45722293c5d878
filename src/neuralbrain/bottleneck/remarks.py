"""What is said beside each row: notes of the checks, and why a number is null."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from neuralbrain.bottleneck.reading import Flags, Positions
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.observation import Series

Reason = tuple[str, str]
Lacking = tuple[Flags, tuple[Reason, ...]]
"""Rows, shape (N,), that lack something, and the fields they lack with the reason."""


def refused_series(findings: tuple[Finding, ...], series: tuple[Series, ...]) -> Flags:
    """Return shape (S,): the series that a finding refuses; all of them where it refuses the whole answer."""
    pairs = {(one.region, one.signal) for one in findings if one.severity is Severity.REFUSE}
    if not pairs or ("", "") in pairs:
        return np.full(len(series), bool(pairs))
    return np.array([(one.location, one.signal.name) in pairs for one in series], dtype=bool)


def row_findings(
    findings: tuple[Finding, ...], series: tuple[Series, ...], *, rows: Positions, companion: Positions
) -> tuple[tuple[Finding, ...], ...]:
    """Return what is shown beside each row: its own notes, and all that was found about its deaths.

    Args:
        findings: Of all series.
        series: S series.
        rows: Shape (N,): the positions of the accepted ones.
        companion: Shape (S,): the position of each series' deaths, -1 where there are none.
    """
    if not findings:
        return ((),) * len(rows)
    about: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in findings:
        about[one.region, one.signal].append(one)
    shown = []
    for row in rows:
        cases = series[row]
        own = about.get((cases.location, cases.signal.name), ())
        deaths = about.get((cases.location, cases.signal.deaths or ""), ()) if companion[row] >= 0 else ()
        # A refusal here is of the deaths alone: the row stands, so it is a note about it.
        shown.append((*own, *(replace(one, severity=Severity.NOTE) for one in deaths)))
    return tuple(shown)


def row_reasons(lacking: tuple[Lacking, ...], count: int) -> tuple[tuple[Reason, ...], ...]:
    """Return why each of N rows has nulls; rows that lack the same share one tuple.

    >>> row_reasons(((np.array([True, False]), (("volatility", "too short"),)),), 2)
    ((('volatility', 'too short'),), ())
    """
    pattern = np.zeros(count, dtype=np.int64)
    for number, (rows, _) in enumerate(lacking):
        pattern |= rows.astype(np.int64) << number
    texts = {
        code: tuple(reason for number, (_, told) in enumerate(lacking) if code >> number & 1 for reason in told)
        for code in np.unique(pattern).tolist()
    }
    return tuple(texts[code] for code in pattern.tolist())
