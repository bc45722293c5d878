"""How good an author's forecasts were so far, over the regions of an edition: from the record that each row carries."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.forecast import ForecastData

NO_SCORE = "no forecast has been scored yet"


def accuracy_as_json(rows: Sequence[ForecastData]) -> dict[str, Any] | None:
    """Return what was scored of an edition's author by its cutoff, None where nothing was.

    The shares are over all scored values of these regions, so a region with a longer record weighs more. A ratio cannot
    be added up that way: of relative WIS the median of the regions is told, and how many of them are below 1.

    Args:
        rows: The regions that count.
    """
    records = [row.context.record for row in rows if row.context.record is not None]
    if not records:
        return None
    scored = sum(one.scored for one in records)
    ratios = [one.relative_wis for one in records if one.relative_wis is not None]
    return {
        "scored": scored,
        "regions": len(records),
        "coverage_50": sum(one.coverage_50 * one.scored for one in records) / scored,
        "coverage_95": sum(one.coverage_95 * one.scored for one in records) / scored,
        "compared": len(ratios),
        "better_than_baseline": sum(ratio < 1 for ratio in ratios),
        "median_relative_wis": median(ratios) if ratios else None,
        "known_by": utc_text(max(one.known_by for one in records)),
    }


def accuracy_in_words(said: dict[str, Any] | None) -> str:
    """Return the same in a sentence or two."""
    if said is None:
        return f"Nothing is said about accuracy: {NO_SCORE}."
    regions = f"{said['regions']:,} {'region' if said['regions'] == 1 else 'regions'}"
    half, most = (f"{said[name] * 100:.0f} %" for name in ("coverage_50", "coverage_95"))
    words = (
        f"Of {said['scored']:,} forecast values scored in {regions}, {half} came to lie in their 50 % interval "
        f"and {most} in their 95 % interval."
    )
    if not said["compared"]:
        return words
    return f"{words} They were better than the hub baseline in {said['better_than_baseline']} of {said['compared']}."
