"""What a check says: a finding, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LEVELS_AS_GIVEN = "levels-as-given"
"""Code of the finding that a row's totals were forecast as they are, not as the new events that they imply."""


class Severity(StrEnum):
    """What follows from a finding."""

    NOTE = "note"  # published, and shown beside the forecast
    REFUSE = "refuse"  # this region's forecast is not published


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a check found about one region's answer.

    Args:
        code: The stable name of the check's verdict, such as ``quantiles-cross``.
        severity: Whether the region is still published.
        message: One sentence that names the field, the horizon and the value.
        region: The region's code; empty where the whole answer is meant.
        signal: The signal's name; empty where all are meant.
    """

    code: str
    severity: Severity
    message: str
    region: str = ""
    signal: str = ""
