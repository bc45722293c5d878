"""What was asked and what was read, as arrays that checks and rules can work on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.finding import Finding
from neuralbrain.domain.observation import Floats, Integers, Series

Flags = npt.NDArray[np.bool_]
Positions = Integers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """An answer in arrays, for S series asked for, H horizons and the K quantile levels that occur in it.

    Args:
        levels: Shape (K,), ascending.
        values: Shape (S, H, K), as answered; NaN where nothing was said or where null stood.
        given: Shape (S, K): which levels a series was answered with.
        present: Shape (S, H): which horizons it was answered for.
        silent: Shape (S,): the answer says explicitly that there is none for this series.
        surplus: (series, horizon) answered beyond what was asked.
        unknown: Names of regions that were not asked for.
        repeated: Codes of regions answered more than once.
        missing: Codes of regions asked for that the answer does not name.
        findings: What could not be read.
    """

    levels: Floats
    values: Floats
    given: Flags
    present: Flags
    silent: Flags
    surplus: tuple[tuple[int, int], ...] = ()
    unknown: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def field_names(companion: Positions) -> list[str]:
    """Return the public field that each series is published in: deaths for a companion, else cases."""
    names = ["forecasted_cases"] * len(companion)
    for position in companion[companion >= 0]:
        names[position] = "forecasted_deaths"
    return names


def companions_of(series: tuple[Series, ...]) -> Positions:
    """Return shape (S,): the position of the series that counts each series' deaths, -1 where there is none.

    >>> from neuralbrain.domain.observation import Signal
    >>> cases, deaths = Signal(name="cases", deaths="deaths"), Signal(name="deaths", primary=False)
    >>> companions_of(tuple(Series(source="s", location="AGO", signal=one) for one in (cases, deaths)))
    array([ 1, -1])
    """
    places = {(one.source, one.location, one.signal.name): position for position, one in enumerate(series)}
    found = [
        -1 if one.signal.deaths is None else places.get((one.source, one.location, one.signal.deaths), -1)
        for one in series
    ]
    return np.array(found, dtype=np.int64)
