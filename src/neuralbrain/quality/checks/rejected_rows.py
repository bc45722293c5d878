"""Rows of a feed that could not be used, summed up by why."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.quality.checks.evidence import Check, several

CHECK = Check(
    name="rejected-rows",
    explain="Rows that cannot be used are found when a feed is read; they are kept apart with the reason and never"
    " become values.",
)

REASONS = MappingProxyType(
    {
        "date-impossible": "their date cannot be",
        "duplicate-row": "the same place and date has several values",
        "location-unknown": "their place is not known here",
        "value-impossible": "their value cannot be",
        "value-negative": "their value is below zero",
        "value-not-a-number": "their value is not a number",
    }
)
"""What the codes of adapters mean, as sentences go on; an adapter may have others."""


def rejected_rows(rejected: Mapping[str, int]) -> tuple[Mark, ...]:
    """Return a note for each reason why rows of the feed could not be used.

    Args:
        rejected: How many rows, by the code of why.
    """
    return tuple(
        Mark(
            check=CHECK.name,
            location="",
            signal="",
            first_date=None,
            last_date=None,
            count=count,
            severity=MarkSeverity.NOTE,
            message=f"{several(count, 'row')} could not be used: {REASONS.get(code, 'see the code')} ({code}).",
            explain=CHECK.explain,
        )
        for code, count in sorted(rejected.items())
        if count > 0
    )
