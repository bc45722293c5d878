"""What else happens on the way to an edition: keys that come later, names that go, words that are withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from answering import steady
from stand_in_server import KEYS

from neuralbrain.domain.journal import CycleStart, Outcome
from neuralbrain.provider_settings import ProviderSettings
from neuralbrain.service import Service
from story.test_reasons import FIVE, VARIABLES, Stage, stage  # noqa: F401 - the fixture of the reasons


def test_a_key_that_is_set_later_is_used_without_a_service(stage, make_application, monkeypatch):  # noqa: F811
    """Where only `neuralbrain run` makes cycles, the lock leaves local once a key is there and its probes pass."""
    scene = stage()
    providers = {name: ProviderSettings(base_url=scene.server.url(name)) for name in FIVE}
    for name in FIVE:
        monkeypatch.delenv(VARIABLES[name])
    scene.application_at = cache(lambda week: make_application(sample_until=week, providers=providers))
    scene.cycle()
    assert scene.author() == "local"
    monkeypatch.setenv(VARIABLES["groq"], KEYS["groq"])
    scene.cycle()
    assert scene.author() == "groq"
    assert scene.events("lock_acquire")[-1][1]["reason"] == "available_again"


def test_one_provider_that_is_away_gives_way_to_local(make_application, monkeypatch):
    """With a single provider an unknown host is that host's failure: local makes the edition."""
    monkeypatch.setenv(VARIABLES["openai"], KEYS["openai"])
    away = {"openai": ProviderSettings(base_url="https://openai.invalid/v1")}
    application = make_application(providers=away, longest_wait_seconds=0.05)
    scene = Stage(application_at=cache(lambda _week: application), server=None)
    assert scene.cycle().outcome is Outcome.DONE
    assert scene.author() == "local"


def test_a_server_that_left_the_settings_is_no_end(stage, make_application):  # noqa: F811
    """A holder that the settings do not name any more is told, and the next cycle hands the lock on."""
    scene = stage(provider_priority=("openai", "local"))
    scene.cycle()
    mine = {"mine": ProviderSettings(base_url=scene.server.url("openai"), model="m")}
    make_application(providers=mine).lock.acquire_lock("mine")
    service = Service(scene.application, host="127.0.0.1", address="http://127.0.0.1:1")
    assert service.gather().holder_lacks
    assert service.not_ready() is not None
    scene.application.health_monitor.look()
    assert scene.application.lock.get_status()["locked_provider"] == "mine"
    start = scene.week
    scene.week -= timedelta(weeks=1)  # nothing has changed
    scene.cycle()
    assert scene.week == start
    assert scene.application.lock.get_locked_provider() == "openai"


def test_withdrawn_words_do_not_come_back(stage):  # noqa: F811
    """After a withdrawal the same question is asked anew, by hand or not."""
    scene = stage(provider_priority=("openai", "local"))
    scene.cycle()
    before = scene.chats()["openai"]
    application = scene.application
    application.editions.withdraw(1, reason="nonsense", actor="test")
    with application.lease() as lease:
        start = CycleStart(trigger="manual", holder=lease.holder, again=True)
        report = application.cycle(lambda _name, _record: None).run(start)
    assert report.outcome is Outcome.DONE
    assert scene.chats()["openai"] == 2 * before


def test_a_region_that_is_left_out_is_refused_alone(stage):  # noqa: F811
    """Who forgets a region, and again when told so, has the others published; the edition says which one is missing."""
    scene = stage(provider_priority=("openai", "local"))
    forgotten: set[str] = set()

    def forgetful(body):
        answer = steady(body)
        forgotten.add(answer["forecasts"].pop()["region"])
        return answer

    scene.server.answer = forgetful
    assert scene.cycle().outcome is Outcome.DONE
    edition = scene.application.editions.get()
    assert edition.header.provider == "openai"
    assert scene.chats()["openai"] == 2 * len(edition.tables), "each question has its repair round"
    missing = {(one.code, one.region) for one in edition.refused}
    assert missing == {("region-missing", region) for region in forgotten}
    assert all(one.signal for one in edition.refused)
    assert edition.header.refused == len(forgotten)
    assert edition.header.forecasts > 0
    assert forgotten.isdisjoint(row.region for row in edition.rows())
    assert scene.events("answer_refused") == scene.events("failure_recorded") == []
    assert scene.application.damages() == []


@pytest.mark.slow
def test_who_hangs_longer_than_the_step_is_handed_on(stage):  # noqa: F811
    """A provider that is waited for until the step's deadline, three hours in a row, loses the lock."""
    scene = stage(provider_priority=("openai", "local"), ask_seconds=0.7)
    scene.server.always("openai", "hang")
    for _ in range(3):
        assert scene.cycle().outcome is Outcome.FAILED
    assert scene.cycle().outcome is Outcome.DONE
    assert scene.author() == "local"
    assert scene.week > date(2025, 3, 2)
