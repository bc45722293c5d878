"""The one door to a provider: hold the lock, ask, keep the words, count failures, hand on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.lock import AuditEvent
from neuralbrain.domain.request import Asked, ForecastRequest, Reply
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
        """Return name and version of the provider that would answer now without any change of the lock."""
        name = self._lock.get_locked_provider()
        if name is None or self._lacking(name):
            return None
        return name, self._provider(name).version

    def ask(self, requests: Sequence[ForecastRequest]) -> Asked:
        """Return one provider's answers to every request.

        A provider that must hand the lock on takes its earlier answers with it: the next one is asked everything.

        Raises:
            NoProviderError: If every enabled provider failed or lacks something. The lock is then held by none.
            FencedError: If somebody else changed the lock meanwhile.
        """
        passed_over: set[str] = set()
        while True:
            name, number = self._hold(passed_over)
            provider = self._provider(name)
            try:
                replies = tuple(self._one(request, provider=provider, number=number) for request in requests)
            except _HandOnError as spent:
                passed_over.add(name)
                self._lock.release_lock(spent.kind.value, expected_number=number)
                log.warning("provider-handed-on", provider=name, reason=spent.kind.value)
                continue
            self._lock.reset_failure_count(expected_number=number)
            return Asked(provider=name, version=provider.version, lock_number=number, replies=replies)

    def _hold(self, passed_over: set[str]) -> tuple[str, int]:
        """Return who holds the lock and its number, acquiring it for the next provider that can be asked."""
        state = self._lock.state()
        if state.provider is not None:
            lacks = self._lacking(state.provider)
            if not lacks:
                return state.provider, state.number
            passed_over.add(state.provider)
            self._lock.release_lock(f"{FailureKind.UNCONFIGURED.value}: {lacks}", expected_number=state.number)
        reason = "first in the order" if state.last_released is None else "next in the order"
        for name in self._candidates(passed_over):
            lacks = self._lacking(name)
            if lacks:
                passed_over.add(name)
                self._note_skipped(name, lacks)
                continue
            before = self._lock.state()
            if not self._lock.acquire_lock(name, reason=reason, expected_number=before.number):
                raise FencedError(
                    "Somebody else changed the lock while a provider was being chosen.",
                    remedy="Nothing is lost: the last edition stays up and the next cycle asks again.",
                )
            return name, before.number + 1
        raise NoProviderError(
            "No provider is left: each was tried or lacks something (see `neuralbrain lock audit`).",
            remedy="Set the key of one, or enable local again; the last good edition stays up until then.",
        )

    def _candidates(self, passed_over: set[str]) -> list[str]:
        """Return who may be tried: in order after the last holder, and from the top only at the start of a pass."""
        following = self._lock.get_next_provider()
        start = self._order.index(following) if following in self._order else None
        if start is None:
            start = len(self._order) if passed_over else 0
        return [name for name in self._order[start:] if name not in passed_over]

    def _one(self, request: ForecastRequest, *, provider: Provider, number: int) -> Reply:
        digest = request.digest()
        kept = self._replies.find(digest, provider=provider.name, version=provider.version, lock_number=number)
        if kept is not None:
            return kept
        while True:
            try:
                answer = provider.forecast(request)
                break
            except ProviderError as error:
                self._count(FailureKind.UNAVAILABLE, error, number=number)
        return self._replies.keep(
            digest, provider=provider.name, version=provider.version, lock_number=number, answer=answer
        )

    def _count(self, kind: FailureKind, error: ProviderError, *, number: int) -> None:
        """Count a failed attempt; raise where it was the last one allowed."""
        log.warning("provider-failed", kind=kind.value, code=error.error_code)
        in_a_row = self._lock.increment_failure_count(
            reason=f"{kind.value}: {error.error_code}", expected_number=number
        )
        if self._lock.state().number != number:
            raise FencedError(
                "Somebody else changed the lock while a provider was being asked.",
                remedy="Nothing is lost: the last edition stays up and the next cycle asks again.",
            )
        if must_hand_on(kind, in_a_row):
            raise _HandOnError(kind)

    def _note_skipped(self, name: str, lacks: str) -> None:
        self._row.note(
            AuditEvent(
                event_type="provider_skipped",
                provider=name,
                number=self._lock.state().number,
                actor="cycle",
                details={"reason": FailureKind.UNCONFIGURED.value, "lacks": lacks},
            )
        )


class _HandOnError(Exception):
    """The holder's turn ends: caught a few lines above, never leaves this module."""

    def __init__(self, kind: FailureKind) -> None:
        super().__init__(kind.value)
        self.kind = kind
