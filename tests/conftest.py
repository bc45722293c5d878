"""What many tests start from: a database in a temporary folder, a clock that stands still, a lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from neuralbrain.lock.provider_lock import ProviderLockManager
from neuralbrain.settings import Settings
from neuralbrain.store.database import Database
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.upgrade import upgrade
from neuralbrain.wiring import Application
from stand_ins import StillClock

settings.register_profile("untimed", deadline=None)  # a busy machine is slow, not wrong
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test a data folder of its own, so that none can see the machine's."""
    folder = tmp_path / "home"
    monkeypatch.setenv("NEURALBRAIN_HOME", str(folder))
    for name in ("OPENAI_API_KEY", "GEMINI_API_KEY", "GROQ_API_KEY", "CLOUDFLARE_API_TOKEN", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def clock() -> StillClock:
    """Return a clock that moves only when it is told to."""
    return StillClock()


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    """Yield a fresh database with the newest schema."""
    made = Database(home / "neuralbrain.sqlite3", busy_timeout_seconds=20)
    upgrade(made)
    yield made
    made.close()


@pytest.fixture
def lock_row(database: Database, clock: StillClock) -> StoredLockRow:
    """Return the lock's row in the fresh database."""
    return StoredLockRow(database, clock=clock)


@pytest.fixture
def lock(lock_row: StoredLockRow, clock: StillClock) -> ProviderLockManager:
    """Return the provider lock over the fresh database, every provider enabled."""
    from stand_ins import lock_over

    return lock_over(lock_row, clock)


@pytest.fixture
def make_application(home: Path) -> Iterator[Callable[..., Application]]:
    """Yield a builder of real applications over the test's folder; its arguments are settings."""
    made: list[Application] = []

    def make(**changes: object) -> Application:
        made.append(Application(Settings().model_copy(update={"home": home, **changes})))
        return made[-1]

    yield make
    for application in made:
        application.close()
