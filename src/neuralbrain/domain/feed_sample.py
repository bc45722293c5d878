"""One answer of a feed as it really came, and where below the feed's address it was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from neuralbrain.domain.feed import Payload
from neuralbrain.errors import SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAnswer:
    """One answer, or why there is none.

    Args:
        part: Which thing of the feed.
        page: Which page of it, from 0.
        path: Where it was asked for, below the feed's base address; begins with a slash.
        query: Names and values of what was asked, never a key.
        older: Whether it is asked for only where older vintages are wanted.
        payload: What came; None where nothing did.
        fault: Why nothing came; None where it did, or is missing as it may be.
    """

    part: str
    page: int
    path: str
    query: tuple[tuple[str, str], ...] = ()
    older: bool = False
    payload: Payload | None = None
    fault: SourceError | None = None
