"""What a provider's own record is worth in each place, of which the database has added up the scores."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl

from neuralbrain.domain.record_here import NUMBERS, ProviderRecord

DAYS_OF_A_WEEK = 7
DIGITS = 6  # sums that differ in their last bits, as those of two databases do, are the same record


def record_by_place(sums: pl.DataFrame, *, provider: str, known_by: datetime) -> ProviderRecord:
    """Return the record of a provider in each place.

    Weeks are counted as calibration counts them: by the last actual that a forecast was made on.

    Args:
        sums: Of scores, one row a place and last actual: ``store.score_record`` names the columns.
        provider: Whose record it is.
        known_by: By when each truth in it was known.
    """
    week = pl.col("last_date").to_physical() // DAYS_OF_A_WEEK
    scored, baseline = pl.col("n_values").sum(), pl.col("baseline_wis").sum()
    relative = pl.when(baseline > 0).then(pl.col("wis").sum() / baseline)
    places = sums.group_by("source", "signal", "region").agg(
        scored.alias("scored"),
        week.n_unique().alias("weeks"),
        relative.round(DIGITS).alias("relative_wis"),
        *((pl.col(f"covered_{share}").sum() / scored).round(DIGITS).alias(f"coverage_{share}") for share in (50, 95)),
    )
    numbers = places.select(pl.col(name).cast(pl.Float64) for name in NUMBERS).fill_null(float("nan")).to_numpy()
    names = places.select("source", "signal", "region").rows()
    found = dict(zip(names, np.ascontiguousarray(numbers), strict=True))
    return ProviderRecord(provider=provider, known_by=known_by, numbers=found)
