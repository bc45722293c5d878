"""Scores in the database: what is to be scored, what was, and what it was worth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, and_, func, insert, select

from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.score import Part, ScoredClaims, ScoredRows, Settled, Touched
from neuralbrain.ports import Clock
from neuralbrain.store.database import Database
from neuralbrain.store.deaths_rows import deaths_rows
from neuralbrain.store.schema import edition_table, forecast
from neuralbrain.store.score_outline import outline_of, outline_of_deaths
from neuralbrain.store.score_plan import plan_of, plan_of_deaths, unplanned
from neuralbrain.store.score_rows import claim_rows_of, score_rows_of
from neuralbrain.store.score_schema import (
    OF_CASES,
    OF_DEATHS,
    claim_score,
    deaths_plan,
    kind_of,
    score_batch,
    score_look,
    score_plan,
)
from neuralbrain.store.score_touched import part_of, parts, touched_of
from neuralbrain.store.turn import Turn, take_turn


class StoredScores:
    """Scores in the database.

    Args:
        database: Where they stand.
        clock: Tells when something was scored.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def plan(self) -> int:
        """Note what is to be scored of editions that nothing is noted of yet, and return how many those were.

        Each edition is a transaction of its own.
        """
        with self._database.read() as connection:
            numbers = unplanned(connection)
        for number in numbers:
            with self._database.write() as connection:
                take_turn(connection, Turn.SCORES)
                if rows := plan_of(connection, number):
                    connection.execute(insert(score_plan), rows)
                if rows := plan_of_deaths(connection, number):
                    connection.execute(insert(deaths_plan), rows)
        return len(numbers)

    def sources(self) -> tuple[str, ...]:
        """Return every feed that something of an edition was made from, in alphabetical order."""
        with self._database.read() as connection:
            return tuple(sorted(connection.execute(select(edition_table.c.source).distinct()).scalars()))

    def unscored(self) -> tuple[Part, ...]:
        """Return every part of an edition that was not scored, in the order of editions; cases before their deaths."""
        with self._database.read() as connection, self._database.decoding("what is to be scored"):
            found = [
                part_of(row, deaths=kind is OF_DEATHS)
                for kind in (OF_CASES, OF_DEATHS)
                for row in connection.execute(parts(kind).where(kind.rounds.c.scored_at.is_(None)))
            ]
        return tuple(sorted(found, key=lambda part: (part.edition, part.table)))

    def keep(
        self,
        scored: Sequence[Part],
        *,
        unknown: Sequence[int],
        rows: Sequence[ScoredRows],
        claims: Sequence[ScoredClaims],
    ) -> None:
        """Keep the scores of parts of one table, which are scored from then on; all of it or nothing.

        Raises:
            StoreError: If one of the parts was scored already.
        """
        now = self._clock.now()
        counted = list(zip(scored, unknown, strict=True))
        with self._database.write() as connection:
            take_turn(connection, Turn.SCORES)
            for deaths in (False, True):
                if rounds := [_round(part, count, now) for part, count in counted if part.deaths is deaths]:
                    connection.execute(insert(kind_of(deaths=deaths).rounds), rounds)
            values = _insert(connection, rows=rows, claims=claims, now=now)
            of_table = {"edition_number": scored[0].edition, "table_position": scored[0].table, "release_number": None}
            connection.execute(insert(score_batch), {**of_table, **values, "at": now})

    def compared(
        self,
        edition: int,
        table: int,
        *,
        release: int,
        rows: Sequence[ScoredRows] = (),
        claims: Sequence[ScoredClaims] = (),
    ) -> None:
        """Note that a table was compared with what is known up to a release, and keep the scores by other truths.

        They stand beside the earlier ones; all of it or nothing.
        """
        with self._database.write() as connection:
            take_turn(connection, Turn.SCORES)
            now = self._clock.now()
            values = _insert(connection, rows=rows, claims=claims, now=now)
            of_table = {"edition_number": edition, "table_position": table, "release_number": release}
            connection.execute(insert(score_batch), {**of_table, **values, "at": now})

    def touched(self, source: str, *, now: datetime) -> Touched | None:
        """Return what new releases of a feed spoke of among its scored parts; None where none is new.

        Args:
            source: Which feed.
            now: The time: a release with a later ``as_of`` is not looked at yet.
        """
        with self._database.read() as connection, self._database.decoding("the scores"):
            return touched_of(connection, source, now=now)

    def outline(self, edition: int, table: int, *, deaths: bool = False) -> ForecastTable:
        """Return a published table, or the deaths in it, without its numbers."""
        with self._database.read() as connection, self._database.decoding(f"edition {edition}"):
            read = outline_of_deaths if deaths else outline_of
            return read(connection, edition, table)

    def settled(self, edition: int, table: int, *, deaths: bool = False) -> Settled:
        """Return what the scores of a table, or of the deaths in it, were made against; claims are of cases."""
        score = kind_of(deaths=deaths).scores
        values = select(score.c.row_position, score.c.horizon, score.c.observed)
        values = values.where(score.c.edition_number == edition, score.c.table_position == table)
        claims = select(claim_score.c.row_position, claim_score.c.settled)
        claims = claims.where(claim_score.c.edition_number == edition, claim_score.c.table_position == table)
        with self._database.read() as connection:
            scored = connection.execute(values.order_by(score.c.truth_as_of)).all()
            judged = [] if deaths else connection.execute(claims.order_by(claim_score.c.truth_as_of)).all()
        return Settled(
            rows=np.array([row.row_position for row in scored], dtype=np.int64),
            horizons=np.array([row.horizon for row in scored], dtype=np.int64),
            observed=np.array([row.observed for row in scored], dtype=np.float64),
            claim_rows=np.array([row.row_position for row in judged], dtype=np.int64),
            claims=np.array([row.settled for row in judged], dtype=np.float64),
        )

    def looked(self, source: str, *, release: int) -> None:
        """Note that a feed's scores agree with what was known up to a release."""
        with self._database.write() as connection:
            take_turn(connection, Turn.SCORES)
            connection.execute(
                insert(score_look), {"source": source, "release_number": release, "at": self._clock.now()}
            )

    def counts(self) -> dict[str, int]:
        """Return how many scores there are of each provider's forecasts, those of revised truths included."""
        question = (
            select(edition_table.c.provider, func.sum(score_batch.c.n_values))
            .join(edition_table, and_(*(edition_table.c[there] == score_batch.c[here] for here, there in _TABLE)))
            .group_by(edition_table.c.provider)
        )
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(question) if row[1]}


_TABLE = (("edition_number", "edition_number"), ("table_position", "position"))


def _round(part: Part, unknown: int, now: datetime) -> dict[str, Any]:
    return {
        "edition_number": part.edition,
        "table_position": part.table,
        "last_date": part.last_date,
        "horizon": part.horizon,
        "unknown": unknown,
        "scored_at": now,
    }


def _insert(
    connection: Connection, *, rows: Sequence[ScoredRows], claims: Sequence[ScoredClaims], now: datetime
) -> dict[str, int]:
    """Add scores of one table, and return how many, and how many of them are of values that had none."""
    first = sum(_first_scores(connection, [one for one in rows if one.deaths is kind]) for kind in (False, True))
    for one in rows:
        if len(one):
            scores = kind_of(deaths=one.deaths).scores
            connection.execute(insert(scores), score_rows_of(one, **_author(connection, one), now=now))
    for judged in claims:
        if len(judged):
            connection.execute(insert(claim_score), claim_rows_of(judged, **_author(connection, judged), now=now))
    return {"n_values": sum(map(len, rows)), "n_first": first}


def _first_scores(connection: Connection, rows: Sequence[ScoredRows]) -> int:
    """Return how many values of one table are among some scores, all of cases or of deaths, that have none yet."""
    added = {value for one in rows for value in zip(one.rows.tolist(), one.horizons.tolist(), strict=True)}
    if not added:
        return 0
    score = kind_of(deaths=rows[0].deaths).scores
    before = select(score.c.row_position, score.c.horizon).where(
        score.c.edition_number == rows[0].edition,
        score.c.table_position == rows[0].table,
        score.c.horizon.in_(sorted({horizon for _, horizon in added})),
    )
    return len(added - {(row[0], row[1]) for row in connection.execute(before)})


def _author(connection: Connection, scored: ScoredRows | ScoredClaims) -> dict[str, Any]:
    """Return who made a table, under which lock number, and the number of each row's series by its position."""
    mine = (edition_table.c.edition_number == scored.edition, edition_table.c.position == scored.table)
    head = connection.execute(select(edition_table.c.provider, edition_table.c.lock_number).where(*mine)).one()
    return {
        "provider": head.provider,
        "lock_number": head.lock_number,
        "series_numbers": _series_numbers(connection, scored),
    }


def _series_numbers(connection: Connection, scored: ScoredRows | ScoredClaims) -> dict[int, int]:
    if isinstance(scored, ScoredRows) and scored.deaths:
        rows = deaths_rows(connection, scored.edition, table=scored.table)
        return {one.row: one.series_number for one in rows}
    numbers = select(forecast.c.row_position, forecast.c.series_number).where(
        forecast.c.edition_number == scored.edition, forecast.c.table_position == scored.table
    )
    return {row[0]: row[1] for row in connection.execute(numbers)}
