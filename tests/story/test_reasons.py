"""Every reason in the table, from an HTTP answer to the audit trail and the author of the next edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

import pytest
from answering import steady
from stand_in_server import ACCOUNT, ANSWER, KEYS, StandInServer

from neuralbrain.domain.journal import CycleReport, CycleStart, Outcome
from neuralbrain.provider_settings import ProviderSettings
from neuralbrain.service import Service
from neuralbrain.wiring import Application

SAMPLE = ("cholera-africa",)  # the half that is a handful of questions
FIVE = ("openai", "gemini", "groq", "cloudflare", "huggingface")
VARIABLES = {
    "openai": "OPENAI_API_KEY",
    "gemini": "GEMINI_API_KEY",
    "groq": "GROQ_API_KEY",
    "cloudflare": "CLOUDFLARE_API_TOKEN",
    "huggingface": "HF_TOKEN",
}


@dataclass
class Stage:
    """The real application over the embedded sample, its providers on loopback."""

    application_at: Callable[[date], Application]
    server: StandInServer
    week: date = date(2025, 3, 2)

    @property
    def application(self) -> Application:
        """Return the application as it is in that week."""
        return self.application_at(self.week)

    def cycle(self) -> CycleReport:
        """Run one cycle as the process that has the runner lease, on the sample up to one more week."""
        self.week += timedelta(weeks=1)
        application = self.application
        with application.lease() as lease:
            start = CycleStart(trigger="manual", holder=lease.holder)
            return application.cycle(lambda _name, _record: None).run(start)

    def author(self) -> str | None:
        """Return who made the edition that is up."""
        header = self.application.editions.current()
        return None if header is None else header.provider

    def chats(self) -> Counter[str]:
        """Return how many completions each provider was asked for."""
        return Counter(one.provider for one in self.server.asked if one.path.endswith("/chat/completions"))

    def events(self, kind: str) -> list[tuple[str | None, dict[str, Any]]]:
        """Return provider and details of the audit events of one type, oldest first."""
        trail = self.application.lock.get_audit_trail(1000)
        return [(one["provider"], one["details"]) for one in trail if one["event_type"] == kind]


@pytest.fixture
def stage(
    make_application: Callable[..., Application], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Stage]]:
    """Yield a builder of stages with five configured providers, all of which answer."""
    servers: list[StandInServer] = []

    def make(limits: Mapping[str, dict[str, Any]] = MappingProxyType({}), **changes: Any) -> Stage:
        server = StandInServer(answer=steady)
        servers.append(server)
        for name in FIVE:
            monkeypatch.setenv(VARIABLES[name], KEYS[name])
        monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", ACCOUNT)
        providers = {name: ProviderSettings(base_url=server.url(name), **limits.get(name, {})) for name in FIVE}
        settings = {"sources": SAMPLE, "providers": providers, "longest_wait_seconds": 0.05, **changes}
        return Stage(
            application_at=cache(lambda week: make_application(sample_until=week, **settings)),
            server=server,
        )

    yield make
    for one in servers:
        one.close()


def test_the_first_of_the_order_makes_the_edition(stage):
    """With five configured providers the first one is asked everything, and nobody else anything."""
    scene = stage()
    assert scene.cycle().outcome is Outcome.DONE
    assert scene.author() == "openai"
    assert set(scene.chats()) == {"openai"}
    assert scene.server.most_at_once == 1
    assert scene.application.damages() == []


ONE_STRIKE = [
    ("openai", "invalid_key", "authentication"),
    ("openai", "model_gone", "authentication"),
    ("openai", "quota", "quota_confirmed"),
    ("gemini", "invalid_key", "authentication"),
    ("gemini", "leaked_key", "authentication"),
    ("gemini", "quota", "quota_confirmed"),
    ("groq", "restricted", "authentication"),
    ("groq", "quota", "quota_confirmed"),
    ("cloudflare", "wrong_account", "authentication"),
    ("cloudflare", "quota", "quota_confirmed"),
    ("huggingface", "no_permission", "authentication"),
    ("huggingface", "quota", "quota_confirmed"),
]
THREE_STRIKES = [
    ("openai", "server", "unavailable"),
    ("openai", "bad_gateway_page", "unavailable"),
    ("openai", "error_in_success", "unavailable"),
    ("openai", "no_choice", "unavailable"),
    ("openai", "long_wait", "quota_suspected"),
    ("openai", "rate_limit", "rate_limited"),
    ("gemini", "overloaded", "unavailable"),
    ("groq", "server", "unavailable"),
    ("cloudflare", "timed_out_there", "unavailable"),
    ("huggingface", "redirect", "unavailable"),
    ("groq", "reset", "unavailable"),
]


QUICK = (ONE_STRIKE[0], ONE_STRIKE[5], ONE_STRIKE[11], THREE_STRIKES[0], THREE_STRIKES[5])  # the others by their number


@pytest.mark.parametrize(
    ("provider", "behaviour", "reason", "strikes"),
    [
        pytest.param(*row, strikes, marks=() if row in QUICK else pytest.mark.slow)
        for rows, strikes in ((ONE_STRIKE, 1), (THREE_STRIKES, 3))
        for row in rows
    ],
)
def test_a_reason_hands_the_lock_on(stage, provider, behaviour, reason, strikes):
    """A failing provider gets exactly its strikes, the trail says why, and the next one makes the edition, whole."""
    scene = stage(provider_priority=(provider, "local" if provider == "huggingface" else "huggingface"))
    scene.server.always(provider, behaviour)
    assert scene.cycle().outcome is Outcome.DONE
    assert scene.chats()[provider] == strikes
    assert scene.author() != provider
    [(released, details)] = scene.events("lock_release")
    assert (released, details["reason"]) == (provider, reason)
    failures = scene.events("failure_recorded")
    assert [name for name, _ in failures] == [provider] * strikes
    assert scene.application.damages() == []


@pytest.mark.slow
@pytest.mark.parametrize("words", ["I cannot say.", {"forecasts": []}, {"XXX": {"cases": [1, 2, 3]}}])
def test_three_unusable_answers_hand_the_lock_on(stage, words):
    """Words about nothing that was asked, also after the repair round, are strikes of their own, one a cycle."""
    scene = stage(provider_priority=("openai", "gemini"))
    scene.server.answer = lambda body: steady(body) if body["model"].startswith("gemini") else words
    for _ in range(3):
        assert scene.cycle().outcome is Outcome.FAILED
    assert scene.author() is None
    assert [name for name, details in scene.events("lock_release") if details["reason"] == "unusable_answer"] == [
        "openai"
    ]
    assert scene.cycle().outcome is Outcome.DONE
    assert scene.author() == "gemini"


def test_a_refused_question_counts_against_nobody(stage):
    """What every provider would refuse is reported, hands nothing on, and the last good edition stays up."""
    scene = stage(provider_priority=("openai", "local"))
    scene.cycle()
    scene.server.always("openai", "too_long")
    assert scene.cycle().outcome is Outcome.FAILED
    assert scene.application.lock.get_locked_provider() == "openai"
    assert scene.events("failure_recorded") == []
    assert scene.author() == "openai"


@pytest.mark.slow
def test_an_operator_hands_the_lock_on(stage):
    """A switch by hand holds for the next edition."""
    scene = stage()
    scene.cycle()
    scene.application.lock.acquire_lock("groq", reason="a contract ends")
    assert scene.cycle().outcome is Outcome.DONE
    assert scene.author() == "groq"


def test_a_limit_of_ones_own_is_a_quota(stage):
    """A provider whose daily limit of tokens would be passed hands on before anything is sent."""
    scene = stage({"openai": {"daily_tokens": 10}}, provider_priority=("openai", "local"))
    assert scene.cycle().outcome is Outcome.DONE
    assert scene.author() == "local"
    assert scene.chats() == {}
    [(_, details)] = scene.events("lock_release")
    assert details["reason"] == "quota_confirmed"


@pytest.mark.slow
def test_a_failover_in_the_middle_starts_again(stage):
    """A provider that fails after half of the questions loses its earlier answers: the edition has one author."""
    scene = stage(most_series_per_prompt=10, provider_priority=("openai", "gemini"))
    scene.server.script("openai", ANSWER, "invalid_key")
    assert scene.cycle().outcome is Outcome.DONE
    assert scene.author() == "gemini"
    edition = scene.application.editions.get()
    assert {table.provider for table in edition.tables} == {"gemini"}
    assert scene.chats()["openai"] == 2


@pytest.mark.slow
def test_a_dead_first_provider_is_left_alone(stage):
    """After failover a dead first provider is not asked again in all that follows."""
    scene = stage(most_series_per_prompt=1, provider_priority=("openai", "gemini"))
    scene.server.always("openai", "overloaded")
    for _ in range(3):
        scene.cycle()
    chats = scene.chats()
    assert chats["openai"] == 3
    assert chats["gemini"] >= 40


@pytest.mark.slow
def test_with_all_five_dead_local_takes_over(stage):
    """When nobody else answers, the statistics on this machine make the edition."""
    scene = stage()
    for name in FIVE:
        scene.server.always(name, "overloaded_529")
    assert scene.cycle().outcome is Outcome.DONE
    assert scene.author() == "local"
    assert scene.chats() == dict.fromkeys(FIVE, 3)


@pytest.mark.slow
def test_without_local_the_last_good_edition_stays(stage):
    """With local disabled and all five dead the lock is free, the last edition stays, and a later pass begins anew."""
    scene = stage(disabled_providers=("local",))
    scene.cycle()
    for name in FIVE:
        scene.server.always(name, "overloaded_529")
    report = scene.cycle()
    assert report.outcome is Outcome.FAILED
    assert any(step.code == "provider-none-left" for step in report.steps)
    assert scene.application.lock.get_locked_provider() is None
    assert scene.author() == "openai"
    service = Service(scene.application, host="127.0.0.1", address="")
    [finding] = [one for one in service.not_ready() if one.code == "provider-none-left"]
    assert "No provider holds the lock; huggingface held it last." in finding.message


def test_no_network_is_nobodys_fault(make_application, monkeypatch):
    """Where no provider can be connected to, no strike is counted and the lock stays where it is."""
    for name in FIVE:
        monkeypatch.setenv(VARIABLES[name], KEYS[name])
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", ACCOUNT)
    away = {name: ProviderSettings(base_url=f"https://{name}.invalid/v1") for name in FIVE}
    scene = Stage(application_at=cache(lambda _week: make_application(providers=away)), server=None)
    report = scene.cycle()
    assert any(step.code == "network-down" for step in report.steps)
    assert scene.application.lock.get_locked_provider() == "openai"
    assert scene.events("failure_recorded") == scene.events("lock_release") == []


def test_every_call_is_remembered(stage):
    """Each call stands in the record with its model, tokens and price, and its words can be read again."""
    scene = stage(provider_priority=("openai", "gemini"))
    scene.server.script("openai", "overloaded")
    scene.cycle()
    records = scene.application.calls.last(100)
    assert records[-1].reading.kind.value == "unavailable"
    assert records[0].reading.kind is None
    assert records[0].reading.model
    assert b"forecasts" in scene.application.calls.body(records[0].number)
