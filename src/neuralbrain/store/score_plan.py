"""What of an edition is to be scored: each of its target dates, of each table and last actual."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from neuralbrain.domain.calendar import Cadence, target_dates
from neuralbrain.store.schema import edition, edition_table, forecast
from neuralbrain.store.score_schema import score_plan


def unplanned(connection: Connection) -> Sequence[int]:
    """Return the editions that no plan was written of, ascending; they are the newest ones."""
    planned = select(func.coalesce(func.max(score_plan.c.edition_number), 0)).scalar_subquery()
    missing = select(edition.c.number).where(edition.c.number > planned).order_by(edition.c.number)
    return connection.execute(missing).scalars().all()


def plan_of(connection: Connection, number: int) -> list[dict[str, Any]]:
    """Return the plan of an edition as rows of the table ``score_plan``."""
    heads = connection.execute(select(edition_table).where(edition_table.c.edition_number == number)).all()
    counted = (
        select(forecast.c.table_position, forecast.c.last_date, func.count().label("n_rows"))
        .where(forecast.c.edition_number == number)
        .group_by(forecast.c.table_position, forecast.c.last_date)
    )
    groups = connection.execute(counted).all()
    return [
        {
            "edition_number": number,
            "table_position": head.position,
            "last_date": group.last_date,
            "horizon": horizon,
            "target_date": target,
            "n_rows": group.n_rows,
            "is_last": horizon == max(horizons),
        }
        for head in heads
        for horizons in [tuple(json.loads(head.horizons))]
        for group in groups
        if group.table_position == head.position
        for horizon, target in zip(
            horizons, target_dates(group.last_date, Cadence(head.cadence), horizons), strict=True
        )
    ]
