"""The service: API, schedule and health loop in one process, from the first line to the last."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from typing import Any, TypeVar

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from neuralbrain.alerting import deliver, watch
from neuralbrain.api.alert_news import alert_news
from neuralbrain.api.app import make_api
from neuralbrain.api.changes import Changes
from neuralbrain.api.metrics import Metrics
from neuralbrain.api.news import News
from neuralbrain.api.shelf import Shelf
from neuralbrain.api.view import ServiceView
from neuralbrain.api.words import words_of
from neuralbrain.domain.health import HealthFinding
from neuralbrain.domain.slot import UNCHANGED_SCHEDULE
from neuralbrain.errors import NeuralBrainError
from neuralbrain.health.assess import FAILED_IN_A_ROW, SILENT_AFTER_SECONDS, Facts, why_not_ready
from neuralbrain.health.monitor import HealthMonitor
from neuralbrain.listening import free_port, require_guarded, until_it_answers
from neuralbrain.lock.lease import runs_now
from neuralbrain.lock.process import this_runner
from neuralbrain.schedule.asked import AskedCycles
from neuralbrain.schedule.loop import ScheduleLoop
from neuralbrain.schedule.process import ProcessStarter
from neuralbrain.schedule.supervisor import Supervisor
from neuralbrain.threads import InThread, OneAtATime, being_cancelled, in_daemon_thread
from neuralbrain.wiring import Application

log = structlog.get_logger()
Value = TypeVar("Value")

FOLLOW_SECONDS = 1.0  # how long a published or withdrawn edition may go unnoticed
RESTART_SECONDS = 5.0  # before a loop that ended, which none should, is begun again
READY_SECONDS = 2.0  # how old facts may be that readiness is judged on: probes come every second or so
STOP_SECONDS = 7.0  # for everything to end in order; ten are promised
NOTE_SECONDS = 2.0  # for writing down that it ended, at least
LONGEST_HEAD_BYTES = 32_768  # of a request: its address and all header fields; reading them takes the time of everybody
CLOSE_SECONDS = 3.0  # for answers that are being given
START_SECONDS = 30.0  # for reading an edition of 10,000 series from a cold disk
STOPPED_TWICE = 130  # as shells have it for Ctrl-C


class Service:
    """Everything that runs as long as the process does.

    Args:
        application: What it is built over.
        host: The address that it listens on.
        address: Where it serves, as a URL.
    """

    def __init__(self, application: Application, *, host: str, address: str) -> None:
        self._here = application
        self._address = address
        self._number: int | None = None
        self._start_failed = False
        self._facts: tuple[float, Facts] | None = None
        self._trouble = ""  # why what is served may be old, where the shelf itself cannot say
        self.shelf = Shelf(application.editions, application.observations, words=partial(words_of, application.replies))
        self.metrics = Metrics(application)
        self.asked = AskedCycles(
            self._supervisor,
            is_busy=lambda: self.schedule.running is not None or runs_now(application.lock_row),
            in_thread=OneAtATime(),
            clock=application.clock,
            on_cycle=self.metrics.observe_cycle,
        )
        self.schedule = ScheduleLoop(
            slots=application.slots,
            editions=application.editions,
            runner=self._supervisor(),
            clock=application.clock,
            in_thread=OneAtATime(),
            on_cycle=self.metrics.observe_cycle,
            is_busy=self._is_busy,
        )
        self.monitor = HealthMonitor(
            self.gather, health_log=application.services, clock=application.clock, in_thread=OneAtATime()
        )
        self.view = ServiceView(
            application=application,
            shelf=self.shelf,
            metrics=self.metrics,
            health=lambda: self.monitor.latest,
            not_ready=self.not_ready,
            next_slot=lambda: self.schedule.next_slot,
            started_at=application.clock.now(),
            host=host,
            run_now=self.asked.begin,
        )
        changes = Changes(application, health=lambda: self.monitor.latest, alerts=alert_news(application.alert_log))
        self._news = News(changes, self.view.events)

    def _supervisor(self, on_begin: Callable[[int], None] = lambda _number: None) -> Supervisor:
        """Return what runs cycles, each in a process of its own."""
        here = self._here
        return Supervisor(
            ProcessStarter(here.settings.as_environment()),
            journal=here.journal,
            clock=here.clock,
            deadlines=here.settings.deadlines,
            in_thread=OneAtATime(),
            on_step=self.metrics.observe_step,
            on_begin=on_begin,
        )

    async def note_start(self) -> None:
        """Remember that a service started, as soon as that can be written; until then it serves."""
        process = this_runner(pid=os.getpid(), lease_until=0.0, since=self._here.clock.now())
        write = partial(self._here.services.begin, process, address=self._address, version=version("neuralbrain"))
        in_thread = OneAtATime()
        while self._number is None:
            try:
                self._number = await in_thread(write)
            except NeuralBrainError as error:
                self._start_failed = True
                log.warning("service-start-unwritten", code=error.error_code)
                await asyncio.sleep(RESTART_SECONDS)

    async def note_end(self, reason: str, *, start: asyncio.Task[None], seconds: float = NOTE_SECONDS) -> None:
        """Remember that it ended in order, if that can be written soon.

        Args:
            reason: Why it ended.
            start: What writes down that it started. Told to stop right after its first line, a service on a slow disk
                still waits for that; where it was refused already, nobody waits.
            seconds: How long all this may take.
        """
        try:
            async with asyncio.timeout(seconds):
                if not self._start_failed:
                    await start
                if self._number is not None:
                    await in_daemon_thread(partial(self._here.services.end, self._number, reason=reason))
        except (NeuralBrainError, TimeoutError) as error:
            log.warning("service-end-unwritten", why=str(error))
        finally:
            start.cancel()

    async def loops(self) -> None:
        """Run the schedule, both health monitors, the follower of editions and the alerts, for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(_for_ever("schedule", self.schedule.run))
            group.create_task(_for_ever("health", self.monitor.run))
            group.create_task(_for_ever("editions", self._follow))
            group.create_task(_for_ever("providers", self._watch_providers))
            alerting, looks = self._here.alerting, lambda: self.monitor.checks
            group.create_task(_for_ever("alerts", lambda: watch(alerting, looks=looks, in_thread=OneAtATime())))
            group.create_task(_for_ever("messages", lambda: deliver(alerting, in_thread=OneAtATime())))
            group.create_task(_for_ever("asked", self.asked.run))

    async def _watch_providers(self) -> None:
        """Have the providers looked at, in a thread of its own; it is begun again should it ever end."""
        monitor = self._here.health_monitor
        try:
            while True:
                monitor.start()
                await asyncio.sleep(RESTART_SECONDS)
        finally:
            monitor.stop(wait_seconds=0)

    async def _follow(self) -> None:
        """Serve what is published, soon after it is, and look at the health of the service anew then."""
        in_thread = OneAtATime()
        while True:
            tell = await self._news.look()
            if await self.follow_once(in_thread):
                await self.monitor.look()
            tell()  # now that it is up: whoever hears of an edition finds it
            await asyncio.sleep(FOLLOW_SECONDS)

    async def follow_once(self, in_thread: InThread) -> bool:
        """Put up the current edition, and return whether anything changed; what stays up where it cannot is known."""
        try:
            changed = await asyncio.wait_for(in_thread(self.shelf.refresh), START_SECONDS)
        except Exception as error:
            log.exception("edition-not-followed")
            self._trouble = f"The current edition could not be looked up ({type(error).__name__})."
            return False
        self._trouble = ""
        return changed

    def _is_busy(self) -> bool:
        """Return whether a cycle runs that the schedule did not begin, here or in another process."""
        return self.asked.is_running or runs_now(self._here.lock_row)

    def gather(self) -> Facts:
        """Return the facts about the service as they are now; may wait for a disk, and never raises a store's error."""
        here, trouble = self._here, list[tuple[str, str, str]]()

        def seen(read: Callable[[], Value]) -> Value | None:
            try:
                return read()
            except NeuralBrainError as error:
                trouble.append((error.error_code, error.happened, error.remedy))
                return None

        current, now = self.shelf.current(), here.clock.now()
        newest = seen(lambda: next(iter(here.editions.headers(1)), None))
        lock = seen(here.lock.state)
        holder = None if lock is None else lock.provider
        schedules = seen(here.slots.schedules) or (UNCHANGED_SCHEDULE,)
        ticked = self.schedule.ticked_at
        facts = Facts(
            trouble=(),
            free_bytes=_free_bytes(here),
            served=None if current is None else current.header.number,
            serve_trouble=self.shelf.trouble or self._trouble,
            newest_edition_at=None if newest is None else newest.timestamp,
            good_at=seen(here.journal.last_good_at),
            holder=holder,
            holder_lacks="" if holder is None else here.lacking(holder),
            last_released=None if lock is None else lock.last_released,
            slots=seen(lambda: here.slots.last(FAILED_IN_A_ROW, at_most=now)) or (),
            paused=schedules[-1].paused,
            schedule_failing=self.schedule.failing,
            schedule_silent_seconds=None if ticked is None else here.clock.uptime_seconds() - ticked,
            silence_allowed_seconds=SILENT_AFTER_SECONDS
            + (0.0 if self.schedule.running is None else here.settings.cycle_seconds),
        )
        facts = replace(facts, trouble=tuple(dict.fromkeys(trouble)))
        self._facts = (here.clock.uptime_seconds(), facts)
        return facts

    def not_ready(self) -> tuple[HealthFinding, ...]:
        """Return why the service cannot answer as it should; empty where it can."""
        known = self._facts
        if known is None or self._here.clock.uptime_seconds() - known[0] > READY_SECONDS:
            return why_not_ready(self.gather(), at=self._here.clock.now())
        return why_not_ready(known[1], at=self._here.clock.now())


async def serve(application: Application, *, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until the process is told to stop.

    Args:
        application: What to serve.
        host: The address to listen on.
        port: The port; 0 takes a free one.
        say: Told the address, once it answers.

    Raises:
        SettingsError: If nothing can listen there, or others could read there without a token.
    """
    stopped = _stopping()
    port = free_port(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    # Opening, and bringing the schema up to date, may wait for another process: Ctrl-C must not wait with it.
    if not await _unless(stopped, in_daemon_thread(lambda: application.database)):
        return
    if not await _unless(stopped, in_daemon_thread(partial(require_guarded, application, host))):
        return
    service = Service(application, host=host, address=address)
    if not await _unless(stopped, service.follow_once(in_daemon_thread)):
        return
    door = asyncio.create_task(_for_ever("server", lambda: _answer(service, host, port)), name="server")
    await until_it_answers(host, port)
    say(address)
    start = asyncio.create_task(service.note_start(), name="start")
    loops = asyncio.create_task(service.loops(), name="loops")
    reason = await stopped
    log.info("service-stopping", reason=reason)
    service.view.events.close()
    loops.cancel()
    door.cancel()
    clock = asyncio.get_running_loop().time
    began = clock()
    _, late = await asyncio.wait({loops, door}, timeout=STOP_SECONDS)
    if late:
        log.warning("stopped-out-of-order", tasks=[task.get_name() for task in late])
    # What ending in order did not need of its time is left for a slow disk.
    await service.note_end(reason, start=start, seconds=NOTE_SECONDS + max(0.0, began + STOP_SECONDS - clock()))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(in_daemon_thread(application.close), NOTE_SECONDS)


async def _unless(stopped: asyncio.Future[str], work: Awaitable[object]) -> bool:
    """Wait for a piece of work, and return True; False where the process is told to stop meanwhile.

    Raises:
        Exception: Whatever the work raises.
    """
    task: asyncio.Future[object] = asyncio.ensure_future(work)
    waiting: set[asyncio.Future[Any]] = {task, stopped}
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    if not task.done():
        task.cancel()
        return False
    task.result()
    return True


async def _answer(service: Service, host: str, port: int) -> None:
    """Answer requests until cancelled."""
    server = Server(
        make_api(service.view),
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(max_buffer_size=LONGEST_HEAD_BYTES),
        log_enabled=False,
        backlog=1024,
    )
    answering = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(answering)
    finally:
        stop: Callable[[], None] = server.stop
        stop()
        await asyncio.wait({answering}, timeout=CLOSE_SECONDS)


def _stopping() -> asyncio.Future[str]:
    """Return what is settled when the process is told to stop; told twice, it stops at once."""
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[str] = loop.create_future()

    def stop(name: str) -> None:
        if stopped.done():
            os._exit(STOPPED_TWICE)
        stopped.set_result(name)

    for number, name in (
        (signal.SIGINT, "Ctrl-C"),
        (signal.SIGTERM, "told to stop"),
        (signal.SIGHUP, "its terminal was closed"),
    ):
        loop.add_signal_handler(number, stop, name)
    return stopped


async def _for_ever(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a loop, and begin it again should it ever end."""
    while True:
        try:
            await run()
        except (Exception, asyncio.CancelledError):
            if being_cancelled():
                raise
            log.exception("loop-broke", loop=name)
        log.error("loop-begun-again", loop=name)
        await asyncio.sleep(RESTART_SECONDS)


def _free_bytes(here: Application) -> int | None:
    try:
        disk = os.statvfs(here.settings.home)
    except OSError:
        return None
    return disk.f_bavail * disk.f_frsize
