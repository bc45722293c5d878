"""One provider's turn: every question of a cycle, under one lock number, until all are answered or the turn ends."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from neuralbrain.deadline import DeadlineReached, disarm
from neuralbrain.domain.ask_limits import AskLimits
from neuralbrain.domain.failure import Failure, FailureKind
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.lock import Runner
from neuralbrain.domain.request import Answer, AskedPart, ForecastRequest, Reply
from neuralbrain.errors import FencedError, NetworkDownError, NeuralBrainError, ProviderError
from neuralbrain.lock.failover import must_hand_on
from neuralbrain.lock.provider_lock import ProviderLockManager
from neuralbrain.ports import Clock, Provider, Replies

log = structlog.get_logger()

FIRST_PAUSE_SECONDS = 1.0  # before a failed call is repeated, where the provider names no time; doubled each time
LEAST_WAIT_SECONDS = 0.2  # a provider that says "0 seconds" would otherwise be asked as fast as it can refuse
MOST_TOLD_WAITS = 20  # in a row without a strike: who refuses for ever with small waits would hold up every hour
BREAK_OFF_SECONDS = 2.0  # a call that is broken off ends within half a second, unless the system hangs
MAY_BE_REPEATED = frozenset({FailureKind.RATE_LIMITED, FailureKind.UNAVAILABLE, FailureKind.QUOTA_SUSPECTED})


class HandOnError(Exception):
    """The holder's turn ends; the orchestrator catches it, and nobody else sees it."""

    def __init__(self, kind: FailureKind, *, resets_at: datetime | None) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.resets_at = resets_at


@dataclass(slots=True, kw_only=True)
class Waited:
    """How long one cycle has waited for providers, over all of their turns."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every turn has around it.

    Args:
        lock: The provider lock.
        replies: Where the words are kept before anybody reads them.
        clock: Lets time pass.
        limits: How much is asked at once and waited for.
        network_is_down: Whether no provider can be connected to at all.
        lease_left: How long a runner lease still lasts, seconds.
        break_off: Ends the calls that are in flight.
    """

    lock: ProviderLockManager
    replies: Replies
    clock: Clock
    limits: AskLimits
    network_is_down: Callable[[], bool]
    lease_left: Callable[[Runner], float]
    break_off: Callable[[], None]


@dataclass(slots=True, kw_only=True, eq=False)
class _Question:
    """One question and how far it has come: asked, or asked and to be repaired."""

    request: ForecastRequest
    digest: str
    first: Answer | None = None
    outcome: AskedPart | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class _Flight:
    """How far a turn has come: what is still to be asked, and what is being asked."""

    waiting: deque[_Question]
    flying: int = 0
    alone: bool = True
    failed: list[Failure | Exception] = field(default_factory=list)
    ended: queue.SimpleQueue[tuple[_Question, _Came]] = field(default_factory=queue.SimpleQueue)


_Came = Answer | Reply | Failure | Exception
"""What comes of one question: new words, kept ones, why there are none, or what a client did not foresee."""


class Turn:
    """Asks one provider everything.

    Args:
        provider: Who.
        number: The lock number it holds the lock under.
        runner: The process that may make calls.
        around: What every turn has around it.
        waited: What the cycle has waited so far.
        again: Whether to ask also what there is a kept answer to.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        number: int,
        runner: str,
        around: Surroundings,
        waited: Waited,
        again: bool = False,
    ) -> None:
        self._again = again
        self._provider = provider
        self._number = number
        self._runner = runner
        self._around = around
        self._waited = waited
        self._in_a_row = 0  # failures since the last success, as the lock has counted them
        self._told_in_a_row = 0  # waits that counted as no strike, since the last success
        self._counted = True  # whether the lock may hold a row of failures, or a parking, that a success ends

    def ask(self, requests: Sequence[ForecastRequest]) -> tuple[AskedPart, ...]:
        """Return what came of every question, in order.

        Calls in flight are as many as the limits allow; the first one, and the first after a failure, goes alone: a
        provider that is down is found out by one call.

        Raises:
            HandOnError: If the provider failed as often as the table of strikes allows.
            FencedError: If somebody else changed the lock, or took the runner lease, meanwhile.
            NetworkDownError: If no provider can be connected to.
        """
        questions = [
            _Question(request=part, digest=part.digest())
            for request in requests
            for part in self._provider.parts(request)
        ]
        flight = _Flight(waiting=deque(questions))
        try:
            while flight.waiting or flight.flying:
                self._ask_on(flight)
        except BaseException as error:
            self._broken_off(flight, error)
            raise
        return tuple(question.outcome for question in questions if question.outcome is not None)

    def _ask_on(self, flight: _Flight) -> None:
        """Begin the calls that may begin now, wait for one of those in flight to end, and do what follows from it."""
        most = 1 if flight.alone else self._around.limits.concurrency
        while flight.waiting and not flight.failed and flight.flying < most:
            flight.flying += 1
            self._start(flight.waiting.popleft(), flight.ended)
        question, came = flight.ended.get()
        flight.flying -= 1
        if not isinstance(came, (Failure, Exception)):
            self._take(question, came)
            flight.alone = False
        elif not self._is_refused(question, came):
            flight.waiting.appendleft(question)
            flight.failed.append(came)
        if flight.failed and not flight.flying:  # calls in flight belong to this turn: it cannot end before they do
            failed, flight.failed, flight.alone = flight.failed, [], True
            self._suffer(failed)

    def _broken_off(self, flight: _Flight, error: BaseException) -> None:
        """End what is in flight before the lease goes back, and count a deadline that a provider let pass."""
        if isinstance(error, DeadlineReached):
            disarm()
        if flight.flying and self._around.limits.concurrency > 1:
            self._around.break_off()
            with contextlib.suppress(queue.Empty):
                for _ in range(flight.flying):
                    flight.ended.get(timeout=BREAK_OFF_SECONDS)
        if isinstance(error, DeadlineReached):
            self._count_deadline()

    def _count_deadline(self) -> None:
        """Count that a provider outlasted the step's deadline: else it could hold up every hour for ever."""
        try:
            self._count(Failure(kind=FailureKind.UNAVAILABLE, rule="ask-deadline", sent=True))
        except HandOnError as spent:
            self._around.lock.hand_on(spent.kind, expected_number=self._number)
        except NeuralBrainError as error:
            log.warning("deadline-uncounted", provider=self._provider.name, code=error.error_code)

    def _start(self, question: _Question, ended: queue.SimpleQueue[tuple[_Question, _Came]]) -> None:
        """Begin one question: here where calls go one by one, else in a thread of its own."""

        def work() -> None:
            try:
                came: _Came = self._say(question)
            except Exception as error:  # noqa: BLE001 - handed to the turn, which knows what to do with each kind
                came = error
            ended.put((question, came))

        if self._around.limits.concurrency == 1:
            work()
            return
        # A daemon: a call that hangs is bounded by its own deadline, and must not keep an ended process alive.
        threading.Thread(target=work, name="provider-call", daemon=True).start()

    def _say(self, question: _Question) -> Answer | Reply | Failure:
        """Return the kept reply, or the provider's words, repaired where they need it, or why there are none."""
        if question.first is None:
            kept = None if self._again else self._kept(question)
            if kept is not None:
                return kept
            self._require_turn()
            said = self._provider.forecast(question.request)
            if isinstance(said, Failure):
                return said
            question.first = said
        self._require_turn()
        repaired = self._provider.repair(question.request, question.first)
        if isinstance(repaired, Failure) and repaired.kind is FailureKind.OUR_REQUEST and not repaired.asks_otherwise:
            return question.first  # the second question cannot be put; what of the first answer can be read, is
        return question.first if repaired is None else repaired

    def _kept(self, question: _Question) -> Reply | None:
        """Return what was said to exactly this question under this number, before its edition came about."""
        provider = self._provider
        return self._around.replies.find(
            question.digest, provider=provider.name, version=provider.version, lock_number=self._number
        )

    def _take(self, question: _Question, came: Answer | Reply) -> None:
        """Keep what was said, and end the row of failures."""
        reply = came
        if isinstance(reply, Answer):
            reply = self._around.replies.keep(
                question.digest,
                provider=self._provider.name,
                version=self._provider.version,
                lock_number=self._number,
                answer=reply,
            )
            if self._counted:
                self._around.lock.reset_failure_count(expected_number=self._number)
                self._counted, self._in_a_row = False, 0
            self._told_in_a_row = 0
        question.outcome = AskedPart(request=question.request, reply=reply)

    def _is_refused(self, question: _Question, came: Failure | Exception) -> bool:
        """Return whether the question itself was refused: it is reported, and counts against nobody."""
        if not isinstance(came, Failure) or came.kind is not FailureKind.OUR_REQUEST or came.asks_otherwise:
            return False
        said = f" It said: {came.message}" if came.message else ""
        log.warning("question-refused", provider=self._provider.name, rule=came.rule)
        question.outcome = AskedPart(
            request=question.request,
            reply=None,
            refused=tuple(
                Finding(
                    code="question-refused",
                    severity=Severity.REFUSE,
                    message=f"{self._provider.name} did not take the question ({came.rule}).{said}",
                    region=one.location,
                    signal=one.signal.name,
                )
                for one in question.request.panel.series
            ),
        )
        return True

    def _suffer(self, failed: Sequence[Failure | Exception]) -> None:
        """Count failed attempts and wait before the next one; raise where the turn ends by them."""
        self._require_turn()  # a call that was broken off because this process lost the lease is nobody's failure
        for one in failed:
            if isinstance(one, NeuralBrainError) and not isinstance(one, ProviderError):
                raise one  # the store's or the lock's, and nothing that a provider did
        self._wait(max(self._wait_after(one) for one in failed))

    def _wait_after(self, came: Failure | Exception) -> float:
        """Count a failed attempt, unless it is none; return how long to wait before the next one, seconds."""
        failure = came if isinstance(came, Failure) else self._of_exception(came)
        if failure.asks_otherwise:
            log.info("question-put-otherwise", provider=self._provider.name, rule=failure.rule)
            return 0.0
        told, longest = failure.wait_seconds, self._around.limits.longest_wait_seconds
        left = self._around.limits.cycle_wait_seconds - self._waited.seconds
        if failure.kind is FailureKind.RATE_LIMITED and told is not None and told <= min(longest, left):
            self._told_in_a_row += 1
            if self._told_in_a_row <= MOST_TOLD_WAITS:
                return max(told, LEAST_WAIT_SECONDS)
        if not failure.reached and self._around.network_is_down():
            raise network_down()
        self._count(failure)
        if failure.kind not in MAY_BE_REPEATED:
            return 0.0
        pause = FIRST_PAUSE_SECONDS * 2.0 ** (self._in_a_row - 1) if told is None else told
        return min(max(pause, LEAST_WAIT_SECONDS), longest / 2)  # two strikes are waited for before the third

    def _of_exception(self, error: Exception) -> Failure:
        """Return an exception of a client as a failure: what it did not foresee is its failure, not the cycle's end."""
        if isinstance(error, ProviderError):
            return Failure(kind=FailureKind.UNAVAILABLE, rule=error.error_code, message=error.happened)
        log.error("provider-broke", provider=self._provider.name, exc_info=error)
        return Failure(kind=FailureKind.UNAVAILABLE, rule=ProviderError.code)

    def _count(self, failure: Failure) -> None:
        """Count a failed attempt; raise where it was the last one allowed."""
        kind, lock = failure.kind, self._around.lock
        log.warning("provider-failed", provider=self._provider.name, kind=kind.value, rule=failure.rule)
        self._counted = True
        self._in_a_row = lock.increment_failure_count(
            reason=f"{kind.value}: {failure.rule}", expected_number=self._number
        )
        require(still_ours=lock.state().number == self._number)
        if must_hand_on(kind, self._in_a_row, quota_strikes=self._around.limits.quota_strikes):
            raise HandOnError(kind, resets_at=failure.resets_at)

    def _wait(self, seconds: float) -> None:
        """Wait, as far as the cycle's budget allows."""
        seconds = min(seconds, self._around.limits.cycle_wait_seconds - self._waited.seconds)
        if seconds > 0:
            self._waited.seconds += seconds
            log.info("provider-waited-for", provider=self._provider.name, seconds=seconds)
            self._around.clock.wait(seconds)

    def _require_turn(self) -> None:
        """Read the lock before a call: a frozen process may have lost its turn meanwhile.

        Raises:
            FencedError: If it has another number or runner by now, or the lease may end before the call does.
        """
        state = self._around.lock.state()
        runner = state.runner
        require(still_ours=runner is not None and (state.number, runner.holder) == (self._number, self._runner))
        if runner is not None:
            require(still_ours=self._around.lease_left(runner) >= self._around.limits.call_seconds)


def network_down() -> NetworkDownError:
    """Return the error for a machine whose network seems to be down."""
    return NetworkDownError(
        "No provider can be connected to: the network of this machine seems to be down.",
        remedy="Nobody is blamed and the last edition stays up; the next cycle tries again.",
    )


def require(*, still_ours: bool) -> None:
    """Give way to whoever changed the lock meanwhile.

    Raises:
        FencedError: If somebody did.
    """
    if not still_ours:
        raise FencedError(
            "While a provider was being asked, somebody else changed the lock or took the runner lease, or the lease "
            "could not be renewed.",
            remedy="Nothing is lost: the last edition stays up and the next cycle asks again.",
        )
