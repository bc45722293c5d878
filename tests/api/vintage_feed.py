"""A made-up feed with vintages, taken in as releases: hospital admissions of two states, revised and withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from neuralbrain.domain.feed import Fetched, FetchOutcome, Payload
from neuralbrain.domain.observation import ObservationBatch, RejectedRow, Series, Signal
from neuralbrain.errors import SourceBusyError
from neuralbrain.wiring import Application

CLINICS = "clinics"
ADMISSIONS = Signal(name="flu_admissions", deaths="flu_deaths")
REPORTING = Signal(name="hospitals_reporting", primary=False, asked=False)
NAN = float("nan")

Values = dict[tuple[str, str], float]  # by place and target date

RELEASES: tuple[tuple[int, Values], ...] = (  # by the day of January 2026 that each is known from
    (7, {("US-CA", "2025-12-27"): 100.0, ("US-CA", "2026-01-03"): 80.0}),
    (14, {("US-CA", "2025-12-27"): 100.0, ("US-CA", "2026-01-03"): 95.0, ("US-CA", "2026-01-10"): 60.0}),
    (
        21,
        {
            ("US-CA", "2025-12-27"): NAN,
            ("US-CA", "2026-01-03"): 97.0,
            ("US-CA", "2026-01-10"): 88.0,
            ("US-CA", "2026-01-17"): 50.0,
            ("US-NY", "2026-01-17"): 7.0,
        },
    ),
)
WITHDRAWN, REVISED, SETTLED, NEWEST = "2025-12-27", "2026-01-03", "2026-01-10", "2026-01-17"


def release(values: Values, *, day: int, source: str = CLINICS, rejected: tuple[RejectedRow, ...] = ()):
    """Return one release of admissions, known from the beginning of a day of January 2026 on."""
    places = tuple(dict.fromkeys(place for place, _ in values))
    return ObservationBatch(
        series=tuple(Series(source=source, location=place, signal=ADMISSIONS) for place in places),
        series_index=np.array([places.index(place) for place, _ in values], dtype=np.int64),
        target_date=np.array([date for _, date in values], dtype="datetime64[D]"),
        value=np.array(list(values.values())),
        as_of=datetime(2026, 1, day, tzinfo=UTC),
        rejected=rejected,
    )


def spoilt(value: str, *, code: str) -> RejectedRow:
    """Return a row that could not be used."""
    return RejectedRow(
        location="Kalifornien",
        signal="flu_admissions",
        target_date=NEWEST,
        value=value,
        code=code,
        message="It is not.",
    )


def take(application: Application, batches: list[ObservationBatch], *, source: str = CLINICS) -> None:
    """Take releases in, as of one part, and remember that it was had."""
    page = Payload(
        body=source.encode(),
        media_type="t",
        origin="https://clinics.example/a.csv",
        retrieved_at=application.clock.now(),
    )
    number = application.observations.keep_payload(source, page)
    application.observations.take_in(batches, source=source, part="a.csv", payload_numbers=[number])
    got = Fetched(part="a.csv", origin=page.origin, outcome=FetchOutcome.NEW, pages=(page,), sha256="0", seconds=0.5)
    application.feeds.note(source, got, payload_numbers=[number])


def take_clinics_in(application: Application) -> None:
    """Take in all releases of the clinics, the last with two rows that cannot be used."""
    last = len(RELEASES) - 1
    rows = (spoilt("-3", code="value-negative"), spoilt("many", code="value-not-a-number"))
    take(
        application,
        [
            release(values, day=day, rejected=rows if place == last else ())
            for place, (day, values) in enumerate(RELEASES)
        ],
    )


def fail(application: Application, *, source: str, part: str, said: str = "The server is busy.") -> None:
    """Remember that a part could not be had."""
    fault = SourceBusyError(said, remedy="Nothing to do: the next cycle asks again.")
    application.feeds.note(
        source, Fetched(part=part, origin="https://clinics.example/b.csv", outcome=FetchOutcome.FAILED, fault=fault)
    )
