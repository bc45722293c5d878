"""What came of the local provider's claims in a hub's season: about right, outbreak, growth, trend, risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.skill_bundle import CODES, Season, settled
from neuralbrain.domain.claims import RISK_LEVELS, TRENDS
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats
from neuralbrain.evaluate.claims import outcomes_of
from neuralbrain.evaluate.events import EventScores, event_scores


def claims_of(
    season: Season,
    tables: Sequence[ForecastTable],
    histories: Sequence[Floats],
    reference_dates: Mapping[datetime, date],
    *,
    folder: Path,
) -> dict[str, EventScores]:
    """Return the scores of each claim of a season, judged by settled values.

    Args:
        season: Which.
        tables: Forecasts, one or more a cutoff.
        histories: Of each table, shape (N, T), what was known before it.
        reference_dates: Of each cutoff.
        folder: Where settled values are.
    """
    said: dict[str, list[Floats]] = {}
    came: dict[str, list[Floats]] = {}
    for table, history in zip(tables, histories, strict=True):
        if not season.first <= reference_dates[table.cutoff] <= season.last:
            continue
        outcomes = outcomes_of(table, _observed(season, table, folder), history=history)
        pairs = {
            "confidence": (table.confidence, outcomes.confidence),
            "outbreak": (table.outbreak_probability, outcomes.outbreak),
            "growth": (table.growth_probability, outcomes.growth),
        }
        for names, probabilities, position in (
            (TRENDS, table.trend_probabilities, outcomes.trend),
            (RISK_LEVELS, table.risk_level_probabilities, outcomes.risk_level),
        ):
            happened = np.where(position[:, None] >= 0, position[:, None] == np.arange(len(names)), np.nan)
            pairs |= {str(name): (probabilities[:, place], happened[:, place]) for place, name in enumerate(names)}
        for name, (probability, happened) in pairs.items():
            said.setdefault(name, []).append(probability)
            came.setdefault(name, []).append(happened)
    return {name: event_scores(np.concatenate(said[name]), np.concatenate(came[name])) for name in said}


def print_claims(claims: Mapping[str, EventScores]) -> None:
    """Print a row a claim."""
    print(f"{'claim':<12}{'n':>7}{'came true':>11}{'Brier':>8}{'always the share':>18}{'calibration':>13}{'ROC':>7}")
    for name, one in claims.items():
        print(
            f"{name:<12}{one.pairs:>7,}{one.frequency:>11.3f}{one.brier.score:>8.3f}{one.brier.uncertainty:>18.3f}"
            f"{one.calibration_error:>13.3f}{one.roc.area:>7.3f}"
        )


def _observed(season: Season, table: ForecastTable, folder: Path) -> Floats:
    """Return shape (N, H): the settled values of a table's targets."""
    targets = table.last_dates.astype("datetime64[D]")[:, None] + np.array(table.days, dtype="timedelta64[D]")
    places = [CODES[region] for region in table.regions for _ in table.days]
    tasks = pl.DataFrame({"location": places, "target_end_date": targets.reshape(-1)})
    return settled(folder, season.hub, tasks).reshape(targets.shape)
