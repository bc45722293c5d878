"""What facts about the service come to; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from neuralbrain.domain.health import NOBODY_LEFT, HealthCheck, HealthFinding, Verdict
from neuralbrain.domain.slot import SlotOutcome, SlotRecord

SILENT_AFTER_SECONDS = 300.0  # the schedule looks every five seconds, but waits for a database that is kept locked
LITTLE_SPACE_BYTES = 200 * 1024 * 1024  # a year of hourly cycles over 10,000 series needs about that
EDITION_OLD_AFTER = timedelta(days=9)  # a weekly feed may be two days late before we worry
FAILED_IN_A_ROW = 3  # slots; one bad hour is weather
WORST_FIRST = (Verdict.FAILING, Verdict.DEGRADED, Verdict.HEALTHY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of the service at a moment.

    Args:
        trouble: What went wrong while the facts were gathered: code, what happened, what to do. Empty where nothing.
        free_bytes: Space left on the disk of the database, None where it could not be told.
        served: Number of the edition that is served, None where none is.
        serve_trouble: Why a newer edition is not served, empty where it is.
        newest_edition_at: When the newest edition was published, None where none was.
        good_at: When a cycle last published or found nothing new, None where none did.
        holder: Who holds the provider lock, None where nobody does.
        holder_lacks: What the holder lacks to be asked, empty where nothing.
        last_released: Who held the lock last, None while somebody holds it and where nobody ever did.
        slots: The last slots that have a state, newest first.
        paused: Whether the schedule is paused.
        schedule_failing: The code of what the schedule's last look failed by, empty where it did not.
        schedule_silent_seconds: Since the schedule loop last looked at the clock, None before its first look.
        silence_allowed_seconds: How long it may be silent: while a cycle runs the loop waits for it.
    """

    trouble: tuple[tuple[str, str, str], ...]
    free_bytes: int | None
    served: int | None
    serve_trouble: str
    newest_edition_at: datetime | None
    good_at: datetime | None
    holder: str | None
    holder_lacks: str
    last_released: str | None
    slots: Sequence[SlotRecord]
    paused: bool
    schedule_failing: str
    schedule_silent_seconds: float | None
    silence_allowed_seconds: float


def assess(facts: Facts, *, at: datetime) -> HealthCheck:
    """Return what the facts come to: the worst finding is the verdict."""
    looks = (_trouble, _space, _edition, _age, _lock, _slots, _schedule)
    findings = tuple(finding for look in looks for finding in look(facts, at))
    verdicts = {finding.verdict for finding in findings}
    verdict = next((one for one in WORST_FIRST if one in verdicts), Verdict.HEALTHY)
    return HealthCheck(at=at, verdict=verdict, findings=findings)


def why_not_ready(facts: Facts, *, at: datetime) -> tuple[HealthFinding, ...]:
    """Return why the service cannot answer as it should, and what else keeps it from forecasting.

    ``domain.health.is_ready`` says which of them take it out of service.
    """
    return (*_trouble(facts, at), *_no_edition(facts), *_failing(facts), *_silent(facts), *_nobody_left(facts))


def _trouble(facts: Facts, _at: datetime) -> tuple[HealthFinding, ...]:
    return tuple(
        HealthFinding(code=code, verdict=Verdict.FAILING, message=message, remedy=remedy)
        for code, message, remedy in facts.trouble
    )


def _space(facts: Facts, _at: datetime) -> tuple[HealthFinding, ...]:
    if facts.free_bytes is None or facts.free_bytes >= LITTLE_SPACE_BYTES:
        return ()
    return (
        HealthFinding(
            code="disk-nearly-full",
            verdict=Verdict.DEGRADED,
            message=f"Only {facts.free_bytes // 2**20} MB are left on the disk of the database.",
            remedy="Free space there, or move the data folder to a larger disk.",
        ),
    )


def _no_edition(facts: Facts) -> tuple[HealthFinding, ...]:
    if facts.served is not None:
        return ()
    said = "Every edition is withdrawn." if facts.newest_edition_at is not None else "No edition was published yet."
    first = facts.newest_edition_at is None and not facts.slots  # a new service: its first cycle is under way
    return (
        HealthFinding(
            code="edition-none",
            verdict=Verdict.DEGRADED if first else Verdict.FAILING,
            message=said,
            remedy="The next cycle makes one; `neuralbrain cycles list` shows why the last ones did not.",
        ),
    )


def _edition(facts: Facts, _at: datetime) -> tuple[HealthFinding, ...]:
    if not facts.serve_trouble:
        return _no_edition(facts)
    return (
        *_no_edition(facts),
        HealthFinding(
            code="edition-unreadable",
            verdict=Verdict.FAILING,
            message=facts.serve_trouble,
            remedy="`neuralbrain verify` names everything that is not as it was written.",
        ),
    )


def _age(facts: Facts, at: datetime) -> tuple[HealthFinding, ...]:
    moments = [moment for moment in (facts.newest_edition_at, facts.good_at) if moment is not None]
    if not moments or at - max(moments) <= EDITION_OLD_AFTER:
        return ()
    return (
        HealthFinding(
            code="edition-old",
            verdict=Verdict.DEGRADED,
            message=f"The edition was last found up to date {(at - max(moments)).days} days ago.",
            remedy="`neuralbrain cycles list` shows why no cycle has succeeded since.",
        ),
    )


def _lock(facts: Facts, _at: datetime) -> tuple[HealthFinding, ...]:
    if facts.holder is None or not facts.holder_lacks:
        return _nobody_left(facts)
    return (
        HealthFinding(
            code="holder-unconfigured",
            verdict=Verdict.DEGRADED,
            message=f"The provider {facts.holder} holds the lock and cannot be asked: {facts.holder_lacks}.",
            remedy="Set what it lacks; else the next cycle hands the lock on.",
        ),
    )


def _nobody_left(facts: Facts) -> tuple[HealthFinding, ...]:
    if facts.holder is not None or facts.last_released is None:
        return ()
    return (
        HealthFinding(
            code=NOBODY_LEFT,
            verdict=Verdict.DEGRADED,
            message=f"No provider holds the lock; {facts.last_released} held it last. The last edition stays up.",
            remedy="The next cycle begins again from the top; `neuralbrain providers list` shows how each one is.",
        ),
    )


def _slots(facts: Facts, _at: datetime) -> tuple[HealthFinding, ...]:
    last = facts.slots[:FAILED_IN_A_ROW]
    if not last or last[0].outcome is not SlotOutcome.FAILED:
        return ()
    many = len(last) == FAILED_IN_A_ROW and all(one.outcome is SlotOutcome.FAILED for one in last)
    return (
        HealthFinding(
            code="cycles-failing" if many else "cycle-failed",
            verdict=Verdict.FAILING if many else Verdict.DEGRADED,
            message=f"The last {'three cycles' if many else 'cycle'} failed: {last[0].reason}",
            remedy="`neuralbrain cycles list` shows each step and what to do.",
        ),
    )


def _schedule(facts: Facts, _at: datetime) -> tuple[HealthFinding, ...]:
    paused = HealthFinding(
        code="schedule-paused",
        verdict=Verdict.DEGRADED,
        message="The schedule is paused: no cycle is run.",
        remedy="`neuralbrain schedule resume` starts it again.",
    )
    return (*((paused,) if facts.paused else ()), *_failing(facts), *_silent(facts))


def _failing(facts: Facts) -> tuple[HealthFinding, ...]:
    if not facts.schedule_failing:
        return ()
    return (
        HealthFinding(
            code="schedule-failing",
            verdict=Verdict.FAILING,
            message=f"The schedule cannot go on ({facts.schedule_failing}); it tries again every minute.",
            remedy="The log says why; `neuralbrain doctor` shows what is wrong with the data folder.",
        ),
    )


def _silent(facts: Facts) -> tuple[HealthFinding, ...]:
    silent = facts.schedule_silent_seconds
    if silent is not None and silent <= facts.silence_allowed_seconds:
        return ()
    said = "has not begun yet" if silent is None else f"has been silent for {silent:.0f} s"
    return (
        HealthFinding(
            code="schedule-silent",
            verdict=Verdict.FAILING,
            message=f"The schedule loop {said}.",
            remedy="Look at the log; where it stays silent, restart the service: nothing is lost by that.",
        ),
    )
