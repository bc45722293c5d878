"""Numbers, field names and quantile levels as providers write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from numbers import Real
from typing import cast

from neuralbrain.bottleneck.read_text import shown

_LEVEL_KEY = re.compile(
    r"(?:quantile|percentile|q|p)_?(?P<marked>\d*\.?\d+)|(?P<share>0?\.\d+)|(?P<percent>\d*\.?\d+)%"
)
_BOUND_KEY = re.compile(
    r"(?P<side>lower|upper|low|high|lo|hi)_?(?P<level>\d*\.?\d+)|(?P<level_first>\d*\.?\d+)_(?P<side_last>lower|upper)"
)
_INTERVAL_KEY = re.compile(r"(?:prediction_|confidence_|credible_)?(?:interval|pi|ci)_?(?P<level>\d*\.?\d+)")
_BARE_NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?|\.\d+")
_UPPER = ("upper", "high", "hi")


class UnreadableError(Exception):
    """One region's answer cannot be read; becomes a finding before it leaves the package.

    Args:
        code: The finding's code.
        sentence: The finding's message.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def number(value: object, *, where: str) -> float:
    """Return a JSON number as a float: null is NaN, an integer too large is infinite.

    Args:
        value: What stands there.
        where: The field and horizon, for the message.

    Raises:
        UnreadableError: If it is a boolean, a text or anything else; ``"7"`` is not 7.

    >>> number(7, where="forecasted_cases")
    7.0
    """
    if value is None:
        return float("nan")
    if isinstance(value, bool) or not isinstance(value, Real):
        raise UnreadableError("not-a-number", f"{where} is {shown(value)}, which is not a number.")
    try:
        return float(value)
    except OverflowError:
        return float("inf") if cast("int", value) > 0 else float("-inf")


def named_fields(row: Mapping[object, object], *, where: str) -> dict[str, object]:
    """Return an object's fields under plain names: lower case, with underscores.

    Raises:
        UnreadableError: If two names are the same then.

    >>> named_fields({"Forecasted Cases": 1}, where="AGO")
    {'forecasted_cases': 1}
    """
    fields = {re.sub(r"[\s\-]+", "_", str(key).strip()).lower(): value for key, value in row.items()}
    if len(fields) != len(row):
        raise UnreadableError("field-twice", f"{where} names a field twice.")
    return fields


def share_of(level: float, *, where: str) -> float:
    """Return a level as a share strictly between 0 and 1; 80 means 80 %.

    Raises:
        UnreadableError: If it is neither.
    """
    share = level / 100 if level >= 1 else level
    return _between(share, level, where)


def _between(share: float, level: float, where: str) -> float:
    if not 0 < share < 1:  # also NaN
        raise UnreadableError("level-out-of-range", f"{where} names the level {level:g}, which is not between 0 and 1.")
    return round(share, 6)  # so that 0.1 read in two ways is one level


def level_of_key(key: str, *, where: str) -> float | None:
    """Return the quantile level that a field name stands for, or None where it is no level.

    >>> [level_of_key(key, where="") for key in ("0.1", "q0.25", "p90", "97.5%", "value", "12")]
    [0.1, 0.25, 0.9, 0.975, None, None]
    """
    found = _LEVEL_KEY.fullmatch(key)
    if found is None:
        return None
    if found["percent"]:
        percent = float(found["percent"])
        return _between(percent / 100, percent, where)  # 0.5% is no median
    return share_of(float(found["marked"] or found["share"]), where=where)


def with_percent_signs(fields: dict[str, object]) -> dict[str, object]:
    """Return quantiles by bare percentages with their signs; any others as they are.

    The keys are percentages if all are numbers, one is above 1, and none above 100. Evenly spaced ones, as 1, 2, 3 or
    7, 14, 21, could be days as well, and are taken only where the outermost two are as far from 0 as from 100.

    >>> with_percent_signs({"10": 60, "50": 80, "90": 100})
    {'10%': 60, '50%': 80, '90%': 100}
    """
    if not fields or any(_BARE_NUMBER.fullmatch(key) is None for key in fields):
        return fields
    numbers = sorted(map(float, fields))
    lowest, highest = numbers[0], numbers[-1]
    spaced = numbers == [lowest * count for count in range(1, len(numbers) + 1)]
    if not 1 < highest <= 100 or (spaced and lowest + highest != 100):
        return fields
    return {f"{key}%": value for key, value in fields.items()}


def bound_of_key(key: str, *, where: str) -> float | None:
    """Return the quantile level of an interval's bound by its field name, or None.

    >>> bound_of_key("lower_80", where=""), bound_of_key("upper_0.95", where="")
    (0.1, 0.975)
    """
    found = _BOUND_KEY.fullmatch(key)
    if found is None:
        return None
    lower, upper = interval_levels(float(found["level"] or found["level_first"]), where=where)
    return upper if (found["side"] or found["side_last"]) in _UPPER else lower


def interval_of_key(key: str, *, where: str) -> tuple[float, float] | None:
    """Return the two quantile levels of a central interval by its field name, or None.

    >>> interval_of_key("interval_80", where="")
    (0.1, 0.9)
    """
    found = _INTERVAL_KEY.fullmatch(key)
    return None if found is None else interval_levels(float(found["level"]), where=where)


def interval_levels(level: float, *, where: str) -> tuple[float, float]:
    """Return the two quantile levels of a central interval.

    Raises:
        UnreadableError: If the interval's level is not between 0 and 1 (or 100 %).
    """
    share = share_of(level, where=where)
    return round((1 - share) / 2, 6), round((1 + share) / 2, 6)
