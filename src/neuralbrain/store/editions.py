"""Published editions: made in one transaction, read whole, withdrawn but never deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, or_, select

from neuralbrain.domain.edition import Draft, Edition, EditionHeader, Withdrawal, edition_digest
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.lock import AuditEvent
from neuralbrain.errors import FencedError, NotFoundError, StoreDamagedError
from neuralbrain.ports import Clock
from neuralbrain.store import audit
from neuralbrain.store.database import Database
from neuralbrain.store.described_series import as_described
from neuralbrain.store.forecast_rows import rows_of, table_of
from neuralbrain.store.lock_row import require_number
from neuralbrain.store.schema import (
    edition,
    edition_table,
    forecast,
    refusal,
    series,
    series_description,
    withdrawal,
)
from neuralbrain.store.turn import Turn, take_turn


class StoredEditions:
    """Editions in the database.

    Args:
        database: Where they stand.
        clock: Tells when one was withdrawn.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def publish(self, draft: Draft, *, holder: str) -> EditionHeader:
        """Make a draft the next edition, all of it or nothing; a refusal is audited.

        Raises:
            FencedError: If the lock has another number or provider, or another process the runner lease, by now.
        """
        try:
            with self._database.write() as connection:
                require_number(connection, number=draft.lock_number, provider=draft.provider, holder=holder)
                header = _insert(connection, draft)
                published = AuditEvent(
                    event_type="edition_published",
                    provider=header.provider,
                    number=header.lock_number,
                    actor=holder,
                    details={"edition": header.number, "digest": header.digest},
                )
                audit.append(connection, (published,), at=self._clock.now())
                return header
        except FencedError as refused:
            event = AuditEvent(
                event_type="publish_refused",
                provider=draft.provider,
                number=draft.lock_number,
                actor=holder,
                details={"why": refused.happened},
            )
            with self._database.write() as connection:
                audit.append(connection, (event,), at=self._clock.now())
            raise

    def headers(self, limit: int, *, before: int | None = None) -> tuple[EditionHeader, ...]:
        """Return the last editions, newest first, withdrawn ones included; only those of a lower number than given."""
        wanted = _headers().order_by(edition.c.number.desc()).limit(limit)
        wanted = wanted if before is None else wanted.where(edition.c.number < before)
        with self._database.read() as connection, self._database.decoding("the list of editions"):
            return tuple(_header(row) for row in connection.execute(wanted).all())

    def up_at(self, moment: datetime) -> EditionHeader | None:
        """Return the header of the edition that was up at a moment, None where none was.

        That is the newest of those published until then, but those that had been withdrawn by then.
        """
        stood = or_(withdrawal.c.at.is_(None), withdrawal.c.at > moment)
        newest = _headers().where(edition.c.timestamp <= moment, stood).order_by(edition.c.number.desc()).limit(1)
        with self._database.read() as connection, self._database.decoding("the list of editions"):
            row = connection.execute(newest).one_or_none()
            return None if row is None else _header(row)

    def current(self) -> EditionHeader | None:
        """Return the header of the newest edition that was not withdrawn."""
        newest = _headers().where(withdrawal.c.at.is_(None)).order_by(edition.c.number.desc()).limit(1)
        with self._database.read() as connection, self._database.decoding("the list of editions"):
            row = connection.execute(newest).one_or_none()
            return None if row is None else _header(row)

    def header(self, number: int) -> EditionHeader | None:
        """Return the header of one edition, withdrawn or not, None where there is none of that number."""
        with self._database.read() as connection, self._database.decoding(f"edition {number}"):
            row = connection.execute(_headers().where(edition.c.number == number)).one_or_none()
            return None if row is None else _header(row)

    def of_slot(self, slot: datetime) -> int | None:
        """Return the number of the edition that was published for a slot, None where none was."""
        with self._database.read() as connection:
            return connection.execute(select(edition.c.number).where(edition.c.slot == slot)).scalar_one_or_none()

    def get(self, number: int | None = None) -> Edition | None:
        """Return one edition whole; without a number the newest that was not withdrawn.

        Raises:
            StoreDamagedError: If its content is not what was published.
        """
        wanted = _headers().order_by(edition.c.number.desc()).limit(1)
        wanted = wanted.where(withdrawal.c.at.is_(None)) if number is None else wanted.where(edition.c.number == number)
        what = "the current edition" if number is None else f"edition {number}"
        # One snapshot: header and rows are of the same moment.
        with self._database.read() as connection, self._database.decoding(what):
            row = connection.execute(wanted).one_or_none()
            if row is None:
                return None
            found = Edition(
                header=_header(row), tables=_tables(connection, _header(row)), refused=_refused(connection, row.number)
            )
        require_intact(found)
        return found

    def withdraw(self, number: int, *, reason: str, actor: str) -> None:
        """Mark an edition as withdrawn, with an audit event; it stays readable.

        Raises:
            NotFoundError: If there is no such edition, or it is withdrawn already.
            ValueError: If no reason is given: it is shown with the edition for ever.
        """
        if not reason.strip():
            raise ValueError("a withdrawal needs its reason in words")
        with self._database.write() as connection:
            take_turn(connection, Turn.WITHDRAWALS)
            row = connection.execute(_headers().where(edition.c.number == number)).one_or_none()
            if row is None or row.withdrawn_at is not None:
                raise NotFoundError(
                    f"There is no edition {number}." if row is None else f"Edition {number} is withdrawn already.",
                    remedy="`neuralbrain editions list` shows which there are.",
                )
            now = self._clock.now()
            connection.execute(
                insert(withdrawal), {"edition_number": number, "at": now, "reason": reason, "actor": actor}
            )
            event = AuditEvent(
                event_type="edition_withdrawn",
                provider=row.provider,
                number=row.lock_number,
                actor=actor,
                details={"edition": number, "reason": reason},
            )
            audit.append(connection, (event,), at=now)


def require_intact(found: Edition) -> None:
    """Refuse an edition whose content does not have the digest it was published under.

    Raises:
        StoreDamagedError: If it has not, or rows are missing.
    """
    header = found.header
    digest = edition_digest(
        number=header.number,
        provider=header.provider,
        lock_number=header.lock_number,
        inputs_digest=header.inputs_digest,
        cutoff=header.cutoff,
        timestamp=header.timestamp,
        tables=found.tables,
        refused=found.refused,
        previous_digest=header.previous_digest,
        slot=header.slot,
    )
    if digest == header.digest and sum(len(table) for table in found.tables) == header.forecasts:
        return
    raise StoreDamagedError(
        f"Edition {header.number} is not what was published: its digest does not match its content.",
        remedy="Restore the database from a copy; `neuralbrain verify` names everything that changed.",
    )


def _insert(connection: Connection, draft: Draft) -> EditionHeader:
    last = connection.execute(
        select(edition.c.number, edition.c.digest).order_by(edition.c.number.desc()).limit(1)
    ).one_or_none()
    number, previous = (1, "") if last is None else (last.number + 1, last.digest)
    said: dict[str, Any] = {
        "number": number,
        "provider": draft.provider,
        "lock_number": draft.lock_number,
        "inputs_digest": draft.inputs_digest,
        "cutoff": draft.cutoff,
        "timestamp": draft.timestamp,
        "previous_digest": previous,
        "slot": draft.slot,
    }
    header = EditionHeader(
        **said,
        forecasts=len(draft),
        refused=len({(one.region, one.signal) for one in draft.refused}),
        digest=edition_digest(**said, tables=draft.tables, refused=draft.refused),
    )
    connection.execute(insert(edition), {column.name: getattr(header, column.name) for column in edition.c})
    for position, (table, reply_number) in enumerate(zip(draft.tables, draft.replies, strict=True)):
        _insert_table(connection, table, header=header, position=position, reply_number=reply_number)
    _insert_refusals(connection, draft.refused, edition_number=number)
    return header


def _insert_table(
    connection: Connection, table: ForecastTable, *, header: EditionHeader, position: int, reply_number: int
) -> None:
    connection.execute(
        insert(edition_table),
        {
            "edition_number": header.number,
            "position": position,
            "source": table.source,
            "cadence": table.cadence.value,
            "horizons": json.dumps(list(table.horizons)),
            "reply_number": reply_number,
            "provider": table.provider,
            "lock_number": table.lock_number,
        },
    )
    known = {
        (row.location, row.signal): row.number
        for row in connection.execute(
            select(series.c.number, series.c.location, series.c.signal).where(series.c.source == table.source)
        )
    }
    numbers = [known[region, signal.name] for region, signal in zip(table.regions, table.signals, strict=True)]
    descriptions = _description_numbers(connection, table, numbers)
    rows = rows_of(
        table,
        edition_number=header.number,
        position=position,
        series_numbers=numbers,
        description_numbers=descriptions,
    )
    if rows:
        connection.execute(insert(forecast), rows)


def _description_numbers(
    connection: Connection, table: ForecastTable, series_numbers: Sequence[int]
) -> list[int | None]:
    """Return the description that each row of a table was made under; None for the one its series began with."""
    mine = series.c.source == table.source
    began = select(series.c.number, series.c.deaths, series.c.is_primary).where(mine)
    later = select(series_description).join(series, series.c.number == series_description.c.series_number).where(mine)
    known: dict[tuple[int, str | None, bool], int | None] = {
        (row.series_number, row.deaths, row.is_primary): row.number for row in connection.execute(later)
    }
    known |= {(row.number, row.deaths, row.is_primary): None for row in connection.execute(began)}
    return [
        known[number, signal.deaths, signal.primary]
        for number, signal in zip(series_numbers, table.signals, strict=True)
    ]


def _insert_refusals(connection: Connection, refused: tuple[Finding, ...], *, edition_number: int) -> None:
    rows = [
        {
            "edition_number": edition_number,
            "position": position,
            "code": one.code,
            "severity": one.severity.value,
            "region": one.region,
            "signal": one.signal,
            "message": one.message,
        }
        for position, one in enumerate(refused)
    ]
    if rows:
        connection.execute(insert(refusal), rows)


def _refused(connection: Connection, edition_number: int) -> tuple[Finding, ...]:
    kept = select(refusal).where(refusal.c.edition_number == edition_number).order_by(refusal.c.position)
    return tuple(
        Finding(
            code=row.code, severity=Severity(row.severity), message=row.message, region=row.region, signal=row.signal
        )
        for row in connection.execute(kept)
    )


def _headers() -> Select[Any]:
    return select(
        edition,
        withdrawal.c.at.label("withdrawn_at"),
        withdrawal.c.reason.label("withdrawn_reason"),
        withdrawal.c.actor.label("withdrawn_by"),
    ).select_from(edition.outerjoin(withdrawal))


def _header(row: Row[Any]) -> EditionHeader:
    withdrawn = None
    if row.withdrawn_at is not None:
        withdrawn = Withdrawal(at=row.withdrawn_at, reason=row.withdrawn_reason, actor=row.withdrawn_by)
    return EditionHeader(**{column.name: getattr(row, column.name) for column in edition.c}, withdrawal=withdrawn)


def _tables(connection: Connection, header: EditionHeader) -> tuple[ForecastTable, ...]:
    heads = connection.execute(
        select(edition_table).where(edition_table.c.edition_number == header.number).order_by(edition_table.c.position)
    ).all()
    columns = (forecast, series.c.location, series.c.signal, series.c.unit, series.c.measure, series.c.cadence)
    tables = []
    for head in heads:
        rows = connection.execute(
            select(*columns, *(as_described(name, series_description) for name in ("deaths", "is_primary")))
            .join(series, series.c.number == forecast.c.series_number)
            .outerjoin(series_description, series_description.c.number == forecast.c.description_number)
            .where(forecast.c.edition_number == header.number, forecast.c.table_position == head.position)
            .order_by(forecast.c.row_position)
        ).all()
        tables.append(table_of(rows, head=head, cutoff=header.cutoff, timestamp=header.timestamp))
    return tuple(tables)
