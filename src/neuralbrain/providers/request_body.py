"""The bytes of a chat completion in a provider's dialect."""

from __future__ import annotations

import json
from typing import Any

from neuralbrain.providers.answer_schema import schema_of
from neuralbrain.providers.dialect import Dialect, StructuredOutput
from neuralbrain.providers.prompt import Prompt, Turn

SCHEMA_NAME = "forecasts"


def body_of(prompt: Prompt, *, model: str, dialect: Dialect, answer_tokens: int) -> bytes:
    """Return the JSON body that asks a model for a prompt; the same arguments give the same bytes.

    Args:
        prompt: What is said.
        model: The model's name as its provider knows it.
        dialect: How the provider wants it written.
        answer_tokens: The most it may write, thought included; always sent, since some defaults are a few lines.

    Returns:
        ASCII JSON, so that a broken character in an answer that is said back cannot break it.

    Raises:
        ValueError: If the model has no name or the answer no room.
    """
    if not model or answer_tokens < 1:
        raise ValueError(f"a body needs a model and room for the answer, got {model!r} and {answer_tokens}")
    structured = dialect.structured_for(model)
    schema = schema_of(prompt.shape, bounded=dialect.bounded)
    body: dict[str, Any] = {"model": model, "messages": _messages(prompt.turns, structured, schema)}
    form = _response_format(structured, schema)
    if form is not None:
        body["response_format"] = form
    effort = dialect.effort_for(model)
    if effort is not None:
        body["reasoning_effort"] = effort
    body[dialect.limit_field] = answer_tokens
    return json.dumps(body, allow_nan=False, separators=(",", ":")).encode("ascii")


def _messages(turns: tuple[Turn, ...], structured: StructuredOutput, schema: dict[str, Any]) -> list[dict[str, str]]:
    messages = [{"role": turn.role, "content": turn.text} for turn in turns]
    if structured in {StructuredOutput.JSON_OBJECT, StructuredOutput.NONE}:
        written = json.dumps(schema, separators=(",", ":"))
        messages[0]["content"] += f"\n\nThe JSON schema of the answer:\n{written}"
    return messages


def _response_format(structured: StructuredOutput, schema: dict[str, Any]) -> dict[str, Any] | None:
    match structured:
        case StructuredOutput.JSON_SCHEMA:
            wrapped = {"name": SCHEMA_NAME, "strict": True, "schema": schema}
            return {"type": "json_schema", "json_schema": wrapped}
        case StructuredOutput.BARE_SCHEMA:
            return {"type": "json_schema", "json_schema": schema}
        case StructuredOutput.JSON_OBJECT:
            return {"type": "json_object"}
        case StructuredOutput.NONE:
            return None
