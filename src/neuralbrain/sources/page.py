"""What came of one request to a feed, and what can be wrong with it wherever it came from."""

from __future__ import annotations

from dataclasses import dataclass

from neuralbrain.domain.feed import FeedRequest, FetchOutcome, Payload
from neuralbrain.errors import SourceError, SourceUnusableError

NEXT_TIME = "It is tried again at the next cycle."
_A_LOOK = 4096  # bytes that tell whether anything is there at all: to strip the whole body would copy it


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came of one request.

    Args:
        outcome: Whether it is new, unchanged, missing or failed.
        payload: What came, only where it is new.
        fault: Why it failed.
    """

    outcome: FetchOutcome
    payload: Payload | None = None
    fault: SourceError | None = None


def failed(fault: SourceError) -> Page:
    """Return the page that is none."""
    return Page(outcome=FetchOutcome.FAILED, fault=fault)


def is_blank(body: bytes) -> bool:
    """Return whether there is nothing but white space.

    >>> is_blank(b"  "), is_blank(b" 0")
    (True, False)
    """
    return not body[:_A_LOOK].strip() and not body.strip()


def empty(shown: str) -> SourceError:
    """Return the fault of what is there and holds nothing."""
    return SourceUnusableError(f"{shown} is empty.", remedy=NEXT_TIME, code="source-empty")


def too_large(request: FeedRequest) -> SourceError:
    """Return the fault of what is longer than allowed."""
    return SourceUnusableError(
        f"{request.shown} is longer than {request.most_bytes // 2**20} MB.",
        remedy="Nothing of it is used. If it has really grown, raise most_megabytes in [feeds.NAME].",
        code="source-too-large",
    )
