"""What a published table is about, without its numbers: enough to tell whether a truth is another one than before."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection, select

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.finding import LEVELS_AS_GIVEN
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Measure, Signal
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.store.deaths_rows import deaths_rows
from neuralbrain.store.schema import edition, edition_table, forecast, series


def outline_of(connection: Connection, number: int, place: int) -> ForecastTable:
    """Return a table of an edition as places, signals and dates; its numbers are NaN, and nobody checked its digest.

    Args:
        connection: Inside a transaction.
        number: The edition's number.
        place: The table's position in it.
    """
    head = connection.execute(
        select(edition_table, edition.c.cutoff, edition.c.timestamp)
        .join(edition, edition.c.number == edition_table.c.edition_number)
        .where(edition_table.c.edition_number == number, edition_table.c.position == place)
    ).one()
    as_given = forecast.c.findings.contains(f'"{LEVELS_AS_GIVEN}"').label("as_given")
    rows = connection.execute(
        select(forecast.c.last_date, series.c.location, series.c.signal, series.c.measure, as_given)
        .join(series, series.c.number == forecast.c.series_number)
        .where(forecast.c.edition_number == number, forecast.c.table_position == place)
        .order_by(forecast.c.row_position)
    ).all()
    cadence, horizons, count = Cadence(head.cadence), tuple(json.loads(head.horizons)), len(rows)
    unknown, three = np.full(count, np.nan), np.full((count, 3), np.nan)
    quantiles = np.broadcast_to(np.nan, (count, len(horizons), len(LEVELS)))
    measures = [Measure.INCIDENT if row.as_given else Measure(row.measure) for row in rows]
    return ForecastTable(
        source=head.source,
        provider=head.provider,
        lock_number=head.lock_number,
        edition=number,
        timestamp=head.timestamp,
        cutoff=head.cutoff,
        cadence=cadence,
        horizons=horizons,
        regions=tuple(row.location for row in rows),
        signals=tuple(
            Signal(name=row.signal, measure=measure, cadence=cadence)
            for row, measure in zip(rows, measures, strict=True)
        ),
        last_dates=np.array([row.last_date for row in rows], dtype="datetime64[D]"),
        actual_cases=unknown,
        actual_deaths=unknown,
        quantiles=quantiles,
        deaths_quantiles=quantiles,
        populations=unknown,
        confidence=unknown,
        outbreak_probability=unknown,
        outbreak_threshold=unknown,
        growth_probability=unknown,
        trend_probabilities=three,
        risk_score=unknown,
        risk_level_probabilities=three,
        volatility=unknown,
        completeness=unknown,
        findings=((),) * count,
        reasons=((),) * count,
    )


def outline_of_deaths(connection: Connection, number: int, place: int) -> ForecastTable:
    """Return the deaths in a table of an edition as if they were published alone: own signals and dates, row by row.

    A row that was published without them keeps its signal and has no date, so nothing that is known is about it.

    Args:
        connection: Inside a transaction.
        number: The edition's number.
        place: The table's position in it.

    Raises:
        ValueError: If something that is stored cannot be what was written.
    """
    table = outline_of(connection, number, place)
    signals, last_dates = list(table.signals), np.full(len(table), np.datetime64("NaT", "D"))
    for one in deaths_rows(connection, number, table=place):
        signals[one.row] = Signal(name=one.signal, measure=one.measure, cadence=table.cadence)
        last_dates[one.row] = one.last_date
    return replace(table, signals=tuple(signals), last_dates=last_dates)
