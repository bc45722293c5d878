"""Asks what nobody can guess: whether a release within a file of one's own holds all that was known, or the changes."""

from __future__ import annotations

import polars as pl

from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.own_file_mapping import THERE


def require_whole_releases(kept: pl.DataFrame, origin: str) -> None:
    """Refuse to guess whether what a later release lacks was withdrawn, or has only not changed.

    Args:
        kept: Values, each with ``as_of``, the release that it is of.
        origin: Where the file is, for messages.

    Raises:
        SourceSchemaError: Naming the first value that a later release lacks.
    """
    numbered = kept.with_columns(release=pl.col("as_of").rank("dense"))
    last = numbered["release"].max()
    key = ("location", "signal", "target_date")
    spans = numbered.group_by(key).agg(first=pl.col("release").min(), has=pl.len(), row=pl.col("row").min())
    lacking = spans.filter(pl.col("has") < pl.lit(last) - pl.col("first") + 1).sort("first", "row")
    if lacking.is_empty():
        return
    place, signal, day, *_ = lacking.row(0)
    number = lacking.height
    raise SourceSchemaError(
        f"{origin} has {number} {'value' if number == 1 else 'values'} that a later release lacks, such as {signal} of "
        f"{place} on {day}, and does not say whether a release has every value that was known then.",
        remedy=f"Write complete = false if a release has only what is new or has changed: then the others stay as they "
        f"were; or complete = true if it has all of them: then those that it lacks were withdrawn; {THERE}.",
    )
