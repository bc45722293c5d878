"""An edition: all accepted forecasts of one cycle, by exactly one provider under exactly one lock number."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.finding import Finding
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.forecast_table import ForecastTable

OLD_AFTER = timedelta(days=365)  # a season: what was reported last before that says nothing about the present one
A_YEAR = np.timedelta64(OLD_AFTER.days, "D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a cycle wants to publish; it becomes an edition only if the lock has not moved on.

    Args:
        provider: Who answered.
        lock_number: The lock number it was made under.
        inputs_digest: SHA-256 of everything that went in: data, request, provider and bottleneck version.
        cutoff: The last moment of knowledge.
        timestamp: The one time of the edition.
        tables: One a source and cadence.
        replies: For each table, the number of the kept reply it was read from.
        refused: Findings of the regions that are not published.
        slot: The slot it is for, None where it is not the schedule's.
    """

    provider: str
    lock_number: int
    inputs_digest: str
    cutoff: datetime
    timestamp: datetime
    tables: tuple[ForecastTable, ...]
    replies: tuple[int, ...]
    refused: tuple[Finding, ...]
    slot: datetime | None = None

    def __len__(self) -> int:
        return sum(len(table) for table in self.tables)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Why an edition no longer counts."""

    at: datetime
    reason: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionHeader:
    """What an edition says about itself.

    Args:
        number: Grows by one with each edition; editions order by it.
        provider: Its one author.
        lock_number: The one lock number it was made under.
        inputs_digest: SHA-256 of everything that went in.
        cutoff: The last moment of knowledge.
        timestamp: When it was published.
        forecasts: How many rows it has.
        refused: How many regions were refused.
        digest: SHA-256 of its content and of the digest before it.
        previous_digest: The digest of the edition before it, empty for the first.
        slot: The slot it was made for, None where it was not the schedule's.
        withdrawal: Set where it was withdrawn.
    """

    number: int
    provider: str
    lock_number: int
    inputs_digest: str
    cutoff: datetime
    timestamp: datetime
    forecasts: int
    refused: int
    digest: str
    previous_digest: str
    slot: datetime | None = None
    withdrawal: Withdrawal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A published edition, whole: its forecasts, and the findings of the regions that were refused."""

    header: EditionHeader
    tables: tuple[ForecastTable, ...]
    refused: tuple[Finding, ...]

    def rows(self) -> Iterator[ForecastData]:
        """Yield every forecast, in the order of the edition."""
        return (table.row(position) for table in self.tables for position in range(len(table)))

    def find(self, region: str, signal: str | None = None) -> ForecastData | None:
        """Return a region's forecast: of the named signal, else of its primary one, else None.

        Of several feeds that report it the first counts, in the order of the edition; but none whose last report is
        more than a year older than another's.
        """
        found = [
            (table, position)
            for table in self.tables
            for position, code in enumerate(table.regions)
            if code == region
            and (table.signals[position].primary if signal is None else table.signals[position].name == signal)
        ]
        if not found:
            return None
        table, position = first_current(found)
        return table.row(position)


def first_current(found: Sequence[tuple[ForecastTable, int]]) -> tuple[ForecastTable, int]:
    """Return the first of some rows whose last report is within a year of the newest among them.

    Args:
        found: Tables and positions in them, at least one.
    """
    newest = max(table.last_dates[position] for table, position in found)
    recent = [one for one in found if newest - one[0].last_dates[one[1]] <= A_YEAR]
    return recent[0]


def edition_digest(
    *,
    number: int,
    provider: str,
    lock_number: int,
    inputs_digest: str,
    cutoff: datetime,
    timestamp: datetime,
    tables: tuple[ForecastTable, ...],
    refused: tuple[Finding, ...],
    previous_digest: str,
    slot: datetime | None = None,
) -> str:
    """Return the SHA-256 of an edition: its header, every number of every row, its refusals, the digest before it."""
    content = hashlib.sha256(previous_digest.encode())
    header: list[object] = [number, provider, lock_number, inputs_digest, utc_text(cutoff), utc_text(timestamp)]
    if slot is not None:  # editions were published before there were slots, and keep their digest
        header.append(utc_text(slot))
    content.update(json.dumps(header).encode())
    content.update(json.dumps([[one.code, one.region, one.signal, one.message] for one in refused]).encode())
    for table in tables:
        content.update(_table_bytes(table))
    return content.hexdigest()


def _table_bytes(table: ForecastTable) -> bytes:
    words: list[Any] = [table.source, table.cadence.value, list(table.horizons), list(table.regions)]
    words.append([[one.name, one.unit, one.measure, one.deaths, one.primary] for one in table.signals])
    words.append([[[one.code, one.severity, one.message] for one in row] for row in table.findings])
    words.append([list(map(list, row)) for row in table.reasons])
    numbers = [
        table.actual_cases,
        table.actual_deaths,
        table.quantiles,
        table.deaths_quantiles,
        table.populations,
        table.confidence,
        table.outbreak_probability,
        table.outbreak_threshold,
        table.growth_probability,
        table.trend_probabilities,
        table.risk_score,
        table.risk_level_probabilities,
        table.volatility,
    ]
    if not np.isnan(table.completeness).all():  # editions were published before it was known, and keep their digest
        numbers.append(table.completeness)
    if table.record is not None and not np.isnan(table.record).all():  # the same
        numbers.append(table.record)
    parts = [json.dumps(words).encode(), table.last_dates.astype("datetime64[D]").astype("<i8").tobytes()]
    # One bit pattern for "missing": NaN has many, and a database may hand back another than was written.
    parts += [np.where(np.isnan(column), np.nan, column).astype("<f8").tobytes() for column in numbers]
    return b"".join(parts)
