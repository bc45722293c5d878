"""How each provider wants its chat completions written: structured output, limits, effort."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class StructuredOutput(StrEnum):
    """How a provider is told the form of the answer."""

    JSON_SCHEMA = "json_schema"  # name, strict and schema
    BARE_SCHEMA = "bare_schema"  # the schema alone where others wrap it
    JSON_OBJECT = "json_object"  # any JSON; the schema stands in the instructions
    NONE = "none"  # nothing; the schema stands in the instructions


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One provider's way of writing a chat completion.

    No temperature is part of it: models that reason refuse one, Gemini wants none, and the rest have a default.

    Args:
        name: As in the order of priority, or ``generic``.
        structured: How the form is told.
        schema_models: Pattern of the models that take ``structured``; others get ``json_object``.
        bounded: Whether the schema may hold the length of lists.
        limit_field: The field that limits the answer.
        reasoning_models: Pattern of the models that reason and take an effort; None where none does.
        reasoning_effort: The effort they are asked for.
    """

    name: str
    structured: StructuredOutput = StructuredOutput.JSON_SCHEMA
    schema_models: str = ""
    bounded: bool = False
    limit_field: str = "max_tokens"
    reasoning_models: str | None = None
    reasoning_effort: str = "low"  # thought is paid like the answer, and a forecast is not a proof

    def structured_for(self, model: str) -> StructuredOutput:
        """Return how the form is told to a model."""
        return self.structured if re.search(self.schema_models, model) else StructuredOutput.JSON_OBJECT

    def effort_for(self, model: str) -> str | None:
        """Return the effort a model is asked for, None where it takes none."""
        reasons = self.reasoning_models is not None and re.search(self.reasoning_models, model)
        return self.reasoning_effort if reasons else None


DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        one.name: one
        for one in (
            Dialect(
                name="openai",
                bounded=True,
                limit_field="max_completion_tokens",
                reasoning_models=r"^(gpt-([5-9]|\d\d)|o\d)",
            ),
            Dialect(name="gemini", reasoning_models=r"^gemini-(2\.5|[3-9]|\d\d)"),
            Dialect(
                name="groq",
                schema_models="gpt-oss",  # only there is strict a promise; elsewhere it ends in json_validate_failed
                limit_field="max_completion_tokens",
                reasoning_models="gpt-oss",
            ),
            # Effort is not documented for its chat completions. Without a limit it writes 256 tokens.
            Dialect(name="cloudflare", structured=StructuredOutput.BARE_SCHEMA),
            Dialect(name="huggingface", reasoning_models="gpt-oss"),
            # Small models repeat numbers until they are cut off, unless the length of lists is part of the form.
            Dialect(name="generic", bounded=True),
        )
    }
)
"""The dialects by name. ``dataclasses.replace`` gives the generic one another form of structured output."""
