"""The rows that name a series: found, or made where they are new."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, insert, select

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Integers, Measure, Series, Signal, Unit
from neuralbrain.store.consistency import require_same_signals
from neuralbrain.store.described_series import described_series
from neuralbrain.store.schema import series, series_description


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSeries:
    """Every series of a feed that is kept.

    Args:
        numbers: Place and name of the signal to the store's number.
        known: The series themselves, by the same.
    """

    numbers: Mapping[tuple[str, str], int]
    known: Mapping[tuple[str, str], Series]

    def of_signals(self, names: Collection[str]) -> Integers:
        """Return the numbers of the series of some signals, ascending."""
        return np.array(sorted(number for (_, name), number in self.numbers.items() if name in names), dtype=np.int64)

    def of(self, wanted: Sequence[Series]) -> Integers:
        """Return the number of each series."""
        return np.array([self.numbers[one.location, one.signal.name] for one in wanted], dtype=np.int64)


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


def series_with(
    connection: Connection, wanted: Sequence[Series], *, source: str, known: SourceSeries | None = None
) -> SourceSeries:
    """Return every series of a feed, those that are wanted and new made among them.

    One whose deaths, primary or asked are other ones than before goes on, and is described so from now on.

    Args:
        connection: Inside a write transaction.
        wanted: Series of that feed.
        source: Which feed.
        known: Its series, where they are sure to be known already.

    Raises:
        SourceSchemaError: If the unit, measure or cadence of one is another one than before.
    """
    if known is None:
        rows = connection.execute(select(described_series).where(described_series.c.source == source)).all()
        known = SourceSeries(
            numbers={(row.location, row.signal): row.number for row in rows},
            known={(row.location, row.signal): series_of(row) for row in rows},
        )
    require_same_signals(wanted, known.known)
    known = _described_anew(connection, wanted, known)
    missing = {(one.location, one.signal.name): one for one in wanted} if wanted else {}
    missing = {name: one for name, one in missing.items() if name not in known.numbers}
    if not missing:
        return known
    made = connection.execute(
        insert(series).returning(series.c.number, sort_by_parameter_order=True),
        [_columns(one) for one in missing.values()],
    ).scalars()
    return SourceSeries(
        numbers={**known.numbers, **dict(zip(missing, made, strict=True))}, known={**known.known, **missing}
    )


def _described_anew(connection: Connection, wanted: Sequence[Series], known: SourceSeries) -> SourceSeries:
    changed = {(one.location, one.signal.name): one for one in wanted}
    changed = {name: one for name, one in changed.items() if known.known.get(name, one).signal != one.signal}
    if not changed:
        return known
    rows = [{"series_number": known.numbers[name], **_description(one)} for name, one in changed.items()]
    connection.execute(insert(series_description), rows)
    return SourceSeries(numbers=known.numbers, known={**known.known, **changed})


def _columns(one: Series) -> dict[str, Any]:
    return {
        "source": one.source,
        "location": one.location,
        "signal": one.signal.name,
        "unit": one.signal.unit.value,
        "measure": one.signal.measure.value,
        "cadence": one.signal.cadence.value,
        **_description(one),
    }


def _description(one: Series) -> dict[str, Any]:
    return {"deaths": one.signal.deaths, "is_primary": one.signal.primary, "is_asked": one.signal.asked}
