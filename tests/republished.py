"""Publishes the tables of the last edition again, with other derived numbers: an edition in milliseconds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np

from neuralbrain.domain.edition import Draft
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.lock.lease import RunnerLease
from neuralbrain.store.editions import StoredEditions


def publish_again(
    editions: StoredEditions, lease: RunnerLease, *, at: datetime, **columns: dict[str, float | tuple[float, ...]]
) -> int:
    """Publish the newest edition's tables again, and return the number.

    Args:
        editions: What was published.
        lease: A runner lease, not yet taken.
        at: The time of the edition.
        columns: New numbers by the name of the column and the region.
    """
    last = editions.get(editions.headers(1)[0].number)
    assert last is not None
    header = last.header
    draft = Draft(
        provider=header.provider,
        lock_number=header.lock_number,
        inputs_digest=header.inputs_digest,
        cutoff=header.cutoff,
        timestamp=at,
        tables=tuple(_changed(table, columns) for table in last.tables),
        replies=tuple(1 for _ in last.tables),
        refused=last.refused,
    )
    with lease as held:
        return editions.publish(draft, holder=held.holder).number


def _changed(table: ForecastTable, columns: dict[str, dict[str, float | tuple[float, ...]]]) -> ForecastTable:
    made = {}
    for name, by_region in columns.items():
        values = np.array(getattr(table, name))
        for region, value in by_region.items():
            if region in table.regions:
                values[table.regions.index(region)] = value
        made[name] = values
    return replace(table, edition=None, **made)
