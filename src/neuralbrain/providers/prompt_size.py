"""How many tokens a prompt and its answer take, at most, and how many series fit a model."""

from __future__ import annotations

import json
from math import ceil

from neuralbrain.domain.calendar import Cadence
from neuralbrain.providers.answer_schema import FIELDS, AnswerShape, schema_of
from neuralbrain.providers.prompt_text import HISTORY, instructions

CHARACTERS_OF_A_TOKEN = 3.5  # of words; English has about four
TOKENS_OF_A_VALUE = 8  # seven digits and a comma, each a token of its own, as the worst tokenizers have it
TOKENS_OF_A_HEAD = 60  # a region's code and name, its population, and what stands before a row
TOKENS_OF_AN_ENTRY = 24  # braces, names and the code around a region's numbers
TOKENS_OF_WORDS = 300  # of the explanation: 500 characters are 150, and not every model counts its characters
TOKENS_AROUND = TOKENS_OF_AN_ENTRY + TOKENS_OF_WORDS  # of an answer, beside its regions
TOKENS_OF_A_MESSAGE = 150  # the head of a message: signals, units, horizons
TOKENS_OF_WHAT_IT_IS = 80  # the line of the head that says what completeness is
TOKENS_OF_COMPLETENESS = 80  # of a row: eight shares of five characters, a range, and what stands before them


def tokens_of(text: str) -> int:
    """Return how many tokens a text takes, at most.

    Letters and spaces are counted as words, 3.5 to a token; any other character as a token of its own. Some
    tokenizers join three digits or several marks, some join none, so a table of numbers is over-estimated by up to
    two. Counting all characters as words would under-estimate it by as much, and the context would overflow.

    >>> tokens_of("cases"), tokens_of("12,13,null")
    (2, 8)
    """
    words = sum(character.isalpha() or character.isspace() for character in text)
    return ceil(words / CHARACTERS_OF_A_TOKEN) + len(text) - words


def tokens_of_answer(shape: AnswerShape) -> int:
    """Return how many tokens an answer takes, at most, without what the model thinks before."""
    signals = len(shape.regions) + len(shape.with_deaths)
    return TOKENS_AROUND + signals * _tokens_of_signal(len(shape.fields), shape.horizons)


def most_series_for(
    *,
    context_tokens: int,
    answer_tokens: int,
    cadence: Cadence,
    horizons: int,
    periods: int | None = None,
    points_only: bool = False,
    reasoning_tokens: int = 0,
    completeness: bool = False,
) -> int:
    """Return how many series a request may have so that prompt and answer fit a model; 0 where not one does.

    It depends on nothing but its arguments, so a request is parted in the same way until they change.

    Args:
        context_tokens: What the model takes, prompt and answer together.
        answer_tokens: What it writes at most.
        cadence: How often the series report.
        horizons: How many are asked for.
        periods: How much history is shown, the default of the cadence where None.
        points_only: Whether only medians are asked for.
        reasoning_tokens: What of its answer the model may need for thinking.
        completeness: Whether a row says how complete its newest values are.
    """
    shown = HISTORY[cadence] if periods is None else periods
    # Deaths for one region of two: the longest of the schemas, whichever series are asked about.
    shape = AnswerShape(
        regions=("CODE", "NONE"), with_deaths=frozenset({"CODE"}), horizons=horizons, points_only=points_only
    )
    # The schema does not grow with the horizons; it is sent beside the instructions or inside them.
    schema = tokens_of(json.dumps(schema_of(shape, bounded=True)))
    fixed = tokens_of(instructions(shape)) + schema + TOKENS_OF_A_MESSAGE
    fixed += TOKENS_OF_WHAT_IT_IS if completeness else 0
    written = _tokens_of_signal(len(shape.fields), horizons)
    read = TOKENS_OF_A_HEAD + (shown + horizons) * TOKENS_OF_A_VALUE + (TOKENS_OF_COMPLETENESS if completeness else 0)
    by_answer = (answer_tokens - reasoning_tokens - TOKENS_AROUND) // written
    by_context = (context_tokens - reasoning_tokens - TOKENS_AROUND - fixed) // (written + read)
    return max(0, min(by_answer, by_context))


def _tokens_of_signal(fields: int, horizons: int) -> int:
    name = max(tokens_of(f'"{one}":[],') for one in FIELDS)
    return TOKENS_OF_AN_ENTRY + fields * (name + horizons * TOKENS_OF_A_VALUE)
