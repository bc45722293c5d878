"""What a language model is sent about a request: instructions, data, the form of the answer, and their digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

from neuralbrain.domain.finding import Finding
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.providers.answer_schema import AnswerShape, schema_of
from neuralbrain.providers.prompt_question import Question, question_of
from neuralbrain.providers.prompt_size import tokens_of
from neuralbrain.providers.prompt_text import instructions, message

PROMPT_VERSION = "prompt-2"  # grows when the same request would be asked in other words

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of a conversation."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model is sent.

    Args:
        system: The instructions.
        user: The data.
        shape: What the answer must hold.
        omitted: Why series of the request are not asked about; not sent.
        later: What was said after it: an answer that was not usable, and what was wrong with it.
    """

    system: str
    user: str
    shape: AnswerShape
    omitted: tuple[Finding, ...] = ()
    later: tuple[Turn, ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Return everything said, in order."""
        return (Turn(role="system", text=self.system), Turn(role="user", text=self.user), *self.later)

    @property
    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of the answer, made anew."""
        return schema_of(self.shape)

    @property
    def tokens(self) -> int:
        """Return how many tokens it takes, at most, its schema included."""
        return sum(tokens_of(turn.text) for turn in self.turns) + tokens_of(json.dumps(self.schema))

    def digest(self) -> str:
        """Return the SHA-256 of everything that is sent, and of the version it was written by."""
        said = [[turn.role, turn.text] for turn in self.turns]
        return hashlib.sha256(json.dumps([PROMPT_VERSION, said, self.schema]).encode()).hexdigest()


def prompt_of(
    request: ForecastRequest,
    *,
    periods: int | None = None,
    points_only: bool = False,
) -> Prompt:
    """Return the prompt that asks a language model for a request.

    Nothing in it is a feed's: regions are our codes and names, signals our words, everything else is numbers and
    dates. It does not depend on the cutoff, as the request's digest does not.

    Args:
        request: What is to be known: one main signal, each region once (``domain.request_split.split``).
        periods: How much history is shown; 104 weeks or 120 days where None.
        points_only: Whether only medians are asked for.

    Raises:
        ValueError: If the request has several main signals or a region twice, or horizons other than 1 to H.
        NothingKnownError: If nothing of it can be asked.
    """
    question = question_of(request)
    shape = _shape_of(request, question, points_only=points_only)
    return Prompt(
        system=instructions(shape),
        user=message(request, question, periods=periods),
        shape=shape,
        omitted=question.omitted,
    )


def shape_of(request: ForecastRequest, *, points_only: bool = False) -> AnswerShape:
    """Return what the answer to ``prompt_of`` with the same arguments must hold, without writing the prompt.

    Raises:
        ValueError: As ``prompt_of``.
        NothingKnownError: As ``prompt_of``.
    """
    return _shape_of(request, question_of(request), points_only=points_only)


def _shape_of(request: ForecastRequest, question: Question, *, points_only: bool) -> AnswerShape:
    return AnswerShape(
        regions=tuple(one.place.code for one in question.regions),
        with_deaths=frozenset(one.place.code for one in question.regions if one.deaths is not None),
        horizons=len(request.horizons),
        points_only=points_only,
    )
