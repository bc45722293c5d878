"""What the steps of the cycle after reading do: remember, see whether anything changed, make the draft."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import structlog

from neuralbrain.bottleneck import BOTTLENECK_VERSION
from neuralbrain.bottleneck.normalise import normalise_reply
from neuralbrain.domain.calibration import Calibration, Key, no_calibration
from neuralbrain.domain.completeness import Completeness
from neuralbrain.domain.edition import Draft
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.incidence import incidence_of, says_incidence
from neuralbrain.domain.observation import Measure, Panel, Series
from neuralbrain.domain.record_here import ProviderRecord, no_record
from neuralbrain.domain.request import Asked, AskedPart, ForecastRequest
from neuralbrain.errors import AnswerError, NothingKnownError, StoreError
from neuralbrain.orchestrator import Orchestrator
from neuralbrain.ports import Editions
from neuralbrain.quality.completeness import completeness_of, lookback
from neuralbrain.source_ports import Observations, Source

log = structlog.get_logger()
LEAST_RELEASES = 5  # of a feed; fewer tell nothing about how its values grow, and need not be looked at
NOTHING_SCORED = "nothing that this provider forecast here had been scored by the cutoff"
NOTHING_LEFT = 3  # findings quoted when every region was refused: enough to see what is wrong


def remember(sources: Sequence[Source], observations: Observations, *, cutoff: datetime) -> tuple[ForecastRequest, ...]:
    """Return what is to be asked, one request a panel, on what was known at the cutoff and nothing later.

    Raises:
        NothingKnownError: If nothing is known of any series.
    """
    requests = [
        request_of(panel, completeness=lesson)
        for one in sources
        for panel, lesson in _panels_and_lessons(one, observations, cutoff=cutoff)
    ]
    if not requests:
        raise NothingKnownError(
            "Nothing is known: no feed has been read yet.",
            remedy="Look at the steps before this one, or name a feed in the setting sources.",
        )
    return tuple(requests)


def _panels_and_lessons(
    source: Source, observations: Observations, *, cutoff: datetime
) -> list[tuple[Panel, Completeness | None]]:
    """Return what was known of a feed, one panel a cadence and grid, each with how complete its newest values are."""
    panels = observations.panels(source.name, cutoff=cutoff)
    if not panels or observations.count_releases(source.name, cutoff=cutoff) < LEAST_RELEASES:
        return [(panel, None) for panel in panels]
    # Reckoned from the values, not from the cutoff: nothing may change before a value does.
    since: date = min(panel.dates[-1] - lookback(panel.cadence) for panel in panels).astype("datetime64[D]").item()
    revisions = observations.revisions(source.name, cutoff=cutoff, since=since)
    return [(panel, completeness_of(revisions, series=panel.series, cutoff=cutoff)) for panel in panels]


def is_unchanged(
    requests: Sequence[ForecastRequest],
    *,
    orchestrator: Orchestrator,
    editions: Editions,
    calibration_of: Callable[[str], Calibration] = no_calibration,
) -> bool:
    """Return whether the newest edition was made from exactly these inputs, withdrawn or not.

    Args:
        requests: What would be asked.
        orchestrator: Knows who would answer.
        editions: What was published.
        calibration_of: Gives what a provider's own record says about its quantiles.
    """
    author, newest = orchestrator.author(), editions.headers(1)
    if author is None or not newest or not orchestrator.is_settled():
        return False
    provider, version = author
    calibration, _ = _learnt(calibration_of, provider)
    return newest[0].inputs_digest == inputs_digest(
        requests, provider=provider, version=version, calibration=calibration
    )


def request_of(panel: Panel, *, completeness: Completeness | None = None) -> ForecastRequest:
    """Return the request for a panel: its incidence, the horizons of its cadence, how complete its values are.

    Running totals are asked for as the new events they imply; where they imply none (too short, or never rising)
    the levels are asked for as they are.
    """
    cumulative = np.array([one.signal.measure is Measure.CUMULATIVE for one in panel.series], dtype=bool)
    stepped = cumulative & says_incidence(panel.values)
    incidence = np.where(stepped[:, None], incidence_of(panel.values), panel.values)
    horizons = panel.cadence.horizons
    return ForecastRequest(panel=panel, incidence=incidence, horizons=horizons, completeness=completeness)


def inputs_digest(
    requests: Sequence[ForecastRequest], *, provider: str, version: str, calibration: Calibration | None = None
) -> str:
    """Return the SHA-256 of everything that decides an edition's content: questions, author, its record, bottleneck."""
    content = hashlib.sha256(f"{provider}|{version}|{BOTTLENECK_VERSION}".encode())
    for request in requests:
        content.update(request.digest().encode())
    learnt = None if calibration is None else calibration.about(_keys_of(requests))
    if learnt is not None and learnt.corrects:  # editions that are not calibrated keep their digest
        content.update(learnt.digest().encode())
    return content.hexdigest()


def _keys_of(requests: Sequence[ForecastRequest]) -> set[Key]:
    """Return what is asked for: source, signal and horizon."""
    return {
        (series.source, series.signal.name, horizon)
        for request in requests
        for series in request.panel.series
        for horizon in request.horizons
    }


def draft_of(
    requests: Sequence[ForecastRequest],
    asked: Asked,
    *,
    now: datetime,
    slot: datetime | None = None,
    calibration: Calibration | None = None,
) -> Draft:
    """Return the draft edition that a provider's replies make.

    Args:
        requests: What was asked.
        asked: Who was asked, and what was said.
        now: The one time of the edition.
        slot: The hour of the schedule that it is made for.
        calibration: What the record of that provider says about its quantiles; None leaves them as they are.

    Raises:
        AnswerError: If no region's forecast can be accepted.
        ValueError: If the calibration is another provider's.
    """
    read = [(part, *_accepted(part, asked, now=now, calibration=calibration)) for part in asked.parts]
    kept = [(table, part.reply) for part, table, _ in read if part.reply is not None and table is not None]
    refused = tuple(finding for _, _, findings in read for finding in findings)
    if not kept:
        said = " ".join(finding.message for finding in refused[:NOTHING_LEFT])
        raise AnswerError(
            f"No forecast of {asked.provider} can be accepted: {said}",
            remedy="The last good edition stays up; the words are kept, and the next cycle asks again.",
        )
    return Draft(
        provider=asked.provider,
        lock_number=asked.lock_number,
        inputs_digest=inputs_digest(requests, provider=asked.provider, version=asked.version, calibration=calibration),
        cutoff=max(request.panel.cutoff for request in requests),
        timestamp=now,
        tables=tuple(table for table, _ in kept),
        replies=tuple(reply.identity for _, reply in kept),
        refused=refused,
        slot=slot,
    )


def _accepted(
    part: AskedPart, asked: Asked, *, now: datetime, calibration: Calibration | None
) -> tuple[ForecastTable | None, tuple[Finding, ...]]:
    """Return the accepted forecasts of one question, None where there are none, and why the others are refused."""
    if part.reply is None:
        return None, part.refused
    answer = part.reply.answer
    try:
        made = normalise_reply(
            part.request,
            answer.body,
            provider=asked.provider,
            lock_number=asked.lock_number,
            now=now,
            calibration=calibration,
        )
    except AnswerError as error:
        if len(asked.parts) == 1:
            raise
        return None, tuple(_unread(one, error) for one in part.request.panel.series)
    omitted = tuple(one for one in answer.notes if one.severity is Severity.REFUSE)
    said = tuple(one for one in answer.notes if one.severity is Severity.NOTE)
    table = replace(made.table, findings=tuple((*row, *said) for row in made.table.findings)) if said else made.table
    return (table if len(table) else None), (*omitted, *made.refused)


def _unread(series: Series, error: AnswerError) -> Finding:
    return Finding(
        code=error.error_code,
        severity=Severity.REFUSE,
        message=error.happened,
        region=series.location,
        signal=series.signal.name,
    )


def draft_or_refusal(
    requests: Sequence[ForecastRequest],
    asked: Asked,
    orchestrator: Orchestrator,
    *,
    now: datetime,
    slot: datetime | None = None,
    calibration_of: Callable[[str], Calibration] = no_calibration,
    record_of: Callable[[str, datetime], ProviderRecord] = no_record,
) -> Draft:
    """Return the draft edition; an answer of which nothing can be accepted counts against its provider.

    Args:
        requests: What was asked.
        asked: What was said.
        orchestrator: Counts what is refused.
        now: The one time of the edition.
        slot: The slot it is for.
        calibration_of: Gives what a provider's own record says about its quantiles.
        record_of: Gives what that record was worth in each place by the cutoff.

    Raises:
        AnswerError: If nothing can be accepted.
    """
    calibration, unread = _learnt(calibration_of, asked.provider)
    try:
        draft = draft_of(requests, asked, now=now, slot=slot, calibration=calibration)
    except AnswerError as error:
        orchestrator.refuse(asked, code=error.error_code)
        raise
    record, lacking = _worth(record_of, asked.provider, known_by=draft.cutoff)
    tables = (_recorded(_noted(table, unread), record, lacking=lacking) for table in draft.tables)
    return replace(draft, tables=tuple(tables))


def _learnt(
    calibration_of: Callable[[str], Calibration], provider: str
) -> tuple[Calibration | None, tuple[Finding, ...]]:
    """Return what a provider's record teaches; a record that cannot be read stops no forecast, and a note says so."""
    try:
        return calibration_of(provider), ()
    except StoreError as error:
        log.error("record-unreadable", provider=provider, code=error.error_code)  # noqa: TRY400 - it goes on
        message = f"was not calibrated: the record of {provider} could not be read ({error.error_code})."
        return None, (Finding(code="uncalibrated", severity=Severity.NOTE, message=message),)


def _noted(table: ForecastTable, notes: tuple[Finding, ...]) -> ForecastTable:
    return replace(table, findings=tuple((*row, *notes) for row in table.findings)) if notes else table


def _worth(
    record_of: Callable[[str, datetime], ProviderRecord], provider: str, *, known_by: datetime
) -> tuple[ProviderRecord, str]:
    """Return what a provider's record was worth by a moment, and why it says nothing of a place where it does."""
    try:
        return record_of(provider, known_by), NOTHING_SCORED
    except StoreError as error:  # a record that cannot be read stops no forecast
        log.error("record-unreadable", provider=provider, code=error.error_code)  # noqa: TRY400 - it goes on
        return no_record(provider, known_by), f"the record could not be read ({error.error_code})"


def _recorded(table: ForecastTable, record: ProviderRecord, *, lacking: str) -> ForecastTable:
    """Return a table with its provider's own record in each place; where there is none a reason says why."""
    places = ((table.source, signal.name, code) for code, signal in zip(table.regions, table.signals, strict=True))
    numbers = record.about(places)
    why = (("record", lacking),)
    reasons = tuple(
        (*row, *why) if nothing else row
        for row, nothing in zip(table.reasons, np.isnan(numbers[:, 0]).tolist(), strict=True)
    )
    return replace(table, record=numbers, reasons=reasons)
