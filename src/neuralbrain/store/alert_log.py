"""Alerts as people look at them: lists, one with its history, acknowledgements, and what came true."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from neuralbrain.domain.alert import (
    TOLD,
    AlertChange,
    AlertChoice,
    AlertEvent,
    AlertKey,
    AlertRecord,
    AlertRule,
    Claim,
    RuleRecord,
    ToldEvent,
)
from neuralbrain.ports import Clock
from neuralbrain.store.alert_results import rule_records
from neuralbrain.store.alert_schema import alert, alert_event, alert_open, alert_result
from neuralbrain.store.database import Database
from neuralbrain.store.turn import Turn, take_turn


class StoredAlertLog:
    """Alerts in the database, as they are read.

    Args:
        database: Where they stand.
        clock: Tells when somebody acknowledged one.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def list(self, choice: AlertChoice, limit: int) -> tuple[AlertRecord, ...]:
        """Return alerts, newest first, without their events."""
        asked = _chosen(choice).order_by(alert.c.number.desc()).limit(limit)
        with self._database.read() as connection, self._database.decoding("the alerts"):
            return records(connection, asked)

    def find(self, number: int) -> AlertRecord | None:
        """Return one alert with its events, None where there is none of that number."""
        with self._database.read() as connection, self._database.decoding("the alerts"):
            return _find(connection, number)

    def acknowledge(self, number: int, *, actor: str, note: str) -> AlertRecord | None:
        """Note that somebody has seen an alert, and return it; None where there is none of that number."""
        event = {"change": AlertChange.ACKNOWLEDGED.value, "reason": "", "actor": actor, "note": note}
        with self._database.write() as connection, self._database.decoding("the alerts"):
            take_turn(connection, Turn.ALERTS)
            if connection.execute(select(alert.c.number).where(alert.c.number == number)).one_or_none() is None:
                return None
            connection.execute(insert(alert_event), {"alert_number": number, "at": self._clock.now(), **event})
            return _find(connection, number)

    def happened(self, after: int | None, *, limit: int) -> tuple[ToldEvent, ...]:
        """Return what people are told of, after an event, oldest first; the last such event alone where none is given.

        Args:
            after: The number of an event.
            limit: How many at most.
        """
        told = select(alert_event).where(alert_event.c.change.in_([one.value for one in TOLD]))
        newest = told.order_by(alert_event.c.number.desc()).limit(1)
        asked = newest if after is None else told.where(alert_event.c.number > after)
        if after is not None:
            asked = asked.order_by(alert_event.c.number).limit(limit)
        with self._database.read() as connection, self._database.decoding("the alerts"):
            return told_events(connection, asked)

    def record(self) -> tuple[RuleRecord, ...]:
        """Return what became of alerts about regions, one entry a rule."""
        with self._database.read() as connection, self._database.decoding("what came of alerts"):
            return rule_records(connection)


def records(connection: Connection, asked: Select[Any]) -> tuple[AlertRecord, ...]:
    """Return alerts without their events.

    Args:
        connection: Inside a transaction.
        asked: A question for rows of ``alert``, each with ``is_open``.
    """
    rows = connection.execute(asked).all()
    numbers = select(asked.subquery().c.number)  # asked again rather than bound: a database binds some thousands only
    latest = _newest(connection, numbers, acknowledged=False)
    seen = _newest(connection, numbers, acknowledged=True)
    came_true = _results(connection, numbers)
    return tuple(
        AlertRecord(
            number=row.number,
            uid=row.uid,
            key=AlertKey(AlertRule(row.rule), row.region, row.signal, row.subject),
            raised_at=row.raised_at,
            edition=row.edition_number,
            claim=None if row.row_position is None else Claim(row.edition_number, row.table_position, row.row_position),
            is_open=row.is_open,
            latest=latest[row.number],
            acknowledged=seen.get(row.number),
            came_true=came_true.get(row.number),
        )
        for row in rows
    )


def told_events(connection: Connection, asked: Select[Any]) -> tuple[ToldEvent, ...]:
    """Return events with the alert that each is of.

    Args:
        connection: Inside a transaction.
        asked: A question for rows of ``alert_event``.
    """
    events = [event_of(row) for row in connection.execute(asked)]
    numbers = select(asked.subquery().c.alert_number)
    about = {one.number: one for one in records(connection, with_state().where(alert.c.number.in_(numbers)))}
    return tuple(ToldEvent(alert=about[one.alert], event=one) for one in events)


def with_state() -> Select[Any]:
    """Ask for alerts, each with whether it is open."""
    joined = alert.outerjoin(alert_open, alert_open.c.alert_number == alert.c.number)
    return select(alert, alert_open.c.alert_number.is_not(None).label("is_open")).select_from(joined)


def event_of(row: Row[Any]) -> AlertEvent:
    """Return a row of ``alert_event`` as a value."""
    return AlertEvent(
        number=row.number,
        alert=row.alert_number,
        change=AlertChange(row.change),
        at=row.at,
        edition=row.edition_number,
        value=row.value,
        reason=row.reason,
        actor=row.actor,
        note=row.note,
    )


def _find(connection: Connection, number: int) -> AlertRecord | None:
    found = records(connection, with_state().where(alert.c.number == number))
    if not found:
        return None
    events = select(alert_event).where(alert_event.c.alert_number == number).order_by(alert_event.c.number)
    (one,) = found
    return replace(one, events=tuple(event_of(row) for row in connection.execute(events)))


def _chosen(choice: AlertChoice) -> Select[Any]:
    asked = with_state()
    if choice.is_open is not None:
        missing = alert_open.c.alert_number.is_(None)
        asked = asked.where(~missing if choice.is_open else missing)
    if choice.rule is not None:
        asked = asked.where(alert.c.rule == choice.rule.value)
    if choice.region is not None:
        asked = asked.where(alert.c.region == choice.region)
    if choice.before is not None:
        asked = asked.where(alert.c.number < choice.before)
    if choice.acknowledged is not None:
        of_person = alert_event.c.change == AlertChange.ACKNOWLEDGED.value
        seen = select(alert_event.c.number).where(alert_event.c.alert_number == alert.c.number, of_person).exists()
        asked = asked.where(seen if choice.acknowledged else ~seen)
    return asked


def _newest(connection: Connection, alerts: Select[Any], *, acknowledged: bool) -> dict[int, AlertEvent]:
    """Return the newest acknowledgement of each alert, or its newest other event."""
    is_one = alert_event.c.change == AlertChange.ACKNOWLEDGED.value
    last = (
        select(func.max(alert_event.c.number))
        .where(alert_event.c.alert_number.in_(alerts), is_one if acknowledged else ~is_one)
        .group_by(alert_event.c.alert_number)
    )
    rows = connection.execute(select(alert_event).where(alert_event.c.number.in_(last)))
    return {row.alert_number: event_of(row) for row in rows}


def _results(connection: Connection, alerts: Select[Any]) -> dict[int, bool | None]:
    """Return whether each alert came true, by the first truth."""
    rows = connection.execute(
        select(alert_result)
        .where(alert_result.c.alert_number.in_(alerts))
        .order_by(alert_result.c.alert_number, alert_result.c.truth_as_of.desc())
    )
    return {row.alert_number: row.came_true for row in rows}  # of several the earliest truth stays: it comes last
