"""What the answers about providers look like, as models: for the OpenAPI document, and for the tests that hold it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from neuralbrain.api.shapes import Shape

StatusName = Literal["healthy", "degraded", "unavailable", "unconfigured"]


class CheckShape(Shape):
    """One check: a question that costs nothing."""

    at: str
    passed: bool
    kind: str | None = Field(description="Why it failed, in the words of the table of reasons; null where it passed.")
    rule: str
    message: str
    seconds: float
    reached: bool = Field(description="Whether anybody answered at all.")
    network_down: bool = Field(description="Nobody could be connected to then: it says nothing about this provider.")
    notes: list[str]


class ErrorShape(Shape):
    """The newest failure of a check or a call."""

    kind: str
    rule: str
    message: str
    at: str


class ProviderHealthShape(Shape):
    """How one provider is doing."""

    provider: str
    status: StatusName
    why: str
    last_check: CheckShape | None
    checks_failed_in_a_row: int
    check_seconds: float | None = Field(description="Median of the checks that passed.")
    calls: int = Field(description="How many of its last calls were looked at; at most 20, of the last day.")
    call_seconds: float | None = Field(description="Median of those that went well.")
    error_rate: float | None = Field(description="Share of those that failed, 0 to 1.")
    consecutive_failures: int
    last_error: ErrorShape | None
    parked_until: str | None = Field(description="Until when it is neither asked nor checked; null where it is.")


class MonitorShape(Shape):
    """How the monitor is to look at providers, and whether this process does."""

    enabled: bool
    interval_seconds: int
    running: bool = Field(description="Whether this process looks by itself.")
    last_look_at: str | None = Field(description="When this process last looked.")
    looks: int = Field(description="How often it did since its start.")
    network_down: bool = Field(description="Whether its last look could connect to nobody.")


class ProvidersHealthShape(Shape):
    """How every provider is doing, in the order of priority."""

    providers: list[ProviderHealthShape]
    monitor: MonitorShape


class OneProviderShape(ProviderHealthShape):
    """How one provider is doing, with its last checks."""

    history: list[CheckShape] = Field(description="Newest first.")


class HistoryShape(Shape):
    """The last checks of a provider."""

    provider: str
    checks: list[CheckShape] = Field(description="Newest first.")


class CheckNumbers(Shape):
    """What the checks of a day come to."""

    count: int
    passed: int
    failed: int = Field(description="By the provider's doing.")
    network_down: int = Field(description="Of a moment at which nobody could be connected to.")
    seconds_median: float | None
    seconds_p95: float | None = Field(description="Within which 95 of 100 ended.")


class CallNumbers(Shape):
    """What the calls of a day come to."""

    count: int
    failed: int
    error_rate: float | None = Field(description="Share of those that were read, 0 to 1.")
    possibly_billed: int = Field(description="That may have been paid for without anybody telling what they used.")
    tokens: int = Field(description="Prompt and answer; possibly billed calls with their upper bound.")
    cost_usd: float = Field(description="As far as prices are known.")
    seconds_median: float | None
    seconds_p95: float | None


class ProviderNumbers(Shape):
    """What a provider's checks and calls of a day come to."""

    provider: str
    checks: CheckNumbers
    calls: CallNumbers


class MetricsShape(Shape):
    """What every provider's checks and calls of the last day come to, in the order of priority."""

    hours: int = 24
    providers: list[ProviderNumbers]


class ProviderShape(Shape):
    """What is known of a provider beforehand, and how it is doing."""

    name: str
    title: str
    priority: int = Field(description="Its place in the order, from 1.")
    enabled: bool = Field(description="Whether a cycle may choose it.")
    configured: bool
    lacks: str | None = Field(description="What it lacks to be asked; null where nothing.")
    status: StatusName
    model: str | None
    trained_until: str | None = Field(description="Until when the model's training data reach, where that is known.")
    context_tokens: int | None
    answer_tokens: int | None
    price_in: float | None = Field(description="Of a million tokens read, US dollars.")
    price_out: float | None = Field(description="Of a million tokens written, US dollars.")
    daily_tokens: int | None = Field(description="Limit a day (UTC).")
    daily_usd: float | None = Field(description="Limit a day (UTC).")
    as_of: str | None = Field(description="The day on which model, limits and prices were looked up.")


class ProvidersShape(Shape):
    """Every provider, in the order of priority."""

    providers: list[ProviderShape]
