"""Made-up feeds of any size, the same at every run: waves of cases, and deaths that follow them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime

import numpy as np

from neuralbrain.domain.feed import FeedFacts, Fetched, FetchOutcome, Payload, Validators
from neuralbrain.domain.observation import Floats, ObservationBatch, Scope, Series, Signal
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.providers.local.answer import answer_body

SOURCE = "synthetic"
WEEKS = 208  # four years: three are the least for the seasonal bound
LAST = np.datetime64("2026-03-29", "D")  # a Sunday
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
CASES = Signal(name="cases")
CASES_WITH_DEATHS = Signal(name="cases", deaths="deaths")
DEATHS = Signal(name="deaths", primary=False)
SPREAD = 1.4  # width of the answers on the log scale: a factor of two either way
RISE = 0.03  # a week: a flat path would be noted as a copy of the last value, which real answers are not


def region_codes(count: int) -> tuple[str, ...]:
    """Return codes of places that do not exist."""
    return tuple(f"R{number:05d}" for number in range(count))


def wave_counts(regions: int, *, weeks: int = WEEKS) -> Floats:
    """Return shape (regions, weeks): whole numbers at least 0 that rise and fall with the years."""
    generator = np.random.default_rng(20260329)
    level = generator.lognormal(mean=4.0, sigma=1.2, size=(regions, 1))
    phase = generator.uniform(size=(regions, 1))
    season = np.sin(2 * np.pi * (np.arange(weeks)[None, :] / 52 + phase))
    drift = np.cumsum(generator.normal(scale=0.08, size=(regions, weeks)), axis=1)
    return generator.poisson(level * np.exp(season + drift)).astype(np.float64)


class SyntheticSource:
    """A weekly feed of many places, as text that must be read like any other.

    Args:
        codes: Its places.
        with_deaths: Whether it reports deaths, too: two series a place instead of one.
        weeks: How many weeks it reports.
    """

    name = SOURCE
    attribution = "Made up"
    facts = FeedFacts(name=SOURCE, title="Made up", licence="none", attribution="Made up", signals=(), network=False)

    def __init__(self, codes: Sequence[str], *, with_deaths: bool = False, weeks: int = WEEKS) -> None:
        cases = wave_counts(len(codes), weeks=weeks)
        signals = (CASES_WITH_DEATHS, DEATHS) if with_deaths else (CASES,)
        counts = np.stack([cases, np.floor(cases / 50)][: len(signals)], axis=1)
        self._series = tuple(
            Series(source=SOURCE, location=code, signal=signal) for code in codes for signal in signals
        )
        self._weeks = weeks
        self._body = b" ".join(b"%d" % count for count in counts.ravel().astype(np.int64).tolist())

    def fetch(
        self,
        *,
        now: datetime,
        known: Mapping[str, Validators],
        since: date | None = None,
        but: Collection[str] = (),
    ) -> tuple[Fetched, ...]:
        """Return the same words every time, as if they were new."""
        del known, since, but
        page = Payload(body=self._body, media_type="text/plain", origin="made up", retrieved_at=now)
        return (Fetched(part="", origin="made up", outcome=FetchOutcome.NEW, pages=(page,)),)

    def parse(self, pages: Sequence[Payload]) -> tuple[ObservationBatch, ...]:
        """Return one row a series and week."""
        (payload,) = pages
        count = len(self._series)
        batch = ObservationBatch(
            series=self._series,
            series_index=np.repeat(np.arange(count), self._weeks),
            target_date=np.tile(LAST - 7 * np.arange(self._weeks)[::-1], count),
            value=np.array(payload.body.split(), dtype=np.float64),
            as_of=payload.retrieved_at,
            scope=Scope(signals=frozenset({CASES.name, DEATHS.name})),
        )
        return (batch,)


def steady_answer(request: ForecastRequest) -> bytes:
    """Return the words of a provider that expects a slow rise from the last value, within a factor of two."""
    last = request.incidence[:, -1] + 1
    horizons = np.array(request.horizons)[:, None]
    paths = np.exp(np.sqrt(horizons) * (LEVELS - 0.5) * SPREAD + RISE * horizons)
    quantiles = last[:, None, None] * paths[None, :, :]
    return answer_body(request.panel.series, horizons=request.horizons, quantiles=quantiles)
