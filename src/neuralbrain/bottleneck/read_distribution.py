"""One horizon of one signal, in whatever shape, becomes levels and values; a point is a median."""

from __future__ import annotations

from collections.abc import Mapping

from neuralbrain.bottleneck.read_numbers import (
    UnreadableError,
    bound_of_key,
    interval_levels,
    interval_of_key,
    level_of_key,
    named_fields,
    number,
    share_of,
    with_percent_signs,
)

POINT_NAMES = (
    "median",
    "value",
    "point",
    "point_forecast",
    "forecast",
    "prediction",
    "predicted",
    "predicted_value",
    "estimate",
    "count",
    "mean",
)
LOWER_NAMES = ("lower", "lower_bound", "lower_ci", "ci_lower", "low")
UPPER_NAMES = ("upper", "upper_bound", "upper_ci", "ci_upper", "high")
INTERVAL_NAMES = ("interval", "prediction_interval", "confidence_interval", "credible_interval")
INTERVAL_LEVEL_NAMES = ("level", "interval_level", "confidence_level", "coverage")
QUANTILE_LEVEL_NAMES = ("quantile", "quantile_level", "output_type_id", "level")

Distribution = dict[float, float]
"""Quantile level to value."""


def distribution_of(row: object, *, names: tuple[str, ...], where: str) -> Distribution:
    """Return the levels and values of one horizon.

    Args:
        row: A number; an object with a point, an interval or quantiles; or a list of ``[level, value]``.
        names: The field names that hold the point, the preferred first.
        where: The field and horizon, for messages.

    Returns:
        Level to value; a point alone is ``{0.5: value}``. A value of null is NaN. An interval that does not say its
        level is left out where there is a point beside it.

    Raises:
        UnreadableError: If it cannot be read.

    >>> distribution_of({"value": 7, "interval_80": [5, 9]}, names=("value",), where="")
    {0.1: 5.0, 0.9: 9.0, 0.5: 7.0}
    """
    levels: Distribution = {}
    if isinstance(row, Mapping):
        fields = named_fields(row, where=where)
        inner = next((fields[name] for name in names if isinstance(fields.get(name), Mapping)), None)
        if isinstance(inner, Mapping):  # {"day": 1, "forecast": {"median": 7, ...}}
            fields, names = named_fields(inner, where=where), POINT_NAMES
        _add_quantiles(levels, fields, where)
        _add_bounds(levels, fields, where)
        point = next((name for name in names if name in fields), None)
        single = _single_level(fields)
        if point is not None and single is not None:
            level = share_of(number(fields[single], where=where), where=where)
            _add(levels, level, number(fields[point], where=where), where)
        elif point is not None and 0.5 not in levels:
            levels[0.5] = number(fields[point], where=where)
    elif isinstance(row, list):
        for entry in row:
            _add_listed(levels, entry, where)
    else:
        levels[0.5] = number(row, where=where)
    if not levels:
        raise UnreadableError("no-value", f"{where} holds no value that could be read.")
    return levels


def _add_quantiles(levels: Distribution, fields: dict[str, object], where: str) -> None:
    inner = fields.get("quantiles")
    if isinstance(inner, Mapping):
        for key, value in with_percent_signs(named_fields(inner, where=where)).items():
            level = level_of_key(key, where=where)
            if level is None:
                raise UnreadableError("level-unreadable", f"{where} has a quantile whose level cannot be read.")
            _add(levels, level, number(value, where=where), where)
    elif isinstance(inner, list):
        for entry in inner:
            _add_listed(levels, entry, where)
    for key, value in fields.items():
        level = level_of_key(key, where=where)
        if level is not None:
            _add(levels, level, number(value, where=where), where)


def _single_level(fields: dict[str, object]) -> str | None:
    """Return the field that says of which level a row's one value is, None where the row is not of that kind."""
    if any(name in fields for name in (*LOWER_NAMES, *UPPER_NAMES, *INTERVAL_NAMES)):
        return None  # there the level is the interval's
    # "level": "high" is a remark about the row.
    return next((name for name in QUANTILE_LEVEL_NAMES if isinstance(fields.get(name), (int, float))), None)


def _add_bounds(levels: Distribution, fields: dict[str, object], where: str) -> None:
    for key, value in fields.items():
        level = bound_of_key(key, where=where)
        pair = interval_of_key(key, where=where)
        if level is not None:
            _add(levels, level, number(value, where=where), where)
        elif pair is not None:
            _add_pair(levels, pair, value, where)
    listed = fields.get("intervals")
    if isinstance(listed, Mapping):
        for key, value in named_fields(listed, where=where).items():
            level_named = interval_of_key(f"interval_{key.removesuffix('%')}", where=where)
            if level_named is None:
                raise UnreadableError("level-unreadable", f"{where} has an interval whose level cannot be read.")
            _add_pair(levels, level_named, value, where)
    elif isinstance(listed, list):
        for entry in listed:
            _add_listed(levels, entry, where)
    named = next((name for name in INTERVAL_LEVEL_NAMES if name in fields), None)
    if named is None:
        return  # a width without its level says nothing that could be used
    lower = next((name for name in LOWER_NAMES if name in fields), None)
    upper = next((name for name in UPPER_NAMES if name in fields), None)
    interval = next((name for name in INTERVAL_NAMES if name in fields), None)
    if lower and upper:
        pair = interval_levels(number(fields[named], where=where), where=where)
        _add_pair(levels, pair, [fields[lower], fields[upper]], where)
    elif interval:
        pair = interval_levels(number(fields[named], where=where), where=where)
        _add_pair(levels, pair, fields[interval], where)


def _add_pair(levels: Distribution, pair: tuple[float, float], value: object, where: str) -> None:
    if isinstance(value, Mapping):
        fields = named_fields(value, where=where)
        value = [fields.get(next((name for name in side if name in fields), "")) for side in (LOWER_NAMES, UPPER_NAMES)]
    if not isinstance(value, list) or len(value) != 2:
        raise UnreadableError("interval-unreadable", f"{where} has an interval that is not two numbers.")
    for level, bound in zip(pair, value, strict=True):
        _add(levels, level, number(bound, where=where), where)


def _add_listed(levels: Distribution, entry: object, where: str) -> None:
    if isinstance(entry, list) and len(entry) == 2:
        _add(levels, share_of(number(entry[0], where=where), where=where), number(entry[1], where=where), where)
        return
    if not isinstance(entry, Mapping):
        raise UnreadableError("level-unreadable", f"{where} has values without their levels.")
    fields = named_fields(entry, where=where)
    if any(isinstance(value, (Mapping, list)) for value in fields.values()):
        raise UnreadableError("level-unreadable", f"{where} has quantiles inside quantiles.")
    for level, value in distribution_of(fields, names=POINT_NAMES, where=where).items():
        _add(levels, level, value, where)


def _add(levels: Distribution, level: float, value: float, where: str) -> None:
    if level in levels:
        raise UnreadableError("level-twice", f"{where} says the level {level:g} twice.")
    levels[level] = value
