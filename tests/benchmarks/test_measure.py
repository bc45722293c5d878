"""The statistics of the benchmarks, by hand."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from types import ModuleType

import pytest

from benchmarks import measure, report
from benchmarks.figure import Figure, Goal, Of, Unit, timed
from benchmarks.measure import Sample, interleaved, percentile
from benchmarks.report import amount, table


def test_median_and_p99_are_those_of_the_durations() -> None:
    """Of 1 to 100 seconds in any order, the median is 50.5 and the 99th percentile 99."""
    sample = Sample(seconds=tuple(float(one) for one in range(100, 0, -1)))
    assert sample.median == 50.5
    assert sample.p99 == 99.0


def test_p99_of_few_rounds_is_the_longest() -> None:
    """With fewer than 100 rounds the 99th percentile is the longest of them."""
    assert Sample(seconds=(2.0, 9.0, 4.0)).p99 == 9.0
    assert Sample(seconds=(7.0,)).p99 == 7.0


@pytest.mark.parametrize(("share", "expected"), [(0.25, 10.0), (0.26, 20.0), (0.75, 30.0), (1.0, 40.0)])
def test_percentile_is_the_nearest_rank(share: float, expected: float) -> None:
    """A percentile is the smallest value that at least that share of all values do not exceed."""
    assert percentile([40.0, 10.0, 30.0, 20.0], share) == expected


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.1)])
def test_percentile_of_nothing_is_refused(values: list[float], share: float) -> None:
    """No value, or a share that is none, has no percentile."""
    with pytest.raises(ValueError, match="a percentile needs"):
        percentile(values, share)


def test_ratio_is_median_over_median() -> None:
    """The ratio to a reference is the ratio of the medians, not the median of ratios; without one there is none."""
    sample, reference = Sample(seconds=(1.0, 6.0, 100.0)), Sample(seconds=(1.0, 2.0, 4.0))
    assert timed("a", sample, beside="b", reference=reference).ratio == 3.0
    assert timed("a", sample).ratio is None


def test_rounds_take_turns_and_the_warm_up_is_not_timed() -> None:
    """Every round runs each action once in order, and only what comes after the warm-up counts."""
    ran: list[str] = []
    ticks: Iterator[float] = iter([0.0, 1.0, 10.0, 12.0, 20.0, 23.0, 30.0, 34.0])
    taken = interleaved(
        {"one": lambda: ran.append("one"), "other": lambda: ran.append("other")},
        rounds=2,
        warm_up=1,
        clock=lambda: next(ticks),
    )
    assert ran == ["one", "other"] * 3
    assert taken["one"].seconds == (1.0, 3.0)
    assert taken["other"].seconds == (2.0, 4.0)


def test_no_round_is_refused() -> None:
    """Without a round there is nothing to say."""
    with pytest.raises(ValueError, match="at least one round"):
        interleaved({}, rounds=0)


def test_a_figure_meets_its_goals_only_if_all_are_met() -> None:
    """A figure of 3 s beside 2 s meets 3 s and 1.5 times, and misses as soon as one of both is lower."""
    sample, reference = Sample(seconds=(3.0,)), Sample(seconds=(2.0,))
    fits, twice, slower = Goal(most=3.0), Goal(most=1.5, of=Of.RATIO), Goal(most=1.4, of=Of.RATIO)
    assert timed("a", sample, beside="b", reference=reference, goals=(fits, twice)).met is True
    assert timed("a", sample, beside="b", reference=reference, goals=(fits, slower)).met is False
    assert timed("a", sample, goals=(twice,)).met is False
    assert timed("a", sample).met is None


def test_amounts_are_written_in_the_unit_that_fits() -> None:
    """Seconds and bytes are written with about three digits in the unit that fits them."""
    assert [amount(one, Unit.SECONDS) for one in (2e-8, 1.5e-5, 0.0123, 65.0)] == [
        "0.02 us",
        "15 us",
        "12.3 ms",
        "65 s",
    ]
    assert [amount(one, Unit.BYTES) for one in (99.0, 1_234.0, 2_500_000.0)] == ["99 B", "1,234 B", "2.5 MB"]


@pytest.mark.parametrize("module", [measure, report])
def test_the_examples_hold(module: ModuleType) -> None:
    """Each example in a docstring of the measuring modules gives what it says."""
    examples = doctest.testmod(module)
    assert examples.attempted
    assert not examples.failed


def test_the_table_says_missed() -> None:
    """A missed goal is said in its row and again at the end; the number of goals met is counted."""
    rows = [
        Figure(name="quick", value=1e-3, goals=(Goal(most=2e-3),)),
        Figure(name="slow", value=3e-3, reference_name="quick", reference=1e-3, goals=(Goal(most=2, of=Of.RATIO),)),
        Figure(name="free", value=1.0),
    ]
    lines = table({"some": rows}).splitlines()
    assert lines[3].split() == ["quick", "1", "ms", "<=", "2", "ms", "met"]
    assert lines[4].split() == ["slow", "3", "ms", "quick", "1", "ms", "3", "<=", "2", "x", "reference", "missed"]
    assert lines[5].split() == ["free", "1", "s"]
    assert "1 of 2 figures with a goal meet it." in lines
    assert "slow: missed" in lines


def test_a_goal_that_the_reference_alone_misses_is_still_missed() -> None:
    """Where even the reference takes longer than the goal, the table says missed, and that the machine is why."""
    slow = Figure(name="slow", value=3.0, reference_name="bare", reference=2.0, goals=(Goal(most=1.0),))
    assert "slow: missed (as the reference alone does)" in table({"some": [slow]}).splitlines()
