"""What many tests start from: a database in a temporary folder, a clock that stands still, a lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from neuralbrain.lock.provider_lock import ProviderLockManager
from neuralbrain.settings import Settings
from neuralbrain.store.database import Database
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.opening import open_database
from neuralbrain.store.upgrade import upgrade
from neuralbrain.wiring import Application
from stand_ins import StillClock

if TYPE_CHECKING:  # it loads the driver, which most runs of few tests do not need
    from stand_in_server import StandInServer

    from neuralbrain.outgoing.transport import Transport
    from postgresql_server import Server

settings.register_profile("untimed", deadline=None)  # a busy machine is slow, not wrong
settings.load_profile("untimed")

KEY_VARIABLES = (
    *("OPENAI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "GROQ_API_KEY", "HF_TOKEN", "HUGGINGFACEHUB_API_TOKEN"),
    *("CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY"),
    *("SOCRATA_APP_TOKEN", "DELPHI_EPIDATA_KEY"),
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test a data folder of its own, so that none can see the machine's."""
    folder = tmp_path / "home"
    monkeypatch.setenv("NEURALBRAIN_HOME", str(folder))
    monkeypatch.delenv("NEURALBRAIN_DATABASE_URL", raising=False)
    monkeypatch.delenv("NEURALBRAIN_TEST_POSTGRESQL_URL", raising=False)  # the session's fixture has read it
    for name in KEY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    return folder


@pytest.fixture
def clock() -> StillClock:
    """Return a clock that moves only when it is told to."""
    return StillClock()


LONG = (  # minutes each: begun first, so that no core is idle while another one works on the last of them
    "chaos/test_virtual_year.py",
    "chaos/test_guards.py",
    "chaos/test_kill.py",
    "chaos/test_service_killed.py",
    "chaos/test_lock_contention.py",
    "lock/test_lock_machine.py",
    "chaos/test_memory.py",
    "chaos/test_one_provider.py",
    "story/test_readme.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first."""
    places = {name: place for place, name in enumerate(LONG)}

    def place(item: pytest.Item) -> int:
        return places.get(f"{item.path.parent.name}/{item.path.name}", len(LONG))

    items.sort(key=place)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of files marked with ``both_databases`` on PostgreSQL too, where they use a database at all."""
    marked = metafunc.definition.get_closest_marker("both_databases")
    if marked is not None and "backend" in metafunc.fixturenames:
        slow = [pytest.mark.slow] if marked.kwargs.get("slow") else []
        metafunc.parametrize("backend", ["sqlite", pytest.param("postgresql", marks=slow)])


@pytest.fixture
def backend() -> str:
    """Return which kind of database a test uses; files marked with ``both_databases`` are run with each."""
    return "sqlite"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Yield the session's PostgreSQL server, started when the first test needs it."""
    from postgresql_server import running_server

    with running_server() as server:
        yield server


@pytest.fixture
def postgresql_address(postgresql: Server) -> Iterator[str]:
    """Yield the address of a fresh PostgreSQL database with the newest schema."""
    name = postgresql.make()
    yield postgresql.address_of(name)
    postgresql.drop(name)


@pytest.fixture
def open_again(home: Path, backend: str, request: pytest.FixtureRequest) -> Iterator[Callable[..., Database]]:
    """Yield what opens the test's database, each time as another process would."""
    address = request.getfixturevalue("postgresql_address") if backend == "postgresql" else ""
    made: list[Database] = []

    def again(*, busy_timeout_seconds: float = 20) -> Database:
        made.append(
            open_database(home / "neuralbrain.sqlite3", address=address, busy_timeout_seconds=busy_timeout_seconds)
        )
        return made[-1]

    yield again
    for one in made:
        one.close()


@pytest.fixture
def database(open_again: Callable[..., Database]) -> Database:
    """Return a fresh database with the newest schema."""
    made = open_again()
    upgrade(made)
    return made


@pytest.fixture
def lock_row(database: Database, clock: StillClock) -> StoredLockRow:
    """Return the lock's row in the fresh database; leases are measured by the test's clock, whatever the database."""
    row = StoredLockRow(database, clock=clock)
    row.seconds = clock.uptime_seconds
    return row


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


@pytest.fixture
def server() -> Iterator[StandInServer]:
    """Yield five providers on loopback, which misbehave on command."""
    from stand_in_server import StandInServer

    with StandInServer() as made:
        yield made


@pytest.fixture(scope="session")
def transport() -> Transport:
    """Return a transport with its default rules."""
    from neuralbrain.outgoing.transport import Transport

    return Transport(agent="NeuralBrain-tests/1")
