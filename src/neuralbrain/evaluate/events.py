"""What probabilities of events were worth: Brier score and its parts, reliability, area under the ROC curve."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.observation import Floats, Integers

BINS = 10
NORMAL_975 = 1.959963984540054  # standard normal, so that an interval covers 95 %


class Spacing(StrEnum):
    """How probabilities are put into bins."""

    EQUAL_COUNT = "equal_count"  # about as many in each; equal probabilities stay together
    EQUAL_WIDTH = "equal_width"  # from 0 to 1


class Brier(NamedTuple):
    """Mean squared difference between probability and event, and its parts; NaN where nothing is known.

    ``score = reliability - resolution + uncertainty + within``.

    Args:
        score: 0 is best, 1 is worst.
        reliability: How far the bins' mean probabilities are from their frequencies; 0 is best.
        resolution: How far the bins' frequencies are from the frequency of all; large is good.
        uncertainty: Of the event itself: the score of whoever always says its frequency.
        within: What differs within bins; 0 where every bin holds a single probability.
    """

    score: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float


class ReliabilityCurve(NamedTuple):
    """Probabilities against what came true; each of shape (B,), one a bin that holds any, ascending.

    Args:
        probability: The mean probability that was said.
        frequency: The share that came true.
        low: Lower end of a 95 % interval for it, taking the events for independent.
        high: Upper end.
        pairs: How many probabilities of which it is known what came.
    """

    probability: Floats
    frequency: Floats
    low: Floats
    high: Floats
    pairs: Integers


class RocArea(NamedTuple):
    """The chance that an event was given a higher probability than a non-event.

    Args:
        area: 1 is best, 0.5 is chance; NaN where it cannot be said.
        reason: Why not, else None.
    """

    area: float
    reason: str | None


class EventScores(NamedTuple):
    """Everything about the probabilities of one event.

    Args:
        pairs: How many probabilities of which it is known what came.
        frequency: The share that came true, NaN where none is known.
        brier: Score and parts, over the bins of the curve.
        curve: Probabilities against what came true.
        calibration_error: See ``expected_calibration_error``.
        roc: See ``roc_area``.
    """

    pairs: int
    frequency: float
    brier: Brier
    curve: ReliabilityCurve
    calibration_error: float
    roc: RocArea


def event_scores(
    probability: Floats, happened: Floats, *, bins: int = BINS, spacing: Spacing = Spacing.EQUAL_COUNT
) -> EventScores:
    """Return all scores of the probabilities of one event.

    Args:
        probability: Shape (n,), 0 to 1; NaN where none was said.
        happened: Shape (n,), 1.0 or 0.0; NaN where it cannot be said.
        bins: How many bins at most.
        spacing: How they are made.

    Raises:
        ValueError: If a probability or an outcome is none, or there is no bin.
    """
    said, true = _known(probability, happened)
    return EventScores(
        pairs=len(said),
        frequency=_mean(true),
        brier=brier_score(said, true, bins=bins, spacing=spacing),
        curve=reliability_curve(said, true, bins=bins, spacing=spacing),
        calibration_error=expected_calibration_error(said, true, bins=bins, spacing=spacing),
        roc=roc_area(said, true),
    )


def brier_score(
    probability: Floats, happened: Floats, *, bins: int = BINS, spacing: Spacing = Spacing.EQUAL_COUNT
) -> Brier:
    """Return the Brier score with its parts; arguments and errors as of ``event_scores``.

    Source: Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2; Murphy 1973 for the parts, Stephenson et
    al. 2008, doi:10.1175/2007WAF2006116.1, for what bins of several probabilities leave over.

    >>> found = brier_score(np.array([0.5, 0.5, 1.0]), np.array([0.0, 1.0, 1.0]))
    >>> [round(part, 4) for part in found]
    [0.1667, 0.0, 0.0556, 0.2222, 0.0]
    """
    said, true = _known(probability, happened)
    if not len(said):
        return Brier(*(float("nan"),) * 5)
    curve = reliability_curve(said, true, bins=bins, spacing=spacing)
    weight, overall = curve.pairs / len(said), true.mean()
    reliability = float((weight * (curve.probability - curve.frequency) ** 2).sum())
    resolution = float((weight * (curve.frequency - overall) ** 2).sum())
    place = _bins(said, bins=bins, spacing=spacing)
    apart, event_apart = said - curve.probability[place], true - curve.frequency[place]
    return Brier(
        score=float(((said - true) ** 2).mean()),
        reliability=reliability,
        resolution=resolution,
        uncertainty=float(overall * (1 - overall)),
        within=float((apart**2 - 2 * apart * event_apart).mean()),
    )


def reliability_curve(
    probability: Floats, happened: Floats, *, bins: int = BINS, spacing: Spacing = Spacing.EQUAL_COUNT
) -> ReliabilityCurve:
    """Return the probabilities against what came true; arguments and errors as of ``event_scores``.

    Source: the interval is the score interval, Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    said, true = _known(probability, happened)
    place = _bins(said, bins=bins, spacing=spacing)
    count = np.bincount(place)
    frequency = np.bincount(place, weights=true) / count
    low, high = _wilson(frequency, count)
    return ReliabilityCurve(
        probability=np.bincount(place, weights=said) / count,
        frequency=frequency,
        low=low,
        high=high,
        pairs=count.astype(np.int64),
    )


def expected_calibration_error(
    probability: Floats, happened: Floats, *, bins: int = BINS, spacing: Spacing = Spacing.EQUAL_COUNT
) -> float:
    """Return how far the bins' mean probabilities are from their frequencies, on average over all that was said.

    Arguments and errors as of ``event_scores``; 0 is best, NaN where nothing is known. It is not proper, and never 0
    by chance alone in small samples.

    Source: Naeini, Cooper & Hauskrecht 2015, doi:10.1609/aaai.v29i1.9602.
    """
    curve = reliability_curve(probability, happened, bins=bins, spacing=spacing)
    total = curve.pairs.sum()
    return float((curve.pairs * np.abs(curve.probability - curve.frequency)).sum() / total) if total else float("nan")


def roc_area(probability: Floats, happened: Floats) -> RocArea:
    """Return the area under the ROC curve, ties counted as half; arguments and errors as of ``event_scores``.

    Source: Mann & Whitney 1947 by mid-ranks; Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747.

    >>> roc_area(np.array([0.2, 0.8, 0.8, 0.9]), np.array([0.0, 0.0, 1.0, 1.0])).area
    0.875
    """
    said, true = _known(probability, happened)
    events = float(true.sum())
    others = len(true) - events
    if not len(true):
        return RocArea(area=float("nan"), reason="nothing is known yet")
    if not events or not others:
        return RocArea(area=float("nan"), reason="it always happened" if events else "it never happened")
    _, place, count = np.unique(said, return_inverse=True, return_counts=True)
    mid_ranks = np.cumsum(count) - (count - 1) / 2
    area = (mid_ranks[place][true == 1].sum() - events * (events + 1) / 2) / (events * others)
    return RocArea(area=float(area), reason=None)


def _known(probability: Floats, happened: Floats) -> tuple[Floats, Floats]:
    """Return the pairs of which both are known."""
    known = ~(np.isnan(probability) | np.isnan(happened))
    said, true = probability[known], happened[known]
    if ((said < 0) | (said > 1)).any():
        raise ValueError(f"a probability lies from 0 to 1, got {said[(said < 0) | (said > 1)][0]}")
    if ((true != 0) & (true != 1)).any():
        raise ValueError(f"an event happened (1) or not (0), got {true[(true != 0) & (true != 1)][0]}")
    return said, true


def _bins(said: Floats, *, bins: int, spacing: Spacing) -> npt.NDArray[np.intp]:
    """Return shape (n,): the position of each probability's bin among those that hold any."""
    if bins < 1:
        raise ValueError(f"at least one bin is needed, got {bins}")
    if spacing is Spacing.EQUAL_WIDTH:
        place = np.minimum(np.floor(said * bins), bins - 1)
    else:
        lower = np.searchsorted(np.sort(said), said, side="left")  # the same for equal probabilities
        place = np.floor(lower * bins / max(len(said), 1))
    return np.unique(place, return_inverse=True)[1]


def _wilson(frequency: Floats, count: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return the ends of the 95 % score interval of shares."""
    share = NORMAL_975**2 / count
    middle = (frequency + share / 2) / (1 + share)
    half = np.sqrt(share * (frequency * (1 - frequency) + share / 4)) / (1 + share)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
