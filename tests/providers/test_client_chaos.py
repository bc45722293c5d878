"""Whatever a provider does to the socket, a call ends in time, as a value, kept, and without a key."""

from __future__ import annotations

import copy
import dataclasses
import logging
import pickle
import time

import pytest
from model_clients import REQUEST, client
from provider_cases import PROVIDERS, Case, cases, completion, openai_error
from remembered_calls import RememberedCalls
from socket_faults import FAULTS, prepare
from stand_in_server import KEYS

from neuralbrain.domain.failure import Failure, FailureKind
from stand_ins import StillClock

DEADLINE = 0.3
QUICK = ("truncated", "cut_chunks", "bad_chunk", "two_lengths", "reset", "reset_in_body", "not_http", "closed")
LONG = ("hang", "drip", "bomb", "endless", "endless_chunks")


def faults_of(provider: str) -> list[object]:
    """Return every fault for one provider, and for the others those that differ most; the rest is slow."""
    quick = FAULTS if provider == "openai" else (*QUICK, *LONG)
    slow = [name for name in FAULTS if name not in quick]
    return [(provider, tuple(quick)), *([pytest.param(provider, tuple(slow), marks=pytest.mark.slow)] if slow else [])]


@pytest.mark.parametrize(("provider", "names"), [one for provider in PROVIDERS for one in faults_of(provider)])
def test_every_fault_is_bounded_and_kept(server, transport, provider: str, names: tuple[str, ...]) -> None:
    """Each fault ends within the call's time and a second, as unavailable, with one call begun and read."""
    prepare()
    calls = RememberedCalls(StillClock())
    model = client(server, transport, provider, calls=calls, call_seconds=DEADLINE)
    for name in names:
        server.script(provider, name)
        started = time.monotonic()
        said = model.forecast(REQUEST)
        assert time.monotonic() - started < DEADLINE + 1, name
        assert isinstance(said, Failure), name
        assert (said.kind, said.sent, said.reached) == (FailureKind.UNAVAILABLE, True, True), name
    assert len(calls.records) == len(server.asked) == len(names)
    assert all(one.answered is not None and one.reading is not None for one in calls.records)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_redirect_leads_nowhere(server, transport, provider: str) -> None:
    """A redirect is a failure and is not followed, so that no key goes along."""
    server.script(provider, "redirect")
    said = client(server, transport, provider).forecast(REQUEST)
    assert (said.kind, said.rule, len(server.asked)) == (FailureKind.UNAVAILABLE, "redirected", 1)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_key_that_is_said_back_is_kept_nowhere(server, transport, caplog, monkeypatch, provider: str) -> None:
    """Where a server repeats the key in words, body and headers, nothing that is kept, shown or handed on has it."""
    caplog.set_level(logging.DEBUG)
    calls, key = RememberedCalls(StillClock()), KEYS[provider]
    echoes = {
        "refused": Case(
            status=401,
            body=openai_error(f"no such key {key}", code=key),
            headers=(("x-request-id", f"req-{key}"),),
            kind=None,
            rule="",
        ),
        "answered": Case(
            status=200,
            body=completion(f'{{"forecasts": [], "key": "{key}"}}', model=f"m-{key}"),
            headers=(("cf-ray", key),),
            kind=None,
            rule="",
        ),
    }
    known = {**cases(provider), **echoes}
    monkeypatch.setattr("stand_in_server.cases", lambda _provider: known)
    server.script(provider, "refused", "answered", "refused")
    model = client(server, transport, provider, calls=calls)
    refused, answered = model.forecast(REQUEST), model.forecast(REQUEST)
    repaired = model.repair(REQUEST, answered)
    shown = f"{refused!r} {answered!r} {repaired!r} {calls.records!r} {calls.bodies!r} {model!r} {vars(model)!r}"
    assert key not in shown
    assert key not in caplog.text
    assert calls.bodies[1].count(b"[hidden]") == 2


def test_the_client_gives_its_key_to_nobody(server, transport) -> None:
    """A client is not pickled, and a copy of its parts as text shows no key."""
    model = client(server, transport, "openai")
    with pytest.raises(TypeError):
        pickle.dumps(model._key)
    assert copy.deepcopy(model._key) is copy.copy(model._key) is model._key
    assert KEYS["openai"] not in repr(dataclasses.asdict(model._service))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_client_that_breaks_off_leaves_a_call_that_may_be_billed(server, transport, provider: str) -> None:
    """A call that ended in the middle counts with its upper bound."""
    server.script(provider, "hang")
    calls = RememberedCalls(StillClock())
    client(server, transport, provider, calls=calls, call_seconds=DEADLINE).forecast(REQUEST)
    spent = calls.spent(provider, since=calls.clock.now())
    assert (spent.calls, spent.possibly_billed, spent.tokens) == (1, 1, calls.records[0].begun.most_tokens)
