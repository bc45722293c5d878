"""What alerts need from outside: where they are kept, and what carries them to people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from neuralbrain.domain.alert import (
    AlertChoice,
    AlertKey,
    AlertRecord,
    AlertRule,
    Decision,
    OpenAlert,
    RuleRecord,
    ToldEvent,
)

if TYPE_CHECKING:  # it loads NumPy; whoever only lists alerts should not wait for it
    from neuralbrain.domain.region_signs import RegionSigns


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What came of handing a message to a channel.

    Args:
        well: Whether it was taken.
        said: What came back, in one line of our own words; no address, no key.
        lasting: Whether trying again cannot help.
        wait_seconds: How long the other side asks us to wait, None where it says nothing.
    """

    well: bool
    said: str
    lasting: bool = False
    wait_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is sent in one message.

    Args:
        key: The same at each attempt, so that a receiver can tell a repetition: a UUID.
        events: What happened, oldest first; empty for a test.
        at: When the message was made.
        is_test: Whether somebody only tries the channel.
    """

    key: str
    events: tuple[ToldEvent, ...]
    at: datetime
    is_test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A message that is to be sent now, claimed by this process for a while.

    Args:
        number: Its number in the outbox.
        channel: The name of the channel.
        notice: What is sent.
        attempts: Which attempt this is, 1 for the first.
    """

    number: int
    channel: str
    notice: Notice
    attempts: int


class Channel(Protocol):
    """A way to tell people."""

    def send(self, notice: Notice, *, now: datetime) -> Delivered:
        """Hand a message over, within seconds; never raises for what the network or the other side does."""
        ...


class NextLook(NamedTuple):
    """The edition that is to be looked at next, and the look before it, 0 where there was none."""

    edition: int
    after: int


class AlertState(Protocol):
    """Which alerts are open, and what decides it; each method is one transaction."""

    def next_look(self) -> NextLook | None:
        """Return which edition is to be looked at next, None where none is.

        That is the oldest one that nobody looked at, at the very first look the current one alone; and the current one
        again where a newer one was withdrawn since.
        """
        ...

    def signs(self, *, until: int, editions: int) -> RegionSigns | None:
        """Return what the last editions that were not withdrawn say, up to one; None where that is withdrawn itself."""
        ...

    def open_alerts(self) -> tuple[OpenAlert, ...]:
        """Return every alert that is open."""
        ...

    def raised_before(self, rule: AlertRule) -> Mapping[AlertKey, int]:
        """Return the edition that stands at which an alert about something was last raised, of one rule."""
        ...

    def withdrawn(self, editions: Collection[int]) -> frozenset[int]:
        """Return which of some editions were withdrawn."""
        ...

    def change(
        self,
        decide: Callable[[Sequence[OpenAlert]], Sequence[Decision]],
        *,
        channels: Sequence[str],
        edition: int | None,
        look: NextLook | None = None,
    ) -> int | None:
        """Write what a pure decision about the open alerts comes to, with one message to each channel: all or nothing.

        Args:
            decide: Given the open alerts as they are inside the transaction.
            channels: Whom to tell, by name.
            edition: The edition that is up or looked at, None where there is none.
            look: What is looked at, None where it is not an edition.

        Returns:
            How many events were written, None where another process looked meanwhile: then nothing was.
        """
        ...

    def judge(self) -> int:
        """Keep what came of alerts whose claims were judged since, and return how many results that were."""
        ...


class AlertOutbox(Protocol):
    """Messages that are to be sent; what is in it survives every end of a process."""

    def claim_due(self, *, limit: int, seconds: float, without: Collection[str] = ()) -> tuple[Due, ...]:
        """Return messages that are due, each counted as attempted, and nobody else's for so many seconds.

        Args:
            limit: How many at most.
            seconds: How long they are claimed.
            without: Channels whose messages are left alone.
        """
        ...

    def ended(self, due: Due, delivered: Delivered, *, next_at: datetime | None) -> None:
        """Note what came of an attempt, and when to try again; None for never."""
        ...


class AlertLog(Protocol):
    """Alerts as people look at them."""

    def list(self, choice: AlertChoice, limit: int) -> tuple[AlertRecord, ...]:
        """Return alerts, newest first, without their events."""
        ...

    def find(self, number: int) -> AlertRecord | None:
        """Return one alert with its events, None where there is none of that number."""
        ...

    def acknowledge(self, number: int, *, actor: str, note: str) -> AlertRecord | None:
        """Note that somebody has seen an alert, and return it; None where there is none of that number."""
        ...

    def happened(self, after: int | None, *, limit: int) -> tuple[ToldEvent, ...]:
        """Return what people are told of, after an event, oldest first; the last such alone where none is given."""
        ...

    def record(self) -> tuple[RuleRecord, ...]:
        """Return what became of alerts about regions, one entry a rule."""
        ...
