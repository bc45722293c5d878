"""Which deaths were published beside cases: of which series, and from which day on they are forecast."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, case, or_, select

from neuralbrain.domain.finding import DEATHS_APART, LEVELS_AS_GIVEN, day_counted_from
from neuralbrain.domain.observation import Measure
from neuralbrain.store.described_series import as_described
from neuralbrain.store.schema import forecast, series, series_description


class DeathsRow(NamedTuple):
    """The deaths of one row of a published table.

    Args:
        table: The table's position in its edition.
        row: The row's position in it.
        series_number: The number of their own series.
        region: Its place.
        signal: Its signal's name.
        measure: What their forecast is of: a total that was forecast as it is counts as what it was used as.
        last_date: Day of their last actual, from which their horizons count.
    """

    table: int
    row: int
    series_number: int
    region: str
    signal: str
    measure: Measure
    last_date: date


def deaths_rows(connection: Connection, edition: int, *, table: int | None = None) -> Iterator[DeathsRow]:
    """Yield the rows of an edition that were published with a forecast of deaths, in their order.

    Args:
        connection: Inside a transaction.
        edition: The edition's number.
        table: One table's position; None for all.

    Raises:
        ValueError: If something that is stored cannot be what was written.
    """
    mate = series.alias("mate")
    told = or_(*(forecast.c.findings.contains(f'"{code}"') for code in (DEATHS_APART, LEVELS_AS_GIVEN)))
    question = (
        select(
            forecast.c.table_position,
            forecast.c.row_position,
            forecast.c.last_date,
            case((told, forecast.c.findings)).label("findings"),
            mate.c.number,
            mate.c.location,
            mate.c.signal,
            mate.c.measure,
        )
        .join(series, series.c.number == forecast.c.series_number)
        .outerjoin(series_description, series_description.c.number == forecast.c.description_number)
        .join(
            mate,
            and_(
                mate.c.source == series.c.source,
                mate.c.location == series.c.location,
                mate.c.signal == as_described("deaths", series_description),
            ),
        )
        .where(forecast.c.edition_number == edition, forecast.c.deaths_quantiles.is_not(None))
        .order_by(forecast.c.table_position, forecast.c.row_position)
    )
    if table is not None:
        question = question.where(forecast.c.table_position == table)
    for row in connection.execute(question):
        said = {} if row.findings is None else _said(row.findings, row.signal)
        yield DeathsRow(
            table=row.table_position,
            row=row.row_position,
            series_number=row.number,
            region=row.location,
            signal=row.signal,
            measure=Measure.INCIDENT if LEVELS_AS_GIVEN in said else Measure(row.measure),
            last_date=day_counted_from(said.get(DEATHS_APART, "")) or row.last_date,
        )


def _said(findings: str, signal: str) -> Mapping[str, str]:
    """Return the messages of the findings about one signal, by their codes."""
    found: list[dict[str, Any]] = json.loads(findings)
    return {one["code"]: one["message"] for one in found if one["signal"] == signal}
