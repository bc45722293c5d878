"""What the addresses of signals answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Literal, TypedDict


class ReportedSignal(TypedDict):
    """A signal, and who reports it.

    Attributes:
        unit: A share is a proportion, 0 to 1.
        measure: incident for new events of a period, cumulative for totals.
        deaths: Signal of the same source that counts the deaths of the same disease.
        primary: Whether a region with several signals answers with this one.
        asked: Whether it is forecast; others are kept beside.
        sources: In the order in which they are read, then by name.
        regions: Of how many regions there are values; 0 where nothing was read yet.
    """

    signal: str
    unit: Literal["count", "per_100k", "share"]
    measure: Literal["incident", "cumulative"]
    cadence: Literal["daily", "weekly"]
    deaths: str | None
    primary: bool
    asked: bool
    sources: list[str]
    regions: int


class SignalsShape(TypedDict):
    """Signals, by name.

    Attributes:
        next_cursor: Leads to the next page; null where there is none.
    """

    signals: list[ReportedSignal]
    next_cursor: str | None
