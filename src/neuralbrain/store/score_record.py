"""Reads scores out of the database: as tables for the record, as ranks for calibration, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, Select, Subquery, Table, and_, case, func, select, union_all

from neuralbrain.domain.record import RecordChoice, RecordVersion, Waiting
from neuralbrain.domain.score import matures_at
from neuralbrain.store.database import Database
from neuralbrain.store.schema import edition, edition_table, series, withdrawal
from neuralbrain.store.score_frames import read_scores
from neuralbrain.store.score_plan import plan_of, plan_of_deaths, unplanned
from neuralbrain.store.score_schema import (
    BASELINE,
    CAME_TRUE,
    LOGARITHMIC,
    NATURAL,
    OF_CASES,
    OF_DEATHS,
    PART,
    PROBABILITIES,
    RISKS,
    TRENDS,
    ScoredKind,
    claim_score,
    deaths_score,
    score,
    score_batch,
)

_MOMENT = pl.Datetime("us", "UTC")
_OF_FORECAST = {
    **dict.fromkeys(("provider", "source", "signal", "region"), pl.String()),
    **dict.fromkeys(("edition", "table", "row"), pl.Int64()),
    "last_date": pl.Date(),
    "target_date": pl.Date(),
    "truth_as_of": _MOMENT,
    "withdrawn": pl.Boolean(),
    "hindsight": pl.Boolean(),
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

RANKS = {
    "source": pl.String(),
    "signal": pl.String(),
    "horizon": pl.Int64(),
    "last_date": pl.Date(),
    "below": pl.Int64(),
    "at_most": pl.Int64(),
    "n_values": pl.Int64(),
}
"""Columns of a table of how often truths fell where among published quantiles, of what counts."""

SUMS = {
    **dict.fromkeys(("source", "signal", "region"), pl.String()),
    "last_date": pl.Date(),
    "n_values": pl.Int64(),
    **dict.fromkeys(("covered_50", "covered_95", "wis", "baseline_wis"), pl.Float64()),
}
"""Columns of a table of scores added up, of what counts; both WIS are of the values that have a baseline."""


class StoredRecord:
    """The record in the database.

    Args:
        database: Where it stands.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def values(self, choice: RecordChoice) -> pl.DataFrame:
        """Return every scored value of some forecasts, with the columns ``VALUES``.

        Those of deaths come after all others, under their own signal; both in the order of editions.
        """
        with self._database.read() as connection, self._database.decoding("the scores"):
            cases, deaths = (read_scores(connection, one, VALUES, choice=choice) for one in (score, deaths_score))
        return pl.concat([cases, deaths]) if len(deaths) else cases

    def claims(self, choice: RecordChoice) -> pl.DataFrame:
        """Return every forecast whose claims were judged, with the columns ``CLAIMS``, in the order of editions."""
        with self._database.read() as connection, self._database.decoding("the scores"):
            return read_scores(connection, claim_score, CLAIMS, choice=choice)

    def version(self) -> RecordVersion:
        """Return what is another one whenever the record is, or what waits; it costs next to nothing."""
        batches = select(func.coalesce(func.max(score_batch.c.number), 0)).scalar_subquery()
        withdrawals = select(func.count()).select_from(withdrawal).scalar_subquery()
        editions = select(func.coalesce(func.max(edition.c.number), 0)).scalar_subquery()
        with self._database.read() as connection:
            return RecordVersion(*connection.execute(select(batches, withdrawals, editions)).one())

    def ranks(self, provider: str, *, known_by: datetime) -> pl.DataFrame:
        """Return how often truths fell where among a provider's quantiles, of what counts, with the columns ``RANKS``.

        The database chooses and counts: what comes of it grows with the weeks of the record, not with its places.

        Args:
            provider: Whose.
            known_by: A truth that was known later teaches nothing yet.
        """
        with self._database.read() as connection, self._database.decoding("the scores"):
            rows = [tuple(row) for row in connection.execute(_ranks(provider, known_by=known_by))]
        return pl.DataFrame(rows, schema=RANKS, orient="row")

    def sums(self, provider: str, *, known_by: datetime) -> pl.DataFrame:
        """Return a provider's scores added up by place and last actual, of what counts, with the columns ``SUMS``.

        Args:
            provider: Whose.
            known_by: A truth that was known later is not in it.
        """
        with self._database.read() as connection, self._database.decoding("the scores"):
            rows = [tuple(row) for row in connection.execute(_sums(provider, known_by=known_by))]
        return pl.DataFrame(rows, schema=SUMS, orient="row")

    def waiting(self, choice: RecordChoice) -> tuple[Waiting, ...]:
        """Return what was not scored, by provider and source; region and signal of the choice make no difference."""
        with self._database.read() as connection, self._database.decoding("what is to be scored"):
            planned = [tuple(row) for kind in (OF_CASES, OF_DEATHS) for row in connection.execute(_planned(kind))]
            found = pl.DataFrame(planned, schema=_PLAN, orient="row")
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


def _planned(kind: ScoredKind) -> Select[Any]:
    """Return what asks for ``_PLAN``."""
    plan, rounds = kind.plan, kind.rounds
    is_open = rounds.c.scored_at.is_(None)
    of_table = and_(
        edition_table.c.edition_number == plan.c.edition_number, edition_table.c.position == plan.c.table_position
    )
    of_part = and_(*(plan.c[name] == rounds.c[name] for name in PART))
    return (
        select(
            edition_table.c.provider,
            edition_table.c.source,
            func.sum(case((is_open, plan.c.n_rows), else_=0)),
            func.min(case((is_open, plan.c.target_date))),
            func.sum(case((is_open, 0), else_=plan.c.n_rows)),
        )
        .select_from(plan.outerjoin(rounds, of_part).join(edition_table, of_table))
        .group_by(edition_table.c.provider, edition_table.c.source)
    )


_PLAN = {
    "provider": pl.String(),
    "source": pl.String(),
    "waiting": pl.Int64(),
    "first": pl.Date(),
    "matured": pl.Int64(),
}
_SCORED = (  # a forecast value is scored once more with each revision of its truth
    select(edition_table.c.provider, edition_table.c.source, func.sum(score_batch.c.n_first).label("n_scored"))
    .select_from(
        score_batch.join(
            edition_table,
            (edition_table.c.edition_number == score_batch.c.edition_number)
            & (edition_table.c.position == score_batch.c.table_position),
        )
    )
    .group_by(edition_table.c.provider, edition_table.c.source)
)


def _ranks(provider: str, *, known_by: datetime) -> Select[Any]:
    """Return what asks for ``RANKS``, of cases and of deaths."""
    among = _among(provider, ("below", "at_most"), known_by=known_by, of=(score, deaths_score))
    of_value = (among.c.last_date, among.c.below, among.c.at_most)
    key = (series.c.source, series.c.signal, among.c.horizon)
    return (
        select(*key, *of_value, func.count())
        .select_from(among.join(series, series.c.number == among.c.series_number))
        .where(among.c.place == 1)
        .group_by(*key, *of_value)
    )


def _sums(provider: str, *, known_by: datetime) -> Select[Any]:
    """Return what asks for ``SUMS``."""
    among = _among(provider, ("covered_50", "covered_95", "wis", "baseline_wis"), known_by=known_by, of=(score,))
    compared = case((among.c.baseline_wis.is_not(None), among.c.wis))
    values = {
        "covered_50": among.c.covered_50,
        "covered_95": among.c.covered_95,
        "wis": compared,
        "baseline_wis": among.c.baseline_wis,
    }
    key = (among.c.series_number, among.c.last_date)
    added = (  # by numbers, and named afterwards: texts as keys would take a third longer
        select(*key, func.count().label("n_values"), *(func.sum(one).label(name) for name, one in values.items()))
        .where(among.c.place == 1)
        .group_by(*key)
        .subquery("added")
    )
    names = (series.c.source, series.c.signal, series.c.location)
    sums = (added.c[name] for name in ("last_date", "n_values", *values))
    return select(*names, *sums).select_from(added.join(series, series.c.number == added.c.series_number))


def _among(provider: str, columns: Sequence[str], *, known_by: datetime, of: Sequence[Table]) -> Subquery:
    """Return some columns of scores with their ``place``: 1 for what counts.

    Of each series, last actual and horizon that is the newest edition, by its first truth.
    This is ``evaluate.track_record.with_status``, as the database says it.
    """
    withdrawn = select(withdrawal.c.edition_number)
    claim, order = ("series_number", "last_date", "horizon"), ("edition_number", "truth_as_of")
    chosen = (
        select(*(table.c[name] for name in (*claim, *order, *columns)))
        .where(table.c.provider == provider, table.c.truth_as_of <= known_by, table.c.hindsight.is_(False))
        .where(table.c.edition_number.not_in(withdrawn))
        for table in of
    )
    scores = union_all(*chosen).subquery("scores").c  # a series may have been forecast alone before it was deaths
    place = func.row_number().over(
        partition_by=[scores[name] for name in claim], order_by=(scores.edition_number.desc(), scores.truth_as_of)
    )
    return select(*(scores[name] for name in (*claim, *columns)), place.label("place")).subquery("among")


def _not_planned(connection: Connection) -> list[tuple[Any, ...]]:
    """Return what is to be scored of editions that no cycle has looked at since, as rows of ``_PLAN``."""
    rows = []
    for number in unplanned(connection):
        heads = select(edition_table).where(edition_table.c.edition_number == number)
        table = {row.position: row for row in connection.execute(heads)}
        for part in (*plan_of(connection, number), *plan_of_deaths(connection, number)):
            head = table[part["table_position"]]
            rows.append((head.provider, head.source, part["n_rows"], part["target_date"], 0))
    return rows
