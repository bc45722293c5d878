"""What a provider's own record says about its quantiles: by how much each level is moved before it is published."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import LEVELS

Key = tuple[str, str, int]
"""Source, signal's name, horizon in periods."""

FURTHEST = 1.5
"""The most that a level is moved, in normal scores: the level 0.5 to 0.933 or 0.067 at most."""

DIGITS = 6  # of a correction: sums that differ in their last bits are the same calibration

SCORES: Floats = np.array([NormalDist().inv_cdf(float(level)) for level in LEVELS])
SCORES.flags.writeable = False
"""Shape (23,): the standard normal quantile of each level."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """How one provider's quantiles are corrected, learnt from its own record and from no other's.

    Args:
        provider: Whose.
        corrections: Shape (23,) for each source, signal and horizon that has one: what is added to the normal score of
            each level; the quantile that the provider gives at the moved level is published at the level.
        counts: On how many weeks of the record each rests; also of those that are too few for a correction.

    Raises:
        ValueError: If a correction has another shape, moves a level by more than ``FURTHEST``, or lets levels cross.
    """

    provider: str
    corrections: Mapping[Key, Floats]
    counts: Mapping[Key, int]

    def __post_init__(self) -> None:
        for key, correction in self.corrections.items():
            if correction.shape != LEVELS.shape or not (np.abs(correction) <= FURTHEST).all():
                raise ValueError(f"the correction of {key} must have 23 numbers within ±{FURTHEST}")
            if (np.diff(SCORES + correction) < -2 * 10.0**-DIGITS).any():  # both may have been rounded
                raise ValueError(f"the correction of {key} lets levels cross")
            if key not in self.counts:
                raise ValueError(f"the correction of {key} does not say on how many weeks it rests")
            correction.flags.writeable = False

    @property
    def corrects(self) -> bool:
        """Return whether any level of anything is moved."""
        return any(correction.any() for correction in self.corrections.values())

    def about(self, keys: Collection[Key]) -> Calibration:
        """Return what it says about some sources, signals and horizons: others' records change nothing there."""
        wanted = set(keys)
        return Calibration(
            provider=self.provider,
            corrections={key: one for key, one in self.corrections.items() if key in wanted},
            counts={key: one for key, one in self.counts.items() if key in wanted},
        )

    def digest(self) -> str:
        """Return the SHA-256 of the corrections and what they rest on; what is not corrected leaves it as it is."""
        content = hashlib.sha256(self.provider.encode())
        for key in sorted(self.corrections):
            if self.corrections[key].any():
                content.update(f"|{key!r}|{self.counts[key]}|".encode())
                content.update(np.ascontiguousarray(self.corrections[key], "<f8").tobytes())
        return content.hexdigest()


def no_calibration(provider: str) -> Calibration:
    """Return the calibration of a provider that has no record.

    >>> no_calibration("local").corrects
    False
    """
    return Calibration(provider=provider, corrections={}, counts={})
