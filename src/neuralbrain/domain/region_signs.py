"""What the last editions say of each region and signal, side by side: what alerts about regions are decided by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuralbrain.domain.observation import Dates, Floats, Integers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegionSigns:
    """N regions and signals in the last E editions that were not withdrawn.

    Args:
        editions: E numbers, oldest first; the last is the one that is looked at.
        regions: N region codes.
        signals: N names of signals.
        places: Shape (N, 2): table and row of the newest edition's forecast, -1 where it has none.
        last_dates: Shape (N,), datetime64[D]: day of the last actual in the newest edition, NaT where it has none.
        risk_score: Shape (E, N), 0 to 100.
        outbreak_probability: Shape (E, N), 0 to 1.
        rising_probability: Shape (E, N), 0 to 1: that the trend is increasing.
        outbreak_threshold: Shape (N,): of the newest edition, in the unit of the incidence.

    NaN anywhere means: not in that edition, or not derived there.
    """

    editions: tuple[int, ...]
    regions: tuple[str, ...]
    signals: tuple[str, ...]
    places: Integers
    last_dates: Dates
    risk_score: Floats
    outbreak_probability: Floats
    rising_probability: Floats
    outbreak_threshold: Floats

    def __len__(self) -> int:
        return len(self.regions)

    def here(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return shape (N,): whether the newest edition has a forecast."""
        return np.asarray(self.places[:, 0] >= 0)
