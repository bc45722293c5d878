"""The calls about series; written by ``make docs``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from neuralbrain.client.call import Call, asking, method
from neuralbrain.client.shapes import RevisionsShape, SeriesShape


class SeriesCalls:
    """The calls about series."""

    @method
    def series(
        self,
        region: str,
        signal: str,
        *,
        source: str | None = None,
        as_of: datetime | date | str | None = None,
        since: date | str | None = None,
        quality: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Call[SeriesShape]:
        """One series as it is known, or was at a moment: values, since when each is known, unit, licence.

        A date that is not there was not reported; a value that is null was withdrawn. Where nobody reports the region
        it is put together from all of its parts, and ``derived`` says how.

        ``GET /api/series/{region}/{signal}``.

        Args:
            region: Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.
            signal: Name of a signal.
            source: Which source; the first that reports it where none is named.
            as_of: As it was known at that moment: a day means its end, UTC; a time has its zone. Now unless given.
            since: Only values about this day and later.
            quality: Whether to say how complete each value usually is, and what checks find; it takes longer, as all
                regions of the signal are looked at.
            limit: How many values at most on a page; all unless given.
            cursor: Where the list goes on: next_cursor of the page before.
        """
        return asking(
            "GET",
            "/api/series/{region}/{signal}",
            where={"region": region, "signal": signal},
            query={
                "source": source,
                "as_of": as_of,
                "since": since,
                "quality": quality,
                "limit": limit,
                "cursor": cursor,
            },
        )

    @method
    def series_as(
        self,
        region: str,
        signal: str,
        file_format: Literal["csv", "parquet"],
        *,
        source: str | None = None,
        as_of: datetime | date | str | None = None,
        since: date | str | None = None,
        quality: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Call[bytes]:
        """One series as it is known, or was at a moment: values, since when each is known, unit, licence.

        A date that is not there was not reported; a value that is null was withdrawn. Where nobody reports the region
        it is put together from all of its parts, and ``derived`` says how.

        ``GET /api/series/{region}/{signal}``.

        Args:
            region: Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.
            signal: Name of a signal.
            file_format: One of csv, parquet.
            source: Which source; the first that reports it where none is named.
            as_of: As it was known at that moment: a day means its end, UTC; a time has its zone. Now unless given.
            since: Only values about this day and later.
            quality: Whether to say how complete each value usually is, and what checks find; it takes longer, as all
                regions of the signal are looked at.
            limit: How many values at most on a page; all unless given.
            cursor: Where the list goes on: next_cursor of the page before.
        """
        return asking(
            "GET",
            "/api/series/{region}/{signal}",
            where={"region": region, "signal": signal},
            query={
                "source": source,
                "as_of": as_of,
                "since": since,
                "quality": quality,
                "limit": limit,
                "cursor": cursor,
                "format": file_format,
            },
            reads="bytes",
        )

    @method
    def revisions(
        self,
        region: str,
        signal: str,
        *,
        source: str | None = None,
        as_of: datetime | date | str | None = None,
        target_date: date | str | None = None,
        since: date | str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Call[RevisionsShape]:
        """Each value that was ever known of one series, with when it became known; null says it was withdrawn then.

        The page that comes first is that of the latest target dates; the cursor leads to those before.

        ``GET /api/series/{region}/{signal}/revisions``.

        Args:
            region: Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.
            signal: Name of a signal.
            source: Which source; the first that reports it where none is named.
            as_of: As it was known at that moment: a day means its end, UTC; a time has its zone. Now unless given.
            target_date: Only values about this day.
            since: Only values about this day and later.
            limit: How many at most on a page, those of the latest target dates.
            cursor: Where the list goes on: next_cursor of the page before.
        """
        return asking(
            "GET",
            "/api/series/{region}/{signal}/revisions",
            where={"region": region, "signal": signal},
            query={
                "source": source,
                "as_of": as_of,
                "target_date": target_date,
                "since": since,
                "limit": limit,
                "cursor": cursor,
            },
        )

    @method
    def revisions_as(
        self,
        region: str,
        signal: str,
        file_format: Literal["csv", "parquet"],
        *,
        source: str | None = None,
        as_of: datetime | date | str | None = None,
        target_date: date | str | None = None,
        since: date | str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Call[bytes]:
        """Each value that was ever known of one series, with when it became known; null says it was withdrawn then.

        The page that comes first is that of the latest target dates; the cursor leads to those before.

        ``GET /api/series/{region}/{signal}/revisions``.

        Args:
            region: Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.
            signal: Name of a signal.
            file_format: One of csv, parquet.
            source: Which source; the first that reports it where none is named.
            as_of: As it was known at that moment: a day means its end, UTC; a time has its zone. Now unless given.
            target_date: Only values about this day.
            since: Only values about this day and later.
            limit: How many at most on a page, those of the latest target dates.
            cursor: Where the list goes on: next_cursor of the page before.
        """
        return asking(
            "GET",
            "/api/series/{region}/{signal}/revisions",
            where={"region": region, "signal": signal},
            query={
                "source": source,
                "as_of": as_of,
                "target_date": target_date,
                "since": since,
                "limit": limit,
                "cursor": cursor,
                "format": file_format,
            },
            reads="bytes",
        )
