"""Series as they are described now: what begins a series stays, what was said of it later stands beside it."""

from __future__ import annotations

from sqlalchemy import Alias, ColumnElement, Subquery, Table, case, func, select

from neuralbrain.store.schema import series, series_description


def as_described(name: str, description: Table | Alias | Subquery) -> ColumnElement[object]:
    """Return a column of a series: as a description that is joined to it says, else as the series began.

    Args:
        name: ``deaths``, ``is_primary`` or ``is_asked``.
        description: Descriptions, joined so that a series without one keeps its row.
    """
    began = series.c[name]
    return case((description.c.number.is_(None), began), else_=description.c[name]).label(name)


def _described_now() -> Subquery:
    newest = select(func.max(series_description.c.number)).group_by(series_description.c.series_number)
    last = select(series_description).where(series_description.c.number.in_(newest)).subquery("last_description")
    return (
        select(
            *(column for column in series.c if column.name not in CHANGEABLE),
            *(as_described(name, last) for name in CHANGEABLE),
        )
        .select_from(series.outerjoin(last, last.c.series_number == series.c.number))
        .subquery("described_series")
    )


CHANGEABLE = ("deaths", "is_primary", "is_asked")
"""What may be said otherwise of a series that goes on; its unit, measure and cadence may not."""

described_series = _described_now()
"""The columns of ``series``, with the newest description of each."""
