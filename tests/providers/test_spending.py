"""Limits of one's own: a day's tokens and dollars are not exceeded, whatever a call turns out to use."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from model_clients import REQUEST, client, good_answer
from provider_cases import Case, completion
from remembered_calls import RememberedCalls

from neuralbrain.domain.failure import Failure, FailureKind
from stand_ins import StillClock


def test_tokens_of_a_day_are_limited(server, transport) -> None:
    """A call that could exceed the day's tokens is not made; the next day begins at midnight UTC."""
    server.answer = good_answer
    calls = RememberedCalls(StillClock(datetime(2026, 4, 1, 12, tzinfo=UTC)))
    client(server, transport, "openai", calls=calls).forecast(REQUEST)
    limit = calls.records.pop().begun.most_tokens + 100  # one call may use it nearly up; this one used 18
    server.forget()
    model = client(server, transport, "openai", calls=calls, daily_tokens=limit)
    assert not isinstance(model.forecast(REQUEST), Failure)
    server.script("openai", "closed")  # nobody knows what it used, so it counts in full
    assert model.forecast(REQUEST).kind is FailureKind.UNAVAILABLE
    said = model.forecast(REQUEST)
    assert (said.kind, said.rule, said.sent, said.call) == (FailureKind.QUOTA_CONFIRMED, "own-limit", False, None)
    assert said.resets_at == datetime(2026, 4, 2, tzinfo=UTC)
    assert f"tokens of the day's {limit}" in said.message
    assert len(server.asked) == len(calls.records) == 2
    calls.clock.at += timedelta(hours=12)
    assert not isinstance(model.forecast(REQUEST), Failure)


def test_dollars_of_a_day_are_limited(server, transport) -> None:
    """A call whose upper bound costs more than what is left is not made."""
    calls = RememberedCalls(StillClock())
    said = client(server, transport, "openai", calls=calls, daily_usd=0.001).forecast(REQUEST)
    assert (said.rule, calls.records) == ("own-limit", [])
    assert "US dollars" in said.message
    assert not isinstance(client(server, transport, "openai", daily_usd=10.0).forecast(REQUEST), Failure)


def called(usage: dict[str, int] | None, server, transport, monkeypatch) -> RememberedCalls:
    """Return the record of a call whose answer tells of these tokens; a token read costs a hundredth of a written."""
    said = json.loads(completion("{}"))
    said["usage"] = usage
    case = Case(status=200, body=json.dumps(said).encode(), kind=None, rule="")
    monkeypatch.setattr("stand_in_server.cases", lambda _provider: {"told": case})
    server.script("openai", "told")
    calls = RememberedCalls(StillClock())
    client(server, transport, "openai", calls=calls, price_in=1.0, price_out=100.0).forecast(REQUEST)
    return calls


def test_what_is_not_told_counts_with_its_upper_bound(server, transport, monkeypatch) -> None:
    """Where only prompt or only answer is told, the other counts in full, and the call may have been billed."""
    for usage in ({"completion_tokens": 900_000}, {"prompt_tokens": 5}, {}):
        calls = called(usage, server, transport, monkeypatch)
        begun, spent = calls.records[0].begun, calls.spent("openai", since=calls.clock.now())
        read = usage.get("prompt_tokens", begun.prompt_tokens)
        written = usage.get("completion_tokens", begun.most_tokens - begun.prompt_tokens)
        assert (spent.tokens, spent.possibly_billed) == (read + written, 1)
        assert spent.cost_usd == pytest.approx((read + 100 * written) / 1e6)


def test_thought_outside_the_words_is_paid_for(server, transport, monkeypatch) -> None:
    """Tokens that stand in the total only count as written."""
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 5100}
    calls = called(usage, server, transport, monkeypatch)
    spent = calls.spent("openai", since=calls.clock.now())
    assert (spent.tokens, spent.possibly_billed) == (5100, 0)
    assert spent.cost_usd == pytest.approx((1000 + 100 * 4100) / 1e6)


def test_threads_do_not_exceed_a_limit_together(server, transport) -> None:
    """Of several calls at once only as many are begun as fit the limit with their upper bounds."""
    calls = RememberedCalls(StillClock())
    one = client(server, transport, "openai", calls=calls)
    one.forecast(REQUEST)
    limit = 18 + calls.records[0].begun.most_tokens * 2
    server.always("openai", "closed")
    model = client(server, transport, "openai", calls=calls, daily_tokens=limit)
    threads = [threading.Thread(target=model.forecast, args=(REQUEST,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls.records) == 3
