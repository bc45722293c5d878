"""Checks of samples: of what each is one draw, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from neuralbrain.hub.tasks import ModelTask, SampleRules
from neuralbrain.hub.validation.evidence import Evidence
from neuralbrain.hub.validation.verdict import PASSED, Verdict, failed, skipped, unless

NO_SAMPLES = "There are no samples."


def spl_mt_unique(evidence: Evidence) -> Verdict:
    """Fail where a sample's identifier stands in two groups of tasks."""
    sampled = list(_sampled(evidence))
    if not sampled:
        return skipped(NO_SAMPLES)
    names = pl.concat([rows["output_type_id"].unique() for _, _, rows in sampled])
    twice = sorted(names.filter(names.is_duplicated()).unique().to_list())
    return unless(twice, "A sample is of one group of tasks. Give each group identifiers of its own.")


def spl_compound_taskid_set(evidence: Evidence) -> Verdict:
    """Fail where samples are of finer tasks than the hub allows, or not all of the same kind."""
    wrong = []
    for task, rules, rows in _sampled(evidence):
        allowed = set(_compound(evidence, task, rules))
        alike = rows.group_by("output_type_id", maintain_order=True).agg(
            (pl.col(name).n_unique() == 1) for name in evidence.task_columns
        )
        varies = {name for name in evidence.task_columns if rows[name].n_unique() > 1} | allowed
        sets = {
            tuple(name for name in evidence.task_columns if row[name] and name in varies)
            for row in alike.iter_rows(named=True)
        }
        if len(sets) > 1:
            wrong.append(f"some samples are of {' and others of '.join(', '.join(one) for one in sorted(sets)[:2])}")
        elif finer := [name for name in next(iter(sets)) if name not in allowed]:
            wrong.append(f"each sample is of one {', '.join(finer)}, and must span all of them")
    return _verdict(
        evidence, wrong, "Samples must be the same within the columns that the hub says, and span the others."
    )


def spl_compound_tid(evidence: Evidence) -> Verdict:
    """Fail where a sample has several values in a column that it must be the same in."""
    wrong = []
    for task, rules, rows in _sampled(evidence):
        for name in _compound(evidence, task, rules):
            counted = rows.group_by("output_type_id", maintain_order=True).agg(pl.col(name).n_unique())
            several = counted.filter(pl.col(name) > 1)["output_type_id"].to_list()
            wrong += [f"sample {one} has several values of {name}" for one in several]
    return _verdict(
        evidence, wrong, "A sample must be of one value of these columns. Give the others identifiers of their own."
    )


def spl_non_compound_tid(evidence: Evidence) -> Verdict:
    """Fail where samples of the same tasks do not all span the same ones."""
    wrong = []
    for task, rules, rows in _sampled(evidence):
        others = [one for one in evidence.task_columns if one not in _compound(evidence, task, rules)]
        if not others:
            continue
        spans = rows.group_by("output_type_id", maintain_order=True).agg(
            pl.struct(others).unique().sort().alias("span")
        )
        texts = [(row["output_type_id"], str(row["span"])) for row in spans.iter_rows(named=True)]
        usual = max(dict.fromkeys(span for _, span in texts), key=lambda span: sum(span == one for _, one in texts))
        wrong += [f"sample {name}" for name, span in texts if span != usual]
    return _verdict(evidence, wrong, "Every sample must span the same tasks. Complete these.")


def spl_n(evidence: Evidence) -> Verdict:
    """Fail where a task has fewer or more samples than the hub says."""
    wrong = []
    for task, rules, rows in _sampled(evidence):
        compound = _compound(evidence, task, rules)
        counted = rows.group_by(compound, maintain_order=True).agg(pl.col("output_type_id").n_unique().alias("_n"))
        off = counted.filter(~pl.col("_n").is_between(rules.fewest, rules.most))
        wrong += [
            ", ".join(f"{name} {row[name]}" for name in compound if row[name] is not None)
            + f" has {row['_n']:,}, and must have {_between(rules)}"
            for row in off.iter_rows(named=True)
        ]
    return _verdict(evidence, wrong, "Tasks must have as many samples as the hub says.")


def _sampled(evidence: Evidence) -> Iterator[tuple[ModelTask, SampleRules, pl.DataFrame]]:
    """Yield each group of tasks of which there are samples, its rules, and their rows."""
    for task in evidence.round.tasks:
        rules = next((one.samples for one in task.outputs if one.samples is not None), None)
        rows = evidence.rows.filter(evidence.of_task(task) & (pl.col("output_type") == "sample"))
        if rules is not None and len(rows):
            yield task, rules, rows


def _compound(evidence: Evidence, task: ModelTask, rules: SampleRules) -> list[str]:
    names = task.columns if rules.compound_tasks is None else rules.compound_tasks
    return [one for one in evidence.task_columns if one in names]


def _between(rules: SampleRules) -> str:
    return f"{rules.fewest:,}" if rules.fewest == rules.most else f"{rules.fewest:,} to {rules.most:,}"


def _verdict(evidence: Evidence, wrong: list[str], message: str) -> Verdict:
    if wrong:
        return failed(message, wrong)
    return PASSED if any(True for _ in _sampled(evidence)) else skipped(NO_SAMPLES)
