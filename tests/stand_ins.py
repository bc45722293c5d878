"""Outsiders that do what a test's script says: a clock, a feed, a provider. Everything inside is real."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from neuralbrain.domain.ask_limits import AskLimits
from neuralbrain.domain.failure import Failure
from neuralbrain.domain.feed import FeedFacts, Fetched, FetchOutcome, Payload, Validators
from neuralbrain.domain.lock import PRIORITY, ProviderStatus, Runner
from neuralbrain.domain.observation import ObservationBatch, Series, Signal
from neuralbrain.domain.provider_check import ProbeResult
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.domain.request import Answer, ForecastRequest
from neuralbrain.lock.provider_lock import ProviderLockManager
from neuralbrain.ports import LockRow, Replies
from neuralbrain.turn import Surroundings

START = datetime(2026, 4, 1, 12, tzinfo=UTC)


class StillClock:
    """A clock that moves only when it is told to."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at
        self.uptime = 1000.0

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.at

    def uptime_seconds(self) -> float:
        """Return the uptime it was set to."""
        return self.uptime

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass, at once."""
        self.forward(seconds=seconds)

    def forward(self, **parts: float) -> None:
        """Move both times forward, by the parts of a timedelta."""
        step = timedelta(**parts)
        self.at += step
        self.uptime += step.total_seconds()


def surroundings(
    lock: ProviderLockManager,
    replies: Replies,
    clock: StillClock,
    *,
    limits: AskLimits | None = None,
    network_is_down: Callable[[], bool] = lambda: False,
    lease_left: Callable[[Runner], float] = lambda _runner: math.inf,
    break_off: Callable[[], None] = lambda: None,
) -> Surroundings:
    """Return what a provider's turn has around it."""
    return Surroundings(
        lock=lock,
        replies=replies,
        clock=clock,
        limits=limits or AskLimits(),
        network_is_down=network_is_down,
        lease_left=lease_left,
        break_off=break_off,
    )


def well(_name: str) -> ProbeResult:
    """Answer a probe as a provider does that can be asked."""
    return ProbeResult(kind=None, rule="probed")


def lock_over(row: LockRow, clock: StillClock, *, enabled: Sequence[str] = PRIORITY) -> ProviderLockManager:
    """Return a provider lock over a row."""
    return ProviderLockManager(
        row,
        order=PRIORITY,
        enabled=enabled,
        status_of=lambda _name: ProviderStatus.HEALTHY,
        clock=clock,
        actor="test",
    )


class ScriptedSource:
    """A feed that reports weekly cases of some places; the test writes what it reports."""

    name = title = "scripted"
    attribution = licence = "A test"
    signals = (Signal(name="cases"),)
    facts = FeedFacts(name=name, title=name, licence=licence, attribution=attribution, signals=signals, network=False)

    def __init__(self, values: dict[str, list[float]], *, last: str = "2026-03-29") -> None:
        self.values = values
        self.last = last
        self.broken: Exception | None = None
        self.signal = Signal(name="cases")

    def fetch(
        self,
        *,
        now: datetime,
        known: Mapping[str, Validators],
        since: date | None = None,
        but: Collection[str] = (),
    ) -> tuple[Fetched, ...]:
        """Return what is reported now, or fail as told."""
        del known, since, but
        if self.broken is not None:
            raise self.broken
        body = json.dumps([self.values, self.last]).encode()
        page = Payload(body=body, media_type="application/json", origin="test", retrieved_at=now)
        return (Fetched(part="", origin="test", outcome=FetchOutcome.NEW, pages=(page,)),)

    def parse(self, pages: Sequence[Payload]) -> tuple[ObservationBatch, ...]:
        """Return one row a place and week."""
        (payload,) = pages
        values, last = json.loads(payload.body)
        places = list(values)
        end = np.datetime64(last, "D")
        dates = [end - 7 * (len(values[place]) - 1 - np.arange(len(values[place]))) for place in places]
        batch = ObservationBatch(
            series=tuple(Series(source=self.name, location=place, signal=self.signal) for place in places),
            series_index=np.repeat(np.arange(len(places)), [len(values[place]) for place in places]),
            target_date=np.concatenate(dates),
            value=np.concatenate([np.array(values[place], dtype=np.float64) for place in places]),
            as_of=payload.retrieved_at,
        )
        return (batch,)


class ScriptedProvider:
    """A provider that answers the last value with a fixed spread, or fails as its script says.

    Args:
        name: As in the order of priority.
        script: Errors to raise or failures to return, one a call, before it answers; None answers.
        journal: Told the name at each call.
    """

    version = "scripted-1"

    def __init__(
        self,
        name: str,
        *,
        script: Sequence[BaseException | Failure | None] = (),
        journal: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self.name = name
        self.script = list(script)
        self.calls = 0
        self._journal = journal

    def parts(self, request: ForecastRequest) -> tuple[ForecastRequest, ...]:
        """Take every request whole."""
        return (request,)

    def forecast(self, request: ForecastRequest) -> Answer | Failure:
        """Answer, or fail as the script says next."""
        self.calls += 1
        self._journal(self.name)
        failure = self.script.pop(0) if self.script else None
        if isinstance(failure, BaseException):
            raise failure
        if failure is not None:
            return failure
        return Answer(body=steady_answer(request), media_type="application/json", model=self.version)

    def repair(self, request: ForecastRequest, answer: Answer) -> Answer | Failure | None:
        """Find nothing wrong."""
        del request, answer
        return None


def steady_answer(request: ForecastRequest) -> bytes:
    """Return an answer that says: as last time, within a factor of two."""
    last = np.nanmax(np.where(np.isfinite(request.incidence), request.incidence, np.nan), axis=1)
    spread = np.exp((LEVELS - 0.5) * 1.4)
    quantiles = last[:, None, None] * np.tile(spread, (len(last), len(request.horizons), 1))
    return json.dumps(
        {
            "series": [[one.location, one.signal.name] for one in request.panel.series],
            "horizons": list(request.horizons),
            "levels": LEVELS.tolist(),
            "quantiles": quantiles.tolist(),
        }
    ).encode()
