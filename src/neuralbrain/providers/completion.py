"""Reads a successful answer: a chat completion, also as Cloudflare's own endpoint wraps it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from neuralbrain.providers.fault import Json

MOST_TOKENS = 2**31 - 1  # the largest whole number that a column takes; a larger count is none

CUT_SHORT = frozenset({"length", "max_tokens", "model_length"})
FILTERED = frozenset({"content_filter", "safety", "recitation", "blocklist", "prohibited_content", "content_filtered"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What a model wrote, not yet read.

    Args:
        text: The content; JSON text where the provider sent an object.
        model: As the answer names it; empty where it does not.
        finish_reason: As the answer says, in small letters; empty where it does not.
        prompt_tokens: Tokens read, None where not told.
        completion_tokens: Tokens written, thought included, None where not told.
        reasoning_tokens: Tokens of thought among them, None where not told.
        refusal: The model's own refusal, where it has a field for it.
    """

    text: str
    model: str = ""
    finish_reason: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    refusal: str = ""


def read_completion(answer: Json) -> Completion | None:
    """Return what a model wrote, None where the answer is not of a known shape or has no choice.

    >>> answer = {"model": "m-1", "choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}]}
    >>> read_completion(answer).text
    '{}'
    """
    if not isinstance(answer, dict):
        return None
    inner = answer.get("result")
    if isinstance(inner, dict) and "choices" not in answer:
        answer = inner
    choices = answer.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        message = choices[0].get("message")
        finish_reason = choices[0].get("finish_reason")
    elif "response" in answer and "choices" not in answer:
        message, finish_reason = {"content": answer["response"]}, answer.get("finish_reason")
    else:
        return None
    if not isinstance(message, dict):
        return None
    usage = answer.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    thought = usage.get("completion_tokens_details")
    read = _count(usage.get("prompt_tokens"))
    return Completion(
        text=_text(message.get("content")),
        model=_name(answer.get("model")),
        finish_reason=_name(finish_reason).lower(),
        prompt_tokens=read,
        completion_tokens=_written(usage, read),
        reasoning_tokens=_count(thought.get("reasoning_tokens")) if isinstance(thought, dict) else None,
        refusal=_text(message.get("refusal")),
    )


def _text(content: Json) -> str:
    """Return text as it is, the text of a list of parts joined, an object as JSON, and nothing for anything else."""
    if isinstance(content, str):
        return content
    if isinstance(content, dict):
        return json.dumps(content, ensure_ascii=False)
    if isinstance(content, list):
        parts = [part for part in content if isinstance(part, dict) and "text" in part]
        if parts and len(parts) == len(content):
            return "".join(part["text"] for part in parts if isinstance(part["text"], str))
        return json.dumps(content, ensure_ascii=False) if content else ""
    return ""


def _name(value: Json) -> str:
    return value[:200] if isinstance(value, str) and value.isprintable() else ""


def _written(usage: dict[str, Json], read: int | None) -> int | None:
    """Return the tokens written; some providers count thought in the total only, and it is paid for like words."""
    written, total = _count(usage.get("completion_tokens")), _count(usage.get("total_tokens"))
    if read is None or total is None or total <= read + (written or 0):
        return written
    return total - read


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS else None
