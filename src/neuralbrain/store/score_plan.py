"""What of an edition is to be scored: each of its target dates, of each table and last actual, of cases and deaths."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from neuralbrain.domain.calendar import Cadence, target_dates
from neuralbrain.store.deaths_rows import deaths_rows
from neuralbrain.store.schema import edition, edition_table, forecast
from neuralbrain.store.score_schema import score_plan


def unplanned(connection: Connection) -> Sequence[int]:
    """Return the editions that no plan was written of, ascending; they are the newest ones."""
    planned = select(func.coalesce(func.max(score_plan.c.edition_number), 0)).scalar_subquery()
    missing = select(edition.c.number).where(edition.c.number > planned).order_by(edition.c.number)
    return connection.execute(missing).scalars().all()


def plan_of(connection: Connection, number: int) -> list[dict[str, Any]]:
    """Return the plan of an edition as rows of the table ``score_plan``."""
    counted = (
        select(forecast.c.table_position, forecast.c.last_date, func.count().label("n_rows"))
        .where(forecast.c.edition_number == number)
        .group_by(forecast.c.table_position, forecast.c.last_date)
    )
    groups = {(row.table_position, row.last_date): row.n_rows for row in connection.execute(counted)}
    return _planned(connection, number, groups)


def plan_of_deaths(connection: Connection, number: int) -> list[dict[str, Any]]:
    """Return the plan of an edition's deaths as rows of the table ``deaths_plan``; none where it has none.

    No claim is about them.
    """
    groups = Counter((one.table, one.last_date) for one in deaths_rows(connection, number))
    return [{**row, "is_last": False} for row in _planned(connection, number, groups)]


def _planned(connection: Connection, number: int, groups: Mapping[tuple[int, date], int]) -> list[dict[str, Any]]:
    """Return what is planned of an edition, by how many rows each of its tables has of each last actual."""
    heads = connection.execute(select(edition_table).where(edition_table.c.edition_number == number)).all()
    return [
        {
            "edition_number": number,
            "table_position": head.position,
            "last_date": last_date,
            "horizon": horizon,
            "target_date": target,
            "n_rows": count,
            "is_last": horizon == max(horizons),
        }
        for head in heads
        for horizons in [tuple(json.loads(head.horizons))]
        for (position, last_date), count in groups.items()
        if position == head.position
        for horizon, target in zip(horizons, target_dates(last_date, Cadence(head.cadence), horizons), strict=True)
    ]
