"""From our forecasts to the rows of one round of a hub, and what the round asks for that we do not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats, Measure, Unit
from neuralbrain.domain.quantiles import LEVELS, MEDIAN
from neuralbrain.hub.hubs import HubProfile, HubTarget, Output
from neuralbrain.hub.places import inhabitants
from neuralbrain.hub.rate_change import CLASSES, class_probabilities, in_millionths
from neuralbrain.hub.rounds import WEEK, horizon_of, require_round, target_end_date, week_of_horizon_0

LEVEL_TEXTS = tuple(f"{level:g}" for level in LEVELS.tolist())
LAST_OBSERVED = -1  # the horizon that is the newest week known in time: a change is counted from there


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What a round asks for and we do not say.

    Args:
        location: The hub's code.
        target: The hub's name.
        horizons: Which.
        why: One sentence.
    """

    location: str
    target: str
    horizons: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRows:
    """The rows of one model's file of one round.

    Args:
        hub: Whose.
        round_date: Which round.
        rows: The hub's columns in its order: dates, text, ``horizon`` as 32-bit integers and ``value`` as numbers;
            ``output_type_id`` is text, null for a median.
        feeds: Each target to the feed that its forecasts are from.
        missing: What is asked for and not there.
        capped: How many values were lowered to the largest that the hub takes.
    """

    hub: HubProfile
    round_date: date
    rows: pl.DataFrame
    feeds: Mapping[str, str]
    missing: tuple[Missing, ...]
    capped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A place's forecast: which row of which table."""

    location: str
    region: str
    table: ForecastTable
    position: int

    @property
    def last_date(self) -> date:
        day: date = self.table.last_dates[self.position].astype("datetime64[D]").item()
        return day


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What is said of one place and week: output type, identifiers and values of some rows."""

    location: str
    horizon: int
    output_type: str
    identifiers: tuple[str | None, ...]
    values: Floats


def rows_of(tables: Sequence[ForecastTable], hub: HubProfile, round_date: date) -> RoundRows:
    """Return what a round of a hub is told: for each target the forecasts of the first feed that has places of it.

    Our horizons count from each series' own newest value, the hub's from its round: each week goes to the hub's horizon
    that ends on the same day. Nothing is said of a week that is not forecast.

    Args:
        tables: Forecasts of one cutoff; a daily feed, a running total or another unit answers nothing.
        hub: Which hub.
        round_date: Which round.

    Raises:
        HubError: If the hub has no round of that date.
    """
    require_round(hub, round_date)
    blocks, missing, feeds, capped = [], [], {}, 0
    for target in hub.targets:
        sources = dict.fromkeys(one.source for one in tables if _answers(one, target))
        by_feed = {feed: _by_place(tables, hub, target, feed=feed) for feed in sources}
        feed = next((one for one, places in by_feed.items() if places), None)
        if feed is None:
            continue
        feeds[target.name], found = feed, by_feed[feed]
        said: list[_Said] = []
        for location in hub.places:
            told, lacking = _told(found.get(location), hub, target, location=location, round_date=round_date)
            said += told
            missing += lacking
        lowered, count = _within_limits(said, hub, target)
        capped += count
        blocks.append(_frame(lowered, hub, target, round_date=round_date))
    empty = pl.DataFrame(schema=_schema(hub))
    rows = pl.concat([empty, *blocks]).select(hub.columns)
    return RoundRows(
        hub=hub, round_date=round_date, rows=rows, feeds=feeds, missing=tuple(missing), capped=capped
    )  # fmt: skip


def _answers(table: ForecastTable, target: HubTarget) -> bool:
    return table.cadence is Cadence.WEEKLY and any(
        one.name == target.signal and one.unit is target.unit and one.measure is Measure.INCIDENT
        for one in table.signals
    )


def _by_place(
    tables: Sequence[ForecastTable], hub: HubProfile, target: HubTarget, *, feed: str
) -> Mapping[str, _Found]:
    """Return the forecast of each place by the hub's code; of several of one place the first."""
    codes = {ours: theirs for theirs, ours in hub.places.items()}
    found: dict[str, _Found] = {}
    for table in tables:
        if table.source != feed or not _answers(table, target):
            continue
        for position, (region, signal) in enumerate(zip(table.regions, table.signals, strict=True)):
            code = codes.get(region)
            if code is not None and code not in found and signal.name == target.signal:
                found[code] = _Found(location=code, region=region, table=table, position=position)
    return found


def _told(
    found: _Found | None, hub: HubProfile, target: HubTarget, *, location: str, round_date: date
) -> tuple[list[_Said], list[Missing]]:
    """Return what is said of a place, and what of it is missing."""

    def lacking(horizons: Sequence[int], why: str) -> list[Missing]:
        return [Missing(location=location, target=target.name, horizons=tuple(horizons), why=why)] if horizons else []

    if found is None:
        return [], lacking(target.expected, "It is not forecast.")
    ends = [found.last_date + horizon * WEEK for horizon in found.table.horizons]
    horizons = [horizon_of(hub, round_date, target_end=end) for end in ends]
    if None in horizons:
        return [], lacking(target.expected, f"Its weeks end on another day than the hub's, such as {found.last_date}.")
    if target.output is Output.RATE_CHANGE and horizon_of(hub, round_date, target_end=found.last_date) != LAST_OBSERVED:
        base = target_end_date(hub, round_date, horizon=LAST_OBSERVED)
        why = f"A change is counted from the week of {base}; its newest value is of {found.last_date}."
        return [], lacking(target.expected, why)
    known = {
        horizon: step
        for step, horizon in enumerate(horizons)
        if horizon in target.horizons and np.isfinite(found.table.quantiles[found.position, step]).all()
    }
    said = [one for horizon, step in known.items() for one in _of_week(found, target, horizon=horizon, step=step)]
    told = {one.horizon for one in said}
    absent = [one for one in target.expected if one not in told]
    return said, lacking(absent, _why_absent(found, ends, hub, round_date))


def _why_absent(found: _Found, ends: Sequence[date], hub: HubProfile, round_date: date) -> str:
    horizon_0 = week_of_horizon_0(hub, round_date)
    return (
        f"Its newest value is of {found.last_date}; forecast are the weeks of {ends[0]} to {ends[-1]}, "
        f"and horizon 0 is the week of {horizon_0}."
    )


def _of_week(found: _Found, target: HubTarget, *, horizon: int, step: int) -> Iterator[_Said]:
    quantiles = found.table.quantiles[found.position, step]
    if target.output is Output.RATE_CHANGE:
        values = class_probabilities(
            quantiles[None],
            last=found.table.actual_cases[found.position][None],
            population=np.array([inhabitants(found.region) or np.nan], dtype=np.float64),
            horizon=horizon,
        )
        if np.isfinite(values).all():
            yield _Said(
                location=found.location,
                horizon=horizon,
                output_type=target.output.value,
                identifiers=CLASSES,
                values=in_millionths(values)[0] / 1e6,
            )
        return
    rounded = _rounded(quantiles, target.decimals)
    yield _Said(
        location=found.location,
        horizon=horizon,
        output_type=target.output.value,
        identifiers=LEVEL_TEXTS,
        values=rounded,
    )
    if target.median:
        yield _Said(
            location=found.location,
            horizon=horizon,
            output_type="median",
            identifiers=(None,),
            values=rounded[MEDIAN : MEDIAN + 1],
        )


def _rounded(values: Floats, decimals: int) -> Floats:
    """Return values rounded, halves up, as CDC rounds; what did not fall before does not fall after."""
    scale = 10.0**decimals
    return np.floor(values * scale + 0.5) / scale


def _within_limits(said: Sequence[_Said], hub: HubProfile, target: HubTarget) -> tuple[list[_Said], int]:
    """Return the same with no share above 1 and no count that reaches the population, and how many values were lowered.

    A file with one such value is refused whole.
    """
    kept, count = [], 0
    for one in said:
        highest = np.inf
        if target.output is Output.QUANTILES and target.unit is Unit.SHARE:
            highest = 1.0
        elif target.output is Output.QUANTILES and target.unit is Unit.COUNT:
            highest = (inhabitants(hub.places[one.location]) or np.inf) - 1.0
        over = one.values > highest
        count += int(over.sum())
        kept.append(replace(one, values=np.minimum(one.values, highest)))
    return kept, count


def _schema(hub: HubProfile) -> dict[str, type[pl.DataType]]:
    kinds: dict[str, type[pl.DataType]] = {
        hub.date_column: pl.Date,
        "target_end_date": pl.Date,
        "horizon": pl.Int32,
        "value": pl.Float64,
    }
    return {name: kinds.get(name, pl.String) for name in hub.columns}


def _frame(said: Sequence[_Said], hub: HubProfile, target: HubTarget, *, round_date: date) -> pl.DataFrame:
    lengths = [len(one.values) for one in said]
    columns = {
        hub.date_column: [round_date] * sum(lengths),
        "target": [target.name] * sum(lengths),
        "horizon": np.repeat([one.horizon for one in said], lengths).tolist(),
        "target_end_date": [
            end
            for one, length in zip(said, lengths, strict=True)
            for end in [target_end_date(hub, round_date, horizon=one.horizon)] * length
        ],
        "location": [code for one, length in zip(said, lengths, strict=True) for code in [one.location] * length],
        "output_type": [kind for one, length in zip(said, lengths, strict=True) for kind in [one.output_type] * length],
        "output_type_id": [name for one in said for name in one.identifiers],
        "value": np.concatenate([np.empty(0), *(one.values for one in said)]).tolist(),
    }
    return pl.DataFrame({name: columns[name] for name in hub.columns}, schema=_schema(hub))
