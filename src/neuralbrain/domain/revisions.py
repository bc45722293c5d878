"""Every value that was ever known of some series, and from when on."""

from __future__ import annotations

from dataclasses import dataclass

from neuralbrain.domain.observation import Dates, Floats, Integers, Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """Values in the order of series, target date and ``as_of``; a value is only there where it differs from the last.

    Args:
        series: The series that the rows point at.
        series_index: Shape (n,): position in ``series``, ascending.
        target_date: Shape (n,), datetime64[D].
        as_of: Shape (n,), datetime64[us], UTC: from when on the value was known.
        value: Shape (n,): NaN where the source withdrew it.
    """

    series: tuple[Series, ...]
    series_index: Integers
    target_date: Dates
    as_of: Dates
    value: Floats

    def __len__(self) -> int:
        return len(self.value)
