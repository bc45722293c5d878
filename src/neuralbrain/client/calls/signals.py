"""The calls about signals; written by ``make docs``."""

from __future__ import annotations

from typing import Literal

from neuralbrain.client.call import Call, asking, method
from neuralbrain.client.shapes import SignalsShape


class SignalsCalls:
    """The calls about signals."""

    @method
    def signals(self, *, limit: int | None = None, cursor: str | None = None) -> Call[SignalsShape]:
        """Every signal: unit, measure, cadence, the signal of its deaths, who reports it, and of how many regions.

        ``GET /api/signals``.

        Args:
            limit: How many at most on a page.
            cursor: Where the list goes on: next_cursor of the page before.
        """
        return asking("GET", "/api/signals", query={"limit": limit, "cursor": cursor})

    @method
    def signals_as(
        self, file_format: Literal["csv", "parquet"], *, limit: int | None = None, cursor: str | None = None
    ) -> Call[bytes]:
        """Every signal: unit, measure, cadence, the signal of its deaths, who reports it, and of how many regions.

        ``GET /api/signals``.

        Args:
            file_format: One of csv, parquet.
            limit: How many at most on a page.
            cursor: Where the list goes on: next_cursor of the page before.
        """
        return asking(
            "GET", "/api/signals", query={"limit": limit, "cursor": cursor, "format": file_format}, reads="bytes"
        )
