"""Each answer that a provider is known to give means what the table of reasons says."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from provider_cases import CONTENT, OWN, PROVIDERS, QUOTA, all_cases, cases, completion, google_error, openai_error

from neuralbrain.domain.failure import FailureKind
from neuralbrain.outgoing.message import NotReceived, NotReceivedKind, Received
from neuralbrain.providers.failure_table import ROWS, WITHOUT_ANSWER
from neuralbrain.providers.failures import Verdict, classify, classify_probe

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def received(status: int, body: bytes, *headers: tuple[str, str]) -> Received:
    """Return an answer as the transport would give it, unpacked."""
    if ("content-encoding", "gzip") in headers:
        body = gzip.decompress(body)
    return Received(status=status, headers=headers, body=body, seconds=0.1, request_id="req_7")


def verdict(provider: str, status: int, body: bytes, *headers: tuple[str, str]) -> Verdict:
    """Return what an answer means at noon."""
    return classify(provider, received(status, body, *headers), now=NOW)


@pytest.mark.parametrize(("provider", "name"), [*all_cases()], ids=str)
def test_each_known_answer_has_its_verdict(provider: str, name: str) -> None:
    """Kind, deciding row, wait, reset and raw code are those that the table of cases names."""
    case = cases(provider)[name]
    said = verdict(provider, case.status, case.body, *case.headers)
    assert (said.kind, said.rule) == (case.kind, case.rule), said
    assert (said.wait_seconds, said.raw_code) == (case.wait, case.code)
    assert (said.resets_at is not None) is case.reset
    assert said.confirmed is (case.kind is FailureKind.QUOTA_CONFIRMED)
    assert (said.status, said.request_id, said.sent) == (case.status, "req_7", True)


def test_every_row_decides_some_case() -> None:
    """No row of the table stands behind one that always comes first, and none is without an example."""
    beyond_providers = {"month-used-up-in-words"}  # the same words with another status than 402
    decided = {cases(provider)[name].rule for provider, name in all_cases()}
    assert {row.name for row in ROWS} - decided == beyond_providers


def test_names_of_rows_are_unique() -> None:
    """A name tells which row it was."""
    names = [row.name for row in ROWS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["invalid_key", "quota", "rate_limit", "model_gone", "too_long", "server"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_cell_of_the_table_is_missing(provider: str, name: str) -> None:
    """Each provider has a case of its own for each of the common failures."""
    assert name in OWN[provider]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("answered", CONTENT),
        ("answered_packed", CONTENT),
        ("answered_in_parts", CONTENT),
        ("answered_as_an_object", CONTENT),
        ("answered_natively", CONTENT),
    ],
)
def test_words_are_read_from_every_envelope(provider: str, name: str, text: str) -> None:
    """The content comes out as text, whichever way it was wrapped."""
    case = cases(provider)[name]
    said = verdict(provider, case.status, case.body, *case.headers)
    assert said.went_well
    assert said.completion is not None
    assert said.completion.text == text


def test_a_success_tells_model_reason_and_tokens() -> None:
    """Model as answered, finish reason and the three counts are kept."""
    said = verdict("openai", 200, completion("{}", model="gpt-x-2026")).completion
    assert said is not None
    assert (said.model, said.finish_reason) == ("gpt-x-2026", "stop")
    assert (said.prompt_tokens, said.completion_tokens, said.reasoning_tokens) == (11, 7, 3)


def test_what_was_cut_short_is_kept() -> None:
    """An answer that reached its limit is unusable, and its words are still there to be stored."""
    said = verdict("groq", 200, completion('{"fore', finish_reason="length"))
    assert said.kind is FailureKind.UNUSABLE_ANSWER
    assert said.completion is not None
    assert said.completion.text == '{"fore'


@pytest.mark.parametrize("counts", [{"prompt_tokens": -1}, {"prompt_tokens": "7"}, {"prompt_tokens": True}, [], None])
def test_odd_counts_of_tokens_are_absent(counts: object) -> None:
    """A count that is none is not told, and takes nothing else with it."""
    body = json.dumps({"choices": [{"message": {"content": "x"}}], "usage": counts}).encode()
    said = verdict("openai", 200, body)
    assert said.went_well
    assert said.completion is not None
    assert said.completion.prompt_tokens is None


@pytest.mark.parametrize(
    ("usage", "told"),
    [
        ({"prompt_tokens": 2**31, "completion_tokens": 5}, (None, 5)),
        ({"prompt_tokens": 2**31 - 1, "completion_tokens": 2**31}, (2**31 - 1, None)),
        ({"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 5100}, (1000, 4100)),
        ({"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}, (1000, 100)),
        ({"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 7}, (1000, 100)),
        ({"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 2**31}, (1000, 100)),
        ({"prompt_tokens": 1000, "total_tokens": 5100}, (1000, 4100)),
        ({"completion_tokens": 100, "total_tokens": 5100}, (None, 100)),
        ({"total_tokens": 5100}, (None, None)),
    ],
)
def test_tokens_read_and_written(usage: object, told: tuple[int | None, int | None]) -> None:
    """Thought outside the words is written too, and a count that no column takes is not told."""
    body = json.dumps({"choices": [{"message": {"content": "x"}}], "usage": usage}).encode()
    said = verdict("gemini", 200, body).completion
    assert said is not None
    assert (said.prompt_tokens, said.completion_tokens) == told


def test_gemini_resets_at_midnight_pacific() -> None:
    """The daily allowance comes back at midnight in California: 08:00 UTC in winter."""
    case = cases("gemini")["quota"]
    said = verdict("gemini", case.status, case.body)
    assert said.resets_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert said.wait_seconds is None


def test_cloudflare_resets_at_midnight() -> None:
    """The daily allowance comes back at 00:00 UTC."""
    case = cases("cloudflare")["quota"]
    assert verdict("cloudflare", case.status, case.body).resets_at == datetime(2026, 11, 23, tzinfo=UTC)


def test_hugging_face_resets_next_month() -> None:
    """Included credits come back on the first of the next month."""
    case = cases("huggingface")["quota"]
    assert verdict("huggingface", case.status, case.body).resets_at == datetime(2026, 12, 1, tzinfo=UTC)


def test_groq_resets_when_it_says() -> None:
    """The daily allowance of Groq comes back after the wait that it tells."""
    case = cases("groq")["quota_without_header"]
    assert verdict("groq", case.status, case.body).resets_at == NOW + timedelta(minutes=47, seconds=12)


def test_one_of_several_allowances_of_a_day_is_enough() -> None:
    """A daily allowance among others that are used up decides."""
    violations = [{"quotaId": "GenerateRequestsPerMinute"}, {"quotaId": "GenerateContentInputTokensPerModelPerDay"}]
    body = google_error(429, "RESOURCE_EXHAUSTED", "no", {"@type": QUOTA, "violations": violations})
    assert verdict("gemini", 429, body).kind is FailureKind.QUOTA_CONFIRMED


def test_the_same_body_means_less_at_another_provider() -> None:
    """A number or header that only one provider uses so decides nothing elsewhere."""
    last = ("x-ratelimit-remaining-requests", "0")
    assert verdict("openai", 429, openai_error("slow"), last).kind is FailureKind.RATE_LIMITED
    assert verdict("openai", 500, openai_error("x", code="4006")).kind is FailureKind.UNAVAILABLE
    assert verdict("generic", 429, openai_error("tokens per day (TPD)")).kind is FailureKind.RATE_LIMITED


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (NotReceivedKind.REFUSED, FailureKind.UNCONFIGURED),
        (NotReceivedKind.UNREACHABLE, FailureKind.UNAVAILABLE),
        (NotReceivedKind.TIMEOUT, FailureKind.UNAVAILABLE),
        (NotReceivedKind.TOO_LARGE, FailureKind.UNAVAILABLE),
        (NotReceivedKind.BROKEN_OFF, FailureKind.UNAVAILABLE),
    ],
)
@pytest.mark.parametrize("sent", [True, False])
def test_no_whole_answer_has_a_verdict_too(kind: NotReceivedKind, expected: FailureKind, sent: bool) -> None:
    """Every way of not getting an answer means something, and keeps whether it may have been billed."""
    said = classify("openai", NotReceived(kind=kind, why="so", sent=sent, seconds=1.0), now=NOW)
    assert (said.kind, said.rule, said.sent, said.completion) == (expected, kind.value, sent, None)


def test_every_way_of_getting_nothing_is_in_the_table() -> None:
    """No kind of the transport is without a meaning."""
    assert set(WITHOUT_ANSWER) == {kind.value for kind in NotReceivedKind}


def test_a_probe_needs_no_choice() -> None:
    """A list of models is a good answer to a probe, and an error is none."""
    assert classify_probe("groq", received(200, b'{"object": "list", "data": []}'), now=NOW).went_well
    refused = cases("gemini")["invalid_key"]
    said = classify_probe("gemini", received(refused.status, refused.body), now=NOW)
    assert said.kind is FailureKind.AUTHENTICATION
    assert classify_probe("openai", received(200, b"<html>"), now=NOW).kind is FailureKind.UNAVAILABLE


def test_a_probe_that_is_not_understood_has_not_passed() -> None:
    """A probe answered with 400 is a request of ours that was refused: it counts against nobody, and is not well."""
    said = classify_probe("openai", received(400, openai_error("no")), now=NOW)
    assert (said.kind, said.rule, said.went_well) == (FailureKind.OUR_REQUEST, "request-refused", False)
    malformed = cases("cloudflare")["malformed_key"]
    said = classify_probe("cloudflare", received(malformed.status, malformed.body), now=NOW)
    assert said.kind is FailureKind.AUTHENTICATION


@pytest.mark.parametrize("body", [b"{}", b"null", b'"no"', b"[]", completion("{}")])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, FailureKind.AUTHENTICATION),
        (402, FailureKind.QUOTA_CONFIRMED),
        (404, FailureKind.AUTHENTICATION),
        (413, FailureKind.OUR_REQUEST),
        (429, FailureKind.RATE_LIMITED),
        (500, FailureKind.UNAVAILABLE),
    ],
)
def test_a_status_speaks_where_the_body_does_not(status: int, kind: FailureKind, body: bytes) -> None:
    """A status of failure is one, whatever JSON comes with it."""
    said = verdict("openai", status, body)
    assert (said.kind, said.completion) == (kind, None)


def test_a_key_in_the_message_is_hidden() -> None:
    """Neither a known key nor one that looks like a key stays in message, code or type."""
    key = "nb-canary-0123456789"
    body = openai_error(f"Bad key {key}; also Bearer abcdef123456", kind=key, code=key)
    said = classify("openai", received(401, body), now=NOW, secrets=(key,))
    assert key not in repr(said)
    assert "abcdef123456" not in repr(said)


def test_a_long_message_is_cut() -> None:
    """A message has at most 500 characters and one line."""
    said = verdict("openai", 400, openai_error("no\n" * 1_000_000))
    assert len(said.message) == 500
    assert "\n" not in said.message


@given(
    provider=st.sampled_from(["openai", "gemini", "groq", "cloudflare", "huggingface", "generic"]),
    status=st.integers(100, 599),
    body=st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "error",
                            "errors",
                            "message",
                            "code",
                            "choices",
                            "content",
                            "details",
                            "result",
                            "usage",
                            "type",
                        ]
                    ),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        ).map(lambda value: json.dumps(value).encode()),
    ),
    header=st.sampled_from(["retry-after", "retry-after-ms", "date"]),
    value=st.text(max_size=20),
)
def test_whatever_comes_has_a_verdict(provider: str, status: int, body: bytes, header: str, value: str) -> None:
    """No bytes raise, and none are a success without words."""
    said = classify(provider, received(status, body, (header, value)), now=NOW)
    assert len(said.message) <= 500
    if said.went_well:
        assert 200 <= status < 300
        assert said.completion is not None
        assert said.completion.text.strip()
