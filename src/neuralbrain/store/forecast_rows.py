"""Forecast tables as database rows and back, number for number."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Row

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.finding import LEVELS_AS_GIVEN, Finding, Severity
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats, Measure, Signal, Unit
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.domain.record_here import NUMBERS

_NUMBERS = {
    "actual_cases": "actual_cases",
    "actual_deaths": "actual_deaths",
    "population": "populations",
    "confidence": "confidence",
    "outbreak_probability": "outbreak_probability",
    "outbreak_threshold": "outbreak_threshold",
    "growth_probability": "growth_probability",
    "risk_score": "risk_score",
    "volatility": "volatility",
    "completeness": "completeness",
}
"""Database column to table column, one number a row."""


def rows_of(
    table: ForecastTable,
    *,
    edition_number: int,
    position: int,
    series_numbers: Sequence[int],
    description_numbers: Sequence[int | None],
) -> list[dict[str, Any]]:
    """Return a table as rows of the database, in order.

    Args:
        table: What is to be kept.
        edition_number: The edition it belongs to.
        position: Its place in the edition.
        series_numbers: N numbers of the series that ``cases`` means.
        description_numbers: N numbers of how they were described, None for as they began.
    """
    dates = table.last_dates.astype("datetime64[D]").tolist()
    numbers = {name: _nullable(getattr(table, column)) for name, column in _NUMBERS.items()}
    has_deaths = [bool(np.isfinite(one).all()) for one in table.deaths_quantiles]
    records = [None] * len(table) if table.record is None else [_unless_nan(one) for one in table.record]
    return [
        {
            "edition_number": edition_number,
            "table_position": position,
            "row_position": row,
            "series_number": series_numbers[row],
            "description_number": description_numbers[row],
            "last_date": dates[row],
            **{name: column[row] for name, column in numbers.items()},
            "trend_probabilities": _packed(table.trend_probabilities[row]),
            "risk_level_probabilities": _packed(table.risk_level_probabilities[row]),
            "quantiles": _packed(table.quantiles[row]),
            "deaths_quantiles": _packed(table.deaths_quantiles[row]) if has_deaths[row] else None,
            "record": records[row],
            "findings": _findings_text(table.findings[row]),
            "reasons": json.dumps(table.reasons[row]) if table.reasons[row] else "[]",
        }
        for row in range(len(table))
    ]


def table_of(rows: Sequence[Row[Any]], *, head: Row[Any], cutoff: datetime, timestamp: datetime) -> ForecastTable:
    """Return the table that rows of the database hold.

    Args:
        rows: In order of ``row_position``, with the columns of their series.
        head: The table's own row: edition, source, cadence, horizons, provider and lock number.
        cutoff: The edition's.
        timestamp: The edition's.
    """
    horizons = tuple(json.loads(head.horizons))
    shape = (len(rows), len(horizons), len(LEVELS))
    numbers = {
        column: np.array([getattr(row, name) for row in rows], dtype=np.float64) for name, column in _NUMBERS.items()
    }
    # Thousands of rows say the same few things: each is kept once.
    findings = {text: _findings(text) for text in {row.findings for row in rows}}
    reasons = {text: tuple(map(tuple, json.loads(text))) for text in {row.reasons for row in rows}}
    return ForecastTable(
        source=head.source,
        provider=head.provider,
        lock_number=head.lock_number,
        edition=head.edition_number,
        timestamp=timestamp,
        cutoff=cutoff,
        cadence=Cadence(head.cadence),
        horizons=horizons,
        regions=tuple(row.location for row in rows),
        signals=_signals(rows, findings),
        last_dates=np.array([row.last_date for row in rows], dtype="datetime64[D]"),
        quantiles=_unpacked([row.quantiles for row in rows], shape),
        deaths_quantiles=_deaths([row.deaths_quantiles for row in rows], shape),
        trend_probabilities=_unpacked([row.trend_probabilities for row in rows], (len(rows), 3)),
        risk_level_probabilities=_unpacked([row.risk_level_probabilities for row in rows], (len(rows), 3)),
        findings=tuple(findings[row.findings] for row in rows),
        reasons=tuple(reasons[row.reasons] for row in rows),
        record=_record([row.record for row in rows]),
        **numbers,
    )


def _signals(rows: Sequence[Row[Any]], findings: Mapping[str, tuple[Finding, ...]]) -> tuple[Signal, ...]:
    """Return the rows' signals as they were published: totals that were used as given as what they were used as."""
    as_given = {text for text, said in findings.items() if any(one.code == LEVELS_AS_GIVEN for one in said)}
    made: dict[tuple[Any, ...], Signal] = {}  # one object a signal, not one a row
    signals: list[Signal] = []
    for row in rows:
        measure = Measure.INCIDENT if row.findings in as_given else Measure(row.measure)
        key = (row.signal, row.unit, measure, row.cadence, row.deaths, row.is_primary)
        if key not in made:
            made[key] = Signal(
                name=row.signal,
                unit=Unit(row.unit),
                measure=measure,
                cadence=Cadence(row.cadence),
                deaths=row.deaths,
                primary=row.is_primary,
            )
        signals.append(made[key])
    return tuple(signals)


def _findings_text(findings: Sequence[Finding]) -> str:
    if not findings:
        return "[]"
    return json.dumps(
        [
            {
                "code": one.code,
                "severity": one.severity,
                "message": one.message,
                "region": one.region,
                "signal": one.signal,
            }
            for one in findings
        ]
    )


def _findings(text: str) -> tuple[Finding, ...]:
    if text == "[]":
        return ()
    return tuple(
        Finding(
            code=one["code"],
            severity=Severity(one["severity"]),
            message=one["message"],
            region=one["region"],
            signal=one["signal"],
        )
        for one in json.loads(text)
    )


def _nullable(column: Floats) -> list[float | None]:
    return [None if number != number else number for number in column.tolist()]  # noqa: PLR0124 - NaN


def _packed(numbers: Floats) -> bytes:
    return np.ascontiguousarray(numbers, "<f8").tobytes()


def _unless_nan(numbers: Floats) -> bytes | None:
    return None if np.isnan(numbers).all() else _packed(numbers)


def _deaths(blobs: Sequence[bytes | None], shape: tuple[int, ...]) -> Floats:
    """Return deaths by row, NaN where there are none; where there are none at all, one NaN stands for all."""
    if not any(blobs):
        return np.broadcast_to(np.array(np.nan), shape)
    nothing = _packed(np.full(shape[1:], np.nan))
    return _unpacked([blob or nothing for blob in blobs], shape)


def _record(blobs: Sequence[bytes | None]) -> Floats | None:
    """Return the record by row, NaN where nothing was scored, None where nothing was anywhere."""
    if all(blob is None for blob in blobs):
        return None
    nothing = _packed(np.full(len(NUMBERS), np.nan))
    return _unpacked([nothing if blob is None else blob for blob in blobs], (len(blobs), len(NUMBERS)))


def _unpacked(blobs: Sequence[bytes], shape: tuple[int, ...]) -> Floats:
    return np.frombuffer(b"".join(blobs), "<f8").astype(np.float64).reshape(shape)
