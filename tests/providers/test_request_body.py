"""The exact bytes that each provider is sent."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from prompt_examples import request_for

from neuralbrain.providers.answer_schema import schema_of
from neuralbrain.providers.dialect import DIALECTS, StructuredOutput
from neuralbrain.providers.prompt import Turn, prompt_of
from neuralbrain.providers.request_body import body_of

PROMPT = prompt_of(request_for("AGO", horizons=(1,)), points_only=True)
SCHEMA = (
    '{"type":"object","properties":{"forecasts":{"type":"array","items":{"type":"object","properties":'
    '{"region":{"type":"string"},"cases":{"type":"object","properties":{"median":NUMBERS},'
    '"required":["median"],"additionalProperties":false}},"required":["region","cases"],"additionalProperties":false}},'
    '"explanation":{"type":"string"}},"required":["forecasts","explanation"],"additionalProperties":false}'
)
UNBOUNDED = SCHEMA.replace("NUMBERS", '{"type":"array","items":{"type":"number"}}')
BOUNDED = SCHEMA.replace("NUMBERS", '{"type":"array","items":{"type":"number"},"minItems":1,"maxItems":1}')
WRAPPED = '{"type":"json_schema","json_schema":{"name":"forecasts","strict":true,"schema":%s}}'
BARE = '{"type":"json_schema","json_schema":%s}'
LATER = f"\n\nThe JSON schema of the answer:\n{UNBOUNDED}"


def expected(model: str, tail: str, *, system: str = PROMPT.system) -> bytes:
    """Return the body with this model and these words, ending as given."""
    head = f'{{"model":"{model}","messages":[{{"role":"system","content":{json.dumps(system)}}},'
    return f'{head}{{"role":"user","content":{json.dumps(PROMPT.user)}}}],{tail}}}'.encode()


@pytest.mark.parametrize(
    ("provider", "model", "tail"),
    [
        (
            "openai",
            "gpt-6.1-terra",
            f'"response_format":{WRAPPED % BOUNDED},"reasoning_effort":"low","max_completion_tokens":4000',
        ),
        ("openai", "gpt-4o", f'"response_format":{WRAPPED % BOUNDED},"max_completion_tokens":4000'),
        (
            "gemini",
            "gemini-3.8-flash",
            f'"response_format":{WRAPPED % UNBOUNDED},"reasoning_effort":"low","max_tokens":4000',
        ),
        (
            "groq",
            "openai/gpt-oss-120b",
            f'"response_format":{WRAPPED % UNBOUNDED},"reasoning_effort":"low","max_completion_tokens":4000',
        ),
        ("cloudflare", "@cf/openai/gpt-oss-120b", f'"response_format":{BARE % UNBOUNDED},"max_tokens":4000'),
        (
            "huggingface",
            "openai/gpt-oss-120b:cerebras",
            f'"response_format":{WRAPPED % UNBOUNDED},"reasoning_effort":"low","max_tokens":4000',
        ),
        ("generic", "llama", f'"response_format":{WRAPPED % BOUNDED},"max_tokens":4000'),
    ],
)
def test_bodies_with_a_schema_byte_for_byte(provider, model, tail):
    """Each dialect wraps the schema, names the limit and asks for effort in its own way."""
    body = body_of(PROMPT, model=model, dialect=DIALECTS[provider], answer_tokens=4000)
    assert body == expected(model, tail)


@pytest.mark.parametrize(
    ("dialect", "model", "tail"),
    [
        (
            DIALECTS["groq"],
            "qwen/qwen3-32b",
            '"response_format":{"type":"json_object"},"max_completion_tokens":4000',
        ),
        (
            replace(DIALECTS["generic"], structured=StructuredOutput.JSON_OBJECT, bounded=False),
            "llama",
            '"response_format":{"type":"json_object"},"max_tokens":4000',
        ),
        (replace(DIALECTS["generic"], structured=StructuredOutput.NONE, bounded=False), "llama", '"max_tokens":4000'),
    ],
)
def test_bodies_without_a_schema_byte_for_byte(dialect, model, tail):
    """Where the provider does not hold the model to a schema, the instructions end with it."""
    body = body_of(PROMPT, model=model, dialect=dialect, answer_tokens=4000)
    assert body == expected(model, tail, system=PROMPT.system + LATER)


@pytest.mark.parametrize("provider", DIALECTS)
def test_no_body_has_what_some_refuse(provider):
    """No temperature, no streaming, no tools; a limit on the answer always; the same bytes each time."""
    asked = {"model": "gpt-oss", "dialect": DIALECTS[provider], "answer_tokens": 10}
    body = json.loads(body_of(PROMPT, **asked))
    fields = {"model", "messages", "response_format", "reasoning_effort", "max_tokens", "max_completion_tokens"}
    assert set(body) <= fields
    assert len({"max_tokens", "max_completion_tokens"} & set(body)) == 1
    assert body_of(PROMPT, **asked) == body_of(PROMPT, **asked)


def test_lengths_stand_only_where_they_are_taken():
    """OpenAI and servers of one's own are sent the length of lists; Groq and Cerebras refuse a schema that has it."""
    asked = {name: body_of(PROMPT, model="gpt-oss", dialect=one, answer_tokens=1) for name, one in DIALECTS.items()}
    assert [name for name, body in asked.items() if b"minItems" in body] == ["openai", "generic"]


def test_deaths_stand_in_the_schema_that_is_sent():
    """The schema in a body is that of the prompt's own shape."""
    prompt = prompt_of(request_for("AGO", deaths=(1.0,) * 10))
    body = json.loads(body_of(prompt, model="m", dialect=DIALECTS["generic"], answer_tokens=1))
    assert body["response_format"]["json_schema"]["schema"] == schema_of(prompt.shape, bounded=True)


def test_a_conversation_is_sent_in_its_order():
    """What was said after the first question follows it; broken characters do not break the bytes."""
    prompt = replace(PROMPT, later=(Turn(role="assistant", text="\ud800é\x00"), Turn(role="user", text="again")))
    body = body_of(prompt, model="m", dialect=DIALECTS["openai"], answer_tokens=1)
    assert [one["role"] for one in json.loads(body)["messages"]] == ["system", "user", "assistant", "user"]
    assert body.isascii()


@pytest.mark.parametrize("wrong", [{"model": ""}, {"answer_tokens": 0}])
def test_a_body_needs_a_model_and_room(wrong):
    """Without a model, or without room for an answer, no body is made."""
    asked = {"model": "m", "dialect": DIALECTS["openai"], "answer_tokens": 1} | wrong
    with pytest.raises(ValueError, match="needs a model and room"):
        body_of(PROMPT, **asked)


@pytest.mark.parametrize(
    ("provider", "model", "effort"),
    [
        ("openai", "gpt-5.2-mini", "low"),
        ("openai", "gpt-10", "low"),
        ("openai", "o4-mini", "low"),
        ("openai", "gpt-4.1", None),
        ("gemini", "gemini-2.5-flash", "low"),
        ("gemini", "gemini-2.0-flash", None),
        ("groq", "openai/gpt-oss-20b", "low"),
        ("groq", "qwen/qwen3-32b", None),
        ("cloudflare", "@cf/openai/gpt-oss-120b", None),
        ("huggingface", "meta-llama/Llama-4:together", None),
    ],
)
def test_effort_is_asked_of_those_who_reason(provider, model, effort):
    """Effort is sent to models that reason at providers that take it, and to no other."""
    assert DIALECTS[provider].effort_for(model) == effort
