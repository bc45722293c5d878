"""One series as a table: what was known of it at a cutoff, or how each of its values was revised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.feed import FeedFacts
from neuralbrain.domain.location import location
from neuralbrain.domain.observation import Dates, Floats, Series
from neuralbrain.domain.quality import Mark
from neuralbrain.domain.revisions import Revisions
from neuralbrain.publish.columns import Column, Kind, as_csv, as_parquet

SERIES_COLUMNS = (
    *(Column(name=name) for name in ("source", "region", "signal", "unit", "measure", "cadence")),
    Column(name="target_date", kind=Kind.DATE),
    Column(name="value", kind=Kind.NUMBER),
    Column(name="as_of", kind=Kind.MOMENT),
    Column(name="completeness", kind=Kind.NUMBER),
    *(Column(name=name) for name in ("licence", "attribution")),
    Column(name="redistribute", kind=Kind.FLAG),
)
CSV_COLUMNS = tuple(one.name for one in SERIES_COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesTable:
    """Values of one series, in the order of target date, then of ``as_of``.

    A date without a row was not reported. A row without a value says that the source withdrew it.

    Args:
        series: Which series.
        target_date: Shape (n,), datetime64[D].
        value: Shape (n,), in the signal's own unit and measure; NaN where the source withdrew the value.
        as_of: Shape (n,), datetime64[us], UTC: since when the value is known; NaT where that is not kept.
        completeness: Shape (n,): which share of what will be reported is in the value, NaN where unknown; None where
            nobody estimated it.
    """

    series: Series
    target_date: Dates
    value: Floats
    as_of: Dates
    completeness: Floats | None = None

    def __post_init__(self) -> None:
        lengths = {len(self.target_date), len(self.value), len(self.as_of)}
        lengths |= set() if self.completeness is None else {len(self.completeness)}
        if len(lengths) != 1:
            raise ValueError(f"the columns of a series have different lengths: {sorted(lengths)}")

    def __len__(self) -> int:
        return len(self.value)

    def rows(self, start: int, end: int) -> SeriesTable:
        """Return only the rows from one place to before another."""
        chosen = slice(start, end)
        return SeriesTable(
            series=self.series,
            target_date=self.target_date[chosen],
            value=self.value[chosen],
            as_of=self.as_of[chosen],
            completeness=None if self.completeness is None else self.completeness[chosen],
        )

    @property
    def newest_as_of(self) -> datetime | None:
        """Return when the newest of these values became known, None where there is none or it is not kept."""
        kept = self.as_of[~np.isnat(self.as_of)]
        return _moment(kept.max()) if len(kept) else None


def table_of(revisions: Revisions, series: Series, *, since: date | None = None) -> SeriesTable:
    """Return the last known value of each target date of one series.

    Args:
        revisions: What was known up to the cutoff; of this series, and maybe of others.
        series: Which series; one of ``revisions``, or nothing is known of it.
        since: Only target dates from this day on; None for all.

    Returns:
        One row a target date, ascending.
    """
    whole = revision_table(revisions, series, since=since)
    ends = np.append(whole.target_date[1:] != whole.target_date[:-1], np.ones(min(len(whole), 1), dtype=bool))
    return SeriesTable(
        series=series, target_date=whole.target_date[ends], value=whole.value[ends], as_of=whole.as_of[ends]
    )


def revision_table(
    revisions: Revisions, series: Series, *, target_date: date | None = None, since: date | None = None
) -> SeriesTable:
    """Return each value that was known of one series, with when it became known.

    Args:
        revisions: What was known up to the cutoff; of this series, and maybe of others.
        series: Which series.
        target_date: Only values about this day; None for all.
        since: Only target dates from this day on; None for all.

    Returns:
        One row a revision, in the order of target date, then of ``as_of``.
    """
    chosen = np.zeros(len(revisions), dtype=bool)
    if series in revisions.series:
        chosen = revisions.series_index == revisions.series.index(series)
    if target_date is not None:
        chosen = chosen & (revisions.target_date == np.datetime64(target_date, "D"))
    if since is not None:
        chosen = chosen & (revisions.target_date >= np.datetime64(since, "D"))
    return SeriesTable(
        series=series,
        target_date=revisions.target_date[chosen],
        value=revisions.value[chosen],
        as_of=revisions.as_of[chosen],
    )


def series_as_json(
    table: SeriesTable, facts: FeedFacts, *, as_of: datetime | None, marks: Sequence[Mark] | None = None
) -> dict[str, Any]:
    """Return a series with all that has to be said beside it, as plain values.

    Args:
        table: Its values.
        facts: What is known of its source.
        as_of: The moment of knowledge that was asked for; None for this one.
        marks: What checks found in it; None where nobody checked.
    """
    return {
        **head_as_json(table.series, facts),
        "as_of": None if as_of is None else utc_text(as_of),
        "newest_as_of": None if table.newest_as_of is None else utc_text(table.newest_as_of),
        "marks": None if marks is None else [mark_as_json(one) for one in marks],
        "values": rows_as_json(table),
    }


def mark_as_json(mark: Mark) -> dict[str, Any]:
    """Return what a check found as plain values; dates null where none is meant."""
    return {
        "check": mark.check,
        "severity": mark.severity.value,
        "first_date": None if mark.first_date is None else mark.first_date.isoformat(),
        "last_date": None if mark.last_date is None else mark.last_date.isoformat(),
        "count": mark.count,
        "message": mark.message,
        "explain": mark.explain,
    }


def head_as_json(series: Series, facts: FeedFacts) -> dict[str, Any]:
    """Return what a series is and whose, as plain values."""
    place = location(series.location)
    return {
        "region": series.location,
        "name": series.location if place is None else place.name,
        "signal": series.signal.name,
        "unit": series.signal.unit.value,
        "measure": series.signal.measure.value,
        "cadence": series.signal.cadence.value,
        "source": series.source,
        "title": facts.title,
        "home": facts.home or None,
        "licence": facts.licence,
        "attribution": facts.attribution,
        "redistribute": facts.redistribute,
        "note": facts.note or None,
    }


def rows_as_json(table: SeriesTable) -> list[dict[str, Any]]:
    """Return the rows as plain values: ``value`` null where withdrawn, ``as_of`` and ``completeness`` where unknown."""
    shares = [None] * len(table) if table.completeness is None else _plain(table.completeness)
    return [
        {"target_date": day.isoformat(), "value": value, "as_of": moment, "completeness": share}
        for day, value, moment, share in zip(
            table.target_date.astype("datetime64[D]").tolist(),
            _plain(table.value),
            _moment_texts(table.as_of),
            shares,
            strict=True,
        )
    ]


def revisions_as_json(table: SeriesTable, *, limit: int) -> dict[str, Any]:
    """Return the revisions of a series as plain values, those of the latest target dates where there are too many.

    Args:
        table: As ``revision_table`` gives it.
        limit: How many at most.
    """
    rows = rows_as_json(table)[-limit:] if limit else []
    return {
        "revisions": [{name: row[name] for name in ("target_date", "value", "as_of")} for row in rows],
        "left_out": len(table) - len(rows),
    }


def series_as_csv(table: SeriesTable, facts: FeedFacts) -> str:
    """Return a series as CSV (RFC 4180, a head, lines end in CR LF), its licence in each row: a file travels alone.

    An empty cell is what null is in JSON. Text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    return as_csv(SERIES_COLUMNS, _credited_rows(table, facts)).decode()


def series_as_parquet(table: SeriesTable, facts: FeedFacts) -> bytes:
    """Return a series as Parquet: the columns of the CSV, with types."""
    return as_parquet(SERIES_COLUMNS, _credited_rows(table, facts))


def _credited_rows(table: SeriesTable, facts: FeedFacts) -> Iterator[dict[str, Any]]:
    head = head_as_json(table.series, facts)
    return ({**head, **row} for row in rows_as_json(table))


def _plain(numbers: Floats) -> list[float | None]:
    return [None if one != one else one for one in numbers.tolist()]  # noqa: PLR0124 - NaN alone differs from itself


def _moment(moment: np.datetime64) -> datetime:
    found: datetime = moment.astype("datetime64[us]").item()
    return found.replace(tzinfo=UTC)


def _moment_texts(moments: Dates) -> list[str | None]:
    found: list[datetime | None] = moments.astype("datetime64[us]").tolist()
    return [None if one is None else utc_text(one.replace(tzinfo=UTC)) for one in found]
