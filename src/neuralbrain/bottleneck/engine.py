"""The bottleneck for one region at a time, and the forecasts kept in this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from neuralbrain.bottleneck.given import Given, given_of, name_in
from neuralbrain.bottleneck.kept import KeptForecasts
from neuralbrain.bottleneck.normalise import normalise_reading
from neuralbrain.bottleneck.read import horizons_answered, read_as_answered
from neuralbrain.bottleneck.reading import Reading
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.edition import Edition
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.errors import AnswerError

HORIZON_CODES = ("horizon-missing", "horizon-unknown")
GIVE_DATES = (
    "Neither the actual data nor the history has dates, so whether its rows are days or weeks is a guess: give dates."
)


class BottleneckForecastingEngine:
    """Normalises one region's answer, and keeps forecasts by region.

    One region goes through the same array code as the whole world. Safe to use from several threads.

    Args:
        current: Loads the current edition, None where there is none; the cache starts with it, on first use.
        now: The time.
        code_of: Gives our code of a region by any name or code, None where it is unknown.
        newest: Gives the number of the edition that is up now, None where there is none; it should be cheap. A read
            of the cache asks it at most once a second, and loads the edition anew where it is another one. Without
            it the cache stays with the edition that it started with.
        seconds: A clock that never goes back; needed with ``newest``.

    Raises:
        ValueError: If only one of ``newest`` and ``seconds`` is given.
    """

    def __init__(
        self,
        *,
        current: Callable[[], Edition | None],
        now: Callable[[], datetime],
        code_of: Callable[[str], str | None],
        newest: Callable[[], int | None] | None = None,
        seconds: Callable[[], float] | None = None,
    ) -> None:
        self._now = now
        self._code_of = code_of
        self._kept = KeptForecasts(current, newest=newest, seconds=seconds)

    def normalize_forecast(
        self,
        provider_output: object,
        provider_name: str,
        actual_data: Mapping[str, Any],
        historical_data: Sequence[Mapping[str, Any]],
    ) -> ForecastData:
        """Return one region's forecast in the authoritative shape.

        Args:
            provider_output: Anything an AI answers with: bytes, text or a document, of points, intervals or
                quantiles, in the measure of the actual data, for consecutive horizons.
            provider_name: Who answered.
            actual_data: ``country`` or ``region``, ``cases``, ``deaths``; optional ``date``, ``population`` and
                ``measure``: ``"cumulative"``, the default, for totals, ``"incident"`` for new events a period.
            historical_data: Rows, oldest first, with ``cases`` and optional ``deaths`` and ``date``. Where neither
                they nor the actual data have a date, the rows are weeks if the answer is about days 7, 14, 21 … or
                about weeks, else consecutive days.

        Raises:
            AnswerError: If the answer cannot be read or is refused; the message holds the findings.
            ValueError: If the actual or historical data are not as described.
        """
        now = self._now()
        name = name_in(actual_data)

        def given_as(undated: Cadence) -> Given:
            return given_of(actual_data, historical_data, region=self._code(name), now=now, undated=undated)

        given = given_as(Cadence.DAILY)
        request, reading = self._read(given, provider_output, name=name)
        answered = horizons_answered(request, reading)
        if given.undated and answered and all(day % 7 == 0 for day in answered):
            given = given_as(Cadence.WEEKLY)
            request, reading = self._read(given, provider_output, name=name)
        normalised = normalise_reading(
            request,
            reading,
            provider=provider_name,
            lock_number=None,
            now=now,
            totals=np.full(2, given.totals),
        )
        if not len(normalised.table):
            says = [one.message for one in normalised.refused]
            if given.undated and any(one.code in HORIZON_CODES for one in normalised.refused):
                says.append(GIVE_DATES)
            raise AnswerError(
                " ".join(says),
                remedy="Ask again; if it happens again, look at what the provider answers for this region.",
            )
        return normalised.table.row(0)

    def _read(self, given: Given, provider_output: object, *, name: str) -> tuple[ForecastRequest, Reading]:
        return read_as_answered(
            given.request(given.panel.cadence.horizons),
            provider_output,
            resolve=lambda other: given.region if other.casefold() == name.casefold() else self._code_of(other),
        )

    def cache_forecast(self, region: str, forecast: ForecastData) -> None:
        """Keep a forecast in this process; it comes before the edition's, and never reaches the API."""
        self._kept.put(self._code(region), forecast)

    def get_cached_forecast(self, region: str) -> ForecastData | None:
        """Return a region's kept forecast, or None; any name or code of the region will do."""
        found = self._kept.get(region)
        return found if found is not None else self._kept.get(self._code(region))

    def get_all_cached_forecasts(self) -> list[ForecastData]:
        """Return all kept forecasts, one a region."""
        return self._kept.all()

    def clear_cache(self) -> None:
        """Forget all kept forecasts of this process, those of the edition too.

        The cache is then empty until another edition is up than now.
        """
        self._kept.clear()

    def _code(self, region: str) -> str:
        return self._code_of(region) or region
