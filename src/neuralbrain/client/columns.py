"""Answers as columns: one row a quantile, a value, a revision or a score."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from neuralbrain.client.errors import MisuseError
from neuralbrain.client.shapes import AllForecasts, Forecast, RevisionsShape, ScoresShape, SeriesShape

Kind = Literal["word", "whole", "number", "day", "moment"]
Answer = AllForecasts | Forecast | SeriesShape | RevisionsShape | ScoresShape

QUANTILES: Mapping[str, Kind] = {
    "region": "word",
    "signal": "word",
    "outcome": "word",
    "source": "word",
    "unit": "word",
    "provider": "word",
    "edition": "whole",
    "last_date": "day",
    "horizon": "whole",
    "target_date": "day",
    "quantile_level": "number",
    "value": "number",
}
VALUES: Mapping[str, Kind] = {
    "region": "word",
    "signal": "word",
    "source": "word",
    "unit": "word",
    "measure": "word",
    "target_date": "day",
    "value": "number",
    "as_of": "moment",
}
SCORES: Mapping[str, Kind] = {
    "key": "word",
    "values": "whole",
    "relative_wis": "number",
    "relative_log_wis": "number",
    "compared": "whole",
}
READ: Mapping[Kind, Callable[[str], Any]] = {"day": date.fromisoformat, "moment": datetime.fromisoformat}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A table as lists of one length, with the kind of each."""

    kinds: Mapping[str, Kind]
    lists: Mapping[str, list[Any]]


def columns_of(answer: Answer) -> Columns:
    """Return an answer as columns.

    Forecasts have a row for each region, signal, outcome (cases or deaths), horizon and quantile level. Series and
    revisions have one for each value; scores one for each part that was split by, or one for all.

    Args:
        answer: What ``forecasts``, ``forecast``, ``world``, ``series``, ``revisions`` or ``scores`` gave.

    Raises:
        MisuseError: If it is another answer, or lacks fields because not all were asked for.
    """
    said: Mapping[str, Any] = dict(answer)
    try:
        if "regions" in said and "refusals" in said:
            return _table(QUANTILES, [row for one in said["regions"] for row in _quantiles(one)])
        if "forecasted_cases" in said:
            return _table(QUANTILES, list(_quantiles(said)))
        if "values" in said and "measure" in said:
            return _table(VALUES, [{**said, **one} for one in said["values"]])
        if "revisions" in said:
            return _table(VALUES, [{**said, **one} for one in said["revisions"]])
        if "means" in said.get("overall", ()):
            parts = said["groups"] or [said["overall"]]
            kinds: dict[str, Kind] = {**SCORES, **dict.fromkeys(said["overall"]["means"], "number")}
            return _table(kinds, [{**one, **one["means"]} for one in parts])
    except KeyError as error:
        raise MisuseError(f"The answer has no {error.args[0]}.", remedy="Ask for all of its fields.") from error
    raise MisuseError(
        "This answer is no table.", remedy="Give what forecasts, forecast, world, series, revisions or scores answer."
    )


def _quantiles(forecast: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a row for each quantile of a forecast."""
    context = forecast["context"]
    shared = {"region": forecast["region"], "provider": forecast["provider"], **context}
    for outcome, table in (("cases", context["quantiles"]), ("deaths", context["deaths_quantiles"])):
        for horizon, target, quantiles in zip(context["horizons"], context["target_dates"], table or (), strict=False):
            for level, value in zip(context["quantile_levels"], quantiles, strict=True):
                yield {
                    **shared,
                    "outcome": outcome,
                    "horizon": horizon,
                    "target_date": target,
                    "quantile_level": level,
                    "value": value,
                }


def _table(kinds: Mapping[str, Kind], rows: Sequence[Mapping[str, Any]]) -> Columns:
    return Columns(kinds=kinds, lists={name: [_read(kind, row[name]) for row in rows] for name, kind in kinds.items()})


def _read(kind: Kind, value: Any) -> Any:  # noqa: ANN401 - a cell of any kind
    return READ[kind](value) if value is not None and kind in READ else value
