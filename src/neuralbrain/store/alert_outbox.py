"""The outbox of alerts: each message stays until it has arrived or is given up, whatever ends in between."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from neuralbrain.alert_ports import Delivered, Due, Notice
from neuralbrain.domain.alert import TOLD
from neuralbrain.ports import Clock
from neuralbrain.store.alert_log import told_events
from neuralbrain.store.alert_schema import alert_event, alert_message
from neuralbrain.store.database import Database


class StoredAlertOutbox:
    """Messages in the database.

    Args:
        database: Where they stand.
        clock: Tells which are due.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def claim_due(self, *, limit: int, seconds: float, without: Collection[str] = ()) -> tuple[Due, ...]:
        """Return messages that are due, each counted as attempted, and nobody else's for so many seconds.

        Who ends before ``ended`` leaves them to be sent again after that time: a message comes at least once.
        """
        now = self._clock.now()
        due = select(alert_message).where(
            alert_message.c.next_at <= now, alert_message.c.channel.not_in(sorted(without))
        )
        due = due.order_by(alert_message.c.number).limit(limit)
        with self._database.read() as connection:  # mostly there is nothing, and then nobody waits for a writer
            found = connection.execute(due).all()
        if not found:
            return ()
        with self._database.write() as connection, self._database.decoding("the messages of alerts"):
            until = now + timedelta(seconds=seconds)
            mine = [row for row in connection.execute(due).all() if _claimed(connection, row, until=until)]
            return tuple(_due(connection, row) for row in mine)

    def ended(self, due: Due, delivered: Delivered, *, next_at: datetime | None) -> None:
        """Note what came of an attempt, and when to try again; None for never."""
        values: dict[str, Any] = {"said": delivered.said, "next_at": next_at}
        if next_at is None:
            values |= {"ended_at": self._clock.now(), "arrived": delivered.well}
        # One that was claimed again meanwhile, because this attempt took so long, is the later one's to end.
        mine = (alert_message.c.number == due.number, alert_message.c.attempts == due.attempts)
        with self._database.write() as connection:
            connection.execute(update(alert_message).where(*mine).values(values))


def _claimed(connection: Connection, row: Row[Any], *, until: datetime) -> bool:
    same = (alert_message.c.number == row.number, alert_message.c.attempts == row.attempts)
    taken = update(alert_message).where(*same).values(attempts=row.attempts + 1, next_at=until)
    return connection.execute(taken).rowcount == 1


def _due(connection: Connection, row: Row[Any]) -> Due:
    within = alert_event.c.number.between(row.first_event, row.last_event)
    told = alert_event.c.change.in_([one.value for one in TOLD])
    happened = select(alert_event).where(within, told).order_by(alert_event.c.number)
    notice = Notice(key=row.key, events=told_events(connection, happened), at=row.created_at)
    return Due(number=row.number, channel=row.channel, notice=notice, attempts=row.attempts + 1)
