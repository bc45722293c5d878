"""What was known when is the same, in whatever order releases came, how often, and wherever that was broken off."""

from __future__ import annotations

import itertools
import math
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import interrupted_intake
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up_releases import (
    FIRST_MOMENT,
    Release,
    answers_at,
    feeds,
    history_of,
    require_history,
    revisions_in,
    take_in,
)

from neuralbrain.store.database import Database
from neuralbrain.store.observations import StoredObservations
from neuralbrain.store.schema import metadata
from neuralbrain.store.upgrade import upgrade
from stand_ins import StillClock

pytestmark = pytest.mark.both_databases(slow=True)

EMPTIED = ("observation", "feed_page", "feed_fetch", "release", "rejected_row", "payload", "series")
TESTS = Path(__file__).parents[1]
KILLS = 12


class BrokenOffError(Exception):
    """Stands for whatever ends a process: nothing of ours catches it."""


class Brittle:
    """A database that breaks off inside its n-th transaction, after everything in it was done.

    Args:
        database: The real one.
        breaks_in: Which transaction, from 0.
    """

    def __init__(self, database: Database, *, breaks_in: int) -> None:
        self._database = database
        self._left = breaks_in
        self.read = database.read
        self.decoding = database.decoding

    @contextmanager
    def write(self) -> Iterator[object]:
        """Run a block as the real one does, up to the end of the one that breaks."""
        with self._database.write() as connection:
            yield connection
            self._left -= 1
            if self._left < 0:
                raise BrokenOffError


@pytest.fixture
def observations(database: Database) -> StoredObservations:
    """Return the store's observations over a fresh database."""
    return StoredObservations(database, clock=StillClock(FIRST_MOMENT))


def emptied(observations: StoredObservations) -> StoredObservations:
    """Return the store as it was before anything was taken in: a fresh database an example would take too long."""
    database = observations._database
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for name in EMPTIED:
                connection.execute(metadata.tables[name].delete())
            return observations
        triggers = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN "
            f"({', '.join(repr(name) for name in EMPTIED)})"
        ).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for name in EMPTIED:
            connection.execute(metadata.tables[name].delete())
        for _, statement in triggers:
            connection.exec_driver_sql(statement)
    return observations


def runs(order: list[Release], cuts: list[bool]) -> list[list[Release]]:
    """Return releases cut into runs of one part that go forward in time, as the parts of payloads are."""
    found: list[list[Release]] = []
    for one, cut in zip(order, cuts, strict=True):
        last = found[-1][-1] if found else None
        if cut or last is None or last.part != one.part or last.hour >= one.hour:
            found.append([one])
        else:
            found[-1].append(one)
    return found


many = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_model_is_right_about_one_feed_worked_out_by_hand() -> None:
    """A value that is left out is withdrawn, one outside the window stays, and one that returns is news again."""
    place, first, second = "AGO", ("AGO", "cases", _day(0)), ("AGO", "cases", _day(1))
    releases = (
        Release(hour=0, signal="cases", first=0, last=1, values=((place, 0, 1.0), (place, 1, 2.0))),
        Release(hour=1, signal="cases", first=1, last=1, values=()),
        Release(hour=2, signal="cases", first=0, last=1, values=((place, 0, 1.0), (place, 1, 2.0))),
    )
    history = history_of(releases)
    assert answers_at(history, releases[0].as_of) == {first: 1.0, second: 2.0}
    assert answers_at(history, releases[1].as_of) == {first: 1.0}
    assert answers_at(history, releases[2].as_of) == {first: 1.0, second: 2.0}
    assert revisions_in(history) == {
        (first, releases[0].as_of, 1.0),
        (second, releases[0].as_of, 2.0),
        (second, releases[1].as_of, None),
        (second, releases[2].as_of, 2.0),
    }


def _day(week: int):
    from made_up_releases import day_of

    return day_of(week)


BY_HAND = {
    "the newest mentions again what the one before revised, and says everything about another week only": (
        Release(hour=0, signal="cases", first=0, last=1, values=(("AGO", 0, 5.0), ("AGO", 1, 1.0))),
        Release(hour=1, signal="cases", first=0, last=0, values=(("AGO", 0, 7.0),)),
        Release(hour=2, signal="cases", first=1, last=1, values=(("AGO", 0, 5.0), ("AGO", 1, 1.0))),
    ),
    "one is withdrawn by being left out, and comes back as it was": (
        Release(hour=0, signal="cases", first=0, last=1, values=(("AGO", 0, 5.0), ("AGO", 1, 1.0))),
        Release(hour=1, signal="cases", first=0, last=1, values=(("AGO", 1, 1.0),)),
        Release(hour=2, signal="cases", first=0, last=1, values=(("AGO", 0, 5.0), ("AGO", 1, 1.0))),
    ),
    "one is withdrawn by name, and nobody speaks of it again": (
        Release(hour=0, signal="cases", first=0, last=0, values=(("AGO", 0, 5.0),)),
        Release(hour=1, signal="cases", first=0, last=0, values=(("AGO", 0, math.nan),)),
        Release(hour=2, signal="cases", first=1, last=1, values=(("AGO", 1, 1.0),)),
    ),
    "two of the same moment share the weeks between them": (
        Release(hour=0, signal="cases", first=0, last=1, values=(("AGO", 0, 5.0), ("AGO", 1, 1.0))),
        Release(hour=1, signal="cases", first=0, last=0, values=(("AGO", 0, 6.0),)),
        Release(hour=1, signal="cases", first=1, last=1, values=()),
    ),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_every_order_of_three_gives_the_same_answers(observations, name):
    """Three releases whose order matters most are answered alike in each of their six orders."""
    for order in itertools.permutations(BY_HAND[name]):
        store = emptied(observations)
        for one in order:
            take_in(store, one)
        require_history(store, BY_HAND[name])


@many
@given(
    releases=feeds(), chance=st.randoms(use_true_random=False), cut=st.lists(st.booleans(), min_size=24, max_size=24)
)
def test_any_order_gives_the_same_answers(observations, releases, chance, cut):
    """Taken in in any order, singly or several at once, and then in another order again, every moment is as it was."""
    store = emptied(observations)
    order = list(releases)
    for _ in range(2):
        if chance.random() < 0.7:  # else as they came out, several at once
            chance.shuffle(order)
        for several in runs(order, cut[: len(order)]):
            take_in(store, *several)
        require_history(store, releases)


@many
@given(releases=feeds(), chance=st.randoms(use_true_random=False), breaks_in=st.integers(0, 30))
def test_broken_off_anywhere_and_begun_again(observations, releases, chance, breaks_in):
    """Broken off inside any transaction and taken in again from the start, every moment is as if nothing had been."""
    store = emptied(observations)
    brittle = StoredObservations(
        Brittle(store._database, breaks_in=breaks_in),  # type: ignore[arg-type]
        clock=StillClock(FIRST_MOMENT),
    )
    order = list(releases)
    chance.shuffle(order)
    try:
        for one in order:
            take_in(brittle, one)
    except BrokenOffError:
        pass
    for one in order:
        take_in(store, one)
    require_history(store, releases)


@many
@given(releases=feeds())
def test_twice_adds_nothing(observations, releases):
    """The same releases again change no row of any table but the raw payloads', which are kept once as well."""
    store = emptied(observations)
    for one in releases:
        take_in(store, one)
    before = _everything(store)
    for one in releases:
        take_in(store, one)
    assert _everything(store) == before


def test_what_was_never_known_is_not_withdrawn(observations):
    """A release that withdraws, outside of what it says everything about, a value nobody knew changes nothing."""
    release = Release(hour=0, signal="cases", first=0, last=0, values=(("NAM", 4, math.nan),))
    take_in(observations, release)
    require_history(observations, (release,))


def _everything(store: StoredObservations) -> dict[str, list[tuple[object, ...]]]:
    with store._database.read() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(metadata.tables[name].select())), key=repr)
            for name in EMPTIED
        }


@pytest.mark.slow
def test_a_killed_process_leaves_whole_releases(tmp_path: Path) -> None:
    """Killed at any moment and begun again, the store answers as if it had never been killed."""
    seed = int(os.environ.get("NEURALBRAIN_TEST_SEED", str(random.SystemRandom().randrange(10**6))))
    chance = random.Random(seed)
    from neuralbrain.store.opening import open_database

    struck = 0
    for trial in range(KILLS):
        path = tmp_path / f"{trial}.sqlite3"
        database = open_database(path, address="", busy_timeout_seconds=20)
        upgrade(database)
        command = [sys.executable, interrupted_intake.__file__, str(path), str(seed + trial)]
        folders = os.pathsep.join([str(TESTS), str(TESTS / "store")])
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": folders}
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        time.sleep(chance.uniform(0, 0.5))  # the moment is the point of this test, not a wait for something
        struck += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
        process.wait()
        store = StoredObservations(database, clock=StillClock(FIRST_MOMENT))
        for one in interrupted_intake.shuffled(seed + trial):
            take_in(store, one)
        require_history(store, interrupted_intake.releases(seed + trial))
        database.close()
    assert struck >= KILLS // 3, f"too tame (seed {seed})"
