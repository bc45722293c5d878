"""How fast the lock goes to the next provider: from the third failure to the first question at the next one.

Everything is real but the providers, which stand in for real ones in a process of their own: the lock and the record
of calls on disk, the connections, three answers of 503. The pauses between the failures are as long as the
provider wishes; they are left out of the short figure and are part of the whole one.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.asking import asking_application, questions_about
from benchmarks.figure import Figure, Goal, timed
from benchmarks.lock import BARE, bare_database
from benchmarks.measure import Sample, interleaved
from benchmarks.stand_in import NAMES, StandIn, stand_in
from benchmarks.workspace import temporary_home
from neuralbrain.clock import SystemClock
from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.wiring import Application

FAILOVER = Goal(most=30.0)
FIRST, NEXT = NAMES
DOWN = "overloaded"  # 503, with the wish to be left alone for 9 seconds
STRIKES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Failover:
    """One failover, as the providers saw it.

    Args:
        third_to_next: Seconds from the end of the third failure to the first question at the next provider.
        whole: Seconds from the first question to the next provider's first answer.
    """

    third_to_next: float
    whole: float


class HurriedClock(SystemClock):
    """The machine's clocks, for whom every pause is over at once."""

    def wait(self, seconds: float) -> None:
        """Let nothing pass."""


def figures(*, rounds: int = 40, paused_rounds: int = 1) -> list[Figure]:
    """Return the time from the third failure to the next provider, and that of a whole failover with its pauses.

    Args:
        rounds: How often the lock is handed on without the pauses.
        paused_rounds: How often with them; they are left out where it is 0.
    """
    (question,) = questions_about(1)
    quick: list[Failover] = []
    paused: list[Failover] = []
    with temporary_home() as home, stand_in() as server:
        with asking_application(home / "quick", server) as application, bare_database(home) as (commit, _):
            application.clock = HurriedClock()  # before anything that tells the time is built
            taken = interleaved(
                {BARE: commit, "failover": lambda: quick.append(failed_over(application, server, question))},
                rounds=rounds,
                warm_up=2,
            )
        with asking_application(home / "paused", server) as application:
            paused += [failed_over(application, server, question) for _ in range(paused_rounds)]
    bare = taken[BARE]
    short = Sample(seconds=tuple(one.third_to_next for one in quick[-rounds:]))
    unpaused = Sample(seconds=tuple(one.whole for one in quick[-rounds:]))
    title = "first question to the next provider's answer"
    rows = [
        timed("third 503 to the first question at the next", short, beside=BARE, reference=bare, goals=(FAILOVER,)),
        timed(f"{title}, without pauses", unpaused, beside=BARE, reference=bare),
    ]
    if paused:
        whole = Sample(seconds=tuple(one.whole for one in paused))
        wished = f"{title}, with two of 9 s, as it wished"
        rows.append(timed(wished, whole, beside="without", reference=unpaused, goals=(FAILOVER,)))
    return rows


def failed_over(application: Application, server: StandIn, question: ForecastRequest) -> Failover:
    """Let the first provider fail three times, and return how long it took until the next one was asked.

    Raises:
        RuntimeError: If it went otherwise: then something else was measured.
    """
    server.forget()
    server.script(FIRST, *[DOWN] * STRIKES)
    application.lock.acquire_lock(FIRST)
    with application.lease() as lease:
        asked = application.orchestrator.ask([question], runner=lease.holder)
    calls = server.asked()
    went = [(call["provider"], call["status"]) for call in calls]
    if asked.provider != NEXT or went != [*[(FIRST, 503)] * STRIKES, (NEXT, 200)]:
        raise RuntimeError(f"that was no failover after {STRIKES} failures: {went}")
    parked = application.lock.state().parking_of(FIRST)
    if parked is None or parked.reason != FailureKind.UNAVAILABLE.value:
        raise RuntimeError("the provider that failed is not left alone")
    third, following = calls[STRIKES - 1], calls[STRIKES]
    return Failover(third_to_next=following["started"] - third["ended"], whole=following["ended"] - calls[0]["started"])
