"""`neuralbrain cost`: tokens and money by day and provider."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from same_process import command, opened

from neuralbrain.domain.call import CallAnswered, CallBegun, CallReading, Purpose, Spent
from neuralbrain.domain.day_cost import DayCost
from neuralbrain.domain.failure import FailureKind
from neuralbrain.health.provider_report import cost_as_json, since_when

NOON = datetime(2026, 4, 3, 12, tzinfo=UTC)


def record(home, provider: str, *, cost: float | None, answered: bool = True) -> None:
    """Keep a call; one that is not answered ended in the middle."""
    begun = CallBegun(
        provider=provider, model="m", purpose=Purpose.FORECAST, prompt_digest="0" * 64, series=1,
        prompt_tokens=10, most_tokens=5000, most_cost_usd=None if cost is None else 0.5,
    )  # fmt: skip
    with opened(home) as here:
        number = here.calls.begin(begun)
        if answered:
            here.calls.answered(number, CallAnswered(seconds=1, status=200, request_id="", sent=True))
            read = CallReading(kind=None, rule="answered", prompt_tokens=100, completion_tokens=20, cost_usd=cost)
            here.calls.read(number, read)


def part(day: date, provider: str, kind: FailureKind | None = None) -> DayCost:
    """Return two calls of a day that ended alike."""
    spent = Spent(calls=2, tokens=100, cost_usd=0.1, possibly_billed=1)
    return DayCost(day=day, provider=provider, kind=kind, spent=spent, without_price=1)


def test_before_the_first_call(home):
    """Without calls that is said, for the days that were asked about."""
    assert "last 7 days" in command("cost", home=home).stdout
    assert "the last day" in command("cost", "--days", "1", home=home).stdout


def test_tokens_and_money(home):
    """Calls of a day are added up by provider; one that nobody told about counts with its upper bound and is named."""
    for cost in (0.01, 0.02):
        record(home, "openai", cost=cost)
    record(home, "openai", cost=0.01, answered=False)
    record(home, "groq", cost=None)
    said = json.loads(command("cost", "--json", home=home).stdout)
    rows = {one["provider"]: one for one in said["rows"]}
    assert (rows["openai"]["calls"], rows["openai"]["tokens"], rows["openai"]["possibly_billed"]) == (3, 5240, 1)
    assert rows["openai"]["cost_usd"] == pytest.approx(0.53)
    assert (rows["groq"]["cost_usd"], rows["groq"]["without_price"]) == (0, 1)
    assert said["total"]["tokens"] == 5360
    words = command("cost", home=home).stdout
    assert "0.5300" in words
    assert "upper bound" in words
    assert "without a known price: 1" in words


@pytest.mark.parametrize("days", ["0", "-1", "3661", "x"])
def test_days_that_cannot_be(home, days):
    """It is a number of days from 1 to ten years."""
    assert command("cost", "--days", days, home=home).returncode == 2


def test_days_are_those_of_utc():
    """Today and the days before it since midnight, UTC; the newest day comes first, then by provider."""
    assert since_when(NOON, days=1) == datetime(2026, 4, 3, tzinfo=UTC)
    assert since_when(NOON, days=7) == datetime(2026, 3, 28, tzinfo=UTC)
    assert since_when(NOON, days=10**6) == datetime(1, 1, 1, tzinfo=UTC)
    today, yesterday = NOON.date(), NOON.date() - timedelta(days=1)
    rows = cost_as_json(
        [
            part(yesterday, "groq"), part(today, "groq"),
            part(today, "gemini", FailureKind.UNAVAILABLE), part(today, "gemini", FailureKind.OUR_REQUEST),
            part(today, "gemini"),
        ]
    )  # fmt: skip
    assert [(one["day"], one["provider"], one["calls"], one["failed"]) for one in rows] == [
        ("2026-04-03", "gemini", 6, 2), ("2026-04-03", "groq", 2, 0), ("2026-04-02", "groq", 2, 0),
    ]  # fmt: skip
    assert (rows[0]["tokens"], rows[0]["possibly_billed"], rows[0]["without_price"]) == (300, 3, 3)
    assert rows[0]["cost_usd"] == pytest.approx(0.3)
