"""The calls about editions; written by ``make docs``."""

from __future__ import annotations

from typing import Literal

from neuralbrain.client.call import Call, asking, method
from neuralbrain.client.shapes import (
    AllForecasts,
    Chart,
    EditionDiffShape,
    EditionShape,
    EditionsShape,
    GlobalForecast,
    RegionForecast,
    Summary,
)


class EditionsCalls:
    """The calls about editions."""

    @method
    def editions(self, *, limit: int | None = None, cursor: str | None = None) -> Call[EditionsShape]:
        """The last editions, newest first, withdrawn ones with the reason; the cursor leads to those before them.

        ``GET /api/editions``.

        Args:
            limit: How many, newest first.
            cursor: Where the list goes on: next_cursor of the page before.
        """
        return asking("GET", "/api/editions", query={"limit": limit, "cursor": cursor})

    @method
    def compare_editions(
        self, *, from_: int | None = None, to: int | None = None, limit: int | None = None
    ) -> Call[EditionDiffShape]:
        """What the second edition says otherwise than the first: series, refusals and author; the largest first.

        ``GET /api/editions/compare``.

        Args:
            from_: The first; the one before the second unless given.
            to: The second; the current one unless given.
            limit: How many series at most, the largest change first.
        """
        return asking("GET", "/api/editions/compare", query={"from": from_, "to": to, "limit": limit})

    @method
    def edition(self, number: int) -> Call[EditionShape]:
        """What one edition says about itself, and whether it was withdrawn.

        ``GET /api/editions/{number}``.

        Args:
            number: Its number.
        """
        return asking("GET", "/api/editions/{number}", where={"number": number})

    @method
    def edition_world(self, number: int, *, fields: list[str] | None = None) -> Call[GlobalForecast]:
        """The world's sum of one edition; it may be kept for ever.

        ``GET /api/editions/{number}/forecasts/global``.

        Args:
            number: Its number.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
        """
        return asking(
            "GET", "/api/editions/{number}/forecasts/global", where={"number": number}, query={"fields": fields}
        )

    @method
    def edition_world_as(
        self, number: int, file_format: Literal["csv", "parquet", "geojson"], *, fields: list[str] | None = None
    ) -> Call[bytes]:
        """The world's sum of one edition; it may be kept for ever.

        ``GET /api/editions/{number}/forecasts/global``.

        Args:
            number: Its number.
            file_format: One of csv, parquet, geojson.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
        """
        return asking(
            "GET",
            "/api/editions/{number}/forecasts/global",
            where={"number": number},
            query={"fields": fields, "format": file_format},
            reads="bytes",
        )

    @method
    def edition_forecasts(
        self,
        number: int,
        *,
        fields: list[str] | None = None,
        signal: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Call[AllForecasts]:
        """Every forecast of one edition, or a page of them; they may be kept for ever.

        ``GET /api/editions/{number}/forecasts/all``.

        Args:
            number: Its number.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            signal: Only this signal.
            limit: How many at most; all unless given.
            cursor: Where the list goes on: next_cursor of the page before. It keeps to the edition of the first page,
                whatever is published meanwhile.
        """
        return asking(
            "GET",
            "/api/editions/{number}/forecasts/all",
            where={"number": number},
            query={"fields": fields, "signal": signal, "limit": limit, "cursor": cursor},
        )

    @method
    def edition_forecasts_as(
        self,
        number: int,
        file_format: Literal["csv", "parquet", "geojson"],
        *,
        fields: list[str] | None = None,
        signal: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Call[bytes]:
        """Every forecast of one edition, or a page of them; they may be kept for ever.

        ``GET /api/editions/{number}/forecasts/all``.

        Args:
            number: Its number.
            file_format: One of csv, parquet, geojson.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            signal: Only this signal.
            limit: How many at most; all unless given.
            cursor: Where the list goes on: next_cursor of the page before. It keeps to the edition of the first page,
                whatever is published meanwhile.
        """
        return asking(
            "GET",
            "/api/editions/{number}/forecasts/all",
            where={"number": number},
            query={"fields": fields, "signal": signal, "limit": limit, "cursor": cursor, "format": file_format},
            reads="bytes",
        )

    @method
    def edition_forecast(
        self, number: int, region: str, *, fields: list[str] | None = None, signal: str | None = None
    ) -> Call[RegionForecast]:
        """One region's forecast of one edition; it may be kept for ever.

        ``GET /api/editions/{number}/forecasts/region/{region}``.

        Args:
            number: Its number.
            region: Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            signal: Another signal than the region's primary one.
        """
        return asking(
            "GET",
            "/api/editions/{number}/forecasts/region/{region}",
            where={"number": number, "region": region},
            query={"fields": fields, "signal": signal},
        )

    @method
    def edition_forecast_as(
        self,
        number: int,
        region: str,
        file_format: Literal["csv", "parquet", "geojson"],
        *,
        fields: list[str] | None = None,
        signal: str | None = None,
    ) -> Call[bytes]:
        """One region's forecast of one edition; it may be kept for ever.

        ``GET /api/editions/{number}/forecasts/region/{region}``.

        Args:
            number: Its number.
            region: Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.
            file_format: One of csv, parquet, geojson.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            signal: Another signal than the region's primary one.
        """
        return asking(
            "GET",
            "/api/editions/{number}/forecasts/region/{region}",
            where={"number": number, "region": region},
            query={"fields": fields, "signal": signal, "format": file_format},
            reads="bytes",
        )

    @method
    def edition_chart(
        self, number: int, region: str, *, fields: list[str] | None = None, signal: str | None = None
    ) -> Call[Chart]:
        """One region's past and forecast of one edition; it may be kept for ever.

        ``GET /api/editions/{number}/charts/{region}``.

        Args:
            number: Its number.
            region: Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            signal: Another signal than the region's primary one.
        """
        return asking(
            "GET",
            "/api/editions/{number}/charts/{region}",
            where={"number": number, "region": region},
            query={"fields": fields, "signal": signal},
        )

    @method
    def edition_chart_as(
        self,
        number: int,
        region: str,
        file_format: Literal["csv", "parquet", "geojson"],
        *,
        fields: list[str] | None = None,
        signal: str | None = None,
    ) -> Call[bytes]:
        """One region's past and forecast of one edition; it may be kept for ever.

        ``GET /api/editions/{number}/charts/{region}``.

        Args:
            number: Its number.
            region: Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.
            file_format: One of csv, parquet, geojson.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            signal: Another signal than the region's primary one.
        """
        return asking(
            "GET",
            "/api/editions/{number}/charts/{region}",
            where={"number": number, "region": region},
            query={"fields": fields, "signal": signal, "format": file_format},
            reads="bytes",
        )

    @method
    def edition_summary(self, number: int, *, fields: list[str] | None = None) -> Call[Summary]:
        """One edition in short; it may be kept for ever.

        ``GET /api/editions/{number}/predictions/summary``.

        Args:
            number: Its number.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
        """
        return asking(
            "GET", "/api/editions/{number}/predictions/summary", where={"number": number}, query={"fields": fields}
        )

    @method
    def edition_summary_as(
        self, number: int, file_format: Literal["csv", "parquet", "geojson"], *, fields: list[str] | None = None
    ) -> Call[bytes]:
        """One edition in short; it may be kept for ever.

        ``GET /api/editions/{number}/predictions/summary``.

        Args:
            number: Its number.
            file_format: One of csv, parquet, geojson.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
        """
        return asking(
            "GET",
            "/api/editions/{number}/predictions/summary",
            where={"number": number},
            query={"fields": fields, "format": file_format},
            reads="bytes",
        )
