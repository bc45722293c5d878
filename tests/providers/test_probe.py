"""Each provider is asked in its own way whether it can be asked, without a token being paid."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from model_clients import client
from provider_cases import PROVIDERS, cases
from stand_in_server import ACCOUNT, MODELS

from neuralbrain.domain.failure import FailureKind
from neuralbrain.outgoing.message import Received
from neuralbrain.provider_settings import ProviderSettings
from neuralbrain.providers.known_services import HUGGING_FACE, KNOWN_SERVICES, OPENAI
from neuralbrain.providers.probe import is_listed, probe, urls_of
from neuralbrain.providers.service import own_service

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PATHS = {
    "openai": ["/openai/v1/models/gpt-6.1-terra"],
    "gemini": ["/gemini/v1beta/openai/models"],
    "groq": ["/groq/openai/v1/models"],
    "cloudflare": [f"/cloudflare/client/v4/accounts/{ACCOUNT}/ai/models/search"],
    "huggingface": ["/huggingface/api/whoami-v2", "/huggingface/v1/models"],
}


def seen(service, *bodies: object, status: int = 200):
    """Return what a probe says where the answers are these."""
    answers = iter(bodies)

    def ask(_url: str) -> Received:
        return Received(status=status, headers=(), body=json.dumps(next(answers)).encode(), seconds=0.5)

    return probe(service, service.address(), ask=ask, now=lambda: NOW, secrets=())


@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_is_asked_in_its_own_way(server, transport, provider: str) -> None:
    """A probe asks where the provider answers for nothing, with the key, and never for a completion."""
    said = client(server, transport, provider).probe()
    assert (said.kind, said.rule, said.message, said.reached) == (None, "probed", "", True)
    assert [one.path for one in server.asked] == PATHS[provider]
    assert {one.method for one in server.asked} == {"GET"}
    assert said.seconds > 0


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_wrong_key_is_seen(server, transport, provider: str) -> None:
    """A key that is refused fails the probe as it would fail a call; the router's open list hides it from nobody."""
    said = client(server, transport, provider, key="a-wrong-key").probe()
    assert (said.kind, said.rule) == (cases(provider)["invalid_key"].kind, cases(provider)["invalid_key"].rule)
    assert "a-wrong-key" not in repr(said)


def test_another_account_is_seen(server, transport) -> None:
    """Cloudflare's probe proves the number of the account too."""
    url = server.url("cloudflare").replace(ACCOUNT, "{account}")
    assert client(server, transport, "cloudflare", base_url=url).probe().kind is None
    wrong = client(server, transport, "cloudflare", base_url=server.url("cloudflare").replace(ACCOUNT, "other"))
    assert (wrong.probe().kind, wrong.probe().rule) == (FailureKind.AUTHENTICATION, "account-unknown")


def test_a_model_that_is_gone_is_seen(server, transport) -> None:
    """OpenAI is asked for the model itself; one that does not exist fails the probe."""
    said = client(server, transport, "openai", model="gpt-0").probe()
    assert (said.kind, said.rule) == (FailureKind.AUTHENTICATION, "model-gone")


@pytest.mark.parametrize(
    ("day", "note"),
    [
        ("2026-12-11", "in 19 days"),
        ("2026-12-22T00:00:00Z", "in 30 days"),
        (1796947200, "in 19 days"),
        ("2026-11-22", "which is over"),
        ("2026-12-23", ""),
        (None, ""),
        ("soon", ""),
        (True, ""),
        (10**30, ""),
    ],
)
def test_the_end_of_a_model_is_noted(day: object, note: str) -> None:
    """A model that is shut down within thirty days passes with a note; an odd day is none."""
    said = seen(OPENAI, {"id": "gpt-6.1-terra", "shutdown_date": day})
    assert said.kind is None
    assert [note in one for one in said.notes] == ([True] if note else [])


def test_the_router_must_list_the_host_behind_the_colon() -> None:
    """A model that the router does not offer at that host fails the probe."""
    name = {"name": "x"}
    listed = {"data": [{"id": "openai/gpt-oss-120b", "providers": [{"provider": "together"}]}]}
    said = seen(HUGGING_FACE, name, listed)
    assert (said.kind, said.rule, said.seconds) == (FailureKind.AUTHENTICATION, "model-not-listed", 1.0)
    listed["data"][0]["providers"].append({"provider": "cerebras"})
    assert seen(HUGGING_FACE, name, listed).kind is None
    assert seen(HUGGING_FACE, name, {"data": []}).kind is None, "an empty list says nothing"


def test_a_list_without_the_model_is_noted() -> None:
    """Where a list of models lacks ours that is a note: lists come in pages, and some are not complete."""
    gemini = next(one for one in KNOWN_SERVICES if one.name == "gemini")
    assert seen(gemini, {"data": [{"id": "models/gemini-3.8-flash"}]}).notes == ()
    assert "does not name gemini-3.8-flash" in seen(gemini, {"data": [{"id": "models/other"}]}).notes[0]


def test_a_server_of_ones_own_may_have_no_list() -> None:
    """A server that answers, but has no list of models, passes with a note; one that refuses the key does not."""
    own = own_service("ollama", ProviderSettings(base_url="http://127.0.0.1:11434/v1", model="llama3"))
    assert seen(own, {"data": [{"id": "llama3:latest"}]}).notes == ()
    assert "no list of models" in seen(own, {"error": "not found"}, status=404).notes[0]
    assert seen(own, {"error": "no"}, status=401).kind is FailureKind.AUTHENTICATION


def test_urls_lie_where_the_settings_lead() -> None:
    """Only the router's own site is asked elsewhere: it knows whose the token is."""
    assert urls_of(HUGGING_FACE, HUGGING_FACE.address())[0] == "https://huggingface.co/api/whoami-v2"
    slashed = replace(OPENAI, models=(replace(OPENAI.model, name="a b/c?"),))
    assert urls_of(slashed, "https://x/v1") == ("https://x/v1/models/a%20b/c%3F",)


@pytest.mark.parametrize("listed", [None, [], {}, {"data": {}}, {"data": []}, "x"])
def test_what_is_no_list_says_nothing(listed: object) -> None:
    """An answer that is no list of models is no proof against one."""
    assert is_listed("m", listed) is None
    assert is_listed("m", {"data": [None, 3, {"id": 4}]}) is False
    assert set(MODELS) == set(PROVIDERS)
