"""The monitor of providers: what it asks, what it keeps, and when it takes the lock from a holder."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import update

from health.provider_records import DOWN, OURS, PASSED, REFUSED, UNREACHED
from health.scripted_providers import CONFIGURED, bench
from neuralbrain.domain.call import CallAnswered, CallBegun, CallReading, Purpose
from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.lock import PRIORITY, ProviderStatus
from neuralbrain.errors import StoreFullError, StoreUnavailableError
from neuralbrain.health.provider_monitor import TICK_SECONDS
from neuralbrain.store.schema import lock as lock_table

FULL = StoreFullError("The disk is full.", remedy="Free space there.")


def test_a_look_asks_everyone_who_can_be_asked_once(here):
    """Each configured provider over the network is probed once a look; local and those without a key are not."""
    here.look()
    assert sorted(here.providers.probed) == sorted(CONFIGURED)
    assert [len(here.checks.last(name, 10)) for name in CONFIGURED] == [1, 1, 1]
    assert here.checks.last("local", 10) == here.checks.last("cloudflare", 10) == ()


def test_three_failed_checks_hand_the_lock_on_exactly_once(here):
    """The third failed check in a row takes the lock from its holder, with the reason; later looks change nothing."""
    here.providers.standing["openai"] = DOWN
    here.look(2)
    assert here.lock.get_locked_provider() == "openai"
    here.look()
    state = here.lock.state()
    assert (state.provider, state.number, state.reason, state.last_released) == (None, 2, "health_check", "openai")
    assert state.parking_of("openai").reason == "health_check"
    here.look(6)
    assert here.lock.state().number == 2
    assert here.events().count(("lock_release", "health_check")) == 1
    assert here.lock.get_next_provider() == "gemini"


def test_two_failed_checks_do_not(here):
    """A check that passes forgives the failed ones before it."""
    here.providers.scripts["openai"] = [DOWN, DOWN, PASSED, DOWN, DOWN, PASSED, DOWN]
    here.look(7)
    assert here.lock.state().number == 1


def test_only_the_holder_loses_it(here):
    """Failed checks of others change nothing about the lock."""
    here.providers.standing["groq"] = DOWN
    here.look(5)
    assert here.lock.get_locked_provider() == "openai"
    assert here.monitor.get_providers()["groq"]["status"] == "unavailable"


def test_the_row_survives_a_restart(here):
    """Failed checks are counted over what is kept: two before a restart and one after it are three."""
    here.providers.standing["openai"] = DOWN
    here.look(2)
    here.monitor = here.make()
    here.look()
    assert here.lock.get_locked_provider() is None


def test_checks_of_before_it_got_the_lock_do_not_count(here):
    """A provider that gets the lock starts without the failed checks it had before."""
    here.providers.standing["gemini"] = DOWN
    here.look(4)
    here.lock.acquire_lock("gemini")
    here.look(2)
    assert here.lock.get_locked_provider() == "gemini"
    here.look()
    assert here.lock.get_locked_provider() is None


def test_a_call_that_went_well_forgives(here):
    """A real call that succeeds between failed checks ends their row: what matters is that it can be asked."""
    here.providers.standing["openai"] = DOWN
    here.look(2)
    number = here.calls.begin(
        CallBegun(
            provider="openai", model="m", purpose=Purpose.FORECAST, prompt_digest="0" * 64, series=1,
            prompt_tokens=1, most_tokens=2, most_cost_usd=None,
        )
    )  # fmt: skip
    here.calls.answered(number, CallAnswered(seconds=1, status=200, request_id="", sent=True))
    here.calls.read(number, CallReading(kind=None, rule="answered", completion_tokens=1))
    here.look(2)
    assert here.lock.get_locked_provider() == "openai"
    here.look()
    assert here.lock.get_locked_provider() is None


def test_while_our_own_network_is_down_nobody_pays(here):
    """Where nobody can be connected to, checks are kept as such, nothing is a strike, and the lock stays."""
    here.providers.standing = dict.fromkeys(CONFIGURED, UNREACHED)
    here.look(10)
    assert here.lock.state().number == 1
    assert all(one.network_down for name in CONFIGURED for one in here.checks.last(name, 10))
    assert here.monitor.get_status()["network_down"] is True
    assert here.monitor.get_providers()["openai"]["status"] == "healthy"
    here.providers.standing["gemini"] = PASSED
    here.look(2)
    assert here.lock.state().number == 1
    here.look()
    assert here.lock.get_locked_provider() is None


def test_a_holder_that_the_settings_do_not_know_any_more(here):
    """Nobody can probe it, so a look leaves it the lock and checks the others."""
    lacking = here.providers.lacking

    def strict(name: str) -> str:
        """Return what is missing; of a name that was in no settings nothing is known."""
        if name not in PRIORITY:
            raise KeyError(name)
        return lacking(name)

    here.providers.lacking = strict
    monitor = here.make()
    with here.checks.real._database.write() as connection:
        connection.execute(update(lock_table).values(provider="mine"))
    assert [one.provider for one in monitor.look()] == list(CONFIGURED)
    assert here.lock.state().provider == "mine"
    assert monitor._health.status("mine") is ProviderStatus.UNCONFIGURED


def test_a_probe_that_is_refused_as_our_request(here):
    """It is no strike however often, and reads as a doubt with its reason, not as health."""
    here.providers.standing["openai"] = OURS
    here.look(5)
    assert here.lock.get_locked_provider() == "openai"
    told = here.monitor.get_providers()["openai"]
    assert (told["status"], OURS.message in told["why"]) == ("degraded", True)


def test_nobody_to_ask_is_no_network_that_is_down(here):
    """Without any configured provider a look keeps nothing and says nothing about the network."""
    here.providers.standing.clear()
    here.look()
    assert here.monitor.get_status()["network_down"] is False


def test_who_is_left_alone_is_not_probed(here):
    """Before its time is over a provider is not probed; then it is, and a failure doubles the time."""
    here.providers.standing["openai"] = DOWN
    here.look(3)
    here.providers.probed.clear()
    here.look(minutes=4)
    assert "openai" not in here.providers.probed
    here.look(minutes=2)
    assert here.providers.probed.count("openai") == 1
    parked = here.lock.state().parking_of("openai")
    assert (parked.streak, (parked.until - here.clock.now()).total_seconds()) == (2, 600)
    here.providers.standing["openai"] = PASSED
    here.look(minutes=11)
    assert here.lock.state().parking_of("openai") == parked
    assert here.monitor.get_providers()["openai"]["status"] == "degraded"
    here.look(2)
    assert here.monitor.get_providers()["openai"]["status"] == "healthy"


def test_a_probe_that_raises_is_our_own_fault(here):
    """It is kept, the others are looked at, and no provider pays for it."""
    here.providers.standing["openai"] = ValueError("sk-secret")
    here.look(5)
    assert here.lock.get_locked_provider() == "openai"
    last = here.checks.last("openai", 1)[0]
    assert (last.passed, last.result.rule, last.result.kind) == (False, OURS.rule, FailureKind.OUR_REQUEST)
    assert "secret" not in str(last)
    assert here.checks.last("groq", 1)[0].passed


def test_a_probe_that_hangs(database, clock, lock):
    """It is given up in time, counts as failed, and no second thread is begun behind it."""
    here = bench(database, clock, lock, most_seconds=0.05)
    lock.acquire_lock("openai")
    here.providers.hanging = {"openai"}
    before = threading.active_count()
    here.look(3)
    assert here.providers.probed.count("openai") == 1
    assert threading.active_count() <= before + 1
    assert here.lock.get_locked_provider() is None
    assert here.checks.last("openai", 1)[0].result.rule == "probe-silent"
    here.providers.released.set()


def test_a_full_disk(here):
    """Where nothing can be written a look fails, the next one comes, and the settings that were read last hold."""
    here.monitor.tick()
    here.checks.failing = FULL
    here.clock.forward(minutes=5)
    with pytest.raises(StoreFullError):
        here.monitor.tick()
    here.checks.failing = None
    here.clock.forward(minutes=5)
    assert here.monitor.tick()
    assert len(here.checks.last("openai", 10)) == 2


def test_the_beat_is_the_interval(here):
    """It looks at once and then at every interval, by uptime; a look that is late does not move the next one."""
    looked = []
    for _ in range(400):
        if here.monitor.tick():
            looked.append(here.clock.uptime - 1000)
        here.clock.forward(seconds=7)
    assert [at - at % 300 for at in looked] == [300 * beat for beat in range(10)]
    assert max(at % 300 for at in looked) < 7


def test_beats_that_were_slept_over_are_left_out(here):
    """After a night of sleep there is one look, and then the beat again."""
    assert here.monitor.tick()
    here.clock.forward(hours=9)
    assert [here.monitor.tick() for _ in range(3)] == [True, False, False]


def test_wall_time_that_jumps_does_not_move_the_beat(here):
    """A clock that is set by a year, forward or back, neither stops the looks nor makes them come at once."""
    assert here.monitor.tick()
    for days in (365, -730):
        here.clock.at = here.clock.at.replace(year=here.clock.at.year + days // 365)
        assert not here.monitor.tick()
        here.clock.forward(minutes=5)
        assert here.monitor.tick()


def test_settings_are_changed_while_it_runs(here):
    """Another process sets interval and pause in the database, and the next tick follows; the trail says by whom."""
    other = here.make()
    here.monitor.tick()
    other.configure(interval_seconds=60)
    here.clock.forward(seconds=59)
    assert not here.monitor.tick()
    here.clock.forward(seconds=1)
    assert here.monitor.tick()
    other.configure(enabled=False)
    here.clock.forward(minutes=5)
    assert not here.monitor.tick()
    other.configure(enabled=True)
    assert here.monitor.tick()
    assert here.monitor.get_configuration()["interval_seconds"] == 60
    assert [one[0] for one in here.events()].count("monitor_changed") == 3
    other.configure(enabled=True)
    assert [one[0] for one in here.events()].count("monitor_changed") == 3


@pytest.mark.parametrize("seconds", [9, 86_401, 0, -1])
def test_an_interval_that_cannot_be(here, seconds):
    """Below ten seconds and above a day an interval is refused, and nothing changes."""
    with pytest.raises(ValueError, match="10 to 86,400"):
        here.monitor.configure(interval_seconds=seconds)
    assert here.monitor.get_configuration()["interval_seconds"] == 300


def test_a_thousand_checks_are_kept(here):
    """Of each provider the newest thousand stay."""
    result = here.monitor.check_now("groq")[0]
    here.checks.note([result] * 1100)
    assert len(here.monitor.get_history("groq", 1000)) == 1000
    assert len(here.monitor.get_history("groq", 5000)) == 1000
    with pytest.raises(ValueError, match="at least 1"):
        here.monitor.get_history("groq", 0)


def test_a_check_by_hand_changes_no_holder(here):
    """It probes those that are named, also one that is left alone, keeps what they said and leaves the lock alone."""
    here.providers.standing["openai"] = REFUSED
    for _ in range(4):
        here.clock.forward(seconds=1)
        (found,) = here.monitor.check_now("openai")
        assert not found.passed
    assert here.lock.get_locked_provider() == "openai"
    assert [one.provider for one in here.monitor.check_now()] == list(CONFIGURED)
    assert here.monitor.check_now("cloudflare") == ()
    with pytest.raises(ValueError, match="no provider over the network"):
        here.monitor.check_now("local")


def test_it_runs_in_a_thread_of_its_own(here):
    """Started it looks by itself, a second start is none, and stopped it ends."""
    looked = threading.Event()
    here.providers.standing["openai"] = PASSED
    note = here.checks.note
    here.checks.note = lambda checks: (note(checks), looked.set())
    assert not here.monitor.is_running
    here.monitor.start()
    first = here.monitor._thread
    here.monitor.start()
    assert looked.wait(10)
    assert here.monitor.is_running
    assert here.monitor._thread is first
    here.monitor.stop()
    assert not here.monitor.is_running
    first.join(10)
    assert not first.is_alive()
    here.monitor.start()
    assert here.monitor.is_running


@pytest.mark.parametrize("error", [FULL, StoreUnavailableError("Busy.", remedy="Wait."), MemoryError(), ValueError()])
def test_nothing_ends_the_thread(here, monkeypatch, error):
    """Whatever a tick raises, the next one comes."""
    monkeypatch.setattr("neuralbrain.health.provider_monitor.TICK_SECONDS", 0.001)
    ticks = threading.Semaphore(0)

    def tick() -> bool:
        ticks.release()
        raise error

    here.monitor.tick = tick
    here.monitor.start()
    assert all(ticks.acquire(timeout=10) for _ in range(3))
    assert here.monitor.is_running
    assert TICK_SECONDS == 5


def test_the_numbers_are_not_read_at_every_question(here):
    """They are read again after 15 seconds or a look, and what is handed out can change nothing of them."""
    here.look()
    reads: list[str] = []
    last = here.checks.last
    here.checks.last = lambda provider, limit: (reads.append(provider), last(provider, limit))[1]
    first = here.monitor.get_metrics()
    count = len(reads)
    first[0]["calls"]["count"] = 99
    assert here.monitor.get_metrics()[0]["calls"]["count"] == 0
    assert len(reads) == count
    here.clock.forward(seconds=15)
    here.monitor.get_metrics()
    assert len(reads) == 2 * count
    here.monitor.check_now("groq")
    assert here.monitor.get_metrics()[2]["checks"]["count"] == 2


def test_the_numbers_of_a_day(here):
    """Checks and calls of the last day are counted by provider, each with its times."""
    here.providers.scripts["groq"] = [PASSED, DOWN, PASSED, OURS]
    here.look(4)
    numbers = {one["provider"]: one for one in here.monitor.get_metrics()}
    checks = numbers["groq"]["checks"]
    assert (checks["count"], checks["passed"], checks["failed"], checks["network_down"]) == (4, 2, 1, 0)
    assert (checks["seconds_median"], checks["seconds_p95"]) == (0.2, 0.2)
    assert numbers["cloudflare"]["checks"]["count"] == numbers["groq"]["calls"]["count"] == 0
    here.clock.forward(hours=25)
    assert here.monitor.get_metrics()[2]["checks"]["count"] == 0
    dashboard = here.monitor.get_dashboard()
    assert set(dashboard) == {"monitor", "providers", "metrics"}
    assert dashboard["monitor"]["looks"] == 4
