"""Looks at editions and at the service, raises and ends alerts, and sends what is due: the hands of the rules."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import structlog

from neuralbrain.alert_ports import AlertOutbox, AlertState, Channel, Delivered, Due, NextLook, Notice
from neuralbrain.alerts.backoff import next_attempt
from neuralbrain.alerts.decision import decide
from neuralbrain.alerts.facts import EditionFacts, ServiceFacts
from neuralbrain.alerts.rules import editions_needed, seen_in_edition, seen_of_service
from neuralbrain.domain.alert import OF_REGIONS, AlertKey, AlertRule, Sighting
from neuralbrain.domain.alert_limits import AlertLimits
from neuralbrain.ports import Clock
from neuralbrain.threads import InThread

log = structlog.get_logger()

MOST_LOOKS = 50  # editions looked at one after the other: what was published while nobody looked is caught up with
CLAIMED_SECONDS = 180.0  # how long a message is one process's: the longest attempts of a few, and a margin
AT_ONCE = 4  # messages claimed together, so that all are sent before their time is up
BEAT_SECONDS = 2.0  # how long an edition or a message that is due may wait
LOOK_SECONDS = 120.0  # twelve editions of 10,000 series are read in a few; a disk that hangs must not end the looking
MOST_SENT = 20  # in one go; what is left is sent by the next
OF_SERVICE = tuple(rule for rule in AlertRule if rule not in OF_REGIONS)
GONE = Delivered(well=False, said="The channel is no longer in the settings.", lasting=True)


@dataclass(frozen=True, kw_only=True)
class Alerting:
    """Everything that alerts need, over what is kept of them.

    Args:
        state: Which alerts are open.
        outbox: What is to be sent.
        limits: From where on alerts are raised.
        make_channels: Builds the channels by name; each loads a library, so they are built when first one is used.
        names: Their names, which tell whom to send to.
        service: Gathers the facts about the service; may wait for a disk.
        edition: Gives the number of the edition that is up, None where none is.
        clock: Tells when.
        chance: Gives a number from 0 to 1, another one each time.
    """

    state: AlertState
    outbox: AlertOutbox
    limits: AlertLimits
    make_channels: Callable[[], Mapping[str, Channel]]
    names: tuple[str, ...]
    service: Callable[[], ServiceFacts]
    edition: Callable[[], int | None]
    clock: Clock
    chance: Callable[[], float] = random.random

    def look(self) -> int:
        """Look at every edition that nobody looked at, then at the service, and return how many things happened.

        What happened to an alert, its history and its messages are one transaction: who is killed in between has
        either done it or not, and it is never done twice.

        Raises:
            StoreError: If something cannot be read or written; what was looked at before stays.
        """
        events = 0
        for _ in range(MOST_LOOKS):
            look = self.state.next_look()
            if look is None:
                break
            events += self._look_at_edition(look)
        facts = self.service()
        events += self._write(seen_of_service(facts, self.limits), looked_at=OF_SERVICE, edition=self.edition())
        self.state.judge()
        return events

    def send_due(self) -> int:
        """Send the messages that are due, and return how many arrived; what does not is tried again later.

        Raises:
            StoreError: If what is due cannot be read, or what came of it be written: it is sent again then.
        """
        arrived = 0
        for _ in range(0, MOST_SENT, AT_ONCE):
            due = self.outbox.claim_due(limit=AT_ONCE, seconds=CLAIMED_SECONDS)
            for one in due:
                arrived += self._send(one)
            if len(due) < AT_ONCE:
                break
        return arrived

    def keep_up(self) -> None:
        """Look and send; whatever goes wrong is logged and stops nobody: alerts never end a cycle or a loop."""
        for what, work in (("look", self.look), ("send", self.send_due)):
            try:
                work()
            except Exception:
                log.exception("alerts-failed", doing=what)

    def try_channel(self, name: str, *, key: str) -> Delivered:
        """Send a test over one channel, at once and past the outbox.

        Raises:
            KeyError: If there is no channel of that name.
        """
        now = self.clock.now()
        return self._channels[name].send(Notice(key=key, events=(), at=now, is_test=True), now=now)

    @cached_property
    def _channels(self) -> Mapping[str, Channel]:
        return self.make_channels()

    def _look_at_edition(self, look: NextLook) -> int:
        signs = self.state.signs(until=look.edition, editions=editions_needed(self.limits))
        if signs is None:  # withdrawn since: the next look is at another one
            return 0
        keys = frozenset(one.key for one in self.state.open_alerts())
        turns = AlertRule.TREND_TURNS
        before = self.state.raised_before(turns) if turns in self.limits.enabled else dict[AlertKey, int]()
        facts = EditionFacts(signs=signs, open_keys=keys, raised_before=before)
        seen = seen_in_edition(facts, self.limits)
        return self._write(seen, looked_at=OF_REGIONS, edition=look.edition, look=look)

    def _write(
        self,
        sightings: tuple[Sighting, ...],
        *,
        looked_at: Collection[AlertRule],
        edition: int | None,
        look: NextLook | None = None,
    ) -> int:
        rests_on = {one.edition for one in self.state.open_alerts() if one.edition is not None}
        withdrawn = self.state.withdrawn(rests_on) if look is not None else frozenset[int]()
        made = partial(
            decide,
            sightings,
            limits=self.limits,
            now=self.clock.now(),
            looked_at=looked_at,
            withdrawn=withdrawn,
        )
        return self.state.change(made, channels=self.names, edition=edition, look=look) or 0

    def _send(self, due: Due) -> bool:
        channel = self._channels.get(due.channel)
        delivered = GONE if channel is None else channel.send(due.notice, now=self.clock.now())
        now = self.clock.now()
        again = next_attempt(delivered, attempts=due.attempts, now=now, jitter=self.chance())
        self.outbox.ended(due, delivered, next_at=again)
        say = log.info if delivered.well else log.warning
        say("alert-message", channel=due.channel, attempt=due.attempts, arrived=delivered.well, said=delivered.said)
        return delivered.well


async def watch(alerting: Alerting, *, looks: Callable[[], int], in_thread: InThread) -> None:
    """Look whenever the health monitor has looked, which it does after each edition, too; for ever.

    Args:
        alerting: What looks.
        looks: Gives how often the monitor has looked.
        in_thread: Runs what may wait for a disk, away from the event loop.
    """
    seen = 0
    while True:
        if (count := looks()) != seen and await _tried("look", alerting.look, in_thread, LOOK_SECONDS):
            seen = count
        await asyncio.sleep(BEAT_SECONDS)


async def deliver(alerting: Alerting, *, in_thread: InThread) -> None:
    """Send what is due, for ever.

    Args:
        alerting: What sends.
        in_thread: Runs what may wait for the network, away from the event loop.
    """
    while True:
        await _tried("send", alerting.send_due, in_thread, CLAIMED_SECONDS)
        await asyncio.sleep(BEAT_SECONDS)


async def _tried(what: str, work: Callable[[], int], in_thread: InThread, seconds: float) -> bool:
    """Do one piece of work, and return whether it was done; what goes wrong is logged, and tried at the next beat."""
    try:
        await asyncio.wait_for(in_thread(work), seconds)
    except TimeoutError:
        log.warning("alerts-late", doing=what)
        return False
    except Exception:
        log.exception("alerts-failed", doing=what)
        return False
    return True
