"""Probes several providers at a time, bounded in time whatever a probe does."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import structlog

from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.provider_check import ProbeResult
from neuralbrain.ports import Clock

log = structlog.get_logger()

PROBING_SECONDS = 45.0  # for all together; a probe is a question of seconds, and its transport ends it earlier


class Probing:
    """Runs probes, each in a daemon thread of its own.

    A probe is no forecast request and pays for no token, so several providers may be probed at once. One that hangs
    is left behind, and its provider is not probed again while it still does: threads must not pile up.

    Args:
        probe: Asks one provider, by name.
        clock: Measures how long it takes.
        most_seconds: How long all of them may take together.
    """

    def __init__(
        self, probe: Callable[[str], ProbeResult], *, clock: Clock, most_seconds: float = PROBING_SECONDS
    ) -> None:
        self._probe = probe
        self._clock = clock
        self._most_seconds = most_seconds
        self._left_behind: dict[str, threading.Thread] = {}

    def probe(self, names: Sequence[str]) -> Mapping[str, ProbeResult]:
        """Return what each provider said, or why that is not known; never raises."""
        answers: queue.SimpleQueue[tuple[str, ProbeResult]] = queue.SimpleQueue()
        began = self._clock.uptime_seconds()
        said: dict[str, ProbeResult] = {}
        waiting: dict[str, threading.Thread] = {}
        for name in dict.fromkeys(names):
            before = self._left_behind.get(name)
            if before is not None and before.is_alive():
                said[name] = self._silent()
                continue
            waiting[name] = threading.Thread(
                target=lambda name=name: answers.put((name, self._one(name))), name=f"probe-{name}", daemon=True
            )
        for name, thread in tuple(waiting.items()):
            try:
                thread.start()
            except RuntimeError:  # the machine gives no further thread: that is nobody's fault out there
                del waiting[name]
                said[name] = _ours("RuntimeError")
        while waiting:
            try:
                left = self._most_seconds - (self._clock.uptime_seconds() - began)
                name, result = answers.get(timeout=min(max(left, 0.001), self._most_seconds))
            except queue.Empty:
                break
            said[name] = result
            del waiting[name]
        self._left_behind = {**self._left_behind, **waiting}
        return {name: said.get(name) or self._silent() for name in dict.fromkeys(names)}

    def _one(self, name: str) -> ProbeResult:
        began = self._clock.uptime_seconds()
        try:
            result = self._probe(name)
        except BaseException as error:
            # The edge of a probe: none may raise, so this is a fault of our own and no provider pays for it.
            log.exception("probe-broke", provider=name)
            return _ours(type(error).__name__)
        taken = max(0.0, self._clock.uptime_seconds() - began)
        return result if result.seconds else replace(result, seconds=taken)

    def _silent(self) -> ProbeResult:
        return ProbeResult(
            kind=FailureKind.UNAVAILABLE,
            rule="probe-silent",
            message=f"The probe did not end within {self._most_seconds:g} s",
            seconds=self._most_seconds,
            reached=False,
        )


def _ours(why: str) -> ProbeResult:
    return ProbeResult(
        kind=FailureKind.OUR_REQUEST, rule="probe-broke", message=f"The probe itself broke ({why})", reached=True
    )
