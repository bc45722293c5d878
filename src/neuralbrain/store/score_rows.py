"""Scores as database rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from neuralbrain.domain.observation import Floats, Integers
from neuralbrain.domain.score import ScoredClaims, ScoredRows
from neuralbrain.store.score_schema import BASELINE, CAME_TRUE, LOGARITHMIC, NATURAL, PROBABILITIES, RISKS, TRENDS


def score_rows_of(
    scored: ScoredRows, *, provider: str, lock_number: int, series_numbers: Mapping[int, int], now: datetime
) -> list[dict[str, Any]]:
    """Return scores as rows of the table ``score``, or ``deaths_score``.

    Args:
        scored: M scores.
        provider: Who made the forecasts.
        lock_number: Under which lock number.
        series_numbers: The number of each row's series, by the row's position in the table.
        now: When they are kept.
    """
    columns = {
        **_of_forecast(scored, series_numbers),
        "horizon": scored.horizons.tolist(),
        "observed": scored.observed.tolist(),
        **_named(NATURAL, scored.natural),
        **_named(LOGARITHMIC, scored.logarithmic),
        "below": scored.below.tolist(),
        "at_most": scored.at_most.tolist(),
        **_named(BASELINE, scored.baseline),
        "hindsight": scored.hindsight.tolist(),
    }
    return _rows(columns, scored, provider=provider, lock_number=lock_number, now=now)


def claim_rows_of(
    judged: ScoredClaims, *, provider: str, lock_number: int, series_numbers: Mapping[int, int], now: datetime
) -> list[dict[str, Any]]:
    """Return what came of claims as rows of the table ``claim_score``; the arguments are those of ``score_rows_of``."""
    columns = {
        **_of_forecast(judged, series_numbers),
        "settled": judged.settled.tolist(),
        **_named(PROBABILITIES, judged.probabilities),
        **_named(CAME_TRUE, judged.came_true),
        **_named(TRENDS, judged.trend_probabilities),
        "trend": _positions(judged.trend),
        **_named(RISKS, judged.risk_probabilities),
        "risk_level": _positions(judged.risk_level),
        "hindsight": judged.hindsight.tolist(),
    }
    return _rows(columns, judged, provider=provider, lock_number=lock_number, now=now)


def _rows(
    columns: Mapping[str, Sequence[Any]],
    scored: ScoredRows | ScoredClaims,
    *,
    provider: str,
    lock_number: int,
    now: datetime,
) -> list[dict[str, Any]]:
    same = {
        "edition_number": scored.edition,
        "table_position": scored.table,
        "provider": provider,
        "lock_number": lock_number,
        "truth_as_of": scored.truth_as_of,
        "scored_at": now,
    }
    return [{**same, **dict(zip(columns, row, strict=True))} for row in zip(*columns.values(), strict=True)]


def _of_forecast(scored: ScoredRows | ScoredClaims, series_numbers: Mapping[int, int]) -> dict[str, list[Any]]:
    rows: list[int] = scored.rows.tolist()
    return {
        "row_position": rows,
        "series_number": [series_numbers[row] for row in rows],
        "last_date": scored.last_dates.tolist(),
        "target_date": scored.target_dates.tolist(),
    }


def _named(names: Sequence[str], numbers: Floats) -> dict[str, list[float | None]]:
    return {
        name: [None if one != one else one for one in numbers[:, place].tolist()]  # noqa: PLR0124 - NaN
        for place, name in enumerate(names)
    }


def _positions(places: Integers) -> list[int | None]:
    return [None if one < 0 else one for one in places.tolist()]
