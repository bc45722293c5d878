"""No foresight: whatever is published after a cutoff, its forecasts are the same to the last bit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from made_up_hub import FEED, cutoff, make_home, releases

from hub_bundle import folder, needs_bundle
from neuralbrain.backtest.folder import ResultFolder

LAST = 30  # week of the last release that is left as it was


def forecasts(folder: Path, cutoffs: Sequence[datetime]) -> list[bytes]:
    """Return the files of some cutoffs, byte for byte."""
    kept = ResultFolder(folder)
    assert all(kept.read(one) is not None for one in cutoffs)
    names = sorted(folder.glob("*.parquet"))
    return [one.read_bytes() for one in names[: len(cutoffs)]]


@pytest.mark.parametrize("calibrate", [False, True])
def test_later_releases_change_nothing(backtest_in, hub_settings, tmp_path, calibrate):
    """With every later release replaced by noise, forecasts and corrections of all cutoffs are bit-identical."""
    noisy = make_home(tmp_path / "noisy", releases(noise_after=LAST))
    cutoffs = tuple(cutoff(week) for week in range(LAST - 16, LAST + 1, 2))
    backtest_in(tmp_path / "true", settings=hub_settings, cutoffs=cutoffs, calibrate=calibrate)
    (noisy.home / "hub.parquet").unlink()
    noisy = noisy.model_copy(update={"feeds": hub_settings.feeds})  # where a file lies is no part of what is known
    backtest_in(tmp_path / "noise", settings=noisy, cutoffs=cutoffs, calibrate=calibrate)
    assert forecasts(tmp_path / "true", cutoffs) == forecasts(tmp_path / "noise", cutoffs)


def test_the_test_sees_foresight(backtest_in, hub_settings, tmp_path):
    """A cutoff after the first noisy release does have other forecasts."""
    noisy = make_home(tmp_path / "noisy", releases(noise_after=LAST))
    cutoffs = (cutoff(LAST + 1),)
    backtest_in(tmp_path / "true", settings=hub_settings, cutoffs=cutoffs)
    backtest_in(tmp_path / "noise", settings=noisy, cutoffs=cutoffs)
    assert forecasts(tmp_path / "true", cutoffs) != forecasts(tmp_path / "noise", cutoffs)


@pytest.mark.slow
@needs_bundle
@pytest.mark.parametrize("origin", ["2023-12-06", "2024-12-11", "2025-02-12"])
def test_later_releases_of_a_real_hub_change_nothing(backtest_in, tmp_path, origin):
    """At sampled origins of FluSight noise in every later release leaves each bit of the forecasts as it was."""
    table = pl.read_parquet(folder() / "flusight_vintages.parquet")
    day = datetime.fromisoformat(origin).date()
    assert (table["as_of"] == day).any()
    later = pl.col("as_of") > day
    noise = np.random.default_rng(1).integers(0, 10_000, len(table)).astype(np.float64)
    noisy = table.with_columns(pl.when(later).then(pl.Series(noise)).otherwise(pl.col("value")).alias("value"))
    cutoffs = (datetime.combine(day, time.max, tzinfo=UTC),)
    homes = {"true": table, "noise": noisy}
    for name, content in homes.items():
        backtest_in(tmp_path / name, settings=make_home(tmp_path / f"{name} home", content), cutoffs=cutoffs)
    read = [ResultFolder(tmp_path / name).read(cutoffs[0]) for name in homes]
    assert len(read[0]) == 4 * 53
    assert read[0].filter(pl.col("source") == FEED).equals(read[1], null_equal=True)
