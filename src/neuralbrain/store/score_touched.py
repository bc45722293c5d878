"""Which scored parts new releases of a feed spoke of, table by table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.score import Part, Touched
from neuralbrain.store.feed_schema import release
from neuralbrain.store.schema import edition_table, observation, series
from neuralbrain.store.score_schema import OF_CASES, OF_DEATHS, PART, ScoredKind, score_batch, score_look

REACHES = timedelta(days=7)  # a value decides about targets up to a week later: a total's step, a seven-day mean


def touched_of(connection: Connection, source: str, *, now: datetime) -> Touched | None:
    """Return what releases of a feed spoke of since its scores were last compared, None where none is new.

    A release that is stamped ahead of the clock, and each one taken in after it, is left for when its time has come:
    until then nobody can know what it says.

    Args:
        connection: Inside a transaction.
        source: Which feed.
        now: The time.
    """
    looked = connection.scalar(
        select(func.coalesce(func.max(score_look.c.release_number), 0)).where(score_look.c.source == source)
    )
    mine = select(release.c.number).where(release.c.source == source, release.c.number > (looked or 0))
    ahead = connection.scalar(mine.with_only_columns(func.min(release.c.number)).where(release.c.as_of > now))
    if ahead is not None:
        mine = mine.where(release.c.number < ahead)
    newest = connection.scalar(mine.with_only_columns(func.max(release.c.number)))
    if newest is None:
        return None
    of_source = select(series.c.number).where(series.c.source == source)
    spoken = (
        select(observation.c.target_date, func.max(release.c.number))
        .join(release, release.c.as_of == observation.c.as_of)
        .where(release.c.number.in_(mine), observation.c.series_number.in_(of_source))
        .group_by(observation.c.target_date)
    )
    days: dict[date, int] = {row[0]: row[1] for row in connection.execute(spoken)}
    return Touched(release=newest, parts=_parts_of(connection, source, days))


def parts(kind: ScoredKind) -> Select[Any]:
    """Return what asks for every part of an edition, in the order of editions; one is scored where its round is."""
    plan, rounds = kind.plan, kind.rounds
    done = plan.outerjoin(rounds, and_(*(plan.c[name] == rounds.c[name] for name in PART))).join(
        edition_table,
        (edition_table.c.edition_number == plan.c.edition_number) & (edition_table.c.position == plan.c.table_position),
    )
    columns = (edition_table.c.source, edition_table.c.provider, edition_table.c.cadence)
    return select(plan, *columns).select_from(done).order_by(*(plan.c[name] for name in PART))


def part_of(row: Row[Any], *, deaths: bool) -> Part:
    """Return a part as it was planned."""
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
        deaths=deaths,
    )


def _parts_of(connection: Connection, source: str, days: Mapping[date, int]) -> tuple[Part, ...]:
    """Return the scored parts of a feed that a release spoke of which their table was not compared with yet.

    Args:
        connection: Inside a transaction.
        source: Which feed.
        days: The newest release that spoke of each day.
    """
    if not days:
        return ()
    scored = [
        part_of(row, deaths=kind is OF_DEATHS)
        for kind in (OF_CASES, OF_DEATHS)
        for row in connection.execute(
            parts(kind).where(
                kind.rounds.c.scored_at.is_not(None),
                edition_table.c.source == source,
                kind.plan.c.target_date >= min(days),
                kind.plan.c.target_date <= max(days) + REACHES,
            )
        )
    ]
    compared = _compared(connection, days.values())
    found = []
    for part in scored:
        since = compared.get((part.edition, part.table), 0)
        reaching = (part.target_date - timedelta(days=earlier) for earlier in range(REACHES.days + 1))
        if any(days.get(day, 0) > since for day in reaching):
            found.append((since, part))
    return tuple(part for _, part in sorted(found, key=lambda one: (one[0], one[1].edition, one[1].table)))


def _compared(connection: Connection, releases: Iterable[int]) -> dict[tuple[int, int], int]:
    """Return, of each table, up to which release it was compared, where that is one of some releases or a later one."""
    table = (score_batch.c.edition_number, score_batch.c.table_position)
    question = (
        select(*table, func.max(score_batch.c.release_number))
        .where(score_batch.c.release_number >= min(releases))
        .group_by(*table)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(question)}
