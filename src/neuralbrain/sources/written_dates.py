"""Reads days and moments as feeds write them in their own columns."""

from __future__ import annotations

import polars as pl

MIDNIGHT = r"[T ]00:00(:00(\.0+)?)?(Z|[+-]00:?00)?$"
"""A day may be written as its first moment; any other time of the day says that it is no day."""
_MOMENT = "%Y-%m-%dT%H:%M:%S%.f"
_UTC = r"(Z|[+-]00:?00)$"


def day(column: str) -> pl.Expr:
    """Return what reads a column of days, YYYY-MM-DD with or without midnight behind it; null where it is none.

    >>> written = pl.DataFrame({"week": ["2026-03-28", "2026-03-28T00:00:00.000", "2026-02-30", "2026-03-28T23:00:00"]})
    >>> written.select(day("week"))["week"].to_list()
    [datetime.date(2026, 3, 28), datetime.date(2026, 3, 28), None, None]
    """
    return pl.col(column).str.strip_chars().str.replace(MIDNIGHT, "").str.to_date("%Y-%m-%d", strict=False)


def moment(column: str) -> pl.Expr:
    """Return what reads a column of moments in UTC; a day is its beginning, and null stands where there is none.

    >>> written = pl.DataFrame({"as_of": ["2026-04-03", "2026-04-03 18:33:44", "2026-04-03T18:33:44Z", "Friday"]})
    >>> [str(one) for one in written.select(moment("as_of"))["as_of"]]
    ['2026-04-03 00:00:00+00:00', '2026-04-03 18:33:44+00:00', '2026-04-03 18:33:44+00:00', 'None']
    """
    text = pl.col(column).str.strip_chars().str.replace(_UTC, "").str.replace(" ", "T")
    whole = pl.when(text.str.len_chars() == len("2026-04-03")).then(text + "T00:00:00").otherwise(text)
    return whole.str.to_datetime(_MOMENT, strict=False, time_unit="us", time_zone="UTC")
