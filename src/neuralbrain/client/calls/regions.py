"""The calls about regions; written by ``make docs``."""

from __future__ import annotations

from typing import Literal

from neuralbrain.client.call import Call, asking, method
from neuralbrain.client.shapes import OneRegionShape, RegionsShape


class RegionsCalls:
    """The calls about regions."""

    @method
    def regions(
        self,
        *,
        search: str | None = None,
        reported: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Call[RegionsShape]:
        """Every region, or those that a search finds: what it is, who reports it, and its primary signal.

        ``GET /api/regions``.

        Args:
            search: Only regions with this in a name or alias, or at the beginning of their code.
            reported: true: only regions that some source reports; false: only the others.
            limit: How many at most on a page.
            cursor: Where the list goes on: next_cursor of the page before.
        """
        return asking(
            "GET", "/api/regions", query={"search": search, "reported": reported, "limit": limit, "cursor": cursor}
        )

    @method
    def regions_as(
        self,
        file_format: Literal["csv", "parquet"],
        *,
        search: str | None = None,
        reported: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Call[bytes]:
        """Every region, or those that a search finds: what it is, who reports it, and its primary signal.

        ``GET /api/regions``.

        Args:
            file_format: One of csv, parquet.
            search: Only regions with this in a name or alias, or at the beginning of their code.
            reported: true: only regions that some source reports; false: only the others.
            limit: How many at most on a page.
            cursor: Where the list goes on: next_cursor of the page before.
        """
        return asking(
            "GET",
            "/api/regions",
            query={"search": search, "reported": reported, "limit": limit, "cursor": cursor, "format": file_format},
            reads="bytes",
        )

    @method
    def region(self, region: str) -> Call[OneRegionShape]:
        """One region by any of its names or codes, with every series that is kept of it.

        ``GET /api/regions/{region}``.

        Args:
            region: Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.
        """
        return asking("GET", "/api/regions/{region}", where={"region": region})
