"""The one door to a provider: hold the lock, ask, keep the words, count failures, hand on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.lock import AuditEvent
from neuralbrain.domain.request import Answer, Asked, ForecastRequest, Reply
from neuralbrain.errors import FencedError, NoProviderError, ProviderError
from neuralbrain.lock.failover import must_hand_on
from neuralbrain.lock.provider_lock import ProviderLockManager
from neuralbrain.ports import LockRow, Provider, Replies

log = structlog.get_logger()


class Orchestrator:
    """Asks the provider that holds the lock, and no other.

    Args:
        lock: The provider lock.
        row: Its row, for what is audited without a change.
        replies: Where the words are kept before anybody reads them.
        order: Enabled providers, highest priority first.
        lacking: What a provider lacks to be asked, in one line; empty where nothing.
        provider: Makes a provider's client by name, once it is needed.
    """

    def __init__(
        self,
        *,
        lock: ProviderLockManager,
        row: LockRow,
        replies: Replies,
        order: Sequence[str],
        lacking: Callable[[str], str],
        provider: Callable[[str], Provider],
    ) -> None:
        self._lock = lock
        self._row = row
        self._replies = replies
        self._order = tuple(order)
        self._lacking = lacking
        self._provider = provider

    def author(self) -> tuple[str, str] | None:
        """Return name and version of the provider that would answer now, None where none can; changes nothing."""
        state = self._lock.state()
        if state.provider is not None and not self._unfit(state.provider):
            return state.provider, self._provider(state.provider).version
        passed_over = set() if state.provider is None else {state.provider}
        name = next((one for one in self._candidates(passed_over, around=True) if not self._lacking(one)), None)
        return None if name is None else (name, self._provider(name).version)

    def ask(self, requests: Sequence[ForecastRequest], *, runner: str) -> Asked:
        """Return one provider's answers to every request.

        A provider that must hand the lock on takes its earlier answers with it: the next one is asked everything.

        Args:
            requests: What to ask.
            runner: The holder of the runner lease; without it no call is made.

        Raises:
            NoProviderError: If every enabled provider failed or lacks something. The lock is then held by none.
            FencedError: If somebody else changed the lock, or took the runner lease, meanwhile.
        """
        passed_over: set[str] = set()
        failed = False
        while True:
            name, number = self._hold(passed_over, around=not failed)
            turn = _Turn(provider=self._provider(name), number=number, runner=runner)
            try:
                replies = tuple(self._one(request, turn) for request in requests)
            except _HandOnError as spent:
                passed_over.add(name)
                failed = True
                self._hand_on(turn, spent.kind)
                continue
            self._lock.reset_failure_count(expected_number=number)
            return Asked(provider=name, version=turn.provider.version, lock_number=number, replies=replies)

    def refuse(self, asked: Asked, *, code: str) -> None:
        """Count an answer of which nothing could be accepted; the third in a row hands the lock on.

        The words stay, but are not taken for an answer again.

        Args:
            asked: What was said.
            code: The error code of what made it unusable.
        """
        kind = FailureKind.UNUSABLE_ANSWER
        in_a_row = self._replies.refuse(asked.replies, code=code)
        self._lock.increment_failure_count(reason=f"{kind.value}: {code}", expected_number=asked.lock_number)
        log.warning("answer-refused", provider=asked.provider, code=code, in_a_row=in_a_row)
        if must_hand_on(kind, in_a_row):
            self._lock.release_lock(kind.value, expected_number=asked.lock_number)

    def _hold(self, passed_over: set[str], *, around: bool) -> tuple[str, int]:
        """Return who holds the lock and its number, acquiring it for the next provider that can be asked.

        Every change is made under the number that was read first: who comes between is not overridden.
        """
        state = self._lock.state()
        number = state.number
        if state.provider is not None:
            unfit = self._unfit(state.provider)
            if not unfit:
                return state.provider, number
            passed_over.add(state.provider)
            _require(still_ours=self._lock.release_lock(unfit, expected_number=number))
            number += 1
        reason = "first in the order" if state.last_released is None else "next in the order"
        for name in self._candidates(passed_over, around=around):
            lacks = self._lacking(name)
            if lacks:
                passed_over.add(name)
                self._note_skipped(name, lacks, number=number)
                continue
            _require(still_ours=self._lock.acquire_lock(name, reason=reason, expected_number=number))
            return name, number + 1
        raise NoProviderError(
            "No provider is left: each was tried or lacks something (see `neuralbrain lock audit`).",
            remedy="Set the key of one, or enable local again; the last good edition stays up until then.",
        )

    def _unfit(self, name: str) -> str:
        """Return why a holder may not go on, empty where it may."""
        if name not in self._order:
            return "disabled"
        lacks = self._lacking(name)
        return f"{FailureKind.UNCONFIGURED.value}: {lacks}" if lacks else ""

    def _candidates(self, passed_over: set[str], *, around: bool) -> list[str]:
        """Return who may be tried: those after the last holder, and then, at the start of a pass, from the top.

        Args:
            passed_over: Who was tried, or lacks something, in this pass.
            around: Whether the order starts again after its end. Once a provider has failed in a pass it does not:
                those before it had their turn.
        """
        following = self._lock.get_next_provider()
        start = self._order.index(following) if following in self._order else len(self._order)
        ordered = self._order[start:] + (self._order[:start] if around else ())
        return [name for name in ordered if name not in passed_over]

    def _one(self, request: ForecastRequest, turn: _Turn) -> Reply:
        digest, provider, number = request.digest(), turn.provider, turn.number
        kept = self._replies.find(digest, provider=provider.name, version=provider.version, lock_number=number)
        if kept is not None:
            return kept
        answer = self._answer(request, turn)
        return self._replies.keep(
            digest, provider=provider.name, version=provider.version, lock_number=number, answer=answer
        )

    def _answer(self, request: ForecastRequest, turn: _Turn) -> Answer:
        """Return the provider's words, asking again as long as the table of strikes allows."""
        while True:
            state = self._lock.state()  # read before every call: a frozen process may have lost its turn meanwhile
            runner = None if state.runner is None else state.runner.holder
            _require(still_ours=(state.number, runner) == (turn.number, turn.runner))
            try:
                return turn.provider.forecast(request)
            except ProviderError as error:
                code = error.error_code
            except Exception:
                # The edge of a foreign client: what it did not foresee is its failure, not the end of the cycle.
                log.exception("provider-broke", provider=turn.provider.name)
                code = ProviderError.code
            self._count(FailureKind.UNAVAILABLE, code, turn)

    def _count(self, kind: FailureKind, code: str, turn: _Turn) -> None:
        """Count a failed attempt; raise where it was the last one allowed."""
        log.warning("provider-failed", provider=turn.provider.name, kind=kind.value, code=code)
        in_a_row = self._lock.increment_failure_count(reason=f"{kind.value}: {code}", expected_number=turn.number)
        _require(still_ours=self._lock.state().number == turn.number)
        if must_hand_on(kind, in_a_row):
            raise _HandOnError(kind)

    def _hand_on(self, turn: _Turn, kind: FailureKind) -> None:
        _require(still_ours=self._lock.release_lock(kind.value, expected_number=turn.number))
        log.warning("provider-handed-on", provider=turn.provider.name, reason=kind.value)

    def _note_skipped(self, name: str, lacks: str, *, number: int) -> None:
        self._row.note(
            AuditEvent(
                event_type="provider_skipped",
                provider=name,
                number=number,
                actor="cycle",
                details={"reason": FailureKind.UNCONFIGURED.value, "lacks": lacks},
            )
        )


def _require(*, still_ours: bool) -> None:
    if not still_ours:
        raise FencedError(
            "Somebody else changed the lock or took the runner lease while a provider was being asked.",
            remedy="Nothing is lost: the last edition stays up and the next cycle asks again.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """Who is asked, under which lock number, by which process."""

    provider: Provider
    number: int
    runner: str


class _HandOnError(Exception):
    """The holder's turn ends: caught a few lines above, never leaves this module."""

    def __init__(self, kind: FailureKind) -> None:
        super().__init__(kind.value)
        self.kind = kind
