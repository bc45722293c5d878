"""The calls about sources; written by ``make docs``."""

from __future__ import annotations

from typing import Literal

from neuralbrain.client.call import Call, asking, method
from neuralbrain.client.shapes import OneSourceShape, SourcesShape


class SourcesCalls:
    """The calls about sources."""

    @method
    def sources(self, *, limit: int | None = None, cursor: str | None = None) -> Call[SourcesShape]:
        """Every source: licence, attribution, freshness, last fault, counts; those that are read come first.

        ``GET /api/sources``.

        Args:
            limit: How many at most on a page.
            cursor: Where the list goes on: next_cursor of the page before.
        """
        return asking("GET", "/api/sources", query={"limit": limit, "cursor": cursor})

    @method
    def sources_as(
        self, file_format: Literal["csv", "parquet"], *, limit: int | None = None, cursor: str | None = None
    ) -> Call[bytes]:
        """Every source: licence, attribution, freshness, last fault, counts; those that are read come first.

        ``GET /api/sources``.

        Args:
            file_format: One of csv, parquet.
            limit: How many at most on a page.
            cursor: Where the list goes on: next_cursor of the page before.
        """
        return asking(
            "GET", "/api/sources", query={"limit": limit, "cursor": cursor, "format": file_format}, reads="bytes"
        )

    @method
    def source(self, name: str) -> Call[OneSourceShape]:
        """One source with its last fetches, releases and rejected rows, newest first.

        ``GET /api/sources/{name}``.

        Args:
            name: Its name, as in the setting sources.
        """
        return asking("GET", "/api/sources/{name}", where={"name": name})
