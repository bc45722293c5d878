"""A form that is refused is put otherwise the next time, a step at a time, and never more than four times."""

from __future__ import annotations

from dataclasses import replace

import pytest
from model_clients import REQUEST, client, good_answer
from provider_cases import PROVIDERS

from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.request import Answer
from neuralbrain.providers.dialect import DIALECTS, StructuredOutput
from neuralbrain.providers.form_steps import FormSteps


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_refused_schema_becomes_looser(server, transport, provider: str) -> None:
    """A client whose schema is refused asks for any JSON, then for nothing, and keeps to what was taken."""
    server.answer = good_answer
    lengths = DIALECTS[provider].bounded  # then the first step is the same schema without them
    steps = 3 if lengths else 2
    server.script(provider, *["schema"] * steps)
    model = client(server, transport, provider)
    said = [model.forecast(REQUEST) for _ in range(steps + 2)]
    assert [(one.kind, one.rule, one.asks_otherwise) for one in said[:steps]] == [
        (FailureKind.OUR_REQUEST, "form-refused", True)
    ] * steps
    assert isinstance(said[steps], Answer)
    forms = [one.body.get("response_format", {}).get("type") for one in server.asked]
    assert forms == [*["json_schema"] * (1 + lengths), "json_object", None, None]
    schemas = ["The JSON schema of the answer" in one.body["messages"][0]["content"] for one in server.asked]
    assert schemas == [*[False] * (1 + lengths), True, True, True]


def test_there_is_an_end_to_it(server, transport) -> None:
    """After its five steps a refusal is one: the question is not put otherwise again."""
    server.script("openai", "effort", "limit_field", *["schema"] * 4, "effort", "limit_field")
    model = client(server, transport, "openai")
    said = [model.forecast(REQUEST).asks_otherwise for _ in range(8)]
    assert said == [True, True, True, True, True, False, False, False]
    first, last = server.asked[0].body, server.asked[-1].body
    assert {"reasoning_effort", "max_completion_tokens", "response_format"} <= set(first)
    assert set(last) == {"model", "messages", "max_tokens"}


def test_other_refusals_change_nothing(server, transport) -> None:
    """A question that is too long, or a limit that is too high, is put in the same way again."""
    server.script("openai", "too_long", "limit_too_high", "content_filter")
    model = client(server, transport, "openai")
    assert not any(model.forecast(REQUEST).asks_otherwise for _ in range(3))
    model.forecast(REQUEST)
    assert server.asked[0].body == server.asked[-1].body


def test_two_threads_that_are_refused_at_once_take_one_step() -> None:
    """A second refusal of a form that was left meanwhile is put otherwise without another step."""
    steps = FormSteps(DIALECTS["openai"], "gpt-6.1-terra")
    spoken = steps.dialect
    assert steps.refused(spoken, "form-refused")
    assert steps.refused(spoken, "form-refused")
    assert steps.dialect == replace(spoken, bounded=False)
    assert not steps.refused(spoken, "request-refused")


def test_a_model_without_a_schema_begins_below() -> None:
    """Where the model takes any JSON only, the first step leads to nothing."""
    steps = FormSteps(replace(DIALECTS["groq"]), "another-model")
    assert steps.refused(steps.dialect, "form-refused")
    assert steps.dialect.structured_for("another-model") is StructuredOutput.NONE
    assert not steps.refused(steps.dialect, "form-refused")
