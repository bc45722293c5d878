"""Which series learn from each other, and which of very many are learned from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuralbrain.domain.observation import Integers, Series

MOST_GROUPS = 24  # groups beyond the largest ones share a model, so that the work stays bounded
MOST_TEACHERS = 2_000  # series the model is fitted to; more change nothing but the time it takes


def canonical_order(series: Sequence[Series]) -> Integers:
    """Return shape (S,): the positions of the series by signal, location and source.

    Everything is computed in this order, so that the order of a request changes not one digit.
    """
    keys = [(one.signal.name, one.location, one.source) for one in series]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)


def groups_of(series: Sequence[Series]) -> tuple[Integers, int]:
    """Return shape (S,), the number of each series' group, and how many groups there are.

    Series of one signal are a group. Group 0 holds the signals that have no group of their own.
    """
    names = np.array([one.signal.name for one in series], dtype=np.str_)
    _, signal, size = np.unique(names, return_inverse=True, return_counts=True)
    number = np.zeros(len(size), dtype=np.int64)
    largest = np.argsort(-size, kind="stable")[:MOST_GROUPS]
    number[largest] = np.arange(1, len(largest) + 1)
    return number[signal], len(largest) + 1


def teachers_of(group: Integers) -> Integers:
    """Return the positions of the series that the model is fitted to: all, or evenly spaced ones of each group.

    Args:
        group: Shape (S,): each series' group.
    """
    by_group = np.argsort(group, kind="stable")
    size = np.bincount(group)
    start = np.cumsum(size) - size
    rank = np.empty(len(group), dtype=np.int64)
    rank[by_group] = np.arange(len(group)) - np.repeat(start, size)
    allowed = max(MOST_TEACHERS // max(int(np.count_nonzero(size)), 1), 1)
    stride = np.maximum(-(-size // allowed), 1)
    return np.flatnonzero(rank % stride[group] == 0)
