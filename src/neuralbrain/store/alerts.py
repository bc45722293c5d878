"""Which alerts are open: raised, kept and ended in one transaction with the history and the messages of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from neuralbrain.alert_ports import NextLook
from neuralbrain.domain.alert import ENDS, TOLD, AlertChange, AlertKey, AlertRule, Decision, OpenAlert
from neuralbrain.domain.region_signs import RegionSigns
from neuralbrain.ports import Clock
from neuralbrain.store.alert_results import judge
from neuralbrain.store.alert_schema import alert, alert_event, alert_look, alert_message, alert_open
from neuralbrain.store.alert_signs import signs_of
from neuralbrain.store.database import Database
from neuralbrain.store.schema import edition, withdrawal
from neuralbrain.store.turn import Turn, take_turn

_KEY = ("rule", "region", "signal", "subject")


class StoredAlerts:
    """Open alerts in the database.

    Args:
        database: Where they stand.
        clock: Tells when something happened.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def next_look(self) -> NextLook | None:
        """Return which edition is to be looked at next, None where none is."""
        with self._database.read() as connection:
            current = connection.execute(_standing(func.max(edition.c.number))).scalar_one()
            last = connection.execute(_LAST_LOOK).one_or_none()
            if current is None:
                return None
            if last is None:
                return NextLook(edition=current, after=0)
            newer = _standing(func.min(edition.c.number)).where(edition.c.number > last.edition_number)
            found = connection.execute(newer).scalar_one()
        if found is None and current == last.edition_number:
            return None
        return NextLook(edition=current if found is None else found, after=last.number)

    def signs(self, *, until: int, editions: int) -> RegionSigns | None:
        """Return what the last editions that were not withdrawn say, up to one; None where that is withdrawn itself."""
        numbers = _standing(edition.c.number).where(edition.c.number <= until)
        numbers = numbers.order_by(edition.c.number.desc()).limit(editions)
        with self._database.read() as connection, self._database.decoding("what editions say of regions"):
            found = tuple(reversed(connection.execute(numbers).scalars().all()))
            return signs_of(connection, found) if found and found[-1] == until else None

    def open_alerts(self) -> tuple[OpenAlert, ...]:
        """Return every alert that is open."""
        with self._database.read() as connection, self._database.decoding("the open alerts"):
            return _open(connection)

    def raised_before(self, rule: AlertRule) -> Mapping[AlertKey, int]:
        """Return the edition that stands at which an alert about something was last raised, of one rule."""
        columns = [alert.c[name] for name in _KEY]
        asked = select(*columns, func.max(alert.c.edition_number).label("edition"))
        asked = asked.outerjoin_from(alert, withdrawal, withdrawal.c.edition_number == alert.c.edition_number)
        asked = asked.where(alert.c.rule == rule.value, alert.c.edition_number.is_not(None))
        asked = asked.where(withdrawal.c.at.is_(None)).group_by(*columns)
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
        return {AlertKey(rule, row.region, row.signal, row.subject): row.edition for row in rows}

    def withdrawn(self, editions: Collection[int]) -> frozenset[int]:
        """Return which of some editions were withdrawn."""
        asked = select(withdrawal.c.edition_number).where(withdrawal.c.edition_number.in_(sorted(editions)))
        with self._database.read() as connection:
            return frozenset(connection.execute(asked).scalars())

    def change(
        self,
        decide: Callable[[Sequence[OpenAlert]], Sequence[Decision]],
        *,
        channels: Sequence[str],
        edition: int | None,
        look: NextLook | None = None,
    ) -> int | None:
        """Write what a pure decision about the open alerts comes to, with one message to each channel: all or nothing.

        Returns:
            How many events were written, None where another process looked meanwhile: then nothing was.
        """
        with self._database.write() as connection, self._database.decoding("the open alerts"):
            take_turn(connection, Turn.ALERTS)
            now = self._clock.now()
            if look is not None:
                last = connection.execute(_LAST_LOOK).one_or_none()
                if (0 if last is None else last.number) != look.after:
                    return None
                connection.execute(insert(alert_look), {"edition_number": look.edition, "at": now})
            made = [_write(connection, one, edition=edition, now=now) for one in decide(_open(connection))]
            events = [one for one in made if one is not None]
            told = [number for change, number in events if change in TOLD]
            if told and channels:
                connection.execute(insert(alert_message), _messages(channels, told, now=now))
            return len(events)

    def judge(self) -> int:
        """Keep what came of alerts whose claims were judged since, and return how many results that were."""
        with self._database.write() as connection, self._database.decoding("what came of alerts"):
            take_turn(connection, Turn.ALERTS)
            return judge(connection, now=self._clock.now())


_LAST_LOOK = select(alert_look).order_by(alert_look.c.number.desc()).limit(1)


def _standing(what: Any) -> Any:  # noqa: ANN401 - a column or a function of one, and a question of it
    """Ask for something of the editions that were not withdrawn."""
    joined = edition.outerjoin(withdrawal, withdrawal.c.edition_number == edition.c.number)
    return select(what).select_from(joined).where(withdrawal.c.at.is_(None))


def _open(connection: Connection) -> tuple[OpenAlert, ...]:
    rows = connection.execute(select(alert_open).order_by(alert_open.c.alert_number))
    return tuple(
        OpenAlert(
            number=row.alert_number,
            key=AlertKey(AlertRule(row.rule), row.region, row.signal, row.subject),
            edition=row.edition_number,
            seen_at=row.seen_at,
            reason=row.reason,
        )
        for row in rows
    )


def _write(
    connection: Connection, one: Decision, *, edition: int | None, now: datetime
) -> tuple[AlertChange, int] | None:
    """Write what becomes of one alert, and return the event and its number; None where it was only seen again."""
    number = _raise(connection, one, edition=edition, now=now) if one.number is None else one.number
    if one.change in ENDS:
        connection.execute(delete(alert_open).where(alert_open.c.alert_number == number))
    elif one.seen:
        seen = {"seen_at": now, "edition_number": edition, "reason": one.reason}
        connection.execute(update(alert_open).where(alert_open.c.alert_number == number).values(seen))
    if one.change is None:
        return None
    event = {
        "alert_number": number,
        "change": one.change.value,
        "at": now,
        "edition_number": edition,
        "value": one.value,
        "reason": one.reason,
        "actor": "",
        "note": "",
    }
    return one.change, int(connection.execute(insert(alert_event).returning(alert_event.c.number), event).scalar_one())


def _raise(connection: Connection, one: Decision, *, edition: int | None, now: datetime) -> int:
    key = {name: str(part) for name, part in zip(_KEY, one.key, strict=True)}
    place = {} if one.claim is None else {"table_position": one.claim.table, "row_position": one.claim.row}
    row = {**key, **place, "uid": str(uuid.uuid4()), "raised_at": now, "edition_number": edition}
    number = int(connection.execute(insert(alert).returning(alert.c.number), row).scalar_one())
    is_open = {"alert_number": number, "edition_number": edition, "seen_at": now, "reason": one.reason}
    connection.execute(insert(alert_open), {**key, **is_open})
    return number


def _messages(channels: Sequence[str], told: Sequence[int], *, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "key": str(uuid.uuid4()),
            "channel": name,
            "first_event": told[0],
            "last_event": told[-1],
            "created_at": now,
            "attempts": 0,
            "next_at": now,
            "said": "",
        }
        for name in channels
    ]
