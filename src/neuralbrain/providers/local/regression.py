"""Least squares that know what to expect: shrunk to given coefficients, and kept from falling below zero if asked."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Floats

SWEEPS = 100  # coordinate sweeps; with a handful of coefficients they settle earlier


def ridge(design: Floats, target: Floats, *, weight: Floats, expected: Floats, strength: Floats) -> Floats:
    """Return coefficients of weighted least squares, shrunk to expected ones.

    Minimises ``sum(weight * (target - design @ b)**2) + sum(strength * (b - expected)**2)``.

    Args:
        design: Shape (n, p).
        target: Shape (n,).
        weight: Shape (n,), at least 0.
        expected: Shape (p,).
        strength: Shape (p,), above 0.

    Returns:
        Shape (p,); ``expected`` where there are no rows.

    Source: Hoerl & Kennard (1970), doi:10.1080/00401706.1970.10488634.

    >>> ridge(np.ones((3, 1)), np.full(3, 4.0), weight=np.ones(3), expected=np.zeros(1), strength=np.ones(1)).round(9)
    array([3.])
    """
    weighted = design * weight[:, None]
    gram = weighted.T @ design + np.diag(strength)
    moment = weighted.T @ (target - design @ expected)
    return np.asarray(expected + np.linalg.lstsq(gram, moment, rcond=None)[0])


def nonnegative_ridge(design: Floats, target: Floats, *, weight: Floats, expected: Floats, strength: Floats) -> Floats:
    """Return the same as ``ridge`` with no coefficient below zero, by cyclic coordinate descent.

    Args:
        design: Shape (n, p).
        target: Shape (n,).
        weight: Shape (n,), at least 0.
        expected: Shape (p,), at least 0.
        strength: Shape (p,), above 0.

    Returns:
        Shape (p,), at least 0.

    Source: Franc, Hlavac & Navara (2005), doi:10.1007/11556121_50.

    >>> one = np.ones(1)
    >>> nonnegative_ridge(np.ones((3, 1)), np.full(3, -4.0), weight=np.ones(3), expected=one, strength=one)
    array([0.])
    """
    weighted = design * weight[:, None]
    gram = weighted.T @ design + np.diag(strength)
    moment = weighted.T @ target + strength * expected
    found = expected.copy()
    for _ in range(SWEEPS):
        for place in range(len(found)):
            rest = moment[place] - gram[place] @ found + gram[place, place] * found[place]
            found[place] = max(rest / gram[place, place], 0.0)
    return found
