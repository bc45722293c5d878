"""When the service ran and how it was, as the database remembers it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from neuralbrain.domain.health import HealthCheck, HealthFinding, Verdict
from neuralbrain.domain.lock import Runner
from neuralbrain.errors import StoreDamagedError
from neuralbrain.store.services import StoredServices
from stand_ins import START

pytestmark = pytest.mark.both_databases(slow=True)

DEAD = 666


@pytest.fixture
def services(database, clock) -> StoredServices:
    """Return the services of a fresh database; one process is known to be dead."""
    return StoredServices(database, clock=clock, provably_dead=lambda process: process.pid == DEAD)


def process(pid: int) -> Runner:
    """Return a process."""
    return Runner(holder="h", boot="b", namespace="n", pid=pid, started="s", lease_until=0.0, since=START)


def test_starts_and_ends(services, clock):
    """Each start comes back newest first, with whether it ended in order, is dead, or runs."""
    ended = services.begin(process(1), address="http://127.0.0.1:8000", version="1")
    clock.forward(hours=1)
    services.end(ended, reason="told to stop")
    services.begin(process(DEAD), address="http://127.0.0.1:8000", version="1")
    runs = services.begin(process(2), address="http://[::1]:8000", version="2")
    found = [(one.pid, one.alive, one.ended_at, one.end_reason) for one in services.last(9)]
    assert found == [
        (2, True, None, ""),
        (DEAD, False, None, ""),
        (1, False, START + timedelta(hours=1), "told to stop"),
    ]
    assert [one.number for one in services.running()] == [runs]
    assert services.running()[0].address == "http://[::1]:8000"
    assert [one.pid for one in services.last(1)] == [2]


def test_health_checks(services):
    """Health checks come back newest first with their findings, as many as wanted and since when wanted."""
    finding = HealthFinding(code="edition-old", verdict=Verdict.DEGRADED, message="Old. ☂", remedy="Look.")
    checks = [
        HealthCheck(at=START, verdict=Verdict.HEALTHY, findings=()),
        HealthCheck(at=START + timedelta(minutes=5), verdict=Verdict.DEGRADED, findings=(finding,)),
        HealthCheck(at=START + timedelta(minutes=10), verdict=Verdict.FAILING, findings=(finding, finding)),
    ]
    for check in checks:
        services.note_health(check)
    assert services.health(9) == tuple(reversed(checks))
    assert services.health(1) == (checks[2],)
    assert services.health(9, since=START + timedelta(minutes=5)) == (checks[2], checks[1])


@pytest.mark.parametrize("findings", ["[", "{}7", "[{}]", "[7]", '[{"code": "x", "verdict": "y"}]'])
def test_damage_is_called_damage(services, database, findings):
    """A health check that cannot be what was written is called damage, not a library's error."""
    with database.write() as connection:
        connection.execute(
            text("INSERT INTO health_check (at, verdict, findings) VALUES ('2026-04-01 12:00:00', 'healthy', :said)"),
            {"said": findings},
        )
    with pytest.raises(StoreDamagedError):
        services.health(1)
