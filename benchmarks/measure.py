"""Repeated timing, each action in turn, so that a machine that drifts drifts for all of them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The durations of one action.

    Args:
        seconds: One a round, in the order they were measured.
    """

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Return the median, seconds."""
        return statistics.median(self.seconds)

    @property
    def p99(self) -> float:
        """Return the 99th percentile, seconds; with fewer than 100 rounds the longest."""
        return percentile(self.seconds, 0.99)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least that share of all values do not exceed (nearest rank).

    Args:
        values: At least one, in any order.
        share: Above 0, at most 1.

    Raises:
        ValueError: If there is no value, or the share is out of range.

    >>> percentile([4.0, 1.0, 3.0, 2.0], 0.5), percentile([4.0, 1.0, 3.0, 2.0], 0.51)
    (2.0, 3.0)
    """
    if not values or not 0 < share <= 1:
        raise ValueError(f"a percentile needs values and a share above 0 and at most 1, got {len(values)}, {share}")
    return sorted(values)[math.ceil(share * len(values)) - 1]


def interleaved(
    actions: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    warm_up: int = 1,
    clock: Callable[[], float] = perf_counter,
) -> dict[str, Sample]:
    """Return the durations of each action; every round runs each of them once, in the order given.

    Args:
        actions: Name to what is timed. One may leave behind what the next one needs.
        rounds: How often each is timed, at least once.
        warm_up: Rounds before the timing starts, which fill caches and load modules.
        clock: Seconds from any start.

    Raises:
        ValueError: If there is no round.
    """
    if rounds < 1:
        raise ValueError(f"at least one round is needed, got {rounds}")
    for _ in range(warm_up):
        for action in actions.values():
            action()
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            started = clock()
            action()
            seconds[name].append(clock() - started)
    return {name: Sample(seconds=tuple(taken)) for name, taken in seconds.items()}
