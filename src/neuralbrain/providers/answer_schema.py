"""The form in which a language model answers: small, the same for every request of a kind, read by any provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FIELDS = ("median", "lower_50", "upper_50", "lower_80", "upper_80", "lower_95", "upper_95")
"""What is asked at each horizon, in the order in which it is written.

They are the levels 0.5, 0.25, 0.75, 0.1, 0.9, 0.025 and 0.975: the median, the 50 % and 95 % intervals that are looked
at in evaluation, and the 80 % one between them, without which the line from 0.75 to 0.975 is too long. All seven are
hub levels, so they keep their values; the bottleneck draws the other 16 between them on the scale of normal scores,
and goes on along the outermost interval for 0.01 and 0.99. All 23 would cost three times as many tokens for numbers
that a model makes up by the same rule.

The median comes first: a model writes from left to right, so the path is decided before its spread. Names of
intervals rather than of levels, because models know them, they have no dot, and cannot be mistaken for a value.
"""

ASCENDING = ("lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95")
"""The same from the lowest level to the highest."""

EXPLANATION = "explanation"
"""What the model says in words, after all numbers, so that it can change none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerShape:
    """What an answer must hold.

    Args:
        regions: Codes of the regions, each of which is answered once.
        with_deaths: Those of them that are also asked for deaths.
        horizons: How many periods are asked for, 1 to this.
        points_only: Whether only medians are asked for.
    """

    regions: tuple[str, ...]
    with_deaths: frozenset[str] = frozenset()
    horizons: int
    points_only: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the lists of one signal."""
        return FIELDS[:1] if self.points_only else FIELDS

    @property
    def ascending(self) -> tuple[str, ...]:
        """Return the same names from the lowest level to the highest."""
        return tuple(name for name in ASCENDING if name in self.fields)


def schema_of(shape: AnswerShape, *, bounded: bool = False) -> dict[str, Any]:
    """Return the JSON schema of an answer.

    Three objects deep, every field required, nothing else allowed, deaths null where a region has none. Regions are
    plain strings: a list of codes would make another schema of each request, which each provider compiles anew, and
    long enumerations are refused by some. Codes, bounds and order are checked afterwards.

    Args:
        shape: What it must hold.
        bounded: Whether the length of the lists is part of the schema. OpenAI takes that; Groq and Cerebras refuse a
            schema with ``minItems`` (beeai-framework#1215, claude-code-router#338).
    """
    numbers: dict[str, Any] = {"type": "array", "items": {"type": "number"}}
    if bounded:
        numbers |= {"minItems": shape.horizons, "maxItems": shape.horizons}
    signal = _object(dict.fromkeys(shape.fields, numbers))
    entry: dict[str, Any] = {"region": {"type": "string"}, "cases": signal}
    if shape.with_deaths:
        everywhere = shape.with_deaths.issuperset(shape.regions)
        entry["deaths"] = signal if everywhere else {"anyOf": [signal, {"type": "null"}]}
    return _object({"forecasts": {"type": "array", "items": _object(entry)}, EXPLANATION: {"type": "string"}})


def example_of(shape: AnswerShape) -> str:
    """Return the form of an answer in one line, for the instructions.

    >>> example_of(AnswerShape(regions=("AGO",), horizons=2, points_only=True))
    '{"forecasts":[{"region":"CODE","cases":{"median":[n1,n2]}}],"explanation":"TEXT"}'
    """
    numbers = "[" + ",".join(f"n{horizon}" for horizon in range(1, shape.horizons + 1)) + "]"
    signal = "{" + ",".join(f'"{name}":{numbers}' for name in shape.fields) + "}"
    deaths = f',"deaths":{signal}' if shape.with_deaths else ""
    return f'{{"forecasts":[{{"region":"CODE","cases":{signal}{deaths}}}],"{EXPLANATION}":"TEXT"}}'


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
