"""A small hub made up for backtests: weekly releases of six places, each value revised twice after it first appears."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from neuralbrain.feed_settings import FeedSettings
from neuralbrain.reading import read_feed
from neuralbrain.settings import Settings
from neuralbrain.wiring import Application

FEED = "made-up"
FIRST = date(2024, 10, 5)  # a Saturday
FIRST_RELEASE = 12  # weeks in the first release
WEEKS = 40  # in the last one
PLACES = ("06", "12", "36", "48", "53", "US")
SHOWN = (0.8, 0.95)  # of the settled value, in the first release that has it and in the next


def counts(seed: int = 7) -> np.ndarray:
    """Return shape (6, 40): settled admissions, a wave with noise."""
    week = np.arange(WEEKS)
    level = 40 + 160 * np.exp(-(((week - 18) / 7.0) ** 2))
    scale = np.array([3.0, 2.0, 2.5, 3.5, 1.0, 12.0])[:, None]
    return np.random.default_rng(seed).poisson(level * scale).astype(np.float64)


def release_day(week: int) -> date:
    """Return the Wednesday after the last week of a release."""
    return FIRST + timedelta(weeks=week, days=4)


def cutoff(week: int) -> datetime:
    """Return the end of the day of the release whose last week is the given one."""
    return datetime.combine(release_day(week), time.max, tzinfo=UTC)


CUTOFFS = tuple(cutoff(week) for week in range(20, 26))


def releases(*, noise_after: int | None = None, seed: int = 7) -> pl.DataFrame:
    """Return the hub's file: every release whole.

    Args:
        noise_after: All releases after that of this week are replaced by numbers drawn by lot.
        seed: Of those numbers.
    """
    settled = counts()
    chance = np.random.default_rng(seed)
    parts = []
    for week in range(FIRST_RELEASE - 1, WEEKS):
        shown = settled[:, : week + 1].copy()
        for age, share in enumerate(SHOWN):
            shown[:, week - age] = np.round(shown[:, week - age] * share)
        if noise_after is not None and week > noise_after:
            shown = chance.integers(0, 5000, shown.shape).astype(np.float64)
        parts.append(
            pl.DataFrame(
                {
                    "as_of": [release_day(week)] * shown.size,
                    "target_end_date": [FIRST + timedelta(weeks=one) for one in range(week + 1)] * len(PLACES),
                    "location": np.repeat(PLACES, week + 1),
                    "value": shown.reshape(-1),
                }
            )
        )
    return pl.concat(parts)


def make_home(home: Path, table: pl.DataFrame) -> Settings:
    """Return the settings of a home into which a hub's file was read, like any other feed."""
    home.mkdir(parents=True, mode=0o700)
    file = home / "hub.parquet"
    table.write_parquet(file)
    feed = FeedSettings(adapter="flusight-hub", path=str(file))
    settings = Settings().model_copy(update={"home": home, "feeds": {FEED: feed}, "sources": (FEED,)})
    here = Application(settings)
    try:
        read_feed(here.source(FEED), here.observations, here.feeds, now=here.clock.now())
    finally:
        here.close()
    return settings
