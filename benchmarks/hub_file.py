"""A made-up file of a forecast hub in the documented shape: every weekly release of a year and a half."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

import numpy as np
import polars as pl

from benchmarks.synthetic import wave_counts
from neuralbrain.domain.location import LOCATIONS

RELEASES = 84  # so many a real one had in August 2026
FIRST_RELEASE = np.datetime64("2024-11-20", "D")  # a Wednesday
FIRST_WEEKS = 38  # in the first release; with one more each week the file has 707,868 rows
LAG_DAYS = 4  # from a week's Saturday to the release that first holds it
TARGETS = ("wk inc covid hosp", "wk inc covid prop ed visits")
SHOWN_FIRST = 0.9  # of its last value, in the first release that holds a week
REVISED_WEEKS = 8  # so many of the newest weeks change from one release to the next
VISITS = 50_000.0  # what makes a share of a count


@cache
def places() -> tuple[str, ...]:
    """Return the hub's codes of the nation, the states, the District of Columbia and Puerto Rico."""
    found = (one.fips for one in LOCATIONS.values() if one.parent == "USA" or one.code in {"USA", "PRI"})
    return tuple(sorted(fips for fips in found if fips is not None))


def hub_file(
    *, releases: int = RELEASES, first_weeks: int = FIRST_WEEKS, targets: Sequence[str] = TARGETS, csv: bool = False
) -> bytes:
    """Return the file, Parquet unless it is to be CSV.

    The newest weeks are too low at first and come up over the weeks that follow, as those of real hubs do: that is what
    a store has to keep.

    Args:
        releases: How many releases it holds.
        first_weeks: How many weeks the first one has; each later one has one more.
        targets: What it holds.
        csv: Whether it is text.
    """
    table = pl.concat(_release(number, first_weeks + number, targets) for number in range(releases))
    written = io.BytesIO()
    if csv:
        table.write_csv(written)
    else:
        table.write_parquet(written)
    return written.getvalue()


def _release(number: int, weeks: int, targets: Sequence[str]) -> pl.DataFrame:
    as_of = FIRST_RELEASE + 7 * number
    ages = np.arange(weeks)[::-1]  # 0 is the newest week
    ends = as_of - LAG_DAYS - 7 * ages
    settled = wave_counts(len(places()), weeks=FIRST_WEEKS + RELEASES)[:, :weeks]
    missing = np.where(ages < REVISED_WEEKS, (1 - SHOWN_FIRST) * 0.5**ages, 0.0)
    counts = np.round(settled * (1 - missing))
    values = {0: counts, 1: np.minimum(np.round(counts / VISITS, 4), 1.0)}
    size = len(places()) * weeks
    return pl.concat(
        pl.DataFrame(
            {
                "target_end_date": pl.Series(np.tile(ends, len(places())), dtype=pl.Date),
                "observation": values[TARGETS.index(target)].ravel(),
                "location": np.repeat(np.array(places()), weeks),
                "as_of": pl.Series(np.full(size, as_of), dtype=pl.Date),
                "target": [target] * size,
            }
        )
        for target in targets
    )
