"""What has changed since the last look, whoever changed it: read out of the database that all processes share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from neuralbrain.api.broadcast import EventType
from neuralbrain.api.plain_words import without_paths
from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.health import HealthCheck
from neuralbrain.domain.journal import CycleRecord, StepRecord
from neuralbrain.domain.lock import RecordedEvent
from neuralbrain.kept import Kept

AT_ONCE = 100  # audit events, or cycles, that are read in one go
CYCLES_WATCHED = 10  # newest ones, of which one may still run: more than one at a time never do

OF_THE_LOCK = ("lock_acquire", "lock_release", "runner_takeover")
OF_EDITIONS = {"edition_published": EventType.EDITION_PUBLISHED, "edition_withdrawn": EventType.EDITION_WITHDRAWN}


class Change(NamedTuple):
    """One thing that happened, and what is to be said of it; ``at`` says when, as UTC."""

    kind: EventType
    data: dict[str, Any]


class AlertNews(NamedTuple):
    """One thing that happened to an alert.

    Args:
        number: Grows with each.
        raised: Whether it was raised; else it has ended.
        data: What is to be said of it; ``at`` says when, as UTC.
    """

    number: int
    raised: bool
    data: dict[str, Any]


class Alerts(Protocol):
    """What happened to alerts."""

    def __call__(self, after: int | None, /) -> tuple[AlertNews, ...]:
        """Return what happened after an event, oldest first; the last event alone where none is given."""
        ...


class Place(NamedTuple):
    """What every event names: the edition that is up, its provider, and the lock's number."""

    edition: int | None
    provider: str | None
    lock_number: int


class _Read(NamedTuple):
    """What one look read: new audit events, the newest cycles with new steps, both oldest first, and alerts."""

    events: tuple[RecordedEvent, ...]
    cycles: tuple[tuple[CycleRecord, tuple[StepRecord, ...]], ...]
    alerts: tuple[AlertNews, ...]


class Changes:
    """Looks at what is kept, and says what is new; one caller at a time.

    Args:
        kept: What is kept.
        health: Gives the last health check of this service, None before the first.
        alerts: Gives what happened to alerts.
    """

    def __init__(
        self, kept: Kept, *, health: Callable[[], HealthCheck | None], alerts: Alerts = lambda _after: ()
    ) -> None:
        self._kept = kept
        self._health = health
        self._alerts = alerts
        self._sequence: int | None = None  # of the last audit event; None before the first look
        self._holder: str | None = None
        self._verdict: str | None = None
        self._alert: int | None = None
        self._cycle = 0
        self._running: dict[int, int] = {}  # how many steps were told of each cycle that has not ended

    def look(self) -> tuple[Place, tuple[Change, ...]]:
        """Return where things stand, and what happened since the last look; nothing at the first.

        May wait for a disk. Where something cannot be read, everything is told at the next look.

        Raises:
            StoreError: If the database cannot be read.
        """
        is_first = self._sequence is None
        current = self._kept.editions.current()
        state = self._kept.lock_row.read()
        read = _Read(self._new_events(), self._cycles(), self._alerts(self._alert))
        found = (*self._audited(read.events), *self._run(read.cycles), *self._judged(), *self._alerted(read))
        place = Place(
            edition=None if current is None else current.number,
            provider=None if current is None else current.provider,
            lock_number=state.number,
        )
        if is_first:
            self._holder = state.provider
            return place, ()
        home = self._kept.settings.home
        in_order = sorted(found, key=lambda one: str(one.data["at"]))
        return place, tuple(Change(kind, without_paths(data, home=home)) for kind, data in in_order)

    def _new_events(self) -> tuple[RecordedEvent, ...]:
        """Return the audit events since the last look, oldest first; at the first look the last one."""
        trail, since = self._kept.lock_row.trail, self._sequence
        page = trail(1 if since is None else AT_ONCE)
        found = list(page)
        while since is not None and page and page[0].sequence > since + 1:
            page = trail(AT_ONCE, before=page[0].sequence)
            found[:0] = page
        return tuple(one for one in found if since is None or one.sequence > since)

    def _cycles(self) -> tuple[tuple[CycleRecord, tuple[StepRecord, ...]], ...]:
        """Return the newest cycles that are not known to have ended, each with its steps, oldest first."""
        journal, known = self._kept.journal, self._cycle
        newest = reversed(journal.last(CYCLES_WATCHED))
        wanted = [one for one in newest if one.number > known or one.number in self._running]
        return tuple((one, journal.steps(one.number)) for one in wanted)

    def _audited(self, events: Sequence[RecordedEvent]) -> Iterator[Change]:
        """Yield editions that were published or withdrawn, and the lock where it has changed."""
        before, changed = self._holder, None
        for recorded in events:
            one = recorded.event
            kind = OF_EDITIONS.get(one.event_type)
            if kind is not None:
                reason = {"reason": one.details["reason"]} if "reason" in one.details else {}
                named = {"edition": one.details["edition"], "provider": one.provider, "lock_number": one.number}
                yield Change(kind, {"at": utc_text(recorded.at), **named, **reason})
            elif one.event_type in OF_THE_LOCK:
                changed = recorded
                if one.event_type != "runner_takeover":
                    self._holder = one.provider if one.event_type == "lock_acquire" else None
        self._sequence = events[-1].sequence if events else self._sequence or 0
        if changed is not None:  # a switch releases and acquires, and is one change
            data = {
                "at": utc_text(changed.at),
                "lock_number": changed.event.number,
                "holder": self._holder,
                "previous_holder": before,
                "reason": str(changed.event.details.get("reason", changed.event.event_type)),
            }
            yield Change(EventType.LOCK_CHANGED, data)

    def _run(self, cycles: Sequence[tuple[CycleRecord, tuple[StepRecord, ...]]]) -> Iterator[Change]:
        """Yield what happened to cycles: those that began, each step that ended, and those that ended."""
        for record, steps in cycles:
            if record.number not in self._running:
                yield Change(EventType.CYCLE_BEGAN, _of_cycle(record, at=record.started_at, ended=False))
            for step in steps[self._running.get(record.number, 0) :]:
                yield Change(EventType.CYCLE_STEP, _of_step(record, step))
            self._running[record.number] = len(steps)
            self._cycle = max(self._cycle, record.number)
            if record.ended_at is not None:
                del self._running[record.number]
                yield Change(EventType.CYCLE_ENDED, _of_cycle(record, at=record.ended_at, ended=True))

    def _judged(self) -> Iterator[Change]:
        check = self._health()
        if check is None or check.verdict.value == self._verdict:
            return
        before, self._verdict = self._verdict, check.verdict.value
        if before is not None:
            findings = [one.code for one in check.findings]
            data = {"verdict": self._verdict, "previous_verdict": before, "findings": findings}
            yield Change(EventType.HEALTH_CHANGED, {"at": utc_text(check.at), **data})

    def _alerted(self, read: _Read) -> Iterator[Change]:
        for one in read.alerts:
            yield Change(EventType.ALERT_RAISED if one.raised else EventType.ALERT_CLEARED, one.data)
        self._alert = max([self._alert or 0, *(one.number for one in read.alerts)])


def _of_cycle(record: CycleRecord, *, at: datetime, ended: bool) -> dict[str, Any]:
    said = {
        "at": utc_text(at),
        "cycle": record.number,
        "trigger": record.trigger,
        "slot": None if record.slot is None else utc_text(record.slot),
    }
    if not ended:
        return said
    # The edition that was up at its end, which need not be its own.
    return {**said, "outcome": None if record.outcome is None else record.outcome.value, "edition": record.edition}


def _of_step(record: CycleRecord, step: StepRecord) -> dict[str, Any]:
    said = {"step": step.name, "outcome": step.outcome.value, "code": step.code or None, "attempts": step.attempts}
    return {"at": utc_text(step.ended_at), "cycle": record.number, **said, "message": step.message}
