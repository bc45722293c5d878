"""The table of providers: what each needs, and what the settings make of it."""

from __future__ import annotations

from datetime import date

import pytest
from model_clients import REQUEST, good_answer
from remembered_calls import RememberedCalls
from stand_in_server import ACCOUNT, KEYS

from neuralbrain.domain.lock import PRIORITY
from neuralbrain.errors import SettingsError
from neuralbrain.outgoing.host_rules import AddressRefusedError, read_url
from neuralbrain.provider_settings import ProviderSettings
from neuralbrain.providers.catalogue import CATALOGUE, catalogue_of, host_rules_of, make, make_local
from neuralbrain.providers.dialect import StructuredOutput
from neuralbrain.providers.prompt import PROMPT_VERSION
from neuralbrain.providers.service import Service
from stand_ins import StillClock

SERVICES = PRIORITY[:-1]
OWN = {"base_url": "http://127.0.0.1:11434/v1/", "model": "llama3"}


def service(name: str, **settings: object) -> Service:
    """Return a service as settings want it asked."""
    found = catalogue_of({name: ProviderSettings(**settings)})[name].service
    assert found is not None
    return found


def test_catalogue_and_priority_are_one_list() -> None:
    """Every provider of the order stands in the table, in the same order, and no other."""
    assert tuple(CATALOGUE) == PRIORITY
    assert all(row.name == name for name, row in CATALOGUE.items())


@pytest.mark.parametrize("name", SERVICES)
def test_a_missing_key_is_named(name: str) -> None:
    """What a provider lacks is said in one line that names every missing variable; nothing else is missing."""
    row = CATALOGUE[name]
    assert row.lacks({}) == f"{' and '.join(row.keys)} not set"
    assert row.lacks(dict.fromkeys(row.keys, "")) == row.lacks({}), "an empty key is none"
    assert row.lacks(dict.fromkeys(row.keys, "x")) == ""


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("gemini", {"GOOGLE_API_KEY": "x"}),
        ("cloudflare", {"CLOUDFLARE_ACCOUNT_ID": "x", "CLOUDFLARE_API_KEY": "x"}),
        ("huggingface", {"HUGGINGFACEHUB_API_TOKEN": "x"}),
    ],
)
def test_a_key_has_more_than_one_conventional_name(name: str, environment: dict[str, str]) -> None:
    """The other names by which a key goes are read too."""
    assert CATALOGUE[name].lacks(environment) == ""


def test_a_key_that_cannot_be_sent_is_lacking() -> None:
    """A key with a space inside is named and not shown; what is missing besides is said too."""
    lacks = CATALOGUE["cloudflare"].lacks({"CLOUDFLARE_API_TOKEN": "canary one"})
    assert lacks.startswith("CLOUDFLARE_API_TOKEN holds a space")
    assert lacks.endswith("; CLOUDFLARE_ACCOUNT_ID not set")
    assert "canary" not in lacks


def test_local_lacks_nothing() -> None:
    """The local provider can always be asked and made."""
    assert CATALOGUE["local"].lacks({}) == ""
    assert CATALOGUE["local"].service is None
    assert make_local().name == "local"


@pytest.mark.parametrize("name", SERVICES)
def test_the_facts_of_a_service_are_dated(name: str) -> None:
    """Each service has a default and a cheaper model, limits that leave room for a question, and a day of its facts."""
    found = CATALOGUE[name].service
    assert found is not None
    assert found.as_of is not None
    assert len(found.models) == 2
    for model in found.models:
        assert model.answer_tokens <= model.context_tokens / 2
    assert len(f"{PROMPT_VERSION}/{found.model.name}") <= 128


@pytest.mark.parametrize("name", SERVICES)
def test_a_client_holds_its_key_alone(server, transport, name: str) -> None:
    """A client is made from the environment, asks with its key, and nothing else of the table holds one."""
    server.answer = good_answer
    variables = dict.fromkeys(CATALOGUE[name].keys, KEYS[name])
    environment = variables | ({"CLOUDFLARE_ACCOUNT_ID": ACCOUNT} if name == "cloudflare" else {})
    url = server.url(name).replace(ACCOUNT, "{account}")
    calls = RememberedCalls(StillClock())
    outside = {"transport": transport, "calls": calls, "clock": calls.clock, "call_seconds": 5.0, "most_series": 25}
    asked = service(name, base_url=url)
    client = make(asked, environment=environment, **outside)
    assert not hasattr(client.forecast(REQUEST), "kind")
    assert server.asked[0].key == KEYS[name]
    assert KEYS[name] not in repr(asked)
    with pytest.raises(SettingsError, match="not set"):
        make(asked, environment={}, **outside)


def test_settings_change_a_service() -> None:
    """A cheaper model keeps its price; an unknown one has none, and small limits; what is said goes before both."""
    luna = service("openai", model="gpt-6-luna").model
    assert (luna.price_in, luna.price_out, luna.context_tokens) == (0.10, 0.50, 128_000)
    other = service("openai", model="gpt-9", price_in=2.0, price_out=3.0, trained_until=date(2026, 1, 1)).model
    assert (other.price_in, other.price_out, other.context_tokens) == (2.0, 3.0, 32_000)
    assert other.trained_until == date(2026, 1, 1)
    assert service("cloudflare", structured="json_schema").dialect.structured is StructuredOutput.BARE_SCHEMA
    assert service("groq", structured="none").dialect.structured_for("x") is StructuredOutput.NONE


def test_a_server_of_ones_own_is_a_row() -> None:
    """A server that speaks chat completions stands before local, with or without a key."""
    table = catalogue_of({"ollama": ProviderSettings(**OWN), "vllm": ProviderSettings(**OWN, key_variable="VLLM_KEY")})
    assert tuple(table) == (*SERVICES, "ollama", "vllm", "local")
    assert (table["ollama"].title, table["ollama"].lacks({})) == ("ollama", "")
    assert table["ollama"].service.base_url == "http://127.0.0.1:11434/v1"
    assert table["vllm"].lacks({}) == "VLLM_KEY not set"
    assert table["vllm"].lacks({"VLLM_KEY_FILE": "/nowhere"}).startswith("the file of VLLM_KEY_FILE cannot be read")


def test_a_server_of_ones_own_is_asked(server, transport) -> None:
    """A server of one's own is asked at its address, without a key where none is set."""
    server.answer = good_answer
    server.keys["groq"] = ""
    own = service("vllm", base_url=server.url("groq"), model="my-model", structured="json_object")
    calls = RememberedCalls(StillClock())
    client = make(
        own, environment={}, transport=transport, calls=calls, clock=calls.clock, call_seconds=5.0, most_series=25
    )
    said = client.forecast(REQUEST)
    assert (said.model, server.asked[0].key) == ("my-model", "")
    assert server.asked[0].body["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://api.example.org/v1", "may only be asked by https"),
        ("ftp://api.example.org/v1", "not one of https"),
        ("https://user:canary@api.example.org/v1", "user name or password"),
        ("https://10.0.0.1/v1", "not public"),
        ("https://169.254.169.254/v1", "address"),
        ("https://api.example.org/v1?key=canary", "query"),
        ("https://api.example.org/v1#x", "fragment"),
        ("https://[::1", "cannot be used"),
        ("api.example.org", "not written plainly"),
    ],
)
def test_an_address_that_could_not_be_asked_is_refused(url: str, said: str) -> None:
    """A base URL that leads where nothing may go is refused before anything is asked, without being repeated."""
    with pytest.raises(SettingsError) as refused:
        service("openai", base_url=url)
    assert said in str(refused.value)
    assert "canary" not in str(refused.value)


def test_a_private_address_must_be_allowed_by_name() -> None:
    """A private address is asked only where its row says so, and then by https and for that host alone."""
    allowed = catalogue_of({"own": ProviderSettings(base_url="https://10.0.0.1/v1", model="m", private=True)})
    rules = host_rules_of(allowed)
    assert read_url("https://10.0.0.1/v1", rules).host == "10.0.0.1"
    for elsewhere in ("https://10.0.0.2/v1", "http://10.0.0.1/v1", "https://api.example.org/v1"):
        with pytest.raises(AddressRefusedError):
            read_url(elsewhere, rules)
    assert read_url("https://api.openai.com/v1", rules).host == "api.openai.com"
    assert read_url("https://huggingface.co/api/whoami-v2", rules).host == "huggingface.co"


def test_limits_that_cannot_hold_are_refused() -> None:
    """A limit in money needs a price, and an answer must leave room for its question."""
    assert service("openai", daily_usd=1.0).daily_usd == 1.0
    assert service("groq", daily_usd=1.0, price_in=0.1, price_out=0.2).daily_usd == 1.0
    with pytest.raises(SettingsError, match="no price"):
        service("groq", daily_usd=1.0)
    with pytest.raises(SettingsError, match="no room"):
        service("groq", answer_tokens=9_000)
