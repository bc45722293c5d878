"""The calls about forecasts; written by ``make docs``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from neuralbrain.client.call import Call, asking, method
from neuralbrain.client.shapes import AllForecasts, Chart, GlobalForecast, RegionForecast, Summary


class ForecastsCalls:
    """The calls about forecasts."""

    @method
    def world(
        self, *, fields: list[str] | None = None, edition: int | None = None, as_of: datetime | date | str | None = None
    ) -> Call[GlobalForecast]:
        """The world's sum of the primary signal: of all parts where all report, else of those that do, naming them.

        ``GET /api/forecasts/global``.

        Args:
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            edition: Of the edition with this number, also of one that was withdrawn.
            as_of: Of the edition that was up at that moment: a day means its end, UTC; a time has its zone.
        """
        return asking("GET", "/api/forecasts/global", query={"fields": fields, "edition": edition, "as_of": as_of})

    @method
    def world_as(
        self,
        file_format: Literal["csv", "parquet", "geojson"],
        *,
        fields: list[str] | None = None,
        edition: int | None = None,
        as_of: datetime | date | str | None = None,
    ) -> Call[bytes]:
        """The world's sum of the primary signal: of all parts where all report, else of those that do, naming them.

        ``GET /api/forecasts/global``.

        Args:
            file_format: One of csv, parquet, geojson.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            edition: Of the edition with this number, also of one that was withdrawn.
            as_of: Of the edition that was up at that moment: a day means its end, UTC; a time has its zone.
        """
        return asking(
            "GET",
            "/api/forecasts/global",
            query={"fields": fields, "edition": edition, "as_of": as_of, "format": file_format},
            reads="bytes",
        )

    @method
    def forecasts(
        self,
        *,
        fields: list[str] | None = None,
        signal: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        edition: int | None = None,
        as_of: datetime | date | str | None = None,
    ) -> Call[AllForecasts]:
        """Every forecast, or a page of them, and what was refused, which is on the first page.

        ``GET /api/forecasts/all``.

        Args:
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            signal: Only this signal.
            limit: How many at most; all unless given.
            cursor: Where the list goes on: next_cursor of the page before. It keeps to the edition of the first page,
                whatever is published meanwhile.
            edition: Of the edition with this number, also of one that was withdrawn.
            as_of: Of the edition that was up at that moment: a day means its end, UTC; a time has its zone.
        """
        return asking(
            "GET",
            "/api/forecasts/all",
            query={
                "fields": fields,
                "signal": signal,
                "limit": limit,
                "cursor": cursor,
                "edition": edition,
                "as_of": as_of,
            },
        )

    @method
    def forecasts_as(
        self,
        file_format: Literal["csv", "parquet", "geojson"],
        *,
        fields: list[str] | None = None,
        signal: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        edition: int | None = None,
        as_of: datetime | date | str | None = None,
    ) -> Call[bytes]:
        """Every forecast, or a page of them, and what was refused, which is on the first page.

        ``GET /api/forecasts/all``.

        Args:
            file_format: One of csv, parquet, geojson.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            signal: Only this signal.
            limit: How many at most; all unless given.
            cursor: Where the list goes on: next_cursor of the page before. It keeps to the edition of the first page,
                whatever is published meanwhile.
            edition: Of the edition with this number, also of one that was withdrawn.
            as_of: Of the edition that was up at that moment: a day means its end, UTC; a time has its zone.
        """
        return asking(
            "GET",
            "/api/forecasts/all",
            query={
                "fields": fields,
                "signal": signal,
                "limit": limit,
                "cursor": cursor,
                "edition": edition,
                "as_of": as_of,
                "format": file_format,
            },
            reads="bytes",
        )

    @method
    def forecast(
        self,
        region: str,
        *,
        fields: list[str] | None = None,
        signal: str | None = None,
        edition: int | None = None,
        as_of: datetime | date | str | None = None,
    ) -> Call[RegionForecast]:
        """One region's forecast: the twelve fields, ``context`` for everything else, ``readable`` for people.

        ``GET /api/forecasts/region/{region}``.

        Args:
            region: Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            signal: Another signal than the region's primary one.
            edition: Of the edition with this number, also of one that was withdrawn.
            as_of: Of the edition that was up at that moment: a day means its end, UTC; a time has its zone.
        """
        return asking(
            "GET",
            "/api/forecasts/region/{region}",
            where={"region": region},
            query={"fields": fields, "signal": signal, "edition": edition, "as_of": as_of},
        )

    @method
    def forecast_as(
        self,
        region: str,
        file_format: Literal["csv", "parquet", "geojson"],
        *,
        fields: list[str] | None = None,
        signal: str | None = None,
        edition: int | None = None,
        as_of: datetime | date | str | None = None,
    ) -> Call[bytes]:
        """One region's forecast: the twelve fields, ``context`` for everything else, ``readable`` for people.

        ``GET /api/forecasts/region/{region}``.

        Args:
            region: Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.
            file_format: One of csv, parquet, geojson.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            signal: Another signal than the region's primary one.
            edition: Of the edition with this number, also of one that was withdrawn.
            as_of: Of the edition that was up at that moment: a day means its end, UTC; a time has its zone.
        """
        return asking(
            "GET",
            "/api/forecasts/region/{region}",
            where={"region": region},
            query={"fields": fields, "signal": signal, "edition": edition, "as_of": as_of, "format": file_format},
            reads="bytes",
        )

    @method
    def chart(
        self,
        region: str,
        *,
        fields: list[str] | None = None,
        signal: str | None = None,
        edition: int | None = None,
        as_of: datetime | date | str | None = None,
    ) -> Call[Chart]:
        """One region's past, as it was known at the edition's cutoff, and its forecast, as parallel arrays.

        ``GET /api/charts/{region}``.

        Args:
            region: Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            signal: Another signal than the region's primary one.
            edition: Of the edition with this number, also of one that was withdrawn.
            as_of: Of the edition that was up at that moment: a day means its end, UTC; a time has its zone.
        """
        return asking(
            "GET",
            "/api/charts/{region}",
            where={"region": region},
            query={"fields": fields, "signal": signal, "edition": edition, "as_of": as_of},
        )

    @method
    def chart_as(
        self,
        region: str,
        file_format: Literal["csv", "parquet", "geojson"],
        *,
        fields: list[str] | None = None,
        signal: str | None = None,
        edition: int | None = None,
        as_of: datetime | date | str | None = None,
    ) -> Call[bytes]:
        """One region's past, as it was known at the edition's cutoff, and its forecast, as parallel arrays.

        ``GET /api/charts/{region}``.

        Args:
            region: Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.
            file_format: One of csv, parquet, geojson.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            signal: Another signal than the region's primary one.
            edition: Of the edition with this number, also of one that was withdrawn.
            as_of: Of the edition that was up at that moment: a day means its end, UTC; a time has its zone.
        """
        return asking(
            "GET",
            "/api/charts/{region}",
            where={"region": region},
            query={"fields": fields, "signal": signal, "edition": edition, "as_of": as_of, "format": file_format},
            reads="bytes",
        )

    @method
    def summary(
        self, *, fields: list[str] | None = None, edition: int | None = None, as_of: datetime | date | str | None = None
    ) -> Call[Summary]:
        """An edition in short: highest risk, rising, falling, counts, and the same in words.

        ``GET /api/predictions/summary``.

        Args:
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            edition: Of the edition with this number, also of one that was withdrawn.
            as_of: Of the edition that was up at that moment: a day means its end, UTC; a time has its zone.
        """
        return asking("GET", "/api/predictions/summary", query={"fields": fields, "edition": edition, "as_of": as_of})

    @method
    def summary_as(
        self,
        file_format: Literal["csv", "parquet", "geojson"],
        *,
        fields: list[str] | None = None,
        edition: int | None = None,
        as_of: datetime | date | str | None = None,
    ) -> Call[bytes]:
        """An edition in short: highest risk, rising, falling, counts, and the same in words.

        ``GET /api/predictions/summary``.

        Args:
            file_format: One of csv, parquet, geojson.
            fields: Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they are
                columns. What names the edition is always told.
            edition: Of the edition with this number, also of one that was withdrawn.
            as_of: Of the edition that was up at that moment: a day means its end, UTC; a time has its zone.
        """
        return asking(
            "GET",
            "/api/predictions/summary",
            query={"fields": fields, "edition": edition, "as_of": as_of, "format": file_format},
            reads="bytes",
        )
