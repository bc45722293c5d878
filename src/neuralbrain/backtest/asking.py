"""Asking one provider for a backtest: kept words first, then the provider itself, without the lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from neuralbrain.domain.failure import STRIKES, Failure, FailureKind
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.request import Answer, Asked, AskedPart, ForecastRequest, Reply
from neuralbrain.errors import ProviderError
from neuralbrain.ports import Provider

NO_LOCK = 0  # lock numbers begin at 1: a backtest takes no lock and moves none
NOBODY_KEPT = 0  # the number of a reply that stands in no database
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_PAUSE_SECONDS = 1.0  # before a failed call is repeated, where the provider names no time; doubled each time
LONGEST_PAUSE_SECONDS = 60.0  # free allowances are of a minute
MOST_TRIES = 3  # as many failures in a row as would hand the lock on


class ProviderStoppedError(Exception):
    """The provider cannot be asked for any cutoff now; the run catches it, and nobody else sees it."""


class Words(Protocol):
    """What a provider said before."""

    def find(self, request_digest: str, *, provider: str, version: str) -> Answer | None:
        """Return what was said to exactly this question by exactly this version."""
        ...

    def keep(self, request_digest: str, *, provider: str, version: str, answer: Answer) -> None:
        """Keep an answer."""
        ...


@dataclass(slots=True)
class InMemory:
    """Words that are handed on with what is made of them, where the folder of the backtest is not at hand."""

    said: dict[str, Answer] = field(default_factory=dict)

    def find(self, request_digest: str, *, provider: str, version: str) -> Answer | None:
        """Return what was said to this question; all of it is of one provider and version."""
        del provider, version
        return self.said.get(request_digest)

    def keep(self, request_digest: str, *, provider: str, version: str, answer: Answer) -> None:
        """Keep an answer until the end of the cutoff."""
        del provider, version
        self.said[request_digest] = answer


class Asking:
    """Puts questions to one provider.

    Args:
        provider: Who.
        words: What it said before, and where what it says is kept.
        wait: Lets so many seconds pass.
    """

    def __init__(self, provider: Provider, words: Words, *, wait: Callable[[float], None]) -> None:
        self._provider = provider
        self._words = words
        self._wait = wait

    def ask(self, requests: Sequence[ForecastRequest]) -> Asked:
        """Return what the provider says to every question, asking only what is not kept.

        Raises:
            ProviderError: If it fails thrice in a row.
            ProviderStoppedError: If it says that asking again cannot help: a key that is refused, an allowance used up.
            BudgetSpentError: If the next call could pass the budget.
        """
        provider = self._provider
        parts = [part for request in requests for part in provider.parts(request)]
        said = tuple(self._part(part) for part in parts)
        return Asked(provider=provider.name, version=provider.version, lock_number=NO_LOCK, parts=said)

    def _part(self, request: ForecastRequest) -> AskedPart:
        digest = request.digest()
        provider = self._provider
        answer = self._words.find(digest, provider=provider.name, version=provider.version)
        if answer is None:
            came = self._answer(request)
            if isinstance(came, Failure):
                return AskedPart(request=request, reply=None, refused=_refusals(request, came, provider.name))
            answer = came
            self._words.keep(digest, provider=provider.name, version=provider.version, answer=answer)
        reply = Reply(
            identity=NOBODY_KEPT,
            request_digest=digest,
            provider=provider.name,
            provider_version=provider.version,
            lock_number=NO_LOCK,
            received_at=NEVER,
            answer=answer,
        )
        return AskedPart(request=request, reply=reply)

    def _answer(self, request: ForecastRequest) -> Answer | Failure:
        """Return an answer, repaired where it needs it, or why the question itself was refused."""
        first = self._tried(lambda: self._provider.forecast(request))
        if isinstance(first, Failure):
            return first
        repaired = self._tried(lambda: self._provider.repair(request, first) or first)
        return first if isinstance(repaired, Failure) else repaired  # what of the first can be read, is

    def _tried(self, call: Callable[[], Answer | Failure]) -> Answer | Failure:
        """Return an answer, or the refusal of the question; other failures are tried again, then raised."""
        failed = 0
        while True:
            came = call()
            if isinstance(came, Answer) or (came.kind is FailureKind.OUR_REQUEST and not came.asks_otherwise):
                return came
            if came.asks_otherwise:  # one form fewer each time, so this ends
                continue
            failed += 1
            if STRIKES[came.kind] == 1:
                raise ProviderStoppedError(f"{came.kind.value}: {came.message or came.rule}")
            if failed == MOST_TRIES:
                raise ProviderError(
                    f"{self._provider.name} failed {failed} times in a row ({came.rule}).",
                    remedy="Run the same backtest again later: what was answered is kept.",
                )
            told = came.wait_seconds
            pause = FIRST_PAUSE_SECONDS * 2.0 ** (failed - 1) if told is None else told
            self._wait(min(pause, LONGEST_PAUSE_SECONDS))


def _refusals(request: ForecastRequest, came: Failure, provider: str) -> tuple[Finding, ...]:
    said = f" It said: {came.message}" if came.message else ""
    return tuple(
        Finding(
            code="question-refused",
            severity=Severity.REFUSE,
            message=f"{provider} did not take the question ({came.rule}).{said}",
            region=one.location,
            signal=one.signal.name,
        )
        for one in request.panel.series
    )
