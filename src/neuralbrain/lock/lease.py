"""The runner lease: one process runs the cycle, and says so every few seconds while it does."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from types import TracebackType

import structlog

from neuralbrain.domain.lock import LockState, Runner, Transition
from neuralbrain.errors import NeuralBrainError, RunnerBusyError
from neuralbrain.lock import transition
from neuralbrain.lock.process import provably_dead, this_runner
from neuralbrain.ports import Clock, LockRow

log = structlog.get_logger()


class RunnerLease:
    """Holds the runner lease while its block runs, renewing it from a thread of its own.

    Args:
        row: The durable row.
        clock: Wall time, for people.
        lease_seconds: How long the lease lasts without renewal.
        renewal_seconds: How often it is renewed.
        lost: Set where somebody else has it: a call that is in flight then is broken off.
    """

    def __init__(
        self,
        row: LockRow,
        *,
        clock: Clock,
        lease_seconds: float,
        renewal_seconds: float,
        lost: threading.Event | None = None,
    ) -> None:
        self._row = row
        self._lost = lost or threading.Event()
        self._lease_seconds = lease_seconds
        self._renewal_seconds = renewal_seconds
        self._me: Runner = this_runner(pid=os.getpid(), lease_until=0.0, since=clock.now())
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def holder(self) -> str:
        """Return this lease's holder identity."""
        return self._me.holder

    def __enter__(self) -> RunnerLease:
        """Take the lease.

        Raises:
            RunnerBusyError: If another process has it.
        """
        claimed = self._row.change(self._claim)
        if claimed.refusal:
            raise _busy(claimed.state)
        self._lost.clear()
        self._thread = threading.Thread(target=self._renew_until_ended, name="runner-lease", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop renewing and give the lease back, unless somebody took it over."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        try:
            self._row.change(lambda state: transition.end_runner(state, holder=self.holder))
        except NeuralBrainError as problem:
            # What ran is done and says itself how it went; the lease of an ended process is taken over at once.
            log.warning("lease-not-given-back", code=problem.error_code)

    def _until(self) -> float:
        return self._row.seconds() + self._lease_seconds

    def _claim(self, state: LockState) -> Transition:
        # The time is asked for here, where nobody else can change the row any more: not before a wait for it.
        now, one_clock = self._row.seconds(), self._row.one_clock
        return transition.claim_runner(
            state,
            replace(self._me, lease_until=now + self._lease_seconds),
            seconds=now,
            one_clock=one_clock,
            provably_dead=state.runner is not None and provably_dead(state.runner, one_machine=not one_clock),
            actor=f"process {self._me.pid}",
        )

    def _renew_until_ended(self) -> None:
        while not self._ended.wait(self._renewal_seconds):
            try:
                renewed = self._row.change(
                    lambda state: transition.renew_runner(state, holder=self.holder, lease_until=self._until())
                )
            except NeuralBrainError as error:
                log.warning("lease-renewal-failed", code=error.error_code)  # the next renewal may succeed in time
                continue
            if renewed.refusal:
                log.warning("lease-lost", holder=self.holder)  # the lock is read before each call: no other is made
                self._lost.set()
                return


def runs_now(row: LockRow) -> bool:
    """Return whether a process has the runner lease, as far as can be told from here."""
    runner, one_clock = row.read().runner, row.one_clock
    if runner is None or provably_dead(runner, one_machine=not one_clock):
        return False
    return runner.lease_until > row.seconds()


def _busy(state: LockState) -> RunnerBusyError:
    runner = state.runner
    who = "Another process" if runner is None else f"Process {runner.pid}"
    since = "" if runner is None else f" since {runner.since:%H:%M:%S} UTC"
    return RunnerBusyError(
        f"{who} runs the cycle{since}, for provider {state.provider or 'none yet'} under lock number {state.number}.",
        remedy="Wait until it has ended, then look with `neuralbrain editions list`: what it publishes is there.",
    )
