"""Looks at editions and at the service, raises and ends alerts, and sends what is due: the hands of the rules."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import structlog

from neuralbrain.alert_ports import AlertOutbox, AlertState, Channel, Delivered, Due, NextLook, Notice
from neuralbrain.alerts.backoff import next_attempt
from neuralbrain.alerts.decision import decide
from neuralbrain.alerts.facts import EditionFacts, ServiceFacts
from neuralbrain.alerts.rules import editions_needed, seen_in_edition, seen_of_service
from neuralbrain.domain.alert import OF_REGIONS, AlertKey, AlertRule, Decision, Sighting
from neuralbrain.domain.alert_limits import AlertLimits
from neuralbrain.domain.region_signs import RegionSigns
from neuralbrain.errors import NeuralBrainError, StoreDamagedError
from neuralbrain.ports import Clock
from neuralbrain.threads import InThread

log = structlog.get_logger()

MOST_LOOKS = 50  # editions looked at one after the other: what was published while nobody looked is caught up with
CLAIMED_SECONDS = 180.0  # how long a message is one process's: a few of the longest attempts
BEGIN_SECONDS = 120.0  # after so many no other message is begun: the last one, too, has ended by CLAIMED_SECONDS
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

        An edition that cannot be looked at is logged and never tried again: the later ones and the service are.

        Raises:
            StoreError: If something cannot be read or written now; what was looked at stays. The service is looked at
                all the same.
        """
        try:
            events = sum(self._looks_at_editions())
        finally:
            of_service = self._look_at_service()
            self.state.judge()
        return events + of_service

    def send_due(self) -> int:
        """Send the messages that are due, and return how many arrived; what does not is tried again later.

        A channel that fails is left alone until the next time, so that the others do not wait for it again and again.

        Raises:
            StoreError: If what is due cannot be read, or what came of it be written: it is sent again then.
        """
        arrived, failing = 0, set[str]()
        begun = self.clock.uptime_seconds()
        for _ in range(MOST_SENT):
            due = self.outbox.claim_due(limit=1, seconds=CLAIMED_SECONDS, without=failing)
            for one in due:
                delivered = self._send(one)
                arrived += delivered.well
                if not (delivered.well or delivered.lasting):
                    failing.add(one.channel)
            if not due or self.clock.uptime_seconds() - begun >= BEGIN_SECONDS:
                break
        return arrived

    def keep_up(self, *, unless: Callable[[], object]) -> None:
        """Look and send; whatever goes wrong is logged and stops nobody: alerts never end a cycle or a loop.

        Args:
            unless: Gives something true where others do it: a service, whose settings and keys then count alone.
        """
        for what, work in (("look", self.look), ("send", self.send_due)):
            try:
                if not unless():
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

    def _looks_at_editions(self) -> Iterator[int]:
        """Look at one edition after the other, and give how many things happened at each."""
        for _ in range(MOST_LOOKS):
            look = self.state.next_look()
            if look is None:
                return
            try:
                yield self._look_at_edition(look)
            except Exception as error:
                if isinstance(error, NeuralBrainError) and error.transient:
                    raise
                log.exception("alerts-edition-left-out", edition=look.edition)
                self.state.change(_nothing, channels=(), edition=look.edition, look=look)

    def _look_at_service(self) -> int:
        seen = seen_of_service(self.service(), self.limits)
        withdrawn = self._withdrawn()
        if self.state.next_look() is not None:  # an edition that stands may say the same: it is asked first
            withdrawn = frozenset()
        return self._write(seen, looked_at=OF_SERVICE, edition=self.edition(), withdrawn=withdrawn)

    def _look_at_edition(self, look: NextLook) -> int:
        signs = self._signs(look.edition)
        if signs is None:  # withdrawn since: the next look is at another one
            return 0
        keys = frozenset(one.key for one in self.state.open_alerts())
        turns = AlertRule.TREND_TURNS
        before = self.state.raised_before(turns) if turns in self.limits.enabled else dict[AlertKey, int]()
        facts = EditionFacts(signs=signs, open_keys=keys, raised_before=before)
        seen = seen_in_edition(facts, self.limits)
        withdrawn = self._withdrawn()
        return self._write(seen, looked_at=OF_REGIONS, edition=look.edition, withdrawn=withdrawn, look=look)

    def _signs(self, until: int) -> RegionSigns | None:
        """Return what the last editions say; where one before the newest is damaged, only those after it."""
        for editions in range(editions_needed(self.limits), 1, -1):
            with contextlib.suppress(StoreDamagedError):
                return self.state.signs(until=until, editions=editions)
        return self.state.signs(until=until, editions=1)

    def _withdrawn(self) -> frozenset[int]:
        """Return which of the editions that open alerts rest on were withdrawn."""
        return self.state.withdrawn({one.edition for one in self.state.open_alerts() if one.edition is not None})

    def _write(
        self,
        sightings: tuple[Sighting, ...],
        *,
        looked_at: Collection[AlertRule],
        edition: int | None,
        withdrawn: frozenset[int],
        look: NextLook | None = None,
    ) -> int:
        made = partial(
            decide,
            sightings,
            limits=self.limits,
            now=self.clock.now(),
            looked_at=looked_at,
            withdrawn=withdrawn,
        )
        return self.state.change(made, channels=self.names, edition=edition, look=look) or 0

    def _send(self, due: Due) -> Delivered:
        channel = self._channels.get(due.channel)
        delivered = GONE if channel is None else channel.send(due.notice, now=self.clock.now())
        now = self.clock.now()
        again = next_attempt(delivered, attempts=due.attempts, now=now, jitter=self.chance())
        self.outbox.ended(due, delivered, next_at=again)
        say = log.info if delivered.well else log.warning
        say("alert-message", channel=due.channel, attempt=due.attempts, arrived=delivered.well, said=delivered.said)
        return delivered


def _nothing(_open_alerts: object) -> tuple[Decision, ...]:
    return ()


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
