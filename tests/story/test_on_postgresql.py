"""The whole story on a PostgreSQL server: a cycle publishes, everything that asks finds it, and no file is made."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from neuralbrain.domain.journal import CycleStart
from neuralbrain.settings import Settings

pytestmark = pytest.mark.slow


def command(*words: str, address: str) -> str:
    """Return what a command prints, in a process of its own, told the address by the environment."""
    import os

    ended = subprocess.run(
        [sys.executable, "-m", "neuralbrain", *words],
        env={**os.environ, "NEURALBRAIN_DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 0, f"{words}: {ended.stdout}{ended.stderr}"
    assert "password" not in ended.stdout + ended.stderr
    return ended.stdout


def test_a_cycle_in_this_process(make_application, postgresql_address, home):
    """A cycle of the real application publishes an edition, nothing is found damaged, and the next changes nothing."""
    here = make_application(database_url=Settings(database_url=postgresql_address).database_url, sources=SAMPLE)
    with here.lease() as lease:
        report = here.cycle(lambda _name, _record: None).run(CycleStart(trigger="manual", holder=lease.holder))
        assert report.edition is not None, report
        again = here.cycle(lambda _name, _record: None).run(CycleStart(trigger="manual", holder=lease.holder))
    assert again.outcome.value == "unchanged"
    assert here.editions.get().header.number == 1
    assert here.damages() == []
    assert not (home / "neuralbrain.sqlite3").exists()


def test_every_command(postgresql_address, home):
    """`run` publishes; `verify`, `status`, `lock status`, `editions list` and `doctor` find it there."""
    command("run", address=postgresql_address)
    command("verify", address=postgresql_address)
    command("status", address=postgresql_address)
    assert json.loads(command("lock", "status", "--json", address=postgresql_address))["locked_provider"] == "local"
    assert "PostgreSQL" in command("doctor", address=postgresql_address)
    assert "1" in command("editions", "list", address=postgresql_address)
    assert not (home / "neuralbrain.sqlite3").exists()


SAMPLE = ("cholera-africa",)
