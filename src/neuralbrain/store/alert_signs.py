"""Reads what editions say of regions, without their quantiles: a few numbers a row, for the rules of alerts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from sqlalchemy import Connection, Select, select

from neuralbrain.domain.claims import TRENDS, Trend
from neuralbrain.domain.edition import OLD_AFTER
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.region_signs import RegionSigns
from neuralbrain.store.schema import forecast, series

_NUMBERS = ("risk_score", "outbreak_probability", "outbreak_threshold")
_COLUMNS = {
    **dict.fromkeys(("edition", "table", "row"), pl.Int64()),
    "region": pl.String(),
    "signal": pl.String(),
    "last_date": pl.Date(),
    **dict.fromkeys(_NUMBERS, pl.Float64()),
    "trends": pl.Binary(),
}
_NAMED = ("region", "signal")


def signs_of(connection: Connection, editions: tuple[int, ...]) -> RegionSigns:
    """Return what some editions say of each region and signal.

    Of several feeds that report the same the first counts, in the order of the edition; but none whose last report is
    more than a year older than another's.

    Args:
        connection: Inside a transaction.
        editions: Numbers, oldest first, at least one.
    """
    rows = [tuple(row) for row in connection.execute(_question(editions))]
    said = pl.DataFrame(rows, schema=_COLUMNS, orient="row")
    newest = pl.col("last_date").max().over("edition", *_NAMED)
    said = said.filter(newest - pl.col("last_date") <= OLD_AFTER)
    said = said.unique(("edition", *_NAMED), keep="first", maintain_order=True)
    names = said.select(_NAMED).unique(maintain_order=True).with_row_index("place")
    said = said.join(names, on=_NAMED, how="left", maintain_order="left")
    count = len(names)
    when = np.searchsorted(np.array(editions), said["edition"].to_numpy())
    where = said["place"].to_numpy()
    last = said.filter(pl.col("edition") == editions[-1])
    here = last["place"].to_numpy()
    places = np.full((count, 2), -1, dtype=np.int64)
    places[here] = last.select("table", "row").to_numpy()
    dates = np.full(count, np.datetime64("NaT"), dtype="datetime64[D]")
    dates[here] = last["last_date"].to_numpy().astype("datetime64[D]")
    threshold = np.full(count, np.nan)
    threshold[here] = _floats(last["outbreak_threshold"])

    def over_editions(numbers: Floats) -> Floats:
        made = np.full((len(editions), count), np.nan)
        made[when, where] = numbers
        return made

    return RegionSigns(
        editions=editions,
        regions=tuple(names["region"].to_list()),
        signals=tuple(names["signal"].to_list()),
        places=places,
        last_dates=dates,
        risk_score=over_editions(_floats(said["risk_score"])),
        outbreak_probability=over_editions(_floats(said["outbreak_probability"])),
        rising_probability=over_editions(_rising(said["trends"].to_list())),
        outbreak_threshold=threshold,
    )


def _question(editions: Sequence[int]) -> Select[tuple[object, ...]]:
    columns = forecast.c
    return (
        select(
            columns.edition_number,
            columns.table_position,
            columns.row_position,
            series.c.location,
            series.c.signal,
            columns.last_date,
            *(columns[name] for name in _NUMBERS),
            columns.trend_probabilities,
        )
        .select_from(forecast.join(series, series.c.number == columns.series_number))
        .where(columns.edition_number.in_(editions))
        .order_by(columns.edition_number, columns.table_position, columns.row_position)
    )


def _rising(packed: Sequence[bytes]) -> Floats:
    """Return the probability that a trend is increasing, of packed probabilities of the three trends."""
    return np.frombuffer(b"".join(packed), "<f8").reshape(-1, len(TRENDS))[:, TRENDS.index(Trend.INCREASING)]


def _floats(column: pl.Series) -> Floats:
    return column.fill_null(float("nan")).to_numpy()
