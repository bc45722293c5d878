"""Moves a provider's quantiles to where its own record says they belong, before anything is derived from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.bottleneck.distribution import Distributions
from neuralbrain.bottleneck.reading import Flags
from neuralbrain.domain.calibration import SCORES, Calibration
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import LEVELS, MEDIAN

LAST = len(LEVELS) - 1


def calibrate(made: Distributions, *, evidence: Evidence, provider: str, calibration: Calibration) -> Distributions:
    """Return an answer's distributions as the provider's own record corrects them, with a note on each such series.

    Args:
        made: The distributions that the answer stands for.
        evidence: The answer.
        provider: Who answered.
        calibration: What its record says.

    Raises:
        ValueError: If the calibration is another provider's.
    """
    if calibration.provider != provider:
        raise ValueError(f"an answer of {provider} cannot be calibrated by the record of {calibration.provider}")
    if not calibration.corrects:
        return made
    quantiles = calibrated(
        made.quantiles,
        keys=[(one.source, one.signal.name) for one in evidence.series],
        horizons=evidence.horizons,
        calibration=calibration,
        ceilings=evidence.ceilings,
    )
    spoken = np.asarray(np.isfinite(quantiles).all(axis=(1, 2)))
    return Distributions(quantiles=quantiles, notes=(*made.notes, *_notes(evidence, calibration, spoken)))


def calibrated(
    quantiles: Floats,
    *,
    keys: Sequence[tuple[str, str]],
    horizons: tuple[int, ...],
    calibration: Calibration,
    ceilings: Floats,
) -> Floats:
    """Return quantiles, each read off at the level that the calibration moves its own to.

    The rule: log(x + 1) of a value is a straight line in the normal score of its level between two neighbouring
    levels, as where an answer is completed. Beyond the outermost level it goes on along the line from the median to
    that level, not below 0 and not above the ceiling. As no level moves further than ``FURTHEST``, no quantile comes to
    lie more than 1.65 times as far from the median, on that scale, as the outermost one that was given.

    Args:
        quantiles: Shape (N, H, 23): of the incidence, at least 0, not decreasing along the last axis; NaN unknown.
        keys: N pairs of source and signal's name.
        horizons: H periods after the last actual.
        calibration: What the provider's record says.
        ceilings: Shape (N,): the most that a value can be.

    Returns:
        Shape (N, H, 23), at least 0, not decreasing along the last axis; what has no correction is the same to the last
        bit, and NaN stays NaN.
    """
    if not calibration.corrects:
        return quantiles
    rows_of: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        rows_of[key].append(row)
    moved = quantiles.copy()
    for (source, signal), members in rows_of.items():
        rows = np.array(members)
        for column, horizon in enumerate(horizons):
            correction = calibration.corrections.get((source, signal, horizon))
            if correction is not None and correction.any():
                moved[rows, column] = _read_off(quantiles[rows, column], correction, ceilings[rows])
    return moved


def _read_off(quantiles: Floats, correction: Floats, ceilings: Floats) -> Floats:
    """Return shape (N, 23): what N forecasts say at the moved levels."""
    wanted = SCORES + correction
    left = np.clip(np.searchsorted(SCORES, wanted, side="right") - 1, 0, LAST - 1)
    points = np.log1p(quantiles)
    along = (wanted - SCORES[left]) / (SCORES[left + 1] - SCORES[left])
    inside = points[:, left] + along * (points[:, left + 1] - points[:, left])
    median = points[:, [MEDIAN]]
    below = median + wanted / SCORES[0] * (points[:, [0]] - median)
    above = median + wanted / SCORES[LAST] * (points[:, [LAST]] - median)
    line = np.where(wanted < SCORES[0], below, np.where(wanted > SCORES[LAST], above, inside))
    # Clipped before the exponential, so that a steep tail cannot overflow; what was given above the ceiling may stay.
    most = np.maximum(np.log1p(ceilings), points[:, LAST])[:, None]
    read = np.where(correction == 0, quantiles, np.expm1(np.clip(line, 0.0, most)))
    return np.asarray(np.maximum.accumulate(read, axis=-1))


def _notes(evidence: Evidence, calibration: Calibration, spoken: Flags) -> tuple[Finding, ...]:
    """Return a note for each series whose quantiles are corrected: on how long a record, and by how much."""
    said = {
        pair: _sentence(pair, evidence.horizons, calibration)
        for pair in {(one.source, one.signal.name) for one in evidence.series}
    }
    texts = [said[one.source, one.signal.name] for one in evidence.series]
    return tuple(
        evidence.finding(place, code="calibrated", severity=Severity.NOTE, says=text)
        for place, text in enumerate(texts)
        if text and spoken[place]
    )


def _sentence(pair: tuple[str, str], horizons: tuple[int, ...], calibration: Calibration) -> str:
    corrections = {(*pair, horizon): calibration.corrections.get((*pair, horizon)) for horizon in horizons}
    moved = {key: one for key, one in corrections.items() if one is not None and one.any()}
    if not moved:
        return ""
    fewest, most = min(calibration.counts[key] for key in moved), max(calibration.counts[key] for key in moved)
    weeks = f"{most} weeks" if fewest == most else f"{fewest} to {most} weeks"
    furthest = max(float(np.abs(one).max()) for one in moved.values())
    return (
        f"is calibrated by the record of {calibration.provider}, {weeks} long: at {len(moved)} of {len(horizons)}"
        f" horizons levels are moved, by {furthest:.2f} normal scores at most."
    )
