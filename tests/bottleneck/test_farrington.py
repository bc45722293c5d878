"""Tests of the improved Farrington algorithm, against the R package that is its reference."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from neuralbrain.bottleneck import farrington as module
from neuralbrain.bottleneck.farrington import Bounds, Control, ThresholdMethod, farrington
from neuralbrain.bottleneck.reference_weeks import years_back_of

HERE = Path(__file__).parent
SAID = json.loads((HERE / "farrington_flexible.json").read_text(encoding="utf-8"))
EXPONENTS = {"none": 1.0, "1/2": 0.5, "2/3": 2 / 3}
CONTROL = Control()


def control_of(given) -> Control:
    """Return R's control as ours; what it does not say has R's default."""
    window = given.get("w", 3)
    return Control(
        half_window=window,
        parts=given.get("noPeriods", 1),
        past_weeks_left_out=given.get("pastWeeksNotIncluded", window),
        trend=given.get("trend", True),
        significance=given.get("pThresholdTrend", 0.05),
        reweight=given.get("reweight", True),
        weights_threshold=given.get("weightsThreshold", 2.58),
        method=ThresholdMethod(given.get("thresholdMethod", "delta")),
        exponent=EXPONENTS[given.get("powertrans", "2/3")],
        alpha=given.get("alpha", 0.05),
    )


def numbers(values):
    """Return numbers with NaN for null."""
    return np.array([np.nan if one is None else one for one in values], dtype=float)


def ours(case, series) -> Bounds:
    """Return what we say of the weeks of a case."""
    counts, years = numbers(series["counts"]), case["control"]["b"]
    found = []
    for week in case["range"]:  # R counts from 1
        back = tuple(52 * year for year in range(1, years + 1))
        if series["first"] is not None:
            back = years_back_of(np.datetime64(series["first"], "D") + 7 * (week - 1), years)
        found.append(farrington(counts[None, :week], years_back=back, control=control_of(case["control"])))
    return Bounds(*(np.concatenate(column) for column in zip(*found, strict=True)))


def assert_agrees(case, said):
    """R stops where the deviance moves by less than 1e-8 of itself, so two good fits may differ by that."""
    known = np.isfinite(numbers(said["upper"]))
    found = ours(case, SAID["series"][case["series"]])
    assert np.isfinite(found.upper).tolist() == known.tolist()
    for name in Bounds._fields:
        theirs = numbers(said[name])[known]
        assert getattr(found, name)[known] == pytest.approx(theirs, rel=1e-8, abs=1e-8, nan_ok=True), name


@pytest.mark.parametrize("series", SAID["series"])
def test_bounds_are_those_of_farrington_flexible(series):
    """Bound, expected count, dispersion and slope are R's, for its example data and made series, nine controls."""
    cases = [one for one in SAID["cases"] if one["series"] == series]
    assert len(cases) >= 9
    for case in cases:
        assert_agrees(case, case)


@pytest.mark.slow
def test_r_still_says_the_same(tmp_path):
    """The frozen numbers are what the package says here and now."""
    rscript = shutil.which("Rscript")
    found = rscript and subprocess.run(
        [rscript, "-e", 'for (one in c("surveillance", "jsonlite")) library(one, character.only = TRUE)'],
        capture_output=True,
        check=False,
    )
    if not found or found.returncode:
        pytest.skip("R with the packages surveillance and jsonlite is not installed")
    out = tmp_path / "said.json"
    subprocess.run(
        [rscript, str(HERE / "farrington_flexible.R"), str(HERE / "farrington_flexible.json"), str(out)],
        check=True,
        capture_output=True,
    )
    said = json.loads(out.read_text(encoding="utf-8"))["cases"]
    assert len(said) == len(SAID["cases"])
    for case, live in zip(SAID["cases"], said, strict=True):
        assert_agrees(case, live)


def weeks_of(mean, *, rows=1, dispersion=2.0, years=5, seed=1):
    """Return years of negative binomial counts up to the week in question, the newest four unknown; the seasons."""
    back = tuple(52 * year for year in range(1, years + 1))
    weeks = np.arange(-back[-1] - CONTROL.half_window, 1)
    means = np.broadcast_to(mean(weeks), (rows, len(weeks)))
    counts = np.random.default_rng(seed).negative_binomial(means / (dispersion - 1), 1 / dispersion).astype(float)
    counts[:, -5:] = np.nan
    return counts, back


def test_many_series_at_once_are_each_on_its_own():
    """Nothing of one series reaches another's bound, however far they are apart."""
    counts, back = weeks_of(lambda weeks: np.array([[0.3], [5.0], [4e5], [50.0]]) * np.exp(0.002 * weeks), rows=4)
    together = farrington(counts, years_back=back, control=CONTROL)
    for row in range(4):
        alone = farrington(counts[row : row + 1], years_back=back, control=CONTROL)
        for one, other in zip(together, alone, strict=True):
            assert one[row] == pytest.approx(other[0], rel=1e-9, nan_ok=True)


def test_the_week_itself_and_the_26_before_it_do_not_count():
    """A bound is the same whatever happened since: an outbreak that has begun does not hide itself."""
    counts, back = weeks_of(lambda weeks: 20 + 0.0 * weeks)
    later = counts.copy()
    later[:, -27:] = 10_000
    assert farrington(later, years_back=back, control=CONTROL) == farrington(counts, years_back=back, control=CONTROL)
    earlier = counts.copy()
    earlier[:, -28] = 10_000
    assert (
        farrington(earlier, years_back=back, control=CONTROL).upper
        != farrington(counts, years_back=back, control=CONTROL).upper
    )


def test_a_past_outbreak_counts_less():
    """Reweighted, an outbreak two years ago in the season moves the expected count by less than a tenth."""
    quiet, back = weeks_of(lambda weeks: 20 + 0.0 * weeks)
    loud = quiet.copy()
    loud[:, -1 - 104 : -1 - 101] = 200
    calm = farrington(quiet, years_back=back, control=CONTROL).expected[0]
    assert farrington(loud, years_back=back, control=CONTROL).expected[0] < 1.1 * calm
    assert farrington(loud, years_back=back, control=replace(CONTROL, reweight=False)).expected[0] > 1.5 * calm


def test_a_trend_is_not_followed_beyond_what_was_seen():
    """A growing series whose trend leads above its largest count has no slope, a falling one keeps its own."""
    growing, back = weeks_of(lambda weeks: 100 * np.exp(0.02 * weeks), dispersion=1.01)
    assert np.isnan(farrington(growing, years_back=back, control=CONTROL).slope[0])
    falling, back = weeks_of(lambda weeks: 100 * np.exp(-0.004 * weeks), dispersion=1.01)
    assert farrington(falling, years_back=back, control=CONTROL).slope[0] == pytest.approx(-0.004, abs=0.0004)


def test_two_years_have_no_trend():
    """Over fewer than three years a trend is not kept."""
    falling, back = weeks_of(lambda weeks: 100 * np.exp(-0.004 * weeks), dispersion=1.01, years=2)
    assert np.isnan(farrington(falling, years_back=back, control=CONTROL).slope[0])


def test_what_cannot_be_fitted_has_no_bound():
    """Nothing but zeros, nothing known, or nothing known of the season: NaN, without a warning."""
    counts, back = weeks_of(lambda weeks: 20 + 0.0 * weeks, rows=4)
    counts[0], counts[1] = 0, np.nan
    for year in back:
        counts[2, -1 - year - 3 : counts.shape[1] - year + 3] = np.nan
    found = farrington(counts, years_back=back, control=CONTROL)
    assert np.isfinite(found.upper).tolist() == [False, False, False, True]
    assert np.isfinite(found.expected).tolist() == [False, False, False, True]


def test_years_that_are_not_there_are_refused():
    """Weeks that do not reach back to the oldest year are a mistake of the caller."""
    with pytest.raises(ValueError, match="do not reach back 260 weeks"):
        farrington(np.ones((1, 200)), years_back=(52, 104, 156, 208, 260), control=CONTROL)


def test_very_few_known_weeks_are_no_error():
    """One, two or twelve known weeks among five years give a number or NaN, and no warning."""
    counts, back = weeks_of(lambda weeks: 20 + 0.0 * weeks, rows=3)
    for row, known in enumerate((1, 2, 12)):
        seasons = [-1 - year - 3 + number for year in back for number in range(7)]
        some = counts[row, seasons[:known]]
        counts[row] = np.nan
        counts[row, seasons[:known]] = some
    found = farrington(counts, years_back=back, control=CONTROL)
    assert np.isfinite(found.upper).tolist() == [False, True, True]


def test_without_a_past_outbreak_weights_change_nothing():
    """Where no residual is large, reweighted or not is the same fit, also beside a series with an outbreak."""
    quiet = 20 + np.arange(265) % 3.0
    loud = quiet.copy()
    loud[100:103] = 300
    counts, back = np.stack([quiet, loud]), (52, 104, 156, 208, 260)
    found = farrington(counts, years_back=back, control=CONTROL)
    plain = farrington(counts, years_back=back, control=replace(CONTROL, reweight=False))
    assert [one[0] for one in found] == [one[0] for one in plain]
    assert found.dispersion[1] != plain.dispersion[1]


@pytest.mark.parametrize(("significance", "calls"), [(1.0, 0), (0.05, 1)])
def test_a_p_value_is_computed_only_where_it_decides(monkeypatch, significance, calls):
    """With significance 1 a trend is kept whatever its p-value."""
    called = []

    def counted(*given):
        called.append(given)
        return real(*given)

    real = module.student_two_sided
    monkeypatch.setattr(module, "student_two_sided", counted)
    counts, back = weeks_of(lambda weeks: 20 + 0.0 * weeks)
    farrington(counts, years_back=back, control=replace(CONTROL, significance=significance))
    assert len(called) == calls
