"""The past as it stood at one moment: a view that cannot see further, whatever it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NoReturn

from neuralbrain.domain.feed import Intake, Payload
from neuralbrain.domain.observation import ObservationBatch, Panel, Series
from neuralbrain.domain.revisions import Revisions
from neuralbrain.errors import StoreError
from neuralbrain.source_ports import Observations


class KnownBy:
    """Observations as they were known at a cutoff; a later moment is answered as the cutoff, and nothing is written.

    Args:
        observations: All of them.
        cutoff: The last moment of knowledge.
    """

    def __init__(self, observations: Observations, *, cutoff: datetime) -> None:
        self._observations = observations
        self._cutoff = cutoff

    def panels(self, source: str, *, cutoff: datetime, every_signal: bool = False) -> tuple[Panel, ...]:
        """Return what was known of a source at a moment, at the latest at the view's own."""
        return self._observations.panels(source, cutoff=min(cutoff, self._cutoff), every_signal=every_signal)

    def revisions(
        self,
        source: str,
        *,
        signal: str | None = None,
        location: str | None = None,
        cutoff: datetime | None = None,
        since: date | None = None,
    ) -> Revisions:
        """Return every value that was known up to a moment, at the latest the view's own; so without one."""
        until = self._cutoff if cutoff is None else min(cutoff, self._cutoff)
        return self._observations.revisions(source, signal=signal, location=location, cutoff=until, since=since)

    def count_releases(self, source: str, *, cutoff: datetime) -> int:
        """Return how many releases were known at a moment, at the latest at the view's own."""
        return self._observations.count_releases(source, cutoff=min(cutoff, self._cutoff))

    def series(self, source: str | None = None) -> tuple[Series, ...]:
        """Refuse: which series are kept today was not known then."""
        raise _refused(f"the series of {source or 'all feeds'}")

    def series_of_place(self, location: str) -> tuple[Series, ...]:
        """Refuse: which series are kept today was not known then."""
        raise _refused(f"the series of {location}")

    def keep_payload(self, source: str, received: Payload) -> NoReturn:
        """Refuse: the past is not written."""
        del received
        raise _refused(f"room for a payload of {source}")

    def take_in(
        self, batches: Iterable[ObservationBatch], *, source: str, part: str = "", payload_numbers: Sequence[int]
    ) -> Intake:
        """Refuse: the past is not written."""
        del batches, payload_numbers
        raise _refused(f"room for a release of {source} {part}".rstrip())


def _refused(wanted: str) -> StoreError:
    return StoreError(
        f"A backtest asked its view of the past for {wanted}, which the view does not have.",
        remedy="This is a fault of NeuralBrain: please report it with this sentence.",
    )
