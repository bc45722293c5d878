"""Checks that single hubs add: weeks that fit their horizons, counts below the population."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from neuralbrain.hub.hubs import HUBS
from neuralbrain.hub.validation.evidence import ROW, Evidence
from neuralbrain.hub.validation.verdict import PASSED, Verdict, failed, skipped

END = "target_end_date"
COUNTED = ("quantile", "median", "mean", "sample")
STEPS = {"day": timedelta(days=1), "week": timedelta(days=7)}  # a month is no fixed number of days


def opt_check_tbl_horizon_timediff(evidence: Evidence) -> Verdict:
    """Fail where a target's date is not as many weeks from the round's as the horizon says.

    From which day the horizons of a hub count is known of those we can submit to; else it is the date of the round.
    """
    dated, there = evidence.round.name, evidence.text.columns
    units = {one.time_unit for task in evidence.round.tasks for one in task.targets if one.time_unit}
    if not evidence.round.from_column or not {dated, "horizon", END} <= set(there) or len(units) != 1:
        return skipped("The hub's rounds do not have a date, a horizon and a target's date.")
    step, offset = STEPS.get(next(iter(units))), _offset(evidence)
    if step is None or offset is None:
        return skipped("From which day this hub's horizons count is not known here.")
    days = (pl.col(END).str.to_date(strict=False) - pl.col(dated).str.to_date(strict=False)).dt.total_days()
    expected = pl.col("horizon").cast(pl.Int64, strict=False) * step.days + offset
    wrong = evidence.rows.filter((days != expected).fill_null(value=False))
    if wrong.is_empty():
        return PASSED
    rule = f"{END} = {dated} {f'{offset:+d} ' if offset else ''}+ {step.days} * horizon, in days"
    return failed(f"{rule}. Mend these dates or horizons.", _with_ends(evidence, wrong), count=len(wrong))


def _offset(evidence: Evidence) -> int | None:
    """Return how many days lie between a round's date and horizon 0, None where we do not know the hub."""
    if evidence.round.name == "reference_date":
        return 0
    names = {
        value for task in evidence.round.tasks if "target" in task.columns for value in task.columns["target"].allowed
    }
    known = {
        hub.offset_days
        for hub in HUBS.values()
        if hub.date_column == evidence.round.name and names & {one.name for one in hub.targets}
    }
    return known.pop() if len(known) == 1 else None


def _with_ends(evidence: Evidence, wrong: pl.DataFrame) -> list[str]:
    ends = wrong[END].to_list() if END not in evidence.task_columns else [""] * len(wrong)
    return [f"{place}{', ' if end else ''}{end}" for place, end in zip(evidence.places(wrong), ends, strict=False)]


def opt_check_tbl_counts_lt_popn(evidence: Evidence) -> Verdict:
    """Fail where a count reaches the number of people who live in the place."""
    populations = evidence.populations
    if populations is None:
        return skipped("The hub keeps no auxiliary-data/locations.csv with populations.")
    targets = [
        one.keys["target"]
        for task in evidence.round.tasks
        for one in task.targets
        if one.unit.strip().lower() == "count" and "target" in one.keys
    ]
    if "target" not in evidence.text.columns or "location" not in evidence.text.columns or not targets:
        return skipped("No target of the hub is a count by place.")
    limit = pl.col("location").replace_strict(
        list(populations), list(populations.values()), default=None, return_dtype=pl.Float64
    )
    counted = pl.col("target").is_in(targets) & pl.col("output_type").is_in(COUNTED)
    over = pl.col("value").cast(pl.Float64, strict=False) >= limit
    wrong = evidence.rows.filter(counted & over.fill_null(value=False)).sort(ROW)
    if wrong.is_empty():
        return PASSED
    return failed(
        "No more people can be counted than live there. Mend these values.", evidence.places(wrong), count=len(wrong)
    )
