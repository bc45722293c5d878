"""Answers as frames of pandas or Polars, each loaded when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuralbrain.client.columns import Answer, columns_of
from neuralbrain.client.connection import required

if TYPE_CHECKING:
    import pandas
    import polars


def to_polars(answer: Answer) -> polars.DataFrame:
    """Return an answer as a Polars frame: one row a quantile, a value, a revision or a score.

    Days are dates, moments are in UTC; a number that is not known is null.

    Args:
        answer: What ``forecasts``, ``forecast``, ``world``, ``series``, ``revisions`` or ``scores`` gave.

    Raises:
        MisuseError: If Polars is not installed, or the answer is no table.
    """
    library = required("polars")
    table = columns_of(answer)
    kinds = {
        "word": library.String,
        "whole": library.Int64,
        "number": library.Float64,
        "day": library.Date,
        "moment": library.Datetime("us", "UTC"),
    }
    frame: polars.DataFrame = library.DataFrame(
        dict(table.lists), schema={name: kinds[kind] for name, kind in table.kinds.items()}, strict=False
    )
    return frame


def to_pandas(answer: Answer) -> pandas.DataFrame:
    """Return an answer as a pandas frame: one row a quantile, a value, a revision or a score.

    Days are ``datetime64``, moments are in UTC; a number that is not known is NaN.

    Args:
        answer: What ``forecasts``, ``forecast``, ``world``, ``series``, ``revisions`` or ``scores`` gave.

    Raises:
        MisuseError: If pandas is not installed, or the answer is no table.
    """
    library = required("pandas")
    table = columns_of(answer)
    made: dict[str, Any] = {}
    for name, kind in table.kinds.items():
        cells = table.lists[name]
        if kind in {"day", "moment"}:
            made[name] = library.Series(library.to_datetime(cells, utc=kind == "moment"))
        else:
            dtype = {"word": "object", "whole": "Int64", "number": "float64"}[kind]
            made[name] = library.Series(cells, dtype=dtype)
    frame: pandas.DataFrame = library.DataFrame(made)
    return frame
