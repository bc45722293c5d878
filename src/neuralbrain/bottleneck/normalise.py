"""The bottleneck itself: one request and one answer in, one forecast table and the refusals out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from neuralbrain.bottleneck.calibrate import calibrate
from neuralbrain.bottleneck.checks import findings_of
from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.bottleneck.deaths import deaths_of, notes_on_dates
from neuralbrain.bottleneck.derive import derive
from neuralbrain.bottleneck.distribution import Distributions, distributions_of
from neuralbrain.bottleneck.gather import gather
from neuralbrain.bottleneck.read import Resolve, read_answer
from neuralbrain.bottleneck.reading import Flags, Positions, Reading, companions_of
from neuralbrain.bottleneck.remarks import refused_series, row_findings, row_reasons
from neuralbrain.bottleneck.threshold_notes import threshold_notes
from neuralbrain.domain.calibration import Calibration
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats, Measure, Panel, Signal
from neuralbrain.domain.request import ForecastRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """What the bottleneck makes of an answer.

    Args:
        table: The accepted forecasts, one row a series that is not another's deaths; empty where the answer as a
            whole is refused.
        refused: Why the others are not published; ``region`` is empty where the whole answer is refused.
    """

    table: ForecastTable
    refused: tuple[Finding, ...]


def normalise_reply(
    request: ForecastRequest,
    body: object,
    *,
    provider: str,
    lock_number: int | None,
    now: datetime,
    resolve: Resolve | None = None,
    calibration: Calibration | None = None,
) -> Normalised:
    """Return an answer about the incidence in the authoritative shape.

    Args:
        request: What was asked: S series, H ascending horizons.
        body: The provider's words: bytes, text, or a document.
        provider: Who answered.
        lock_number: The lock number it was asked under, None outside a cycle.
        now: The one time of the edition.
        resolve: Gives the code of a region by another name; codes need no help.
        calibration: What the provider's own record says about its quantiles; None leaves them as they are.

    Raises:
        AnswerError: If nothing in it can be read as a forecast.
        ValueError: If the calibration is another provider's.
    """
    reading = read_answer(request, body, resolve=resolve)
    totals = np.zeros(len(request.panel.series), dtype=bool)
    return normalise_reading(
        request, reading, provider=provider, lock_number=lock_number, now=now, totals=totals, calibration=calibration
    )


def normalise_reading(
    request: ForecastRequest,
    reading: Reading,
    *,
    provider: str,
    lock_number: int | None,
    now: datetime,
    totals: Flags,
    calibration: Calibration | None = None,
) -> Normalised:
    """Return an answer that was read in the authoritative shape.

    Args:
        request: What was asked: S series, H ascending horizons.
        reading: What was read.
        provider: Who answered.
        lock_number: The lock number it was asked under, None outside a cycle.
        now: The one time of the edition.
        totals: Shape (S,): whether the answer speaks of running totals instead of new events.
        calibration: What the provider's own record says about its quantiles; None leaves them as they are.

    Raises:
        ValueError: If the calibration is another provider's.
    """
    panel = request.panel
    companion = companions_of(panel.series)
    evidence = gather(request, reading, totals=totals)
    findings = findings_of(evidence)
    refused = refused_series(findings, panel.series)
    made = distributions_of(evidence, wanted=~refused, cadence=panel.cadence)
    if calibration is not None:
        made = calibrate(made, evidence=evidence, provider=provider, calibration=calibration)
    mains = np.ones(len(panel.series), dtype=bool)
    mains[companion[companion >= 0]] = False
    table = _table(
        request,
        evidence,
        made=made,
        rows=np.flatnonzero(mains & ~refused),
        companion=companion,
        findings=findings,
        provider=provider,
        lock_number=lock_number,
        now=now,
    )
    return Normalised(table=table, refused=_refusals(findings, panel, mains))


def _table(
    request: ForecastRequest,
    evidence: Evidence,
    *,
    made: Distributions,
    rows: Positions,
    companion: Positions,
    findings: tuple[Finding, ...],
    provider: str,
    lock_number: int | None,
    now: datetime,
) -> ForecastTable:
    """Return the accepted rows with their deaths and all that is derived from their distributions."""
    panel = request.panel
    deaths = deaths_of(rows, companion=companion, quantiles=made.quantiles, evidence=evidence)
    derived = derive(
        made.quantiles[rows],
        history=evidence.incidence[rows],
        horizons=request.horizons,
        cadence=panel.cadence,
        event_sizes=evidence.event_sizes[rows],
        last_dates=panel.last_dates[rows],
    )
    rule = threshold_notes(rows, derived=derived, evidence=evidence)
    late = notes_on_dates(rows, companion=companion, last_dates=panel.last_dates, evidence=evidence)
    return ForecastTable(
        source=panel.series[0].source if panel.series else "",
        provider=provider,
        lock_number=lock_number,
        edition=None,
        timestamp=now,
        cutoff=panel.cutoff,
        cadence=panel.cadence,
        horizons=request.horizons,
        regions=tuple(panel.series[row].location for row in rows),
        signals=_signals(panel, rows, as_given=evidence.as_given),
        last_dates=panel.last_dates[rows],
        actual_cases=evidence.actual[rows],
        actual_deaths=deaths.actual,
        quantiles=made.quantiles[rows],
        deaths_quantiles=deaths.quantiles,
        populations=panel.populations[rows],
        **derived.columns(),
        completeness=_completeness(request)[rows],
        findings=row_findings((*findings, *made.notes, *late, *rule), panel.series, rows=rows, companion=companion),
        reasons=row_reasons((*deaths.lacking, *derived.missing()), len(rows)),
    )


def _completeness(request: ForecastRequest) -> Floats:
    """Return shape (S,): the share of its settled value that each last actual usually shows, NaN where unknown."""
    if request.completeness is None:
        return np.full(len(request.panel.series), np.nan)
    return request.completeness.newest(request.panel).median


def _signals(panel: Panel, rows: Positions, *, as_given: Flags) -> tuple[Signal, ...]:
    """Return the rows' signals; totals that are used as given are shown as what they are used as."""
    signals = [panel.series[row].signal for row in rows]
    for place in np.flatnonzero(as_given[rows]):
        signals[place] = replace(signals[place], measure=Measure.INCIDENT)
    return tuple(signals)


def _refusals(findings: tuple[Finding, ...], panel: Panel, mains: Flags) -> tuple[Finding, ...]:
    """Return what refuses the whole answer or a row; a refusal of deaths alone is a note beside its row."""
    refusals = tuple(one for one in findings if one.severity is Severity.REFUSE)
    if not refusals:
        return ()
    names = {(panel.series[place].location, panel.series[place].signal.name) for place in np.flatnonzero(mains)}
    return tuple(one for one in refusals if not one.region or (one.region, one.signal) in names)
