"""Scores in the database: what is to be scored, what was, and what it was worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Select, func, insert, select

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.score import Part, ScoredClaims, ScoredRows, Settled, Touched
from neuralbrain.ports import Clock
from neuralbrain.store.database import Database
from neuralbrain.store.feed_schema import release
from neuralbrain.store.schema import edition_table, forecast, observation, series
from neuralbrain.store.score_plan import plan_of, unplanned
from neuralbrain.store.score_rows import claim_rows_of, score_rows_of
from neuralbrain.store.score_schema import claim_score, score, score_look, score_plan, score_round
from neuralbrain.store.turn import Turn, take_turn

REACHES = timedelta(days=7)  # a value decides about targets up to a week later: a total's step, a seven-day mean


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
        return len(numbers)

    def sources(self) -> tuple[str, ...]:
        """Return every feed that something of an edition was made from, in alphabetical order."""
        with self._database.read() as connection:
            return tuple(sorted(connection.execute(select(edition_table.c.source).distinct()).scalars()))

    def unscored(self) -> tuple[Part, ...]:
        """Return every part of an edition that was not scored, in the order of editions."""
        with self._database.read() as connection, self._database.decoding("what is to be scored"):
            rows = connection.execute(_parts().where(score_round.c.scored_at.is_(None)))
            return tuple(_part(row) for row in rows)

    def keep(
        self,
        parts: Sequence[Part],
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
        rounds = [
            {
                "edition_number": part.edition,
                "table_position": part.table,
                "last_date": part.last_date,
                "horizon": part.horizon,
                "unknown": count,
                "scored_at": now,
            }
            for part, count in zip(parts, unknown, strict=True)
        ]
        with self._database.write() as connection:
            take_turn(connection, Turn.SCORES)
            connection.execute(insert(score_round), rounds)
            _insert(connection, rows=rows, claims=claims, now=now)

    def keep_revised(self, *, rows: Sequence[ScoredRows], claims: Sequence[ScoredClaims]) -> None:
        """Keep scores against a truth that was revised, beside the earlier ones; all of it or nothing."""
        with self._database.write() as connection:
            take_turn(connection, Turn.SCORES)
            _insert(connection, rows=rows, claims=claims, now=self._clock.now())

    def touched(self, source: str) -> Touched | None:
        """Return what new releases of a feed spoke of among its scored parts; None where none is new."""
        with self._database.read() as connection, self._database.decoding("the scores"):
            looked = connection.scalar(
                select(func.coalesce(func.max(score_look.c.release_number), 0)).where(score_look.c.source == source)
            )
            newest = connection.scalar(select(func.max(release.c.number)).where(release.c.source == source))
            if newest is None or newest <= (looked or 0):
                return None
            moments = select(release.c.as_of).where(release.c.source == source, release.c.number > looked)
            mine = select(series.c.number).where(series.c.source == source)
            spoken = (
                select(observation.c.target_date)
                .where(observation.c.series_number.in_(mine), observation.c.as_of.in_(moments))
                .distinct()
            )
            days = sorted(connection.execute(spoken).scalars())
            return Touched(release=newest, parts=_scored_parts(connection, source, days))

    def settled(self, edition: int, table: int) -> Settled:
        """Return what the scores of a table were made against."""
        values = select(score.c.row_position, score.c.horizon, score.c.observed)
        values = values.where(score.c.edition_number == edition, score.c.table_position == table)
        claims = select(claim_score.c.row_position, claim_score.c.settled)
        claims = claims.where(claim_score.c.edition_number == edition, claim_score.c.table_position == table)
        with self._database.read() as connection:
            scored = connection.execute(values.order_by(score.c.truth_as_of)).all()
            judged = connection.execute(claims.order_by(claim_score.c.truth_as_of)).all()
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
        """Return how many scores there are of each provider's forecasts."""
        question = select(score.c.provider, func.count()).group_by(score.c.provider)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(question)}


def _parts() -> Select[Any]:
    part = ("edition_number", "table_position", "last_date", "horizon")
    done = score_plan.outerjoin(score_round, *_same(part)).join(
        edition_table,
        (edition_table.c.edition_number == score_plan.c.edition_number)
        & (edition_table.c.position == score_plan.c.table_position),
    )
    columns = (edition_table.c.source, edition_table.c.provider, edition_table.c.cadence)
    return select(score_plan, *columns).select_from(done).order_by(*(score_plan.c[name] for name in part))


def _same(names: Iterable[str]) -> tuple[Any, ...]:
    conditions = [score_plan.c[name] == score_round.c[name] for name in names]
    both = conditions[0]
    for one in conditions[1:]:
        both &= one
    return (both,)


def _scored_parts(connection: Connection, source: str, days: Sequence[date]) -> tuple[Part, ...]:
    """Return the scored parts of a feed whose target date is one of some days, or up to a week later."""
    if not days:
        return ()
    scored = _parts().where(
        score_round.c.scored_at.is_not(None),
        edition_table.c.source == source,
        score_plan.c.target_date >= days[0],
        score_plan.c.target_date <= days[-1] + REACHES,
    )
    found = tuple(_part(row) for row in connection.execute(scored))
    reached = {day + timedelta(days=later) for day in days for later in range(REACHES.days + 1)}
    return tuple(part for part in found if part.target_date in reached)


def _part(row: Row[Any]) -> Part:
    return Part(
        edition=row.edition_number,
        table=row.table_position,
        source=row.source,
        provider=row.provider,
        cadence=Cadence(row.cadence),
        last_date=row.last_date,
        horizon=row.horizon,
        rows=row.n_rows,
        is_last=row.is_last,
    )


def _insert(
    connection: Connection, *, rows: Sequence[ScoredRows], claims: Sequence[ScoredClaims], now: datetime
) -> None:
    for one in rows:
        if len(one):
            connection.execute(insert(score), score_rows_of(one, **_author(connection, one), now=now))
    for judged in claims:
        if len(judged):
            connection.execute(insert(claim_score), claim_rows_of(judged, **_author(connection, judged), now=now))


def _author(connection: Connection, scored: ScoredRows | ScoredClaims) -> dict[str, Any]:
    """Return who made a table, under which lock number, and the number of each row's series."""
    mine = (edition_table.c.edition_number == scored.edition, edition_table.c.position == scored.table)
    head = connection.execute(select(edition_table.c.provider, edition_table.c.lock_number).where(*mine)).one()
    numbers = (
        select(forecast.c.series_number)
        .where(forecast.c.edition_number == scored.edition, forecast.c.table_position == scored.table)
        .order_by(forecast.c.row_position)
    )
    return {
        "provider": head.provider,
        "lock_number": head.lock_number,
        "series_numbers": connection.execute(numbers).scalars().all(),
    }
