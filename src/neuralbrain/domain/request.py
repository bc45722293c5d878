"""What a provider is asked and what it answers: the request, the raw words, the reply as it is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from neuralbrain.domain.completeness import Completeness
from neuralbrain.domain.finding import Finding
from neuralbrain.domain.observation import Floats, Panel

REQUEST_VERSION = "1"  # grows when the same panel would be asked differently


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastRequest:
    """The near future of every series of a panel is asked for, on what was known at the panel's cutoff.

    Args:
        panel: What was known, in the signals' own measure.
        incidence: Shape (S, T): the panel's values as new events per period; equal to ``panel.values`` for
            incident signals. Forecasts are about this.
        horizons: Periods after each series' own last value.
        completeness: How much of the settled values the newest ones usually show, about the panel's series; None where
            the feed keeps no vintages, or too few.
    """

    panel: Panel
    incidence: Floats
    horizons: tuple[int, ...]
    completeness: Completeness | None = None

    def digest(self) -> str:
        """Return the SHA-256 of what is asked, without the cutoff: equal requests have equal digests."""
        asked = f"{REQUEST_VERSION}|{self.horizons}|{self.panel.digest()}"
        if self.completeness is not None:  # questions were asked before it was known, and keep their digest
            asked += f"|{self.completeness.digest(self.panel)}"
        return hashlib.sha256(asked.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A provider's own words, not yet read.

    Args:
        body: The bytes as they came.
        media_type: What the provider says they are.
        model: The model's name and version as the provider names it.
        calls: Numbers of the calls it came by, in order; none where nothing left this machine.
        notes: What is to be known about it, such as another model than the one that was asked for.
    """

    body: bytes
    media_type: str
    model: str
    calls: tuple[int, ...] = ()
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer as it is kept: durable before it is read.

    Args:
        identity: Its number in the store.
        request_digest: What was asked.
        provider: Who answered.
        provider_version: Prompt or model version; another one is asked again.
        lock_number: The lock number it was asked under.
        received_at: When it was stored.
        answer: The words.
    """

    identity: int
    request_digest: str
    provider: str
    provider_version: str
    lock_number: int
    received_at: datetime
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AskedPart:
    """One question, as large as the provider takes it, and what came of it.

    Args:
        request: What was asked: a whole request, or a part of one.
        reply: What was said, None where the question itself was refused.
        refused: Why it was; empty with a reply.
    """

    request: ForecastRequest
    reply: Reply | None
    refused: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """What one provider said under one lock number, to every request."""

    provider: str
    version: str
    lock_number: int
    parts: tuple[AskedPart, ...]

    @property
    def replies(self) -> tuple[Reply, ...]:
        """Return what was said, in order."""
        return tuple(part.reply for part in self.parts if part.reply is not None)
