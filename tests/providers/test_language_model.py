"""The client of a language model: one bounded call, kept before it is made, whose every end is a value."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from model_clients import REQUEST, broken, client, good_answer, request_of
from prompt_examples import request_for
from provider_cases import PROVIDERS, all_cases, cases
from remembered_calls import RememberedCalls
from stand_in_server import KEYS, MODELS, ROOTS

from neuralbrain.domain.call import Purpose
from neuralbrain.domain.failure import Failure, FailureKind
from neuralbrain.domain.request import Answer
from neuralbrain.outgoing.transport import Transport
from neuralbrain.providers.prompt import PROMPT_VERSION
from stand_ins import StillClock


@pytest.fixture
def calls() -> RememberedCalls:
    """Return a record of calls in memory."""
    return RememberedCalls(StillClock())


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_good_answer_comes_back_as_it_is(server, transport, calls, provider: str) -> None:
    """Each provider is asked at its path with its key, and its words come back with their call and model."""
    server.answer = good_answer
    model = client(server, transport, provider, calls=calls)
    said = model.forecast(REQUEST)
    assert isinstance(said, Answer)
    assert json.loads(said.body) == good_answer(server.asked[0].body)
    assert (said.media_type, said.model, said.calls, said.notes) == ("application/json", MODELS[provider], (1,), ())
    asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", f"{ROOTS[provider]}/chat/completions")
    assert (asked.key, asked.body["model"]) == (KEYS[provider], MODELS[provider])
    assert (model.name, model.version) == (provider, f"{PROMPT_VERSION}/{MODELS[provider]}")
    assert model.repair(REQUEST, said) is None
    assert len(server.asked) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_is_asked_is_in_the_words_of_the_provider(server, transport, provider: str) -> None:
    """The form of the answer and the limit of its length stand where the provider reads them."""
    client(server, transport, provider).forecast(REQUEST)
    body = server.asked[0].body
    form = body["response_format"]["json_schema"]
    assert ("schema" in form) is (provider != "cloudflare")
    limit = "max_completion_tokens" if provider in {"openai", "groq"} else "max_tokens"
    assert 500 < body[limit] <= 32_000
    assert ("reasoning_effort" in body) is (provider != "cloudflare")


def test_a_call_is_kept_before_during_and_after(server, transport, calls) -> None:
    """The record knows of a call before it leaves, has its bytes before they are read, and then what they said."""
    server.answer = good_answer
    seen: list[list[str]] = []
    server.answer = lambda body: (seen.append(list(calls.steps)), good_answer(body))[1]
    said = client(server, transport, "openai", calls=calls).forecast(REQUEST)
    assert seen == [["begin"]]
    assert calls.steps == ["begin", "answered", "read"]
    record = calls.records[0]
    assert (record.begun.purpose, record.begun.series, len(record.begun.prompt_digest)) == (Purpose.FORECAST, 2, 64)
    assert record.begun.most_tokens > record.begun.prompt_tokens > 1000
    assert record.begun.most_cost_usd == pytest.approx(
        (record.begun.prompt_tokens + 5 * (record.begun.most_tokens - record.begun.prompt_tokens)) / 1e6
    )
    assert (record.answered.status, record.answered.sent, record.answered.request_id[:4]) == (200, True, "req_")
    assert said.body.decode() in json.loads(calls.bodies[1])["choices"][0]["message"]["content"]
    assert (record.reading.kind, record.reading.rule, record.reading.model) == (None, "answered", MODELS["openai"])
    counts = (record.reading.prompt_tokens, record.reading.completion_tokens, record.reading.reasoning_tokens)
    assert counts == (11, 7, 3)
    assert record.reading.cost_usd == pytest.approx((11 * 1.0 + 7 * 5.0) / 1e6)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_known_answer_ends_as_its_kind(server, transport, calls, provider: str) -> None:
    """Whatever a provider is known to say ends in its kind of failure, or in words that can be repaired."""
    model = client(server, transport, provider, calls=calls)
    for name in (name for owner, name in all_cases() if owner == provider):
        case = cases(provider)[name]
        server.forget()
        server.script(provider, name)
        model = client(server, transport, provider, calls=calls)
        said = model.forecast(REQUEST)
        if case.kind is None or case.rule in {"cut-short", "no-content", "not-text"}:
            assert isinstance(said, Answer), name
        else:
            assert isinstance(said, Failure), name
            assert (said.kind, said.rule, said.wait_seconds) == (case.kind, case.rule, case.wait), name
            assert (said.resets_at is not None) is case.reset, name
            assert (said.reached, said.call) == (True, len(calls.records)), name
        assert len(server.asked) == 1, name
    assert {one.reading is None for one in calls.records} == {False}


@pytest.mark.parametrize(
    "answer",
    [
        "I think cases will rise.",
        broken(lambda entries: entries[0]["cases"]["median"].__setitem__(0, float("nan"))),
        broken(lambda entries: entries[0]["cases"]["median"].__setitem__(0, -5)),
        broken(lambda entries: entries[0].__setitem__("region", "FRA")),
        broken(lambda entries: entries.pop()),
        broken(lambda entries: entries[0]["cases"]["median"].append(3)),
        broken(lambda _entries: None)[:-30],
        "",
    ],
    ids=["prose", "nan", "negative", "other-region", "missing-region", "one-horizon-more", "cut", "empty"],
)
def test_an_odd_answer_is_repaired_once(server, transport, calls, answer: str) -> None:
    """The model is told what is wrong and asked once more; the answer then names both calls."""
    said_so_far = iter([answer])
    server.answer = lambda body: next(said_so_far, None) if len(body["messages"]) == 2 else good_answer(body)
    model = client(server, transport, "groq", calls=calls)
    first = model.forecast(REQUEST)
    assert isinstance(first, Answer)
    assert first.body.decode() == answer
    repaired = model.repair(REQUEST, first)
    assert isinstance(repaired, Answer)
    assert repaired.calls == (1, 2)
    assert model.repair(REQUEST, repaired) is None
    assert [one.begun.purpose for one in calls.records] == [Purpose.FORECAST, Purpose.REPAIR]
    assert "cannot be used" in server.asked[1].body["messages"][-1]["content"]


@pytest.mark.parametrize(
    "second",
    [
        "Sorry, I cannot help with that.",
        "",
        '{"forecasts": []}',
        broken(lambda entries: entries.pop()),
        broken(lambda entries: entries[0]["cases"].pop("median")),
    ],
    ids=["prose", "empty", "nothing", "fewer-regions", "more-findings"],
)
def test_a_worse_second_answer_leaves_the_first(server, transport, calls, second: str) -> None:
    """A repair that is no better does not take away what was well, and both calls are named."""
    entries = broken(lambda entries: entries[0]["cases"]["upper_95"].__setitem__(0, -5))
    said_so_far = iter([entries, second])
    server.answer = lambda _body: next(said_so_far)
    model = client(server, transport, "openai", calls=calls)
    first = model.forecast(REQUEST)
    assert model.repair(REQUEST, first) == replace(first, calls=(1, 2))


def test_a_second_answer_that_the_provider_keeps_back_leaves_the_first(server, transport, calls) -> None:
    """Where the provider finds the second answer out of form, the first one stays."""
    server.answer = lambda _body: broken(lambda entries: entries.pop())
    model = client(server, transport, "groq", calls=calls)
    first = model.forecast(REQUEST)
    server.script("groq", "form")
    assert model.repair(REQUEST, first) == replace(first, calls=(1, 2))


def test_a_repair_that_fails_is_a_failure(server, transport) -> None:
    """Where the second question meets a failure, that is what comes back."""
    server.script("openai", "answer_empty", "rate_limit")
    model = client(server, transport, "openai")
    said = model.repair(REQUEST, model.forecast(REQUEST))
    assert isinstance(said, Failure)
    assert (said.kind, said.call) == (FailureKind.RATE_LIMITED, 2)


def test_another_model_is_noted(server, transport) -> None:
    """An answer of another model than was asked for says so; one of a snapshot of it does not."""
    server.script("openai", "answered")
    said = client(server, transport, "openai").forecast(REQUEST)
    assert [(one.code, one.message) for one in said.notes] == [
        ("model-other", "m-1 answered where gpt-6.1-terra was asked.")
    ]
    assert said.model == "m-1"


def test_what_cannot_be_asked_is_noted(server, transport) -> None:
    """A region that is not in the registry is left out with a note, and with nothing left nobody is asked."""
    server.answer = good_answer
    said = client(server, transport, "openai").forecast(request_for("AGO", "XXX"))
    assert [one.code for one in said.notes] == ["location-unknown"]
    nothing = client(server, transport, "openai").forecast(request_for("XXX"))
    assert (nothing.kind, nothing.rule, nothing.call) == (FailureKind.OUR_REQUEST, "nothing-to-ask", None)
    assert len(server.asked) == 1


def test_a_request_is_parted_by_what_fits(server, transport) -> None:
    """The setting limits a question, the model limits it further, and each part is asked about what it holds."""
    whole = request_of(50)
    assert [len(one.panel.series) for one in client(server, transport, "openai").parts(whole)] == [25, 25]
    assert len(client(server, transport, "openai", most_series=10).parts(whole)) == 5
    small = client(server, transport, "openai", context_tokens=8192, answer_tokens=2048)
    assert max(len(one.panel.series) for one in small.parts(whole)) <= 5
    assert client(server, transport, "openai").parts(REQUEST) == (REQUEST,)


def test_a_series_and_its_deaths_fit_together(server, transport) -> None:
    """Where only one series may be asked about, it takes its deaths along."""
    request = request_for("AGO", "MOZ", deaths=(1.0,) * 10)
    parts = client(server, transport, "openai", most_series=1).parts(request)
    assert [len(one.panel.series) for one in parts] == [2, 2]


def test_a_small_model_is_asked_for_medians(server, transport) -> None:
    """Where no series fits with its quantiles, medians alone are asked for; where not even those, nobody is asked."""
    small = client(server, transport, "openai", context_tokens=4_000, answer_tokens=600)
    small.forecast(small.parts(REQUEST)[0])
    assert "lower_50" not in server.asked[0].body["messages"][0]["content"]
    smaller = client(server, transport, "openai", context_tokens=1_000, answer_tokens=600)
    said = smaller.forecast(smaller.parts(REQUEST)[0])
    assert (said.kind, said.rule, said.sent) == (FailureKind.UNCONFIGURED, "model-too-small", False)
    assert len(server.asked) == 1


def test_many_threads_ask_at_once(server, transport, calls) -> None:
    """Calls of several threads do not meet: each has its own number and its own answer."""
    server.answer = good_answer
    model = client(server, transport, "openai", calls=calls)
    requests, said = [request_of(count) for count in range(1, 9)], {}

    def ask(place: int) -> None:
        said[place] = model.forecast(requests[place])

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [len(json.loads(said[place].body)["forecasts"]) for place in range(8)] == [*range(1, 9)]
    assert sorted(one.calls[0] for one in said.values()) == [*range(1, 9)]


def test_nobody_there_is_told_from_a_refusal(server, transport, calls) -> None:
    """A closed port has answered, a name that leads nowhere has not; neither was sent anything."""
    port = urlsplit(server.address).port
    server.close()
    closed = client(server, transport, "openai", calls=calls, base_url=f"http://127.0.0.1:{port}/v1")
    said = closed.forecast(REQUEST)
    assert (said.kind, said.rule, said.reached, said.sent) == (FailureKind.UNAVAILABLE, "unreachable", True, False)

    def nowhere(_host: str, _port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    lost = client(
        server,
        Transport(agent="x", resolve=nowhere),
        "openai",
        calls=calls,
        base_url="https://nowhere.invalid/v1",
    )
    said = lost.forecast(REQUEST)
    assert (said.kind, said.rule, said.reached, said.sent) == (FailureKind.UNAVAILABLE, "unreachable", False, False)
    assert lost.probe().reached is False
