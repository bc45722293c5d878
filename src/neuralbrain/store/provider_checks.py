"""What the health monitor saw of providers, and how it is to look."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.lock import AuditEvent
from neuralbrain.domain.provider_check import CHECKS_KEPT, MonitorSettings, ProbeResult, ProviderCheck
from neuralbrain.ports import Clock
from neuralbrain.store import audit
from neuralbrain.store.call_schema import monitor, provider_check
from neuralbrain.store.database import Database
from neuralbrain.store.schema import lock


class StoredProviderChecks:
    """Checks in the database.

    Args:
        database: Where they stand.
        clock: Tells when a setting was changed.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def note(self, checks: Sequence[ProviderCheck]) -> None:
        """Keep the checks of one look; of each provider the newest thousand stay."""
        if not checks:
            return
        rows = [
            {
                "provider": one.provider,
                "at": one.at,
                "kind": None if one.result.kind is None else one.result.kind.value,
                "rule": one.result.rule,
                "message": one.result.message,
                "seconds": one.result.seconds,
                "reached": one.result.reached,
                "network_down": one.network_down,
                "notes": json.dumps(list(one.result.notes)),
            }
            for one in checks
        ]
        with self._database.write() as connection:
            connection.execute(insert(provider_check), rows)
            for name in {one.provider for one in checks}:
                oldest_kept = (
                    select(provider_check.c.number)
                    .where(provider_check.c.provider == name)
                    .order_by(provider_check.c.number.desc())
                    .offset(CHECKS_KEPT - 1)
                    .limit(1)
                )
                kept_from = connection.execute(oldest_kept).scalar_one_or_none()
                if kept_from is not None:
                    old = (provider_check.c.provider == name, provider_check.c.number < kept_from)
                    connection.execute(delete(provider_check).where(*old))

    def last(self, provider: str, limit: int) -> tuple[ProviderCheck, ...]:
        """Return the last checks of a provider, newest first."""
        newest = (
            select(provider_check)
            .where(provider_check.c.provider == provider)
            .order_by(provider_check.c.number.desc())
            .limit(limit)
        )
        with self._database.read() as connection, self._database.decoding("the checks of providers"):
            return tuple(_check(row) for row in connection.execute(newest))

    def settings(self) -> MonitorSettings:
        """Return how the monitor is to look."""
        with self._database.read() as connection, self._database.decoding("the settings of the monitor"):
            row = connection.execute(select(monitor)).one()
            return MonitorSettings(interval_seconds=row.interval_seconds, enabled=row.enabled)

    def change(self, settings: MonitorSettings, *, actor: str) -> None:
        """Set how the monitor is to look, with an audit event."""
        with self._database.write() as connection:
            connection.execute(
                update(monitor).values(interval_seconds=settings.interval_seconds, enabled=settings.enabled)
            )
            held = connection.execute(select(lock.c.number, lock.c.provider)).one()
            event = AuditEvent(
                event_type="monitor_changed",
                provider=held.provider,
                number=held.number,
                actor=actor,
                details={"interval_seconds": settings.interval_seconds, "enabled": settings.enabled},
            )
            audit.append(connection, (event,), at=self._clock.now())


def _check(row: Row[Any]) -> ProviderCheck:
    return ProviderCheck(
        provider=row.provider,
        at=row.at,
        result=ProbeResult(
            kind=None if row.kind is None else FailureKind(row.kind),
            rule=row.rule,
            message=row.message,
            seconds=row.seconds,
            reached=row.reached,
            notes=tuple(json.loads(row.notes)),
        ),
        network_down=row.network_down,
    )
