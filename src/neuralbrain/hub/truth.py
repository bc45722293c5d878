"""Reads what came true from a hub's target data, or from a plain table of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import polars as pl

from neuralbrain.errors import HubError
from neuralbrain.hub.text_table import text_table

NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "location": ("location",),
        "target_end_date": ("target_end_date", "date", "target_date"),
        "value": ("oracle_value", "observation", "value"),
    }
)
"""What must be there, by any one of the names that hubs give it."""
OF_NUMBERS = ("quantile", "mean", "median", "sample")  # an oracle says of classes whether they came true, not a value


def read_truth(path: Path) -> pl.DataFrame:
    """Return the value of each place and week: of time series with releases the newest, of an oracle the values.

    Returns:
        ``target`` (null where the file names none), ``location``, ``target_end_date``, ``value``; each once.

    Raises:
        HubError: If the file cannot be read, or has two values for the same.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HubError(f"{path} cannot be read: {error.strerror}.", remedy="Name a file of target data.") from error
    text = text_table(content, name=path.name).columns
    found = {ours: next((one for one in theirs if one in text.columns), None) for ours, theirs in NAMES.items()}
    lacking = next((NAMES[ours] for ours, theirs in found.items() if theirs is None), None)
    if lacking is not None:
        raise HubError(
            f"{path.name} has no column {' or '.join(lacking)}.",
            remedy="Name the hub's target-data/time-series or oracle-output, or a table of these columns.",
        )
    if "output_type" in text.columns:
        text = text.filter(pl.col("output_type").is_in(OF_NUMBERS) | pl.col("output_type").is_null())
    target = pl.col("target") if "target" in text.columns else pl.lit(None, pl.String)
    release = pl.col("as_of") if "as_of" in text.columns else pl.lit(None, pl.String)
    rows = text.select(
        target=target,
        location=pl.col(str(found["location"])),
        target_end_date=pl.col(str(found["target_end_date"])).str.head(10).str.to_date("%Y-%m-%d", strict=False),
        value=pl.col(str(found["value"])).cast(pl.Float64, strict=False),
        release=release,
    ).drop_nulls(["location", "target_end_date", "value"])
    keys = ["target", "location", "target_end_date"]
    newest = rows.filter((pl.col("release") == pl.col("release").max().over(keys)) | pl.col("release").is_null())
    values = newest.select(*keys, "value").unique(maintain_order=True)
    twice = values.filter(values.select(keys).is_duplicated())
    if len(twice):
        one = twice.row(0, named=True)
        raise HubError(
            f"{path.name} has two values of {one['location']} on {one['target_end_date']}.",
            remedy="Keep one of them, or the column that tells them apart: target or as_of.",
        )
    if values.is_empty():
        raise HubError(f"{path.name} holds no value.", remedy="Name the hub's target data.")
    return values
