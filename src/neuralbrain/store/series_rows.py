"""The rows that name a series: found, or made where they are new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, insert, select

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Integers, Measure, Series, Signal, Unit
from neuralbrain.store.consistency import require_same_signals
from neuralbrain.store.schema import series


def series_of(row: Row[Any]) -> Series:
    """Return a row as the series it names."""
    signal = Signal(
        name=row.signal,
        unit=Unit(row.unit),
        measure=Measure(row.measure),
        cadence=Cadence(row.cadence),
        deaths=row.deaths,
        primary=row.is_primary,
        asked=row.is_asked,
    )
    return Series(source=row.source, location=row.location, signal=signal)


def numbers_of(connection: Connection, wanted: Sequence[Series]) -> Integers:
    """Return the store's number of each series, made where it is new.

    Raises:
        SourceSchemaError: If one is described otherwise than before.
    """
    sources = sorted({one.source for one in wanted})
    rows = connection.execute(select(series).where(series.c.source.in_(sources))).all()
    found = {(row.source, row.location, row.signal): row.number for row in rows}
    require_same_signals(wanted, [series_of(row) for row in rows])
    missing = [one for one in wanted if (one.source, one.location, one.signal.name) not in found]
    if missing:
        made = connection.execute(
            insert(series).returning(series.c.number, sort_by_parameter_order=True), [_columns(one) for one in missing]
        ).scalars()
        for one, number in zip(missing, made, strict=True):
            found[one.source, one.location, one.signal.name] = number
    return np.array([found[one.source, one.location, one.signal.name] for one in wanted], dtype=np.int64)


def _columns(one: Series) -> dict[str, Any]:
    return {
        "source": one.source,
        "location": one.location,
        "signal": one.signal.name,
        "unit": one.signal.unit.value,
        "measure": one.signal.measure.value,
        "cadence": one.signal.cadence.value,
        "deaths": one.signal.deaths,
        "is_primary": one.signal.primary,
        "is_asked": one.signal.asked,
    }
