"""Checks of what the rows are about: allowed, said once, and nothing left out that the hub requires."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

import polars as pl

from neuralbrain.hub.tasks import ModelTask, OutputType
from neuralbrain.hub.validation.evidence import ROW, Evidence
from neuralbrain.hub.validation.verdict import PASSED, Verdict, failed, skipped, unless


def valid_vals(evidence: Evidence) -> Verdict:
    """Fail where a row is about a task, or of an output type or identifier, that the hub does not ask for."""
    fits = pl.any_horizontal(
        pl.lit(value=False),
        *(evidence.of_task(task) & evidence.of_output(one) for task in evidence.round.tasks for one in task.outputs),
    )
    wrong = evidence.rows.filter(~fits)
    if wrong.is_empty():
        return PASSED
    reasons = list(_unknown_values(evidence, wrong)) or evidence.places(wrong)
    return failed(
        "Each row must be a combination of values that the hub asks for. Mend or leave out these.",
        reasons,
        count=len(wrong),
    )


def _unknown_values(evidence: Evidence, wrong: pl.DataFrame) -> Iterator[str]:
    """Yield each value that no task of the round has in its column, with the one that may have been meant."""
    for name in (*evidence.task_columns, "output_type", "output_type_id"):
        allowed = list(dict.fromkeys(_allowed(evidence, name)))
        if not allowed:
            continue
        rows = wrong.filter(pl.col(name).is_not_null() & ~pl.col(name).is_in(allowed)) if allowed else wrong
        if name == "output_type_id":
            rows = rows.filter(pl.col("output_type") != "sample")
        for value in rows[name].unique(maintain_order=True):
            first = int(rows.filter(pl.col(name) == value)[ROW].item(0))
            meant = (
                value.zfill(2) if value.zfill(2) in allowed else next(iter(get_close_matches(value, allowed, 1)), "")
            )
            yield f"{evidence.line(first)}: {name} {value!r}" + (f"; {meant!r} is asked for" if meant else "")


def _allowed(evidence: Evidence, name: str) -> Iterator[str]:
    for task in evidence.round.tasks:
        if name == "output_type":
            yield from (one.name for one in task.outputs)
        elif name == "output_type_id":
            yield from (value for one in task.outputs for value in one.identifiers.allowed)
        elif name in task.columns:
            yield from task.columns[name].allowed


def derived_task_id_vals(evidence: Evidence) -> Verdict:
    """Fail where a column that follows from others holds a value that the hub knows nowhere."""
    if not evidence.round.derived:
        return skipped("No column of the hub follows from others.")
    wrong = []
    for name in evidence.round.derived:
        allowed = [
            one for task in evidence.round.tasks for one in (task.columns[name].allowed if name in task.columns else ())
        ]
        rows = evidence.rows.filter(pl.col(name).is_not_null() & ~pl.col(name).is_in(allowed))
        wrong += [
            f"{evidence.line(int(rows.filter(pl.col(name) == value)[ROW].item(0)))}: {name} {value}"
            for value in rows[name].unique(maintain_order=True)
        ]
    return unless(wrong, "The hub knows no such value in these columns. Mend them.")


def rows_unique(evidence: Evidence) -> Verdict:
    """Fail where two rows speak of the same."""
    rows, keys = evidence.rows, [*evidence.round.columns, "output_type", "output_type_id"]
    again = rows.filter(~pl.struct(keys).is_first_distinct())
    return (
        unless(evidence.places(again), "These rows say again what an earlier one says. Leave them out.")
        if len(again) <= 100
        else failed(
            "These rows say again what an earlier one says. Leave them out.", evidence.places(again), count=len(again)
        )
    )


def req_vals(evidence: Evidence) -> Verdict:
    """Fail where something lacks that the hub requires beside what is there.

    For every task that is there, each of its columns may take any value that the hub requires of it: those tasks must
    be there too, with every required output type. An output type that is there at all needs all of its identifiers.
    """
    there = evidence.rows
    columns = evidence.task_columns
    keys = [*columns, "output_type", "output_type_id"]
    lacking = []
    for task in evidence.round.tasks:
        for output in task.outputs:
            expected = _expected(evidence, task, output, there=there)
            if expected is not None:
                lacking.append(expected.join(there.select(keys), on=keys, how="anti", nulls_equal=True))
    if not lacking or (rows := pl.concat(lacking).unique(maintain_order=True)).is_empty():
        return PASSED
    where = [
        ", ".join(f"{name} {row[name]}" for name in keys if row[name] is not None)
        for row in rows.head(100).iter_rows(named=True)
    ]
    return failed("The hub requires these rows too. Add them.", where, count=len(rows))


def _expected(evidence: Evidence, task: ModelTask, output: OutputType, *, there: pl.DataFrame) -> pl.DataFrame | None:
    """Return the rows that must be there of one output type of a group of tasks, None where there need be none."""
    identifiers = output.identifiers.required or (() if output.identifiers.allowed else (None,))
    if output.samples is not None or not identifiers:
        return None  # samples are counted by a check of their own
    of_task = there.filter(evidence.of_task(task))
    said = of_task if output.required else of_task.filter(pl.col("output_type") == output.name)
    tasks = _tasks_beside(evidence, task, said, widen=output.required)
    named = pl.DataFrame(
        {"output_type": [output.name] * len(identifiers), "output_type_id": list(identifiers)},
        schema={"output_type": pl.String, "output_type_id": pl.String},
    )
    return tasks.join(named, how="cross")


def _tasks_beside(evidence: Evidence, task: ModelTask, said: pl.DataFrame, *, widen: bool) -> pl.DataFrame:
    """Return the tasks that those that are said make required, themselves among them.

    Args:
        evidence: Of the file.
        task: The group that they are of.
        said: Rows about them.
        widen: Whether a column in which an optional value stands is given the required ones too.
    """
    columns = list(evidence.task_columns)
    tasks = said.select(columns).unique(maintain_order=True)
    required = {name: _required(evidence, task, name) for name in columns}
    if tasks.is_empty() and all(
        required[name] or not task.columns[name].allowed for name in columns if name in task.columns
    ):
        if not widen:
            return tasks
        tasks = pl.DataFrame({name: [next(iter(required[name]), None)] for name in columns}, schema=tasks.schema)
    for name, values in required.items():
        if not values:
            continue
        every = pl.DataFrame({name: list(values)}, schema={name: pl.String})
        chosen = tasks if widen else tasks.filter(pl.col(name).is_in(values))
        wider = chosen.drop(name).unique(maintain_order=True).join(every, how="cross").select(columns)
        tasks = pl.concat([tasks, wider]).unique(maintain_order=True)
    return tasks


def _required(evidence: Evidence, task: ModelTask, name: str) -> tuple[str, ...]:
    """Return the values that a column must have: of the column that holds the round, that of this round."""
    if evidence.round.from_column and name == evidence.round.name and evidence.named is not None:
        return (evidence.named.round_id,)
    return task.columns[name].required if name in task.columns else ()
