"""Forecasters held against each other: ratios, shares and pairwise skill by hand, and what must not matter."""

from __future__ import annotations

from math import exp, log, nan
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.evaluate.relative import Tasks, known_scores, pairwise_skill, ratios

TASKS = Tasks(task=("task",))
SCORES = {
    "base": {1: 2.0, 2: 4.0, 3: 6.0},
    "good": {1: 1.0, 2: 2.0, 3: 3.0},
    "picky": {1: 1.0, 3: 7.0, 4: 9.0},
}
"""Model to task to score; the fourth task is not the baseline's."""

TABLES = st.dictionaries(
    st.sampled_from("abcde"), st.dictionaries(st.integers(0, 6), st.integers(1, 40).map(float), min_size=1), min_size=1
)


def table(scores: dict[str, dict[int, float]], *, group: str = "one") -> pl.DataFrame:
    """Return one row a model and task."""
    rows = [(group, model, task, score) for model, made in scores.items() for task, score in made.items()]
    return pl.DataFrame(
        rows, schema={"group": pl.String, "model": pl.String, "task": pl.Int64, "wis": pl.Float64}, orient="row"
    )


def by_model(found: pl.DataFrame, column: str) -> dict[str, float]:
    """Return one column by model."""
    return dict(zip(found["model"], found[column], strict=True))


def longhand_skill(scores: dict[str, dict[int, float]], baseline: str) -> dict[str, float]:
    """Return pairwise skill from its definition, with plain loops."""
    means = {}
    for model, made in scores.items():
        logs = []
        for other in scores.values():
            shared = made.keys() & other.keys()
            if shared:
                logs.append(log(sum(made[task] for task in shared) / sum(other[task] for task in shared)))
        means[model] = sum(logs) / len(logs)
    return {model: exp(mean - means[baseline]) for model, mean in means.items()}


def test_ratios_by_hand() -> None:
    """Good is half the baseline on three tasks; picky shares tasks 1 and 3, where it has 8 and the baseline 8."""
    found = ratios(table(SCORES), columns=("wis",), against="base", tasks=TASKS)
    assert by_model(found, "wis") == {"base": 1, "good": 0.5, "picky": 1}
    assert by_model(found, "shared") == {"base": 3, "good": 3, "picky": 2}
    assert by_model(found, "share") == pytest.approx({"base": 1, "good": 1, "picky": 2 / 3})


def test_skill_by_hand() -> None:
    """Ratios: base 1, 2, 8/8; good 1/2, 1, 4/8; picky 8/8, 8/4, 1; their geometric means over the baseline's."""
    found = by_model(pairwise_skill(table(SCORES), column="wis", baseline="base", tasks=TASKS), "skill")
    assert found == pytest.approx({"base": 1, "good": (1 / 4) ** (1 / 3) / 2 ** (1 / 3), "picky": 1})


@given(TABLES)
def test_skill_is_what_its_definition_says(scores: dict[str, dict[int, float]]) -> None:
    """Whatever tasks the models made, skill equals the plain loops over pairs."""
    baseline = next(iter(scores))
    found = by_model(pairwise_skill(table(scores), column="wis", baseline=baseline, tasks=TASKS), "skill")
    assert found == pytest.approx(longhand_skill(scores, baseline))


@given(TABLES, st.sampled_from([0.25, 8.0]), st.randoms(use_true_random=False))
def test_unit_and_order_do_not_matter(scores: dict[str, dict[int, float]], factor: float, random: Random) -> None:
    """Scores in another unit, rows in another order: the same ratios, shares and skill."""
    baseline = next(iter(scores))
    first = table(scores)
    order = list(range(len(first)))
    random.shuffle(order)
    second = first[order].with_columns(pl.col("wis") * factor)
    for column, name in (("wis", "ratio"), ("share", "share"), ("skill", "skill")):
        values = [
            by_model(
                pairwise_skill(rows, column="wis", baseline=baseline, tasks=TASKS)
                if name == "skill"
                else ratios(rows, columns=("wis",), against=baseline, tasks=TASKS),
                column,
            )
            for rows in (first, second)
        ]
        assert values[0] == pytest.approx(values[1])


def test_groups_are_compared_by_themselves() -> None:
    """With a group, each has the figures that it has alone, whether or not the group is part of the task."""
    other = {"base": {1: 1.0}, "good": {1: 3.0}}
    both = pl.concat([table(SCORES), table(other, group="two")])
    for tasks in (Tasks(task=("task",), by=("group",)), Tasks(task=("group", "task"), by=("group",))):
        ratio = ratios(both, columns=("wis",), against="base", tasks=tasks)
        assert by_model(ratio.filter(group="one"), "wis") == {"base": 1, "good": 0.5, "picky": 1}
        assert by_model(ratio.filter(group="two"), "wis") == {"base": 1, "good": 3}
        skill = pairwise_skill(both, column="wis", baseline="base", tasks=tasks)
        assert by_model(skill.filter(group="one"), "skill") == pytest.approx(longhand_skill(SCORES, "base"))
        assert by_model(skill.filter(group="two"), "skill") == pytest.approx({"base": 1, "good": 3})


def test_a_group_without_the_baseline() -> None:
    """It has no ratios, and a skill that cannot be said."""
    alone = pl.concat([table(SCORES), table({"good": {1: 3.0}}, group="two")])
    tasks = Tasks(task=("task",), by=("group",))
    assert ratios(alone, columns=("wis",), against="base", tasks=tasks)["group"].unique().to_list() == ["one"]
    skill = pairwise_skill(alone, column="wis", baseline="base", tasks=tasks)
    assert skill.filter(group="two")["skill"].to_list() == [None]


def test_an_unknown_score_is_no_task_made() -> None:
    """NaN and null leave a task out, on either side."""
    gaps = table({"base": {1: 2.0, 2: nan, 3: 6.0}, "good": {1: 1.0, 2: 9.0, 3: 3.0}})
    gaps = pl.concat(
        [gaps, pl.DataFrame({"group": "one", "model": "good", "task": 4, "wis": None}, schema=gaps.schema)]
    )
    found = ratios(gaps, columns=("wis",), against="base", tasks=TASKS)
    assert by_model(found, "shared") == {"base": 2, "good": 2}
    assert by_model(found, "wis") == {"base": 1, "good": 0.5}
    assert len(known_scores(gaps, columns=("wis",), tasks=TASKS)) == 5


def test_a_perfect_forecaster_does_not_break_the_others() -> None:
    """A model whose scores are all 0 has a ratio of 0 to the baseline, and counts in nobody's skill."""
    scores = {"base": {1: 2.0}, "good": {1: 1.0}, "perfect": {1: 0.0}}
    assert by_model(ratios(table(scores), columns=("wis",), against="base", tasks=TASKS), "wis")["perfect"] == 0
    found = by_model(pairwise_skill(table(scores), column="wis", baseline="base", tasks=TASKS), "skill")
    assert found == pytest.approx({"base": 1, "good": 0.5})


def test_two_scores_for_one_task_are_refused() -> None:
    """A model that is scored twice for the same task would count twice: the first such row is named."""
    twice = pl.concat([table(SCORES), table({"good": {1: 3.0}})])
    for compare in (
        lambda: ratios(twice, columns=("wis",), against="base", tasks=TASKS),
        lambda: pairwise_skill(twice, column="wis", baseline="base", tasks=TASKS),
    ):
        with pytest.raises(ValueError, match=r"scored twice .*\(1, 'good', 1\.0\)"):
            compare()
