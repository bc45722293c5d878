"""The service: API, schedule and health loop in one process, from the first line to the last."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from importlib.metadata import version

import structlog
from granian.constants import Interfaces
from granian.server.embed import Server

from neuralbrain.api.app import make_api
from neuralbrain.api.metrics import Metrics
from neuralbrain.api.shelf import Shelf
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.health import HealthFinding
from neuralbrain.domain.journal import Outcome
from neuralbrain.errors import NeuralBrainError, SettingsError
from neuralbrain.health.assess import FAILED_IN_A_ROW, SILENT_AFTER_SECONDS, Facts, why_not_ready
from neuralbrain.health.monitor import HealthMonitor
from neuralbrain.lock.process import this_runner
from neuralbrain.schedule.loop import ScheduleLoop
from neuralbrain.schedule.process import ProcessStarter
from neuralbrain.schedule.supervisor import Supervisor
from neuralbrain.threads import in_daemon_thread
from neuralbrain.wiring import Application

log = structlog.get_logger()

FOLLOW_SECONDS = 1.0  # how long a published or withdrawn edition may go unnoticed
RESTART_SECONDS = 5.0  # before a loop that ended, which none should, is begun again
READY_SECONDS = 2.0  # how old facts may be that readiness is judged on: probes come every second or so
STOP_SECONDS = 7.0  # for everything to end in order; ten are promised
NOTE_SECONDS = 2.0  # for writing down that it ended
CLOSE_SECONDS = 3.0  # for answers that are being given
START_SECONDS = 30.0  # for reading an edition of 10,000 series from a cold disk
ANSWER_TRIES = 1000  # ten seconds


class Service:
    """Everything that runs as long as the process does.

    Args:
        application: What it is built over.
        address: Where it serves, as a URL.
    """

    def __init__(self, application: Application, *, address: str) -> None:
        self._here = application
        self._address = address
        self._number: int | None = None
        self._facts: tuple[float, Facts] | None = None
        self.shelf = Shelf(application.editions, application.observations)
        self.metrics = Metrics(application)
        settings = application.settings
        supervisor = Supervisor(
            ProcessStarter(settings.as_environment()),
            journal=application.journal,
            clock=application.clock,
            deadlines=settings.deadlines,
            in_thread=in_daemon_thread,
            on_step=self.metrics.observe_step,
        )
        self.schedule = ScheduleLoop(
            slots=application.slots,
            editions=application.editions,
            runner=supervisor,
            clock=application.clock,
            in_thread=in_daemon_thread,
            on_cycle=self.metrics.observe_cycle,
        )
        self.monitor = HealthMonitor(
            self.gather, health_log=application.services, clock=application.clock, in_thread=in_daemon_thread
        )
        self.view = ServiceView(
            application=application,
            shelf=self.shelf,
            metrics=self.metrics,
            health=lambda: self.monitor.latest,
            not_ready=self.not_ready,
            next_slot=lambda: self.schedule.next_slot,
            started_at=application.clock.now(),
        )

    def begin(self) -> None:
        """Remember that a service started."""
        process = this_runner(pid=os.getpid(), lease_until=0.0, since=self._here.clock.now())
        try:
            self._number = self._here.services.begin(process, address=self._address, version=version("neuralbrain"))
        except NeuralBrainError as error:  # a full disk: what was published is served all the same
            log.warning("service-start-unwritten", code=error.error_code)

    def end(self, reason: str) -> None:
        """Remember that it ended in order."""
        if self._number is None:
            return
        try:
            self._here.services.end(self._number, reason=reason)
        except NeuralBrainError as error:
            log.warning("service-end-unwritten", code=error.error_code)

    async def loops(self) -> None:
        """Run the schedule, the health monitor and the follower of editions, for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(_for_ever("schedule", self.schedule.run))
            group.create_task(_for_ever("health", self.monitor.run))
            group.create_task(_for_ever("editions", self._follow))

    async def _follow(self) -> None:
        """Serve what is published, soon after it is, and look at the health of the service anew then."""
        while True:
            try:
                changed = await asyncio.wait_for(in_daemon_thread(self.shelf.refresh), START_SECONDS)
            except (NeuralBrainError, TimeoutError) as error:
                log.warning("edition-not-followed", why=str(error))
                changed = False
            if changed:
                await self.monitor.look()
            await asyncio.sleep(FOLLOW_SECONDS)

    def gather(self) -> Facts:
        """Return the facts about the service as they are now; may wait for a disk, and never raises a store's error."""
        here, trouble = self._here, list[tuple[str, str, str]]()

        def seen(read: Callable[[], object]) -> object:
            try:
                return read()
            except NeuralBrainError as error:
                trouble.append((error.error_code, error.happened, error.remedy))
                return None

        current = self.shelf.current()
        newest = seen(lambda: next(iter(here.editions.headers(1)), None))
        cycles = seen(lambda: here.journal.last(FAILED_IN_A_ROW))
        unchanged = [one.ended_at for one in cycles or () if one.outcome is Outcome.UNCHANGED]  # type: ignore[attr-defined]
        holder = seen(here.lock.get_locked_provider)
        slots = seen(lambda: here.slots.last(FAILED_IN_A_ROW))
        schedules = seen(here.slots.schedules)
        ticked = self.schedule.ticked_at
        facts = Facts(
            trouble=tuple(dict.fromkeys(trouble)),
            free_bytes=_free_bytes(here),
            served=None if current is None else current.header.number,
            serve_trouble=self.shelf.trouble,
            newest_edition_at=getattr(newest, "timestamp", None),
            unchanged_at=max((moment for moment in unchanged if moment is not None), default=None),
            holder=holder if isinstance(holder, str) else None,
            holder_lacks=here.lacking(holder) if isinstance(holder, str) else "",
            slots=slots or (),  # type: ignore[arg-type]
            paused=bool(schedules) and schedules[-1].paused,  # type: ignore[index]
            schedule_silent_seconds=None if ticked is None else here.clock.uptime_seconds() - ticked,
            silence_allowed_seconds=SILENT_AFTER_SECONDS
            + (0.0 if self.schedule.running is None else here.settings.cycle_seconds),
        )
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
        SettingsError: If nothing can listen there.
    """
    stopped = _stopping()
    port = free_port(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    service = Service(application, address=address)
    with contextlib.suppress(NeuralBrainError, TimeoutError):  # what is published is followed from now on; here once
        await asyncio.wait_for(in_daemon_thread(service.shelf.refresh), START_SECONDS)
    door = asyncio.create_task(_for_ever("server", lambda: _answer(service, host, port)), name="server")
    await _until_it_answers(host, port)
    service.begin()
    say(address)
    loops = asyncio.create_task(service.loops(), name="loops")
    reason = await stopped
    log.info("service-stopping", reason=reason)
    loops.cancel()
    door.cancel()
    _, late = await asyncio.wait({loops, door}, timeout=STOP_SECONDS)
    if late:
        log.warning("stopped-out-of-order", tasks=[task.get_name() for task in late])
    with contextlib.suppress(TimeoutError):  # who kept the database locked so long keeps it from being written
        await asyncio.wait_for(in_daemon_thread(lambda: service.end(reason)), NOTE_SECONDS)


async def _answer(service: Service, host: str, port: int) -> None:
    """Answer requests until cancelled."""
    server = Server(
        make_api(service.view), address=host, port=port, interface=Interfaces.ASGINL, log_enabled=False, backlog=1024
    )
    answering = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(answering)
    finally:
        stop: Callable[[], None] = server.stop
        stop()
        await asyncio.wait({answering}, timeout=CLOSE_SECONDS)


def free_port(host: str, port: int) -> int:
    """Return a port on which nobody listens yet: the wanted one, or any for 0.

    The server itself would share a port with another server on the same machine; so this is asked first.

    Raises:
        SettingsError: If somebody does, or nobody may.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port whose last server has just ended is free
        try:
            probe.bind((host, port))
        except OSError as error:
            why = {
                errno.EADDRINUSE: "something serves there already",
                errno.EACCES: "this user may not listen there",
                errno.EADDRNOTAVAIL: "this machine has no such address",
            }.get(error.errno or 0, error.strerror or type(error).__name__)
            raise SettingsError(
                f"Nothing can be served at {host}, port {port}: {why}.",
                remedy="Name another port with --port; `neuralbrain status` shows whether a service runs already.",
                code="address-taken",
            ) from error
        found: int = probe.getsockname()[1]
        return found


def _stopping() -> asyncio.Future[str]:
    """Return what is settled when the process is told to stop; told twice, it stops at once."""
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[str] = loop.create_future()

    def stop(name: str) -> None:
        if stopped.done():
            os._exit(130)
        stopped.set_result(name)

    for number, name in ((signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "told to stop")):
        loop.add_signal_handler(number, stop, name)
    return stopped


async def _until_it_answers(host: str, port: int) -> None:
    """Wait until the server takes connections.

    Raises:
        SettingsError: If it never does.
    """
    for _ in range(ANSWER_TRIES):
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.01)
            continue
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return
    raise SettingsError(
        f"The server at {host}, port {port} does not take connections.", remedy="Name another port with --port."
    )


async def _for_ever(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a loop, and begin it again should it ever end."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("loop-broke", loop=name)
        log.error("loop-begun-again", loop=name)
        await asyncio.sleep(RESTART_SECONDS)


def _free_bytes(here: Application) -> int | None:
    try:
        disk = os.statvfs(here.settings.home)
    except OSError:
        return None
    return disk.f_bavail * disk.f_frsize
