"""Reads scores out of the database: as tables for the record, as ranks for calibration, and what waits."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, case, func, select

from neuralbrain.domain.record import RecordChoice, Waiting
from neuralbrain.domain.score import matures_at
from neuralbrain.store.database import Database
from neuralbrain.store.schema import edition_table, series, withdrawal
from neuralbrain.store.score_plan import plan_of, unplanned
from neuralbrain.store.score_schema import (
    BASELINE,
    CAME_TRUE,
    LOGARITHMIC,
    NATURAL,
    PROBABILITIES,
    RISKS,
    TRENDS,
    claim_score,
    score,
    score_plan,
    score_round,
)

_MOMENT = pl.Datetime("us", "UTC")
_OF_FORECAST = {
    **dict.fromkeys(("provider", "source", "signal", "region"), pl.String()),
    **dict.fromkeys(("edition", "table", "row"), pl.Int64()),
    "last_date": pl.Date(),
    "target_date": pl.Date(),
    "truth_as_of": _MOMENT,
    "withdrawn": pl.Boolean(),
}
VALUES = {
    **_OF_FORECAST,
    "horizon": pl.Int64(),
    **dict.fromkeys(("observed", *NATURAL, *LOGARITHMIC, *BASELINE), pl.Float64()),
    **dict.fromkeys(("below", "at_most"), pl.Int64()),
}
"""Columns of a table of scored values, one row a value, edition and truth."""

CLAIMS = {
    **_OF_FORECAST,
    **dict.fromkeys(("settled", *PROBABILITIES, *CAME_TRUE, *TRENDS, *RISKS), pl.Float64()),
    **dict.fromkeys(("trend", "risk_level"), pl.Int64()),
}
"""Columns of a table of judged claims, one row a forecast and truth; null where it cannot be said."""


class StoredRecord:
    """The record in the database.

    Args:
        database: Where it stands.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def values(self, choice: RecordChoice) -> pl.DataFrame:
        """Return every scored value of some forecasts, with the columns ``VALUES``, in the order of editions."""
        return self._read(score, VALUES, choice)

    def claims(self, choice: RecordChoice) -> pl.DataFrame:
        """Return every forecast whose claims were judged, with the columns ``CLAIMS``, in the order of editions."""
        return self._read(claim_score, CLAIMS, choice)

    def waiting(self, choice: RecordChoice) -> tuple[Waiting, ...]:
        """Return what was not scored, by provider and source; region and signal of the choice make no difference."""
        with self._database.read() as connection, self._database.decoding("what is to be scored"):
            found = pl.DataFrame([tuple(row) for row in connection.execute(_PLANNED)], schema=_PLAN, orient="row")
            fresh = pl.DataFrame(_not_planned(connection), schema=_PLAN, orient="row")
            scored = {(row.provider, row.source): row.n_scored for row in connection.execute(_SCORED)}
        rows = pl.concat([found, fresh])
        for name, wanted in (("provider", choice.provider), ("source", choice.source)):
            rows = rows if wanted is None else rows.filter(pl.col(name) == wanted)
        added = rows.group_by("provider", "source").agg(
            pl.col("waiting").sum(), pl.col("first").min(), pl.col("matured").sum()
        )
        return tuple(
            Waiting(
                provider=provider,
                source=source,
                values=waiting,
                next_at=None if first is None else matures_at(first),
                unknown=matured - scored.get((provider, source), 0),
            )
            for provider, source, waiting, first, matured in added.sort("provider", "source").iter_rows()
        )

    def _read(self, table: Table, columns: dict[str, Any], choice: RecordChoice) -> pl.DataFrame:
        question = _rows(table, [name for name in columns if name not in _OF_FORECAST], choice)
        with self._database.read() as connection, self._database.decoding("the scores"):
            rows = [tuple(row) for row in connection.execute(question)]
        return pl.DataFrame(rows, schema=columns, orient="row")


_OPEN = score_round.c.scored_at.is_(None)
_PART = ("edition_number", "table_position", "last_date", "horizon")
_OF_TABLE = (edition_table.c.edition_number == score_plan.c.edition_number) & (
    edition_table.c.position == score_plan.c.table_position
)
_PLANNED = (
    select(
        edition_table.c.provider,
        edition_table.c.source,
        func.sum(case((_OPEN, score_plan.c.n_rows), else_=0)),
        func.min(case((_OPEN, score_plan.c.target_date))),
        func.sum(case((_OPEN, 0), else_=score_plan.c.n_rows)),
    )
    .select_from(
        score_plan.outerjoin(score_round, and_(*(score_plan.c[name] == score_round.c[name] for name in _PART))).join(
            edition_table, _OF_TABLE
        )
    )
    .group_by(edition_table.c.provider, edition_table.c.source)
)
_PLAN = {
    "provider": pl.String(),
    "source": pl.String(),
    "waiting": pl.Int64(),
    "first": pl.Date(),
    "matured": pl.Int64(),
}
_ONCE = (  # a forecast value is scored once more with each revision of its truth
    select(score.c.edition_number, score.c.table_position, score.c.row_position, score.c.horizon)
    .distinct()
    .subquery("scored_value")
)
_SCORED = (
    select(edition_table.c.provider, edition_table.c.source, func.count().label("n_scored"))
    .select_from(
        _ONCE.join(
            edition_table,
            (edition_table.c.edition_number == _ONCE.c.edition_number)
            & (edition_table.c.position == _ONCE.c.table_position),
        )
    )
    .group_by(edition_table.c.provider, edition_table.c.source)
)


def _not_planned(connection: Connection) -> list[tuple[Any, ...]]:
    """Return what is to be scored of editions that no cycle has looked at since, as rows of ``_PLAN``."""
    rows = []
    for number in unplanned(connection):
        heads = select(edition_table).where(edition_table.c.edition_number == number)
        table = {row.position: row for row in connection.execute(heads)}
        for part in plan_of(connection, number):
            head = table[part["table_position"]]
            rows.append((head.provider, head.source, part["n_rows"], part["target_date"], 0))
    return rows


def _rows(table: Table, names: list[str], choice: RecordChoice) -> Select[Any]:
    """Return what asks for scores with what they are of, in the order of the columns of their table."""
    of_forecast: list[ColumnElement[Any]] = [
        table.c.provider,
        series.c.source,
        series.c.signal,
        series.c.location,
        table.c.edition_number,
        table.c.table_position,
        table.c.row_position,
        table.c.last_date,
        table.c.target_date,
        table.c.truth_as_of,
        withdrawal.c.at.is_not(None),
    ]
    joined = table.join(series, series.c.number == table.c.series_number).outerjoin(
        withdrawal, withdrawal.c.edition_number == table.c.edition_number
    )
    question = select(*of_forecast, *(table.c[name] for name in names)).select_from(joined)
    wanted = (
        (table.c.provider, choice.provider),
        (series.c.source, choice.source),
        (series.c.signal, choice.signal),
        (series.c.location, choice.region),
    )
    for column, value in wanted:
        question = question if value is None else question.where(column == value)
    return question.order_by(*table.primary_key.columns)  # the same sums give the same entity tag
