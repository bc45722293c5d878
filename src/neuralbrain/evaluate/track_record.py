"""The track record: what published forecasts were worth, by provider, source, signal, region, horizon or week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import polars as pl

from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.evaluate.categories import CategoryScores, category_scores
from neuralbrain.evaluate.events import EventScores, event_scores


class By(StrEnum):
    """What a record is split by."""

    PROVIDER = "provider"
    SOURCE = "source"
    SIGNAL = "signal"
    REGION = "region"
    HORIZON = "horizon"
    WEEK = "week"


class Status(StrEnum):
    """Whether a score counts in the record, and if not, why it stands apart."""

    COUNTED = "counted"
    REPEATED = "repeated"  # a newer edition by the same provider speaks of the same last actual
    REVISED = "revised"  # the same forecast against a truth that was revised later
    HINDSIGHT = "hindsight"  # made when the value was settled, which the feed's other places show
    WITHDRAWN = "withdrawn"  # its edition was


CLAIMS = {
    "confidence": ("confidence", "was_about_right"),
    "outbreak": ("outbreak_probability", "was_outbreak"),
    "growth": ("growth_probability", "was_growth"),
}
"""Each yes-or-no claim: the column of its probability, and that of what came."""

LEVEL_CLAIMS = {
    "trend": (("trend_decreasing", "trend_stable", "trend_increasing"), "trend"),
    "risk": (("risk_green", "risk_yellow", "risk_red"), "risk_level"),
}
"""Each claim of three levels: the columns of their probabilities, and that of the level that came."""

MEANS = (
    *("wis", "dispersion", "overprediction", "underprediction", "absolute_error", "bias", "covered_50", "covered_95"),
    *("log_wis", "log_dispersion", "log_overprediction", "log_underprediction", "log_absolute_error"),
)
SPOKEN_OF = ("provider", "source", "region", "signal", "last_date")  # one claim each, with the horizon for values
FORECAST = ("edition", "table", "row")  # one of cases; the deaths in the same row have a signal of their own


class ValueScores(NamedTuple):
    """What forecast values were worth; NaN where nothing is scored.

    Args:
        values: How many.
        means: Mean of each score by its name: WIS and its parts, absolute error of the median, bias, coverage; the
            same on the log(x + 1) scale where the name begins with ``log_``.
        relative_wis: Mean WIS over that of the hub baseline, where both are known; below 1 is skill.
        relative_log_wis: The same on the log(x + 1) scale.
        compared: On how many values.
        at_most: Shape (23,): the share of values at or below each quantile; the level itself is best.
        below: Shape (23,): the share below it; it differs where values equal quantiles, as zeros do.
    """

    values: int
    means: Mapping[str, float]
    relative_wis: float
    relative_log_wis: float
    compared: int
    at_most: Floats
    below: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Summary:
    """The record of some forecasts.

    Args:
        key: What they share: a provider, signal …; empty for all.
        scores: Of the values.
        judged: One row a forecast whose claims were judged.
    """

    key: str
    scores: ValueScores
    judged: pl.DataFrame

    def claims(self) -> dict[str, EventScores]:
        """Return what the yes-or-no claims were worth, by name: confidence, outbreak, growth."""
        return {
            name: event_scores(_floats(self.judged[said]), _floats(self.judged[came]))
            for name, (said, came) in CLAIMS.items()
        }

    def levels(self) -> dict[str, CategoryScores]:
        """Return what the claims of three levels were worth, by name: trend, risk."""
        return {
            name: category_scores(
                np.stack([_floats(self.judged[one]) for one in said], axis=1),
                self.judged[came].fill_null(-1).cast(pl.Int64).to_numpy(),
            )
            for name, (said, came) in LEVEL_CLAIMS.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrackRecord:
    """The record, whole and split.

    Args:
        overall: All that counts.
        groups: The same split, in the order of their keys; empty where nothing is to be split.
        apart: How many scores do not count, by why, and their mean WIS; NaN where there are none.
    """

    overall: Summary
    groups: tuple[Summary, ...]
    apart: Mapping[Status, tuple[int, float]]


def track_record(values: pl.DataFrame, claims: pl.DataFrame, *, by: By | None = None) -> TrackRecord:
    """Return the record of forecasts.

    Of several editions by the same provider with the same last actual the newest one counts; of several truths the
    first, as it was known five weeks after the target date. What was withdrawn, or made when the value was settled,
    does not count.

    Args:
        values: One row a scored value: ``store.score_record`` names the columns.
        claims: One row a forecast whose claims were judged.
        by: What to split by; a record of weeks by the week of the target date, which ends on Sunday.
    """
    marked = with_status(values, key=(*SPOKEN_OF, "horizon"), forecast=(*FORECAST, "signal", "horizon"))
    judged = with_status(claims, key=SPOKEN_OF, forecast=FORECAST)
    counted = _with_week(marked.filter(pl.col("status") == Status.COUNTED))
    said = _with_week(judged.filter(pl.col("status") == Status.COUNTED))
    return TrackRecord(
        overall=Summary(key="", scores=value_scores(counted), judged=said),
        groups=() if by is None else _groups(counted, said, by),
        apart={one: _apart(marked, one) for one in Status if one is not Status.COUNTED},
    )


def with_status(rows: pl.DataFrame, *, key: tuple[str, ...], forecast: tuple[str, ...]) -> pl.DataFrame:
    """Return scores with their ``status``.

    Args:
        rows: One row a score, with the edition, ``truth_as_of`` and whether it is ``withdrawn`` or of ``hindsight``.
        key: Columns that name what is spoken of.
        forecast: Columns that name one forecast of it.
    """
    newest = pl.col("edition") == pl.col("edition").max().over(*key, "withdrawn", "hindsight")
    first = pl.col("truth_as_of") == pl.col("truth_as_of").min().over(*forecast)
    status = (
        pl.when(pl.col("withdrawn"))
        .then(pl.lit(Status.WITHDRAWN.value))
        .when(pl.col("hindsight"))
        .then(pl.lit(Status.HINDSIGHT.value))
        .when(~newest)
        .then(pl.lit(Status.REPEATED.value))
        .when(~first)
        .then(pl.lit(Status.REVISED.value))
        .otherwise(pl.lit(Status.COUNTED.value))
    )
    return rows.with_columns(status.alias("status"))


def value_scores(rows: pl.DataFrame) -> ValueScores:
    """Return what some scored values were worth.

    Args:
        rows: One row a value, with the columns ``MEANS``, ``below``, ``at_most`` and the baseline's two.
    """
    compared = rows.filter(pl.col("baseline_wis").is_not_null())
    places = np.arange(len(LEVELS))
    # A value that k quantiles lie below is above the first k: it is at or below quantile j unless k > j.
    below, at_most = rows["below"].to_numpy(), rows["at_most"].to_numpy()
    count = len(rows)
    return ValueScores(
        values=count,
        means={name: _mean(rows[name]) for name in MEANS},
        relative_wis=_ratio(compared["wis"], compared["baseline_wis"]),
        relative_log_wis=_ratio(compared["log_wis"], compared["baseline_log_wis"]),
        compared=len(compared),
        at_most=_shares(below[:, None] <= places, count),
        below=_shares(at_most[:, None] <= places, count),
    )


def _groups(values: pl.DataFrame, claims: pl.DataFrame, by: By) -> tuple[Summary, ...]:
    """Return a summary a group; claims are of no single horizon, so a record of horizons has none."""
    scored = values.partition_by(by.value, as_dict=True)
    judged = claims.partition_by(by.value, as_dict=True) if by.value in claims.columns else {}
    return tuple(
        Summary(
            key=str(key[0]),
            scores=value_scores(scored.get(key, values.clear())),
            judged=judged.get(key, claims.clear()),
        )
        for key in sorted({*scored, *judged})
    )


def _with_week(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the Sunday that ends the week of their target date."""
    sunday = pl.col("target_date").dt.truncate("1w") + pl.duration(days=6)
    return rows.with_columns(sunday.cast(pl.Date).alias("week"))


def _apart(rows: pl.DataFrame, status: Status) -> tuple[int, float]:
    mine = rows.filter(pl.col("status") == status)
    return len(mine), _mean(mine["wis"])


def _mean(column: pl.Series) -> float:
    mean = column.mean()
    return float(mean) if isinstance(mean, int | float) else float("nan")


def _ratio(ours: pl.Series, theirs: pl.Series) -> float:
    total = float(theirs.sum())
    return float(ours.sum()) / total if total > 0 else float("nan")


def _floats(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _shares(flags: np.ndarray[tuple[int, int], np.dtype[np.bool_]], count: int) -> Floats:
    return np.asarray(flags.sum(axis=0) / count) if count else np.full(len(LEVELS), np.nan)
