"""What an edition says in short: who is at risk, where it rises and falls, and the same in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from neuralbrain.domain.claims import Trend
from neuralbrain.domain.edition import Edition
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.location import location
from neuralbrain.domain.quantiles import MEDIAN, position_of
from neuralbrain.publish.accuracy import NO_SCORE, accuracy_as_json, accuracy_in_words
from neuralbrain.publish.rounding import chance, spoken
from neuralbrain.publish.tally import Counts, current_rows, primary_rows, tally

LISTED = 10  # regions in each list; all of them are in /api/forecasts/all
FROM_NUMBERS = "numbers"  # who explains, where the provider did not
LOW_80, HIGH_80 = position_of(0.1), position_of(0.9)


def summary_as_json(edition: Edition, *, words: str = "") -> dict[str, Any]:
    """Return the summary of an edition as plain values: lists, counts, and the same in words.

    Args:
        edition: What was published.
        words: What its provider said; where that is nothing, the words are built from the numbers.
    """
    every = primary_rows(edition)
    rows = current_rows(every)
    rising, falling = _pointing(rows, Trend.INCREASING), _pointing(rows, Trend.DECREASING)
    accuracy = accuracy_as_json(rows)
    return {
        "region_count": len(rows),
        "left_out": sorted({row.region for row in every} - {row.region for row in rows}),
        "counts": tally(rows),
        "highest_risk": [_in_short(row) for row in _by_risk(rows)[:LISTED]],
        "rising": [_in_short(row) for row in rising[:LISTED]],
        "falling": [_in_short(row) for row in falling[:LISTED]],
        "accuracy": accuracy,
        "reasons": {"accuracy": NO_SCORE} if accuracy is None else {},
        "refused": [
            {"region": one.region, "signal": one.signal, "code": one.code, "message": one.message}
            for one in edition.refused
        ],
        **explanation_as_json(edition, words=words),
    }


def explanation_as_json(edition: Edition, *, words: str = "") -> dict[str, str]:
    """Return an edition in words, and whose they are: its provider's, or built from the numbers.

    Args:
        edition: What was published.
        words: What its provider said; empty where it said nothing.
    """
    if words:
        return {"explanation": words, "explanation_by": edition.header.provider}
    every = primary_rows(edition)
    rows = current_rows(every)
    said = [
        *_what_it_is(edition, rows, left_out=len(every) - len(rows)),
        *_risk_in_words(_by_risk(rows), tally(rows)),
        *_trend_in_words(_pointing(rows, Trend.INCREASING), _pointing(rows, Trend.DECREASING)),
        *_what_lacks(edition),
        accuracy_in_words(accuracy_as_json(rows)),
    ]
    return {"explanation": " ".join(said), "explanation_by": FROM_NUMBERS}


def _by_risk(rows: Sequence[ForecastData]) -> list[ForecastData]:
    """Return the rows that have a risk score, the highest first."""
    known = (row for row in rows if row.risk_score is not None)
    return sorted(known, key=lambda row: (-(row.risk_score or 0.0), row.region))


def _pointing(rows: Sequence[ForecastData], trend: Trend) -> list[ForecastData]:
    """Return the rows of a trend, the most certain first."""

    def certainty(row: ForecastData) -> float:
        growth = 0.5 if row.context.growth_probability is None else row.context.growth_probability
        return growth if trend is Trend.INCREASING else 1 - growth

    return sorted((row for row in rows if row.trend is trend), key=lambda row: (-certainty(row), row.region))


def _in_short(row: ForecastData) -> dict[str, Any]:
    return {
        "region": row.region,
        "name": _name(row),
        "signal": row.context.signal,
        "risk_score": row.risk_score,
        "risk_level": None if row.risk_level is None else row.risk_level.value,
        "trend": None if row.trend is None else row.trend.value,
        "growth_probability": row.context.growth_probability,
        "outbreak_probability": row.outbreak_probability,
        "confidence_score": row.confidence_score,
        "last_date": row.context.last_date.isoformat(),
    }


def _what_it_is(edition: Edition, rows: Sequence[ForecastData], *, left_out: int) -> list[str]:
    header = edition.header
    known = f"{header.cutoff:%Y-%m-%d %H:%M} UTC"
    said = [f"Edition {header.number} is by {header.provider}, on what was known at {known}."]
    if rows:
        newest = max(row.context.last_date for row in rows)
        said.append(f"It forecasts {_many(len(rows), 'region')}; the newest reports are of {newest}.")
    if left_out:
        said.append(f"{_many(left_out, 'region')} reported last more than a year before that and are left out here.")
    return said


def _risk_in_words(highest: Sequence[ForecastData], counts: Counts) -> list[str]:
    level = counts["risk_level"]
    unknown = f", and of {level['unknown']} nothing can be said" if level["unknown"] else ""
    said = [f"The risk is RED in {level['RED']}, YELLOW in {level['YELLOW']} and GREEN in {level['GREEN']}{unknown}."]
    if not highest:
        return said
    row, unit = highest[0], highest[0].context.unit
    # Cut, not rounded: a score just below a level must not seem to have reached it.
    said.append(f"The highest is that of {_name(row)}, {math.floor(row.risk_score or 0.0)} of 100.")
    last = row.context.quantiles[-1].tolist()
    what = f"{row.context.signal.replace('_', ' ')}{'' if unit == 'count' else f' ({unit})'}"
    period = "week that ends on " if row.context.cadence == "weekly" else "day "
    said.append(
        f"For the {period}{row.context.target_dates[-1]} about {spoken(last[MEDIAN], unit)} {what} are expected there, "
        f"with a chance of 80 % between {spoken(last[LOW_80], unit)} and {spoken(last[HIGH_80], unit)}."
    )
    if row.outbreak_probability is not None:
        said.append(f"The chance that this is above what is usual there is {chance(row.outbreak_probability)}.")
    return said


def _trend_in_words(rising: Sequence[ForecastData], falling: Sequence[ForecastData]) -> list[str]:
    said = [f"It probably rises in {_many(len(rising), 'region')} and falls in {len(falling)}."]
    for rows, word in ((rising, "rise"), (falling, "fall")):
        if rows and (growth := rows[0].context.growth_probability) is not None:
            certainty = growth if word == "rise" else 1 - growth
            said.append(f"The surest {word} is that of {_name(rows[0])}, with a chance of {chance(certainty)}.")
    return said


def _what_lacks(edition: Edition) -> list[str]:
    refused = edition.header.refused
    return [f"{_many(refused, 'series', 'series')} got no forecast because the answer was refused."] if refused else []


def _many(count: int, one: str, several: str = "") -> str:
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def _name(row: ForecastData) -> str:
    place = location(row.region)
    return row.region if place is None else place.name
