"""The one door to a provider."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from neuralbrain.deadline import DeadlineReached
from neuralbrain.domain.ask_limits import AskLimits
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.failure import Failure, FailureKind
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.lock import PRIORITY
from neuralbrain.domain.observation import Panel, Series, Signal
from neuralbrain.domain.provider_check import ProbeResult
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.errors import FencedError, NetworkDownError, NoProviderError, ProviderError, StoreFullError
from neuralbrain.lock.lease import RunnerLease
from neuralbrain.orchestrator import Orchestrator
from neuralbrain.store.replies import StoredReplies
from stand_ins import START, ScriptedProvider, StillClock, lock_over, surroundings, well

pytestmark = pytest.mark.both_databases(slow=True)


def request(*values: float, place: str = "AGO") -> ForecastRequest:
    """Return a request about one place."""
    panel = Panel(
        series=(Series(source="s", location=place, signal=Signal(name="cases")),),
        dates=np.datetime64("2026-01-04") + 7 * np.arange(len(values)),
        values=np.array([values]),
        cadence=Cadence.WEEKLY,
        cutoff=START,
        populations=np.array([1e6]),
    )
    return ForecastRequest(panel=panel, incidence=panel.values, horizons=(1, 2))


def failures(count: int) -> list[ProviderError]:
    """Return that many failures of a provider."""
    return [ProviderError("It is down.", remedy="Wait.") for _ in range(count)]


class Scene:
    """An orchestrator over a real lock and store, with scripted providers."""

    def __init__(
        self,
        lock_row,
        database,
        clock,
        *,
        lacking=(),
        order=PRIORITY,
        scripts=None,
        probes=None,
        failback=lambda _state: None,
        **around,
    ):
        self.calls: list[str] = []
        self.lock = lock_over(lock_row, clock, enabled=order)
        self.providers = {
            name: ScriptedProvider(name, script=(scripts or {}).get(name, ()), journal=self.calls.append)
            for name in PRIORITY
        }
        self.row = lock_row
        self.lease = RunnerLease(lock_row, clock=clock, lease_seconds=90, renewal_seconds=3600)
        self.lease.__enter__()
        self.door = Orchestrator(
            surroundings(self.lock, StoredReplies(database, clock=clock), clock, **around),
            row=lock_row,
            order=order,
            lacking=lambda name: "KEY not set" if name in lacking else "",
            provider=self.providers.__getitem__,
            probe=lambda name: (probes or {}).get(name) or well(name),
            failback=failback,
        )

    def ask(self, requests):
        """Ask as the process that has the runner lease."""
        return self.door.ask(requests, runner=self.lease.holder)

    def events(self) -> list[tuple[str, str | None]]:
        """Return types and providers of all audit events."""
        return [(one.event.event_type, one.event.provider) for one in self.row.trail(1000)]


@pytest.fixture
def scene(lock_row, database, clock: StillClock):
    """Yield a builder of scenes."""
    made = []

    def make(**how) -> Scene:
        made.append(Scene(lock_row, database, clock, **how))
        return made[-1]

    yield make
    for stage in made:
        stage.lease.__exit__(None, None, None)


def test_the_first_configured_provider_is_asked(scene):
    """Providers that lack a key are skipped, each with an audit event that says so; the first other one answers."""
    stage = scene(lacking={"openai", "gemini"})
    asked = stage.ask([request(1, 2)])
    assert (asked.provider, asked.lock_number) == ("groq", 1)
    assert stage.events() == [
        ("provider_skipped", "openai"), ("provider_skipped", "gemini"), ("lock_acquire", "groq"),
    ]  # fmt: skip
    assert stage.calls == ["groq"]


def test_only_the_holder_is_asked(scene):
    """As long as the lock is held, nobody else is asked, however often."""
    stage = scene()
    stage.lock.acquire_lock("huggingface")
    for week in range(5):
        assert stage.ask([request(1, week)]).provider == "huggingface"
    assert set(stage.calls) == {"huggingface"}


def test_the_same_question_is_not_asked_twice(scene):
    """A kept answer to exactly this question, under this number, is used again."""
    stage = scene()
    first = stage.ask([request(1, 2)])
    assert stage.ask([request(1, 2)]).replies == first.replies
    assert stage.calls == ["openai"]
    stage.lock.acquire_lock("gemini")
    stage.lock.acquire_lock("openai")
    stage.ask([request(1, 2)])
    assert stage.calls == ["openai", "openai"], "another lock number is another author's turn"


def test_two_failures_are_counted_and_forgiven(scene):
    """Fewer failures than the table allows keep the lock where it is; a success ends the row."""
    stage = scene(scripts={"openai": failures(2)})
    assert stage.ask([request(1, 2)]).provider == "openai"
    assert stage.events() == [
        ("lock_acquire", "openai"), ("failure_recorded", "openai"), ("failure_recorded", "openai"),
        ("recovered", "openai"),
    ]  # fmt: skip
    assert stage.lock.get_status()["consecutive_failures"] == 0


def test_three_failures_hand_the_lock_on(scene):
    """The third failure in a row costs exactly three calls, then the next provider answers everything."""
    stage = scene(scripts={"openai": [None, *failures(3)]})
    asked = stage.ask([request(1, 2), request(3, 4, place="BDI")])
    assert asked.provider == "gemini"
    assert {reply.provider for reply in asked.replies} == {"gemini"}
    assert {reply.lock_number for reply in asked.replies} == {asked.lock_number}
    assert stage.calls == ["openai"] * 4 + ["gemini"] * 2
    assert ("lock_release", "openai") in stage.events()


@pytest.mark.slow
def test_a_dead_provider_is_not_asked_again(scene):
    """After failover the dead one is left alone in the next thousand requests."""
    stage = scene(scripts={"openai": failures(1000)})
    for tens in range(20):
        asked = stage.ask([request(1, 50 * tens + week) for week in range(50)])
        assert asked.provider == "gemini"
    assert stage.calls.count("openai") == 3


def test_failures_in_a_row_count_over_requests(scene):
    """Two failures before a success and two after it are no row of three."""
    stage = scene(scripts={"openai": [*failures(2), None, *failures(2), None]})
    for week in range(2):
        assert stage.ask([request(1, week)]).provider == "openai"
    assert stage.lock.get_status()["total_failures"] == 4


def test_when_all_fail_nobody_holds_the_lock(scene):
    """Each provider gets its strikes once, then the lock is free and the error says what to do."""
    stage = scene(scripts={name: failures(1000) for name in PRIORITY})
    with pytest.raises(NoProviderError, match="last good edition stays up"):
        stage.ask([request(1, 2)])
    assert stage.calls == [name for name in PRIORITY for _ in range(3)]
    assert stage.lock.get_locked_provider() is None


def test_the_next_pass_starts_from_the_top(scene, clock):
    """After all have failed, the next cycle tries the first one again."""
    stage = scene(scripts={name: failures(3) for name in PRIORITY})
    with pytest.raises(NoProviderError):
        stage.ask([request(1, 2)])
    clock.forward(hours=1)
    assert stage.ask([request(1, 2)]).provider == "openai"


def test_with_everything_lacking_nobody_is_asked(scene):
    """Without any provider that can be asked there is an error and no call."""
    stage = scene(lacking=set(PRIORITY))
    with pytest.raises(NoProviderError):
        stage.ask([request(1, 2)])
    assert stage.calls == []


def test_a_holder_that_lost_its_key_hands_on(scene):
    """A holder that lacks something by now is released with that reason, and the next one answers."""
    stage = scene(lacking={"groq"})
    stage.lock.acquire_lock("groq")
    assert stage.ask([request(1, 2)]).provider == "cloudflare"
    released = next(one for one in stage.row.trail(10) if one.event.event_type == "lock_release")
    assert released.event.details["reason"] == "unconfigured: KEY not set"


def test_a_disabled_provider_gets_no_turn(scene):
    """A provider that is switched off is passed over without a call."""
    stage = scene(order=("gemini", "local"), scripts={"gemini": failures(3)})
    assert stage.ask([request(1, 2)]).provider == "local"
    assert set(stage.calls) == {"gemini", "local"}


def test_fencing_of_replies(scene):
    """A reply that arrives after somebody else changed the lock is not kept, and the error says so."""
    stage = scene()
    stage.lock.acquire_lock("openai")

    def slow(_asked, _answer):  # the last thing before the words are kept
        stage.lock.acquire_lock("gemini", reason="an operator says so")

    stage.providers["openai"].repair = slow
    with pytest.raises(FencedError, match="moved on"):
        stage.ask([request(1, 2)])
    assert stage.lock.is_locked("gemini")


def test_fencing_of_failure_reports(scene):
    """A failure of a provider that lost the lock meanwhile counts against nobody."""
    stage = scene()
    stage.lock.acquire_lock("openai")

    def fail(_asked):
        stage.lock.acquire_lock("gemini", reason="an operator says so")
        raise failures(1)[0]

    stage.providers["openai"].forecast = fail
    with pytest.raises(FencedError):
        stage.ask([request(1, 2)])
    status = stage.lock.get_status()
    assert (status["locked_provider"], status["consecutive_failures"], status["total_failures"]) == ("gemini", 0, 0)


def test_keep_the_words(scene, database):
    """The raw reply is in the database before anybody reads it, byte for byte."""
    stage = scene()
    asked = stage.ask([request(1, 2)])
    kept = StoredReplies(database, clock=StillClock()).find(
        request(1, 2).digest(), provider="openai", version="scripted-1", lock_number=asked.lock_number
    )
    assert kept is not None
    assert kept.answer.body == asked.replies[0].answer.body


def test_a_disabled_holder_loses_its_turn(scene):
    """A provider that was switched off while it held the lock is released with that reason, and not asked."""
    stage = scene(order=("gemini", "local"))
    stage.lock.acquire_lock("openai")
    assert stage.door.author() == ("gemini", "scripted-1")
    assert stage.ask([request(1, 2)]).provider == "gemini"
    released = next(one for one in stage.row.trail(10) if one.event.event_type == "lock_release")
    assert (released.event.provider, released.event.details["reason"]) == ("openai", "disabled")
    assert "openai" not in stage.calls


def test_an_operator_who_comes_between_is_not_overridden(scene):
    """Where the lock changes while a provider is chosen, the cycle gives way instead of switching it back."""
    stage = scene(lacking={"openai"})
    note = stage.row.note

    def meanwhile(event):
        note(event)
        stage.lock.acquire_lock("cloudflare", reason="an operator says so")

    stage.row.note = meanwhile
    with pytest.raises(FencedError):
        stage.ask([request(1, 2)])
    assert stage.lock.is_locked("cloudflare")
    assert stage.calls == []


def test_without_the_runner_lease_no_call_is_made(scene):
    """A process that lost the runner lease finds out before its next call."""
    stage = scene()
    with pytest.raises(FencedError):
        stage.door.ask([request(1, 2)], runner="somebody who was replaced")
    assert stage.calls == []


def test_a_client_that_breaks_counts_as_failed(scene):
    """An exception that nobody foresaw in a client is a strike like any other, not the end of the cycle."""
    stage = scene(scripts={"openai": [ZeroDivisionError("a bug")] * 3})
    assert stage.ask([request(1, 2)]).provider == "gemini"
    assert stage.calls.count("openai") == 3


def test_unusable_answers_are_strikes_of_their_own(scene):
    """Each unusable answer is asked again in the next cycle; the third in a row hands the lock on."""
    stage = scene()
    for cycle in range(3):
        assert stage.lock.get_locked_provider() == ("openai" if cycle else None)
        stage.door.refuse(stage.ask([request(1, 2), request(3, 4, place="BDI")]), code="answer-unreadable")
    assert stage.calls == ["openai"] * 6
    assert stage.lock.get_locked_provider() is None
    assert stage.ask([request(1, 2)]).provider == "gemini"


def test_who_would_answer_is_known_without_a_holder(scene):
    """With nobody holding the lock, the author is the one who would get it; asking changes nothing."""
    stage = scene(lacking={"openai"})
    assert stage.door.author() == ("gemini", "scripted-1")
    assert stage.lock.state().number == 0


def test_nobody_would_answer_where_all_lack_something(scene):
    """Without anybody who can be asked there is no author."""
    assert scene(lacking=set(PRIORITY)).door.author() is None


def test_a_pass_goes_around_once(scene):
    """After a release of the only one that can be asked, the next pass finds it again from the top."""
    stage = scene(lacking=set(PRIORITY) - {"openai"})
    stage.ask([request(1, 2)])
    stage.lock.release_lock("an operator says so")
    assert stage.door.author() == ("openai", "scripted-1")
    assert stage.ask([request(1, 2)]).provider == "openai"


def limits(**changes) -> AskLimits:
    """Return limits of asking with some changed."""
    return AskLimits(**changes)


def failing(kind: FailureKind, **how) -> Failure:
    """Return a failure as a client returns it."""
    return Failure(kind=kind, rule="scripted", **how)


def test_a_told_wait_is_no_strike(scene, clock):
    """A rate limit that says how long is waited for exactly so long, and counts against nobody."""
    stage = scene(scripts={"openai": [failing(FailureKind.RATE_LIMITED, wait_seconds=7.0)] * 5})
    began = clock.uptime
    assert stage.ask([request(1, 2)]).provider == "openai"
    assert clock.uptime - began == 35.0
    assert stage.lock.get_status()["total_failures"] == 0


def test_a_wait_beyond_the_limit_is_a_strike(scene, clock):
    """A rate limit that asks for more than the longest wait counts, and its strikes together wait that long."""
    stage = scene(scripts={"openai": [failing(FailureKind.RATE_LIMITED, wait_seconds=500.0)] * 3})
    began = clock.uptime
    assert stage.ask([request(1, 2)]).provider == "gemini"
    assert clock.uptime - began == 20.0, "half of it twice; after the third strike nobody waits"


def test_waits_of_a_cycle_have_a_budget(scene, clock):
    """Once the waits of a cycle are used up, rate limits count as strikes."""
    stage = scene(
        scripts={"openai": [failing(FailureKind.RATE_LIMITED, wait_seconds=10.0)] * 100},
        limits=limits(cycle_wait_seconds=45.0),
    )
    began = clock.uptime
    assert stage.ask([request(1, 2)]).provider == "gemini"
    assert clock.uptime - began == 45.0, "four waits as told, and what was left of the budget"
    assert stage.calls.count("openai") == 4 + 3


def test_one_refusal_of_a_key_is_enough(scene):
    """An authentication failure costs one call and hands on, and the provider is left alone for five minutes."""
    stage = scene(scripts={"openai": [failing(FailureKind.AUTHENTICATION)]})
    assert stage.ask([request(1, 2)]).provider == "gemini"
    assert stage.calls.count("openai") == 1
    [parked] = stage.lock.get_status()["parked"]
    assert (parked["provider"], parked["reason"], parked["until"]) == (
        "openai", "authentication", "2026-04-01T12:05:00Z",
    )  # fmt: skip


def test_the_strikes_of_a_confirmed_quota_are_a_setting(scene):
    """With three strikes for a confirmed quota, two are forgiven."""
    stage = scene(scripts={"openai": [failing(FailureKind.QUOTA_CONFIRMED)] * 2}, limits=limits(quota_strikes=3))
    assert stage.ask([request(1, 2)]).provider == "openai"


def test_a_quota_is_left_alone_until_it_is_given_again(scene, clock):
    """A provider whose allowance comes back at a known time is not asked before, and probed then."""
    stage = scene(
        order=("openai",),
        scripts={"openai": [failing(FailureKind.QUOTA_CONFIRMED, resets_at=clock.now() + timedelta(hours=12))]},
    )
    for _ in range(11):
        with pytest.raises(NoProviderError):
            stage.ask([request(1, 2)])
        clock.forward(hours=1)
    assert stage.calls == ["openai"]
    clock.forward(hours=1)
    assert stage.ask([request(1, 2)]).provider == "openai"
    assert stage.lock.get_status()["parked"] == [], "a success ends it"


def test_who_fails_the_probe_is_left_alone_for_longer(scene, clock):
    """After its time a parked provider is probed; failing that it is parked for twice as long, without a call."""
    stage = scene(
        order=("openai",), scripts={"openai": [failing(FailureKind.AUTHENTICATION)]},
        probes={"openai": ProbeResult(kind=FailureKind.AUTHENTICATION, rule="key-refused")},
    )  # fmt: skip
    for minutes in (0, 5, 10):
        clock.forward(minutes=minutes)
        with pytest.raises(NoProviderError):
            stage.ask([request(1, 2)])
    assert stage.calls == ["openai"]
    [parked] = stage.lock.get_status()["parked"]
    assert (parked["streak"], parked["until"]) == (3, "2026-04-01T12:35:00Z")
    assert [kind for kind, _ in stage.events()].count("provider_parked") == 2


def test_a_refused_question_hands_nothing_on(scene):
    """A question that a provider does not take is reported for its regions, and the others are answered."""
    stage = scene(scripts={"openai": [failing(FailureKind.OUR_REQUEST, message="too long")]})
    asked = stage.ask([request(1, 2), request(3, 4, place="BDI")])
    assert asked.provider == "openai"
    [finding] = asked.parts[0].refused
    assert (finding.region, finding.code) == ("AGO", "question-refused")
    assert "too long" in finding.message
    assert asked.parts[1].reply is not None
    assert stage.lock.get_status()["total_failures"] == 0


def test_a_question_in_another_form_is_no_strike(scene):
    """A form that is refused is asked in another one at once, without a strike and without a wait."""
    stage = scene(scripts={"openai": [failing(FailureKind.OUR_REQUEST, asks_otherwise=True)] * 2})
    assert stage.ask([request(1, 2)]).provider == "openai"
    assert stage.calls == ["openai"] * 3
    assert stage.lock.get_status()["total_failures"] == 0


def test_our_own_network_is_nobodys_fault(scene):
    """Where no provider can be connected to at all, the lock stays and nothing is counted."""
    stage = scene(scripts={"openai": [failing(FailureKind.UNAVAILABLE, reached=False)]}, network_is_down=lambda: True)
    with pytest.raises(NetworkDownError):
        stage.ask([request(1, 2)])
    assert stage.lock.is_locked("openai")
    assert stage.lock.get_status()["total_failures"] == 0


def test_the_second_question_is_kept_instead_of_the_first_answer(scene):
    """An answer that is not in form is asked about once more, and what is said then is kept."""
    stage = scene()
    good = stage.providers["openai"].forecast(request(1, 2))
    stage.providers["openai"].forecast = lambda _asked: replace(good, body=b"let me think")
    stage.providers["openai"].repair = lambda _asked, before: good if before.body == b"let me think" else None
    assert stage.ask([request(1, 2)]).replies[0].answer.body == good.body


def test_a_second_question_that_cannot_be_put_leaves_the_first_answer(scene):
    """Where the repair is refused as a question, what of the first answer can be read is used."""
    stage = scene()
    stage.providers["openai"].repair = lambda _asked, _answer: failing(FailureKind.OUR_REQUEST)
    assert len(stage.ask([request(1, 2)]).replies) == 1


def test_the_lock_goes_back_between_editions(scene):
    """Before a new edition the lock goes to whom it is said to go back to, with that reason, in one switch."""
    stage = scene(failback=lambda state: "openai" if state.provider == "local" else None)
    stage.lock.acquire_lock("local")
    assert stage.door.author() == ("openai", "scripted-1")
    assert stage.ask([request(1, 2)]).provider == "openai"
    last = stage.row.trail(1)[0].event
    assert (last.event_type, last.details["reason"]) == ("lock_acquire", "available_again")


def test_a_fault_of_the_store_counts_against_nobody(scene):
    """What the store says while a provider is asked ends the step, and is no strike."""
    stage = scene(scripts={"openai": [StoreFullError("It is full.", remedy="Free space.")]})
    with pytest.raises(StoreFullError):
        stage.ask([request(1, 2)])
    assert stage.lock.get_status()["total_failures"] == 0


def test_no_call_outlasts_the_lease(scene):
    """No call is begun that could still be in flight when the runner lease ends."""
    stage = scene(limits=limits(call_seconds=120.0), lease_left=lambda _runner: 119.0)
    with pytest.raises(FencedError):
        stage.ask([request(1, 2)])
    assert stage.calls == []


UNREACHED = ProbeResult(kind=FailureKind.UNAVAILABLE, rule="unreachable", reached=False)


def test_a_probe_through_no_network_parks_nobody(scene, clock):
    """Where a pass begins while nobody can be connected to, nobody is left alone for longer because of that."""
    down, probes = [], {}
    stage = scene(
        order=("openai", "gemini"),
        scripts={"openai": failures(3), "gemini": failures(3)},
        probes=probes,
        network_is_down=lambda: bool(down),
    )
    with pytest.raises(NoProviderError):
        stage.ask([request(1, 2)])
    clock.forward(minutes=10)
    down.append(True)
    probes.update(openai=UNREACHED, gemini=UNREACHED)
    before = stage.lock.state().parked
    with pytest.raises(NetworkDownError):
        stage.ask([request(1, 2)])
    assert stage.lock.state().parked == before


def test_a_probe_that_is_refused_as_a_question_parks_nobody(scene, clock):
    """A probe whose own form is refused says nothing about the provider, which is asked."""
    stage = scene(
        order=("openai",),
        scripts={"openai": failures(3)},
        probes={"openai": ProbeResult(kind=FailureKind.OUR_REQUEST, rule="request-refused")},
    )
    with pytest.raises(NoProviderError):
        stage.ask([request(1, 2)])
    clock.forward(minutes=10)
    assert stage.ask([request(1, 2)]).provider == "openai"


def test_unusable_answers_do_not_shorten_other_rows(scene):
    """An unusable answer and two server errors are no three failures in a row."""
    stage = scene(order=("openai", "gemini"))
    stage.door.refuse(stage.ask([request(1, 2)]), code="answer-unreadable")
    stage.providers["openai"].script = failures(2)
    assert stage.ask([request(1, 9)]).provider == "openai"
    assert ("answer_refused", "openai") in stage.events()


def test_who_refuses_for_ever_with_small_waits_is_counted(scene):
    """After twenty told waits in a row each refusal is a strike: nobody holds up every hour for ever."""
    stage = scene(scripts={"openai": [failing(FailureKind.RATE_LIMITED, wait_seconds=0.01)] * 1000})
    assert stage.ask([request(1, 2)]).provider == "gemini"
    assert stage.calls.count("openai") == 23


def test_who_outlasts_the_deadline_gets_a_strike(scene):
    """A provider that is still being waited for at the step's deadline fails by that; the third time hands on."""
    stage = scene(scripts={"openai": [DeadlineReached()] * 3})
    for _ in range(3):
        assert stage.lock.get_locked_provider() in {None, "openai"}
        with pytest.raises(DeadlineReached):
            stage.ask([request(1, 2)])
    assert stage.ask([request(1, 2)]).provider == "gemini"
    released = next(one.event for one in stage.row.trail(10) if one.event.event_type == "lock_release")
    assert (released.provider, released.details["reason"]) == ("openai", "unavailable")


def test_calls_in_flight_are_broken_off_with_the_turn(scene):
    """A turn that is broken off ends its calls before it ends itself, so that the lease goes back after them."""
    broken = threading.Event()
    stage = scene(limits=limits(concurrency=3), break_off=broken.set)
    provider, ended, begun = stage.providers["openai"], [], []

    def forecast(asked):
        begun.append(1)
        if len(begun) == 1:
            return provider.__class__.forecast(provider, asked)
        if len(begun) == 4:
            interrupt.set()
        broken.wait(10)
        ended.append(1)
        return failing(FailureKind.UNAVAILABLE)

    interrupt = threading.Event()
    provider.forecast = forecast
    killer = threading.Thread(target=lambda: (interrupt.wait(10), os.kill(os.getpid(), signal.SIGUSR1)))
    before = signal.signal(signal.SIGUSR1, _interrupted)
    killer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            stage.ask(many(8))
    finally:
        killer.join()
        signal.signal(signal.SIGUSR1, before)
    assert broken.is_set()
    assert len(ended) == len(begun) - 1


def _interrupted(_signal, _frame):
    raise KeyboardInterrupt


def test_again_asks_again(scene):
    """Who asks again gets new words, also to a question that was answered under this number."""
    stage = scene()
    stage.ask([request(1, 2)])
    stage.door.ask([request(1, 2)], runner=stage.lease.holder, again=True)
    assert stage.calls == ["openai", "openai"]


def test_a_kept_answer_keeps_its_notes(scene):
    """What is to be known about an answer is known of it when it is used again."""
    note = Finding(code="model-other", severity=Severity.NOTE, message="Another model answered.")
    stage = scene()
    good = stage.providers["openai"].forecast
    stage.providers["openai"].forecast = lambda asked: replace(good(asked), notes=(note,))
    first = stage.ask([request(1, 2)]).replies[0]
    assert stage.ask([request(1, 2)]).replies[0] == first
    assert first.answer.notes == (note,)


def many(count: int) -> list[ForecastRequest]:
    """Return that many questions."""
    return [request(1, number) for number in range(count)]


def test_calls_in_flight_are_bounded(scene):
    """With a concurrency of four, four calls are in flight, and the first one goes alone."""
    stage = scene(limits=limits(concurrency=4))
    flight = Flight(stage.providers["openai"])
    assert len(stage.ask(many(20)).replies) == 20
    assert flight.most == 4
    assert flight.ended_before[1] == 1, "the first one goes alone"


def test_a_failure_ends_calls_at_once(scene):
    """After a failure the next call goes alone, and the lock is not handed on before calls in flight have ended."""
    broken = []
    stage = scene(
        limits=limits(concurrency=4),
        scripts={"openai": [None, None, *failures(40)]},
        break_off=lambda: broken.append("off"),
    )
    flight = Flight(stage.providers["openai"])
    released = []
    hand_on = stage.lock.hand_on
    stage.lock.hand_on = lambda *given, **named: (released.append(flight.now), hand_on(*given, **named))[1]
    asked = stage.ask(many(12))
    assert (asked.provider, len(asked.replies)) == ("gemini", 12)
    assert (released, broken) == ([0], [])


class Flight:
    """Counts a provider's calls in flight, and holds each for a while of its own so that they overlap."""

    def __init__(self, provider: ScriptedProvider) -> None:
        self.now = self.most = 0
        self.ended_before: list[int] = []
        self._lock = threading.Lock()
        self._real = provider.forecast
        provider.forecast = self._forecast

    def _forecast(self, asked: ForecastRequest):
        with self._lock:
            self.ended_before.append(len(self.ended_before) - self.now)
            self.now += 1
            self.most = max(self.most, self.now)
            begun = len(self.ended_before)
        threading.Event().wait(0.03 * (begun % 4 + 1))
        try:
            with self._lock:
                return self._real(asked)
        finally:
            with self._lock:
                self.now -= 1
