"""The loop that looks at the service every five minutes, whatever a cycle does, and remembers what it saw."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol

import structlog

from neuralbrain.domain.health import HealthCheck, HealthFinding, Verdict
from neuralbrain.errors import NeuralBrainError
from neuralbrain.health.assess import Facts, assess
from neuralbrain.ports import Clock
from neuralbrain.threads import InThread

log = structlog.get_logger()

INTERVAL_SECONDS = 300.0
LOOK_SECONDS = 60.0  # gathering the facts takes milliseconds; a disk that hangs must not end the looking


class HealthLog(Protocol):
    """Where checks are remembered."""

    def note_health(self, check: HealthCheck) -> None:
        """Remember a check."""
        ...


class HealthMonitor:
    """Looks at the service.

    Args:
        gather: Gives the facts; may wait for a disk.
        health_log: Where checks are remembered.
        clock: Tells when.
        in_thread: Runs what may wait for a disk, away from the event loop.
        interval_seconds: How often it looks.
    """

    def __init__(
        self,
        gather: Callable[[], Facts],
        *,
        health_log: HealthLog,
        clock: Clock,
        in_thread: InThread,
        interval_seconds: float = INTERVAL_SECONDS,
    ) -> None:
        self._gather = gather
        self._log = health_log
        self._clock = clock
        self._in_thread = in_thread
        self._interval_seconds = interval_seconds
        self._looking = asyncio.Lock()
        self.latest: HealthCheck | None = None
        self.checks = 0

    async def run(self) -> None:
        """Look for ever, on a fixed beat: a look that takes long does not move the next one."""
        loop = asyncio.get_running_loop()
        beat = loop.time()
        while True:
            await self.look()
            beat += self._interval_seconds
            if beat <= loop.time():  # the machine slept over some beats
                beat = loop.time() + self._interval_seconds
            await asyncio.sleep(beat - loop.time())

    async def look(self) -> HealthCheck:
        """Look once, remember what was seen and return it; never raises. Of two at a time the second waits its turn."""
        async with self._looking:
            return await self._look()

    async def _look(self) -> HealthCheck:
        check = await self._seen()
        try:
            await asyncio.wait_for(self._in_thread(partial(self._log.note_health, check)), LOOK_SECONDS)
        except Exception as error:  # noqa: BLE001 - the edge of the look: what cannot be written is still known here
            log.warning("health-unwritten", why=str(error) or type(error).__name__)
            check = _with(check, _finding_of(error, "The health check could not be written."))
        self.latest = check
        self.checks += 1
        if check.findings:
            say = log.warning if check.verdict is Verdict.FAILING else log.info
            say("health", verdict=check.verdict.value, findings=[one.code for one in check.findings])
        return check

    async def _seen(self) -> HealthCheck:
        try:
            facts = await asyncio.wait_for(self._in_thread(self._gather), LOOK_SECONDS)
        except Exception as error:  # the edge of the look: that nothing can be seen is what is seen
            log.exception("health-unseen")
            finding = _finding_of(error, "The state of the service could not be seen.")
            return HealthCheck(at=self._clock.now(), verdict=Verdict.FAILING, findings=(finding,))
        return assess(facts, at=self._clock.now())


def _with(check: HealthCheck, finding: HealthFinding) -> HealthCheck:
    if any(one.code == finding.code for one in check.findings):
        return check
    return HealthCheck(at=check.at, verdict=Verdict.FAILING, findings=(*check.findings, finding))


def _finding_of(error: Exception, otherwise: str) -> HealthFinding:
    if isinstance(error, NeuralBrainError):
        return HealthFinding(
            code=error.error_code, verdict=Verdict.FAILING, message=error.happened, remedy=error.remedy
        )
    return HealthFinding(
        code=NeuralBrainError.code,
        verdict=Verdict.FAILING,
        message=f"{otherwise} ({type(error).__name__})",
        remedy="Look at the log of this moment; where it stays so, restart the service.",
    )
