"""Thousands of requests that the API's document allows, and that it forbids, on stores of every kind: no fault."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from fuzzing import Fuzz, Tally, Target
from served import Service, application_over, call, serving

from neuralbrain.domain.token import Scope
from neuralbrain.wiring import Application
from republished import publish_again

pytestmark = pytest.mark.slow
CASES = int(os.environ.get("NEURALBRAIN_TEST_FUZZ_CASES", "500"))  # in all; `make fuzz` asks 10,000
SEED = int(os.environ.get("NEURALBRAIN_TEST_SEED", str(random.SystemRandom().randrange(10**6))))
APART = 1000  # between the seeds of two targets; more than there are operations
OFTEN = 10**6  # changes and wrong tokens a minute: what limits them has its own tests
SHORT_SECONDS = 0.05  # that somebody waits for a database that stays locked
RED = {"MOZ": 91.0, "BDI": 86.0, "ZMB": 99.5}
HOLD = """
import sys
from neuralbrain.store.sqlite_database import sqlite_driver
connection = sqlite_driver().connect(sys.argv[1], isolation_level=None)
connection.execute(f"PRAGMA locking_mode = {sys.argv[2]}")
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""
EDITION, EMPTY, WRITTEN, LOCKED = "with an edition", "empty", "locked for writers", "locked for all"
MODES = {WRITTEN: "NORMAL", LOCKED: "EXCLUSIVE"}  # with a log of writes ahead, only the latter keeps readers out
KINDS = (EDITION, EMPTY, WRITTEN, LOCKED)


@pytest.fixture(scope="module")
def fuzz(reading: Service) -> Fuzz:
    """Return what makes requests up from the document."""
    return Fuzz(call(reading.api, "/openapi.json").body)


@pytest.fixture(scope="module")
def with_alerts(ran_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with four editions and three alerts."""
    home = shutil.copytree(ran_once, tmp_path_factory.mktemp("fuzzed") / "home")
    application = application_over(home)
    application.alerting.look()
    for scores in (RED, {**RED, "BDI": 20.0}, {**RED, "BDI": 20.0}):
        publish_again(application.editions, application.lease(), at=application.clock.now(), risk_score=scores)
    application.alerting.look()
    application.close()
    return home


@contextlib.contextmanager
def serving_over(home: Path, *, kind: str) -> Iterator[tuple[Service, str]]:
    """Yield a service over a home, and a token; its database is locked by another process where the kind says so."""
    changes: dict[str, Any] = {"changes_per_minute": OFTEN, "failed_attempts_per_minute": OFTEN}
    if kind in MODES:
        changes["busy_timeout_seconds"] = SHORT_SECONDS
    application = application_over(home, **changes)
    token, _ = application.tokens.create("fuzz", scope=Scope.ADMIN, lasts=None, actor="test")
    application.tokens.create("spare", scope=Scope.READ, lasts=None, actor="test")
    with serving(application) as service, held(application, mode=MODES.get(kind, "")):
        yield service, token
    application.close()


@contextlib.contextmanager
def held(application: Application, *, mode: str) -> Iterator[None]:
    """Have another process lock the database of an application until the block ends; not where there is no mode."""
    if not mode:
        yield
        return
    application.database.close()  # it opens connections anew as it needs them: an open one would keep the other out
    command = [sys.executable, "-c", HOLD, str(application.settings.home / "neuralbrain.sqlite3"), mode]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "held\n"
            yield
        finally:
            other.communicate("")


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_asked_the_answer_is_as_documented(
    fuzz: Fuzz, with_alerts: Path, tmp_path: Path, kind: str
) -> None:
    """With and without a token nothing gives a fault, or an answer whose status, type or shape is not documented."""
    home = tmp_path / "fuzzed"
    if kind != EMPTY:
        shutil.copytree(with_alerts, home)
    place, share = KINDS.index(kind), ceil(CASES / len(KINDS) / 2)
    with serving_over(home, kind=kind) as (service, token):
        require_kind(service, kind, token=token)
        tallies = [
            fuzz.ask(
                Target(name=kind, service=service, token=given, may_be_busy=kind != EDITION),
                cases=share,
                chance=SEED + APART * (2 * place + bool(given)),
            )
            for given in ("", token)
        ]
    for one, given in zip(tallies, ("without a token", "with a token"), strict=True):
        found = dict(sorted(one.statuses.items()))
        sys.stdout.write(f"\nseed {SEED}, {kind}, {given}: {one.cases} cases, {found}")
    faults = {kind: said for one in tallies for kind, said in one.faults.items()}
    assert faults == {}, "\n\n".join(f"seed {SEED}: {one}\n{said}" for one, said in faults.items())
    assert [one.cases for one in tallies] == [share, share]
    require_telling(fuzz, kind, *tallies)


def require_kind(service: Service, kind: str, *, token: str) -> None:
    """Require that the store is what a kind says: what cannot be read is 503, what cannot be written, too."""
    paths = ("/healthz", "/api/lock", "/api/forecasts/all")
    found = [service.get(path).status for path in paths]
    assert found == {EMPTY: [200, 200, 503], LOCKED: [200, 503, 200]}.get(kind, [200, 200, 200])
    if kind in MODES:
        token_in_use = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        got = service.get("/api/schedule/pause", method="POST", body='{"reason": "A test."}', **token_in_use)
        assert got.status == 503


def require_telling(fuzz: Fuzz, kind: str, without: Tally, with_token: Tally) -> None:
    """Require that every operation was asked, and that neither nearly all was refused nor nothing was."""
    assert set(with_token.by_operation) == set(without.by_operation) == set(fuzz.operations)
    found = without.statuses + with_token.statuses
    assert 500 not in found
    assert found[422] > found.total() / 20
    if kind == LOCKED:  # what is in memory is told all the same
        assert found[503] > found[200] > 0
    else:
        assert found[401] > 0
        assert found[200] > found.total() / 10
