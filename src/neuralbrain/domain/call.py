"""One call to a provider over the network, as it is remembered: what was asked, what came back, what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from neuralbrain.domain.failure import FailureKind


class Purpose(StrEnum):
    """Why a call is made."""

    FORECAST = "forecast"
    REPAIR = "repair"  # the second question, where an answer was not in the form asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBegun:
    """A call that is about to be made; kept before anything leaves the process.

    Args:
        provider: Who is asked.
        model: The model that is asked for.
        purpose: Why.
        prompt_digest: SHA-256 of everything that is sent.
        series: How many series it asks about.
        prompt_tokens: Upper bound of what is sent.
        most_tokens: Upper bound of prompt and answer together: what counts where nobody tells what was used.
        most_cost_usd: Upper bound of its price, US dollars; None where no price is known.
    """

    provider: str
    model: str
    purpose: Purpose
    prompt_digest: str
    series: int
    prompt_tokens: int
    most_tokens: int
    most_cost_usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered:
    """What came back of a call, before anybody reads it.

    Args:
        seconds: From the call to the last byte, or to the failure.
        status: The HTTP status, None where not even that came.
        request_id: The provider's own number of the call, empty where it gave none.
        sent: Whether the request may have been worked on.
        body: The bytes as they came, keys blanked; empty where none came.
        why: Why there is no whole answer, in our words; empty where there is one.
    """

    seconds: float
    status: int | None
    request_id: str
    sent: bool
    body: bytes = b""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReading:
    """What was read out of a call's answer.

    Args:
        kind: Why it failed, None where it went well.
        rule: The stable name of what decided.
        message: The provider's own words about a failure: one line, without keys.
        model: The model as the answer names it, empty where it does not.
        prompt_tokens: Tokens read, None where not told.
        completion_tokens: Tokens written, thought included, None where not told.
        reasoning_tokens: Tokens of thought among them, None where not told.
        cost_usd: Its price, US dollars, from the tokens told and the price in the settings; where only prompt or
            only answer is told, the other counts with its upper bound. None where nothing is told or no price known.
    """

    kind: FailureKind | None
    rule: str
    message: str = ""
    model: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """Everything that is remembered of one call.

    Args:
        number: Grows with each call.
        at: When it began, wall time.
        begun: What was asked.
        answered: What came back, without its bytes; None where the process ended in the middle of it, or it is running.
        reading: What was read out of it, None where nobody came to that.
    """

    number: int
    at: datetime
    begun: CallBegun
    answered: CallAnswered | None
    reading: CallReading | None

    @property
    def possibly_billed(self) -> bool:
        """Return whether it may have been worked on and paid for without anybody telling us all that it used.

        A call of which nothing came back counts: nobody knows how far it got.
        """
        told = self.reading is not None and None not in {self.reading.prompt_tokens, self.reading.completion_tokens}
        refused = self.answered is not None and self.answered.status is not None and self.answered.status >= 400
        return not told and not refused and (self.answered is None or self.answered.sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one provider's calls used over a time; what is not told of a call counts with its upper bound.

    Args:
        calls: How many were begun.
        tokens: Prompt and answer together.
        cost_usd: US dollars, as far as prices are known.
        possibly_billed: Of how many calls nobody told us all the tokens, though they may have been worked on.
    """

    calls: int = 0
    tokens: int = 0
    cost_usd: float = 0.0
    possibly_billed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTotals:
    """All calls to a provider that ended alike, since the first.

    Args:
        provider: Who was asked.
        outcome: ``done``, the kind of the failure, or ``unread`` where nobody came to read an answer.
        calls: How many.
        prompt_tokens: Read by the provider, as far as it told.
        completion_tokens: Written by it, as far as it told.
    """

    provider: str
    outcome: str
    calls: int
    prompt_tokens: int
    completion_tokens: int


def with_upper_bounds(begun: CallBegun, *, prompt_tokens: int | None, completion_tokens: int | None) -> tuple[int, int]:
    """Return the tokens read and written by a call, with its upper bound for what nobody told."""
    read = begun.prompt_tokens if prompt_tokens is None else prompt_tokens
    written = begun.most_tokens - begun.prompt_tokens if completion_tokens is None else completion_tokens
    return read, written


def spent_by(records: tuple[CallRecord, ...]) -> Spent:
    """Return what calls used together; of those that may have been billed, what is not told counts in full."""
    tokens, cost, unsure = 0, 0.0, 0
    for one in records:
        reading = one.reading
        if one.possibly_billed:
            unsure += 1
            prompt_tokens = None if reading is None else reading.prompt_tokens
            completion_tokens = None if reading is None else reading.completion_tokens
            counted = with_upper_bounds(one.begun, prompt_tokens=prompt_tokens, completion_tokens=completion_tokens)
            priced = None if reading is None else reading.cost_usd
            tokens += sum(counted)
            cost += (one.begun.most_cost_usd or 0.0) if priced is None else priced
        elif reading is not None:
            tokens += (reading.prompt_tokens or 0) + (reading.completion_tokens or 0)
            cost += reading.cost_usd or 0.0
    return Spent(calls=len(records), tokens=tokens, cost_usd=cost, possibly_billed=unsure)
