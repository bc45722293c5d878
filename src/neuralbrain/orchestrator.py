"""The one door to a provider: hold the lock, give its holder a turn, hand on, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.lock import AuditEvent, LockState
from neuralbrain.domain.provider_check import ProbeResult
from neuralbrain.domain.request import Asked, ForecastRequest
from neuralbrain.errors import NoProviderError
from neuralbrain.lock.failback import AVAILABLE_AGAIN, FIRST, NEXT
from neuralbrain.lock.failover import must_hand_on
from neuralbrain.lock.parking import is_parked, must_be_probed
from neuralbrain.ports import LockRow, Provider
from neuralbrain.turn import HandOnError, Surroundings, Turn, Waited, network_down, require

log = structlog.get_logger()


class Orchestrator:
    """Asks the provider that holds the lock, and no other.

    Args:
        around: What every turn has around it, the lock among it.
        row: The lock's row, for what is audited without a change.
        order: Enabled providers, highest priority first.
        lacking: What a provider lacks to be asked, in one line; empty where nothing.
        provider: Makes a provider's client by name, once it is needed.
        probe: Asks a provider whether it can be asked, without a token being paid.
        failback: Says to whom the lock goes between editions because it is available again, None where to nobody.
    """

    def __init__(
        self,
        around: Surroundings,
        *,
        row: LockRow,
        order: Sequence[str],
        lacking: Callable[[str], str],
        provider: Callable[[str], Provider],
        probe: Callable[[str], ProbeResult],
        failback: Callable[[LockState], str | None] = lambda _state: None,
    ) -> None:
        self._around = around
        self._lock = around.lock
        self._row = row
        self._order = tuple(order)
        self._lacking = lacking
        self._provider = provider
        self._probe = probe
        self._failback = failback

    def author(self) -> tuple[str, str] | None:
        """Return name and version of the provider that would answer now, None where none can; changes nothing."""
        state = self._lock.state()
        if state.provider is not None and not self._unfit(state.provider):
            name: str | None = self._failback(state) or state.provider
        else:
            passed_over = set() if state.provider is None else {state.provider}
            candidates = self._candidates(passed_over, around=True)
            name = next((one for one in candidates if not self._why_not(one, state)), None)
        return None if name is None else (name, self._provider(name).version)

    def is_settled(self) -> bool:
        """Return whether the holder of the lock, if there is one, is who would answer now."""
        holder, author = self._lock.state().provider, self.author()
        return holder is None or (author is not None and author[0] == holder)

    def ask(self, requests: Sequence[ForecastRequest], *, runner: str, again: bool = False) -> Asked:
        """Return one provider's answers to every request.

        A provider that must hand the lock on takes its earlier answers with it: the next one is asked everything.

        Args:
            requests: What to ask.
            runner: The holder of the runner lease; without it no call is made.
            again: Whether to ask also what there is a kept answer to.

        Raises:
            NoProviderError: If every enabled provider failed, is left alone for a while or lacks something. The lock
                is then held by none.
            NetworkDownError: If no provider can be connected to; the lock stays as it is.
            FencedError: If somebody else changed the lock, or took the runner lease, meanwhile.
        """
        passed_over: set[str] = set()
        failed = False
        waited = Waited()
        while True:
            name, number = self._hold(passed_over, around=not failed)
            provider = self._provider(name)
            turn = Turn(provider, number=number, runner=runner, around=self._around, waited=waited, again=again)
            try:
                parts = turn.ask(requests)
            except HandOnError as spent:
                passed_over.add(name)
                failed = True
                require(still_ours=self._lock.hand_on(spent.kind, expected_number=number, resets_at=spent.resets_at))
                log.warning("provider-handed-on", provider=name, reason=spent.kind.value)
                continue
            return Asked(provider=name, version=provider.version, lock_number=number, parts=parts)

    def refuse(self, asked: Asked, *, code: str) -> None:
        """Count an answer of which nothing could be accepted; the third in a row hands the lock on.

        The words stay, but are not taken for an answer again.

        Args:
            asked: What was said.
            code: The error code of what made it unusable.
        """
        kind = FailureKind.UNUSABLE_ANSWER
        if not asked.replies:  # every question was refused: that is our fault, and the next one would get the same
            log.warning("questions-refused", provider=asked.provider)
            return
        in_a_row = self._around.replies.refuse(asked.replies, code=code)  # a counter of its own
        self._row.note(
            AuditEvent(
                event_type="answer_refused",
                provider=asked.provider,
                number=asked.lock_number,
                actor="cycle",
                details={"code": code, "in_a_row": in_a_row},
            )
        )
        log.warning("answer-refused", provider=asked.provider, code=code, in_a_row=in_a_row)
        if must_hand_on(kind, in_a_row):
            self._lock.hand_on(kind, expected_number=asked.lock_number)

    def _hold(self, passed_over: set[str], *, around: bool) -> tuple[str, int]:
        """Return who holds the lock and its number, acquiring it for the next provider that can be asked.

        Every change is made under the number that was read first: who comes between is not overridden.
        """
        state = self._lock.state()
        number = state.number
        if state.provider is not None:
            unfit = self._unfit(state.provider)
            if not unfit:
                return self._or_available_again(state, state.provider) if around else (state.provider, number)
            passed_over.add(state.provider)
            require(still_ours=self._lock.release_lock(unfit, expected_number=number))
            number += 1
        reason = FIRST if state.last_released is None else NEXT
        for name in self._candidates(passed_over, around=around):
            why_not = self._why_not(name, state) or self._fails_its_probe(name, state, number=number)
            if why_not:
                passed_over.add(name)
                self._note_skipped(name, why_not, number=number)
                continue
            require(still_ours=self._lock.acquire_lock(name, reason=reason, expected_number=number))
            return name, number + 1
        raise NoProviderError(
            "No provider is left: each was tried, is left alone for a while or lacks something.",
            remedy="`neuralbrain lock audit` says which. Set the key of one, or enable local again; the last good "
            "edition stays up until then.",
        )

    def _or_available_again(self, state: LockState, holder: str) -> tuple[str, int]:
        """Return the holder, or to whom the lock goes back between editions."""
        target = self._failback(state)
        if target is None or target == holder:
            return holder, state.number
        require(still_ours=self._lock.acquire_lock(target, reason=AVAILABLE_AGAIN, expected_number=state.number))
        log.info("provider-available-again", provider=target, before=holder)
        return target, state.number + 1

    def _why_not(self, name: str, state: LockState) -> dict[str, str]:
        """Return why a provider cannot have a turn now, in the words of the audit trail; empty where it can."""
        lacks = self._lacking(name)
        if lacks:
            return {"reason": FailureKind.UNCONFIGURED.value, "lacks": lacks}
        parked = state.parking_of(name)
        if parked is not None and is_parked(state, name, now=self._around.clock.now()):
            return {"reason": "parked", "after": parked.reason, "until": parked.until.isoformat()}
        return {}

    def _fails_its_probe(self, name: str, state: LockState, *, number: int) -> dict[str, str]:
        """Probe a provider that failed and was left alone long enough; leave it alone again where it fails."""
        if not must_be_probed(state, name, now=self._around.clock.now()):
            return {}
        result = self._probe(name)
        if result.kind in {None, FailureKind.OUR_REQUEST}:  # the probe's own question says nothing about the provider
            return {}
        if not result.reached and self._around.network_is_down():
            raise network_down()
        require(still_ours=self._lock.park(name, result.kind, why=result.rule, expected_number=number))
        return {"reason": "probe_failed", "rule": result.rule}

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

    def _note_skipped(self, name: str, why: dict[str, str], *, number: int) -> None:
        self._row.note(
            AuditEvent(event_type="provider_skipped", provider=name, number=number, actor="cycle", details=why)
        )
