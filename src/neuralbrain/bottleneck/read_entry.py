"""Which part of a region's answer is about which of its signals."""

from __future__ import annotations

from collections.abc import Mapping

from neuralbrain.bottleneck.read_distribution import (
    INTERVAL_LEVEL_NAMES,
    INTERVAL_NAMES,
    LOWER_NAMES,
    POINT_NAMES,
    UPPER_NAMES,
)
from neuralbrain.bottleneck.read_horizon import Calendar
from neuralbrain.bottleneck.read_numbers import bound_of_key, interval_of_key, level_of_key, named_fields
from neuralbrain.bottleneck.read_path import Path, path_of

CASES_NAMES = (
    "forecasted_cases",
    "predicted_cases",
    "forecast_cases",
    "cases_forecast",
    "case_forecast",
    "cases",
    "new_cases",
    "confirmed_cases",
)
DEATHS_NAMES = (
    "forecasted_deaths",
    "predicted_deaths",
    "forecast_deaths",
    "deaths_forecast",
    "death_forecast",
    "deaths",
    "new_deaths",
)
PATH_NAMES = ("levels", "quantiles", "lower", "upper", "median", "horizons", "intervals", "days", "weeks", "dates")
WIDTH_NAMES = (*LOWER_NAMES, *UPPER_NAMES, *INTERVAL_NAMES, *INTERVAL_LEVEL_NAMES, "quantiles", "intervals")
HORIZON_LISTS = ("horizons", "days", "weeks", "dates", "target_dates")
BARE_NAMES = ("forecast", "forecasts", "predictions", "prediction", "predicted", "values", "series", "rows", "points")


def cases_of(entry: object, *, name: str, where: str, calendar: Calendar) -> Path:
    """Return the path of a region's main signal.

    Args:
        entry: What the answer says about the region.
        name: The signal's name, which the answer may use as a field name.
        where: Field and region, for messages.
        calendar: The region's calendar.

    Raises:
        UnreadableError: If there is none that can be read.
    """
    names = (name.lower(), *CASES_NAMES)
    generic = (*names, *POINT_NAMES)
    part = _part(entry, names, where)
    whole = entry if part is None else _with_beside(part, entry, where, widths=True)
    return path_of(whole, names=generic, where=where, calendar=calendar)


def deaths_of(entry: object, *, name: str, where: str, calendar: Calendar) -> Path | None:
    """Return the path of a region's deaths, or None where the answer says nothing about them.

    Raises:
        UnreadableError: If what it says cannot be read.
    """
    names = (name.lower(), *DEATHS_NAMES)
    part = _named_part(entry, names, where)
    if part is not None:
        whole = _with_beside(part, entry, where, widths=False)  # a width without a name is the main signal's
        return path_of(whole, names=(*names, *POINT_NAMES), where=where, calendar=calendar)
    rows = _part(entry, names, where)
    rows = entry if rows is None else rows
    if isinstance(rows, list) and any(_says(row, names, where) for row in rows):
        return path_of(rows, names=names, where=where, calendar=calendar)
    return None


def signal_named(entry: object, *, where: str) -> str | None:
    """Return the signal that a region's answer says it is about, or None where it does not say."""
    if not isinstance(entry, Mapping):
        return None
    name = named_fields(entry, where=where).get("signal")
    return name if isinstance(name, str) else None


def _part(entry: object, names: tuple[str, ...], where: str) -> object | None:
    """Return the part about a signal: under its own name, else under a bare one, else None for the whole."""
    part = _named_part(entry, names, where)
    if part is not None or not isinstance(entry, Mapping):
        return part
    fields = named_fields(entry, where=where)
    if any(name in fields for name in PATH_NAMES):
        return None
    bare = (fields[name] for name in BARE_NAMES if isinstance(fields.get(name), (Mapping, list)))
    return next(bare, None)


def _named_part(entry: object, names: tuple[str, ...], where: str) -> object | None:
    """Return what stands under a signal's own name, there or below one bare name."""
    if not isinstance(entry, Mapping):
        return None
    fields = named_fields(entry, where=where)
    inner = [fields] + [
        named_fields(part, where=where) for name in BARE_NAMES if isinstance(part := fields.get(name), Mapping)
    ]
    return next((one[name] for one in inner for name in names if one.get(name) is not None), None)


def _with_beside(part: object, entry: object, where: str, *, widths: bool) -> object:
    """Return a list of points together with the lists of horizons and bounds that stand beside it."""
    if not isinstance(part, list) or any(isinstance(one, (Mapping, list)) for one in part):
        return part
    fields = named_fields(entry, where=where) if isinstance(entry, Mapping) else {}
    beside = {name: fields[name] for name in HORIZON_LISTS if isinstance(fields.get(name), list)}
    if widths:
        beside |= {name: value for name, value in fields.items() if _is_width(name, where)}
    return {**beside, "value": part} if beside else part


def _is_width(name: str, where: str) -> bool:
    if name in WIDTH_NAMES:
        return True
    return any(of_key(name, where=where) is not None for of_key in (bound_of_key, interval_of_key, level_of_key))


def _says(row: object, names: tuple[str, ...], where: str) -> bool:
    return isinstance(row, Mapping) and any(name in named_fields(row, where=where) for name in names)
