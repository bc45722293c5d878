"""The process that runs one cycle for the service: reads what to do, and says each step, line by line.

It ends with whoever started it: when its standard input is closed, it stops in order, and after a few seconds at once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from dataclasses import replace
from datetime import datetime
from typing import IO, Any

from neuralbrain.deadline import interrupt_between_blocks
from neuralbrain.domain.cycle_end import CycleEnd, end_of
from neuralbrain.domain.journal import CycleReport, CycleStart, StepRecord
from neuralbrain.domain.slot import SlotOutcome
from neuralbrain.errors import NeuralBrainError, RunnerBusyError
from neuralbrain.log import configure_logging
from neuralbrain.ports import Journal
from neuralbrain.schedule.message import heard_order, said_end, said_step
from neuralbrain.schedule.order import WorkOrder
from neuralbrain.wiring import Application, application

LAST_SECONDS = 5.0  # to stop in order once nobody listens any more
STOPPED = 128 + signal.SIGTERM


class Telling:
    """What this process says to the one that started it; a listener that is gone is not an error here.

    Args:
        stream: Where to.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def say(self, event: dict[str, Any]) -> None:
        """Say one thing."""
        try:
            self._stream.write(json.dumps(event).encode() + b"\n")
            self._stream.flush()
        except OSError:
            return

    def step(self, name: str, record: StepRecord | None) -> None:
        """Say that a step started, or how it ended."""
        self.say({"event": "step", "name": name} if record is None else said_step(record))


class AnnouncedJournal:
    """A journal that says the number of the cycle it begins.

    Args:
        journal: The real one.
        telling: Where it is said.
    """

    def __init__(self, journal: Journal, telling: Telling) -> None:
        self._journal = journal
        self._telling = telling
        self.step = journal.step
        self.end = journal.end
        self.steps = journal.steps

    def begin(self, *, trigger: str, holder: str, slot: datetime | None) -> int:
        """Record that a cycle began, say its number and return it."""
        number = self._journal.begin(trigger=trigger, holder=holder, slot=slot)
        self._telling.say({"event": "began", "cycle": number})
        return number


def main() -> None:
    """Run the one cycle that standard input asks for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    interrupt_between_blocks(signal.SIGTERM)
    telling = Telling(_own_output())
    try:
        came_to = _run_as_told(telling)
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # all is done: there is nothing left to stop
    telling.say(came_to)


def _run_as_told(telling: Telling) -> dict[str, Any]:
    """Return what came of the order, as the last event."""
    line = sys.stdin.readline()
    if not line:  # whoever started us has ended already
        sys.exit(STOPPED)
    order = heard_order(line)
    threading.Thread(target=_end_with_whoever_started_us, name="end-with-parent", daemon=True).start()
    try:
        here = application()
        configure_logging(here.settings.log_level)
        report = _cycle(here, order, telling)
        return {"event": "busy"} if report is None else said_end(end_of(report))
    except RunnerBusyError:
        return {"event": "busy"}
    except NeuralBrainError as error:
        end = CycleEnd(
            outcome=SlotOutcome.FAILED, code=error.error_code, reason=error.happened, cycle=None, edition=None
        )
        return said_end(end)


def _cycle(here: Application, order: WorkOrder, telling: Telling) -> CycleReport | None:
    """Run the cycle under the runner lease; None where its hour has ended meanwhile."""
    with here.lease() as lease:
        if order.slot is not None and order.resumed is None and _has_ended(here, order.slot):
            return None  # by another service, just before
        here.journal.close_abandoned(but=order.resumed)
        here.audit_pruning.keep_up()
        cycle = replace(here.cycle(telling.step), journal=AnnouncedJournal(here.journal, telling))
        start = CycleStart(
            trigger=order.trigger, holder=lease.holder, slot=order.slot, resumed=order.resumed, again=order.again
        )
        return cycle.run(start)


def _has_ended(here: Application, slot: datetime) -> bool:
    return here.slots.find(slot) is not None or here.editions.of_slot(slot) is not None


def _own_output() -> IO[bytes]:
    """Return standard output for our events alone; whatever else is printed goes to standard error."""
    ours = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(ours, "wb")


def _end_with_whoever_started_us() -> None:
    """Wait until standard input is closed: then whoever started us has ended, and nobody records what we do."""
    while os.read(0, 1024):
        continue
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(LAST_SECONDS)
    os._exit(STOPPED)


if __name__ == "__main__":
    main()
