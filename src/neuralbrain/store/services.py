"""When the service ran, and how it was: starts, ends in order, and every health check."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from neuralbrain.domain.health import HealthCheck, HealthFinding, ServiceRecord, Verdict
from neuralbrain.domain.lock import Runner
from neuralbrain.ports import Clock
from neuralbrain.store.database import Database
from neuralbrain.store.schema import health_check, service, service_end


class StoredServices:
    """Starts of the service and its health in the database.

    Args:
        database: Where they stand.
        clock: Tells when one started or ended.
        provably_dead: Whether a process has certainly ended.
    """

    def __init__(self, database: Database, *, clock: Clock, provably_dead: Callable[[Runner], bool]) -> None:
        self._database = database
        self._clock = clock
        self._provably_dead = provably_dead

    def begin(self, process: Runner, *, address: str, version: str) -> int:
        """Record that a service started, and return its number."""
        row = {
            "started_at": self._clock.now(),
            "address": address,
            "version": version,
            "boot": process.boot,
            "namespace": process.namespace,
            "pid": process.pid,
            "started": process.started,
        }
        with self._database.write() as connection:
            return int(connection.execute(insert(service).returning(service.c.number), row).scalar_one())

    def end(self, number: int, *, reason: str) -> None:
        """Record that a service ended in order."""
        with self._database.write() as connection:
            connection.execute(
                insert(service_end), {"service_number": number, "at": self._clock.now(), "reason": reason}
            )

    def last(self, limit: int) -> tuple[ServiceRecord, ...]:
        """Return the last starts, newest first."""
        starts = select(service, service_end.c.at, service_end.c.reason).select_from(service.outerjoin(service_end))
        with self._database.read() as connection, self._database.decoding("the list of services"):
            rows = connection.execute(starts.order_by(service.c.number.desc()).limit(limit))
            return tuple(self._record(row) for row in rows)

    def running(self) -> tuple[ServiceRecord, ...]:
        """Return the services that run now, as far as can be told from here, newest first."""
        return tuple(one for one in self.last(50) if one.alive)

    def note_health(self, check: HealthCheck) -> None:
        """Remember a health check."""
        findings = [
            {"code": one.code, "verdict": one.verdict.value, "message": one.message, "remedy": one.remedy}
            for one in check.findings
        ]
        with self._database.write() as connection:
            connection.execute(
                insert(health_check),
                {"at": check.at, "verdict": check.verdict.value, "findings": json.dumps(findings)},
            )

    def health(self, limit: int, *, since: datetime | None = None) -> tuple[HealthCheck, ...]:
        """Return the last health checks, newest first."""
        newest = select(health_check).order_by(health_check.c.number.desc()).limit(limit)
        if since is not None:
            newest = newest.where(health_check.c.at >= since)
        with self._database.read() as connection, self._database.decoding("the health checks"):
            return tuple(_check(row) for row in connection.execute(newest))

    def _record(self, row: Row[Any]) -> ServiceRecord:
        process = Runner(
            holder="",
            boot=row.boot,
            namespace=row.namespace,
            pid=row.pid,
            started=row.started,
            lease_until=0.0,
            since=row.started_at,
        )
        return ServiceRecord(
            number=row.number,
            started_at=row.started_at,
            address=row.address,
            version=row.version,
            pid=row.pid,
            alive=row.at is None and not self._provably_dead(process),
            ended_at=row.at,
            end_reason=row.reason or "",
        )


def _check(row: Row[Any]) -> HealthCheck:
    findings = tuple(
        HealthFinding(code=one["code"], verdict=Verdict(one["verdict"]), message=one["message"], remedy=one["remedy"])
        for one in json.loads(row.findings)
    )
    return HealthCheck(at=row.at, verdict=Verdict(row.verdict), findings=findings)
