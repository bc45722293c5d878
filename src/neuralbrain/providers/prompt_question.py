"""Which series of a request a language model is asked about, and why the others are left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.location import Location, location
from neuralbrain.domain.observation import Floats, Measure, Signal, aligned_to_last
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.domain.request_split import with_companions
from neuralbrain.errors import NothingKnownError
from neuralbrain.providers.prompt_words import words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRegion:
    """One region that is asked about.

    Args:
        place: The region, from our own registry.
        cases: Position of its main series in the panel.
        deaths: Position of its deaths, None where they are not asked for.
    """

    place: Location
    cases: int
    deaths: int | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """What is asked.

    Args:
        signal: The main signal of all regions.
        deaths_signal: The signal of their deaths, None where no region is asked for deaths.
        regions: The regions, in the order of the panel; at least one.
        omitted: Why the other series are not asked about. The text of a region or signal that stands in a finding
            comes from the panel; it is for people, and never part of a prompt.
        history: Shape (S, T): the incidence, each row ending with its own last value; NaN is a gap.
        running_total: Shape (S,): whether a row holds running totals that are used as they are.
    """

    signal: Signal
    deaths_signal: Signal | None
    regions: tuple[AskedRegion, ...]
    omitted: tuple[Finding, ...]
    history: Floats
    running_total: npt.NDArray[np.bool_]


def question_of(request: ForecastRequest) -> Question:
    """Return what of a request can be asked.

    Left out are regions that are not in the registry, signals that we have no words for, and series without a value.

    Args:
        request: What is to be known; one main signal, each region once (``domain.request_split.split``).

    Raises:
        ValueError: If it has several main signals or a region twice, or horizons other than 1 to H.
        NothingKnownError: If nothing of it can be asked.
    """
    if request.horizons != tuple(range(1, len(request.horizons) + 1)) or not request.horizons:
        raise ValueError(f"horizons run from 1 on without a gap, got {request.horizons}")
    history = _history(request)
    known = np.asarray(np.isfinite(history).any(axis=1))
    regions: list[AskedRegion] = []
    omitted: list[Finding] = []
    for group in with_companions(request.panel.series):
        whys = [_why_not(request, place, known=bool(known[place])) for place in group]
        omitted += [why for why in whys if why is not None]
        place = location(request.panel.series[group[0]].location)
        if whys[0] is None and place is not None:
            deaths = group[1] if len(group) > 1 and whys[1] is None else None
            regions.append(AskedRegion(place=place, cases=group[0], deaths=deaths))
    _require_one_signal(request, regions, omitted)
    first_deaths = next((one.deaths for one in regions if one.deaths is not None), None)
    return Question(
        signal=request.panel.series[regions[0].cases].signal,
        deaths_signal=None if first_deaths is None else request.panel.series[first_deaths].signal,
        regions=tuple(regions),
        omitted=tuple(omitted),
        history=history,
        running_total=_running_totals(request),
    )


def _history(request: ForecastRequest) -> Floats:
    panel = request.panel
    if not panel.values.shape[1]:
        return np.full((len(panel.series), 1), np.nan)
    rows = aligned_to_last(request.incidence, panel.last_index)
    return np.where(rows >= 0, rows, np.nan)  # a negative correction is a gap, as it is to the bottleneck


def _running_totals(request: ForecastRequest) -> npt.NDArray[np.bool_]:
    """Return shape (S,): running totals that the request holds unchanged, because they imply no new events."""
    cumulative = np.array([one.signal.measure is Measure.CUMULATIVE for one in request.panel.series], dtype=bool)
    values = request.panel.values
    same = (request.incidence == values) | (np.isnan(request.incidence) & np.isnan(values))
    return np.asarray(cumulative & same.all(axis=1))


def _why_not(request: ForecastRequest, place: int, *, known: bool) -> Finding | None:
    series = request.panel.series[place]
    why: tuple[str, str] | None = None
    if location(series.location) is None:
        why = ("location-unknown", "its location is not in the registry")
    elif words_of(series.signal.name) is None:
        why = ("signal-without-words", "there are no words for its signal in providers/prompt_words.py")
    elif not known:
        why = ("nothing-known", "nothing is known of it")
    if why is None:
        return None
    return Finding(
        code=why[0],
        severity=Severity.REFUSE,
        message=f"Series {place + 1} of the request is not asked about: {why[1]}.",
        region=series.location,
        signal=series.signal.name,
    )


def _require_one_signal(request: ForecastRequest, regions: list[AskedRegion], omitted: list[Finding]) -> None:
    if not regions:
        first = omitted[0].message if omitted else "It has no series."
        raise NothingKnownError(
            f"Nothing of the request can be asked about. {first}",
            remedy="Add the region or the word, or wait for a value.",
        )
    signals = {request.panel.series[one.cases].signal for one in regions}
    places = {one.place.code for one in regions}
    if len(signals) > 1 or len(places) < len(regions):
        raise ValueError("a prompt is about one main signal and each region once; split the request first")
