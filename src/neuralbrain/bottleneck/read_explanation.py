"""What a provider says in words beside its numbers; nothing of it is ever read as a number."""

from __future__ import annotations

from collections.abc import Mapping

from neuralbrain.bottleneck.read_numbers import UnreadableError, named_fields
from neuralbrain.bottleneck.read_regions import DEEPEST
from neuralbrain.bottleneck.read_text import document_of
from neuralbrain.errors import AnswerError

EXPLANATION = "explanation"


def explanation_in(body: object) -> str:
    """Return the words of an answer as they were said; empty where it has none, or something else in their place.

    Args:
        body: Bytes, text or a tree of dicts, lists and numbers.

    >>> explanation_in('{"forecasts": [], "explanation": "It rises."}')
    'It rises.'
    """
    try:
        document = document_of(body)
        for _ in range(DEEPEST):
            if not isinstance(document, Mapping):
                return ""
            fields = named_fields(document, where="The answer")
            said = fields.get(EXPLANATION)
            if said is not None or len(fields) != 1:
                return said if isinstance(said, str) else ""
            document = document_of(next(iter(fields.values())))  # what was wrapped once more
    except (AnswerError, UnreadableError, RecursionError):
        return ""
    return ""
