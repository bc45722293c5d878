"""The benchmarks of backtests run, in a small size; no figure of speed is asserted."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from benchmarks import backtest, skill
from benchmarks.skill_bundle import SEASONS, VARIABLE, bundle, hub_entries, settled
from neuralbrain.evaluate.relative import Tasks
from neuralbrain.evaluate.score_table import score_table, scored

HAS_BUNDLE = bundle() is not None
needs_bundle = pytest.mark.skipif(
    not HAS_BUNDLE, reason=f"no folder shared/benchmarks above the project; {VARIABLE} names one"
)


@pytest.mark.slow
def test_the_backtest_benchmark_runs():
    """A run on one worker, on two, and one that finds all done have a row each."""
    rows = backtest.figures(releases=3, first_weeks=12, rounds=1)
    assert [row.name.rpartition(", ")[2] for row in rows] == ["one worker", "two workers", "all of it done"]
    assert all(row.value > 0 for row in rows)


@needs_bundle
def test_the_hubs_own_forecasts_have_their_published_worth():
    """Read through this benchmark, hub ensembles come to the relative WIS that others found."""
    found = []
    for season in SEASONS:
        tasks, quantiles = hub_entries(bundle(), season)
        scores = scored(tasks, quantiles=quantiles, observed=settled(bundle(), season.hub, tasks))
        table = score_table(scores, baseline=season.baseline, tasks=Tasks())
        rows = {row["model"]: row["relative_wis"] for row in table.iter_rows(named=True)}
        found.append(rows[season.ensemble])
    assert np.round(found, 3).tolist() == [0.731, 0.675, 0.714]


@pytest.mark.slow
@needs_bundle
def test_the_skill_benchmark_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch):
    """Over a few origins it prints every author, agrees with the yardstick's own program, and draws its figures."""
    assert skill.main(["--origins", "3", "--output", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    for name in (skill.OFF, skill.ON, skill.OWN, "UMass-flusion", "FluSight-ensemble"):
        assert name in printed
    assert "CovidHub-ensemble" in printed
    drawn = {one.suffix for one in tmp_path.glob("flusight-2023-24-*")}
    assert {".svg", ".png"} <= drawn
    assert (tmp_path / "flusight-2023-24-coverage.png").read_bytes()[:4] == b"\x89PNG"
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    assert bundle() == Path(os.environ[VARIABLE])
