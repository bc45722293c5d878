"""How numbers are rounded where they stand in a sentence, so that none claims more than a forecast knows."""

from __future__ import annotations

import math


def spoken(value: float, unit: str) -> str:
    """Return a number as it is said in a sentence.

    People above 1,000 are rounded to the nearest 100, from 10 to 1,000 to the nearest 10, below 10 to a whole number;
    proportions to two significant figures, in percent, rates to two significant figures. Halves go up.

    Args:
        value: At least 0.
        unit: ``count`` for people, ``share`` for a proportion or probability from 0 to 1, else a rate.

    Source: the rounding of CDC's published ensemble forecasts.

    >>> [spoken(value, "count") for value in (1_249, 345, 9.6)], spoken(0.0123, "share"), spoken(12.34, "per_100k")
    (['1,200', '350', '10'], '1.2 %', '12')
    """
    if unit == "count":
        step = 100 if value > 1000 else 10 if value >= 10 else 1
        return f"{math.floor(value / step + 0.5) * step:,}"
    if unit == "share":
        return f"{_two_figures(value * 100)} %"
    return _two_figures(value)


def chance(probability: float) -> str:
    """Return a probability as it is said in a sentence; never 0 % or 100 % for what is only nearly so.

    >>> chance(0.4), chance(0.004), chance(0.996), chance(1.0)
    ('40 %', 'less than 1 %', 'more than 99 %', '100 %')
    """
    if 0 < probability < 0.01:
        return "less than 1 %"
    if 0.99 < probability < 1:
        return "more than 99 %"
    return spoken(probability, "share")


def _two_figures(value: float) -> str:
    if value == 0:
        return "0"
    decimals = 1 - math.floor(math.log10(abs(value)))
    step: float = 10.0**-decimals
    return f"{math.floor(value / step + 0.5) * step:,.{max(decimals, 0)}f}"
