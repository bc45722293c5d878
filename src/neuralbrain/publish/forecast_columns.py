"""Forecasts, charts and the summary as rows of one table each, with the edition's own words in every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from neuralbrain.domain.location import location
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.publish.columns import Column, Kind

Row = dict[str, Any]


def _columns(kind: Kind, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name=name, kind=kind) for name in names)


QUANTILES = tuple(f"q{level:g}" for level in LEVELS)
DEATHS_QUANTILES = tuple(f"deaths_q{level:g}" for level in LEVELS)
OF_EDITION = (
    Column(name="edition", kind=Kind.WHOLE),
    Column(name="provider"),
    Column(name="lock_number", kind=Kind.WHOLE),
    *_columns(Kind.MOMENT, "timestamp", "cutoff", "withdrawn_at"),
)
CLAIMS = (
    Column(name="risk_level"),
    *_columns(Kind.NUMBER, "risk_score", "confidence_score", "outbreak_probability"),
    Column(name="trend"),
    *_columns(Kind.NUMBER, "growth_probability"),
)
FORECAST_COLUMNS = (
    *OF_EDITION,
    *_columns(Kind.TEXT, "region", "name", "signal", "unit", "measure", "cadence", "source"),
    Column(name="last_date", kind=Kind.DATE),
    *_columns(Kind.NUMBER, "actual_cases", "actual_deaths"),
    Column(name="horizon", kind=Kind.WHOLE),
    Column(name="target_date", kind=Kind.DATE),
    *_columns(Kind.NUMBER, "forecasted_cases", "forecasted_deaths"),
    *CLAIMS,
    *_columns(Kind.NUMBER, "outbreak_threshold", "volatility", "completeness", "population"),
    *_columns(Kind.NUMBER, *QUANTILES, *DEATHS_QUANTILES),
)
CHART_COLUMNS = (
    *OF_EDITION,
    *_columns(Kind.TEXT, "region", "name", "source", "line", "signal", "unit", "measure", "cadence", "part"),
    Column(name="date", kind=Kind.DATE),
    *_columns(Kind.NUMBER, "value", "incidence"),
    *_columns(Kind.NUMBER, *(f"{end}_{share}" for share in ("50", "80", "95") for end in ("low", "high"))),
)
SUMMARY_LISTS = ("highest_risk", "rising", "falling")
SUMMARY_COLUMNS = (
    *OF_EDITION,
    *_columns(Kind.TEXT, "list", "region", "name", "signal"),
    Column(name="last_date", kind=Kind.DATE),
    *CLAIMS,
)


def forecast_rows(forecasts: Iterable[Mapping[str, Any]], edition: Mapping[str, Any]) -> Iterator[Row]:
    """Yield one row a region and horizon.

    Args:
        forecasts: As they stand in the answer ``all``.
        edition: What the edition says about itself.
    """
    head = _head(edition)
    for forecast in forecasts:
        context = forecast["context"]
        place = location(forecast["region"])
        same = {**context, **forecast, **head, "name": forecast["region"] if place is None else place.name}
        cases, deaths = forecast["forecasted_cases"], forecast["forecasted_deaths"]
        died = context["deaths_quantiles"]
        for number, (horizon, day) in enumerate(zip(context["horizons"], context["target_dates"], strict=True)):
            yield {
                **same,
                "horizon": horizon,
                "target_date": day,
                "forecasted_cases": cases[number]["value"] if cases else None,
                "forecasted_deaths": deaths[number]["value"] if deaths else None,
                **dict(zip(QUANTILES, context["quantiles"][number], strict=True)),
                **({} if died is None else dict(zip(DEATHS_QUANTILES, died[number], strict=True))),
            }


def chart_rows(chart: Mapping[str, Any]) -> Iterator[Row]:
    """Yield one row a date of each line: the past as ``actual``, then what is expected as ``forecast``.

    Args:
        chart: As its answer says it.
    """
    same = {name: value for name, value in chart.items() if name not in {"cases", "deaths"}} | _head(chart["edition"])
    for name in ("cases", "deaths"):
        line = chart[name]
        if line is None:
            continue
        head = {**same, "line": name, "signal": line["signal"]}
        past, expected = line["actual"], line["forecast"]
        for day, value, incidence in zip(past["dates"], past["values"], past["incidence"], strict=True):
            yield {**head, "part": "actual", "date": day, "value": value, "incidence": incidence}
        if expected is None:
            continue
        for number, day in enumerate(expected["dates"]):
            bands = {
                f"{end}_{band['coverage'] * 100:.0f}": band[end][number]
                for band in expected["intervals"]
                for end in ("low", "high")
            }
            value, median = expected["values"][number], expected["median"][number]
            yield {**head, "part": "forecast", "date": day, "value": value, "incidence": median, **bands}


def summary_rows(summary: Mapping[str, Any]) -> Iterator[Row]:
    """Yield one row a region of each list of the summary.

    Args:
        summary: As its answer says it.
    """
    head = _head(summary["edition"])
    return ({**head, "list": name, **region} for name in SUMMARY_LISTS for region in summary[name])


def _head(edition: Mapping[str, Any]) -> Row:
    withdrawn = edition["withdrawn"]
    return {
        **{name: edition[name] for name in ("provider", "lock_number", "timestamp", "cutoff")},
        "edition": edition["number"],
        "withdrawn_at": None if withdrawn is None else withdrawn["at"],
    }
