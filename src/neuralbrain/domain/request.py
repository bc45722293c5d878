"""What a provider is asked and what it answers: the request, the raw words, the reply as it is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

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
    """

    panel: Panel
    incidence: Floats
    horizons: tuple[int, ...]

    def digest(self) -> str:
        """Return the SHA-256 of what is asked, without the cutoff: equal requests have equal digests."""
        asked = f"{REQUEST_VERSION}|{self.horizons}|{self.panel.digest()}"
        return hashlib.sha256(asked.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A provider's own words, not yet read.

    Args:
        body: The bytes as they came.
        media_type: What the provider says they are.
        model: The model's name and version as the provider names it.
    """

    body: bytes
    media_type: str
    model: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one provider said under one lock number, to every request."""

    provider: str
    version: str
    lock_number: int
    replies: tuple[Reply, ...]
