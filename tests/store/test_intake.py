"""Releases in any order: what was known on each day is what a plain replay of them says."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuralbrain.domain.feed import Intake, Payload
from neuralbrain.domain.observation import ObservationBatch, RejectedRow, Scope, Series, Signal
from neuralbrain.errors import SourceSchemaError
from neuralbrain.store.feeds import StoredFeeds
from neuralbrain.store.observations import StoredObservations
from neuralbrain.store.sqlite_database import SqliteDatabase
from neuralbrain.store.upgrade import upgrade
from stand_ins import START, StillClock

pytestmark = pytest.mark.both_databases(slow=True)

NAN = float("nan")
SIGNALS = {name: Signal(name=name) for name in ("cases", "deaths")}
Key = tuple[str, str, int]  # place, signal, week
FIRST_WEEK = date(2026, 1, 4)


def week(number: int) -> date:
    """Return the last day of a week."""
    return FIRST_WEEK + timedelta(weeks=number)


@dataclass(frozen=True)
class Release:
    """A release as a test writes it; its scope names weeks, None where it has no end."""

    day: int
    values: Mapping[Key, float]
    scope: tuple[frozenset[str], int | None, int | None] | None = (frozenset({"cases"}), None, None)

    @property
    def as_of(self) -> datetime:
        """Return when it became known."""
        return START + timedelta(days=self.day)

    def covers(self, key: Key) -> bool:
        """Return whether it says everything about a key."""
        if self.scope is None:
            return False
        signals, first, last = self.scope
        return key[1] in signals and (first is None or key[2] >= first) and (last is None or key[2] <= last)

    def batch(self, **changes: object) -> ObservationBatch:
        """Return it as an adapter does, with changes."""
        names = sorted({(place, signal) for place, signal, _ in self.values})
        scope = None
        if self.scope is not None:
            signals, first, last = self.scope
            scope = Scope(
                signals=signals,
                first=None if first is None else week(first),
                last=None if last is None else week(last),
                most_withdrawn=1.0,
            )
        given: dict[str, object] = {
            "series": tuple(Series(source="s", location=place, signal=SIGNALS[signal]) for place, signal in names),
            "series_index": np.array([names.index((place, signal)) for place, signal, _ in self.values], np.int64),
            "target_date": np.array([week(number) for *_, number in self.values], "datetime64[D]"),
            "value": np.array(list(self.values.values()), np.float64),
            "as_of": self.as_of,
            "scope": scope,
        }
        return ObservationBatch(**{**given, **changes})  # type: ignore[arg-type]


def replayed(releases: Iterable[Release], day: int) -> dict[Key, float]:
    """Return what was known on a day, from the releases alone, told in the order of their days."""
    known: dict[Key, float] = {}
    for one in sorted(releases, key=lambda each: each.day):
        if one.day <= day:
            known = {key: value for key, value in known.items() if not one.covers(key)}
            known |= dict(one.values)
    return {key: value for key, value in known.items() if not np.isnan(value)}


def answered(observations: StoredObservations, day: float) -> dict[Key, float]:
    """Return what the store says was known on a day."""
    known: dict[Key, float] = {}
    for panel in observations.panels("s", cutoff=START + timedelta(days=day)):
        for series, row in zip(panel.series, panel.values, strict=True):
            for when, value in zip(panel.dates.tolist(), row.tolist(), strict=True):
                if not np.isnan(value):
                    known[series.location, series.signal.name, (when - FIRST_WEEK).days // 7] = value
    return known


def taken(observations: StoredObservations, *batches: ObservationBatch | Release, part: str = "") -> Intake:
    """Take releases in."""
    payload = Payload(body=b"x", media_type="t", origin="o", retrieved_at=START)
    number = observations.keep_payload("s", payload)
    read = [one.batch() if isinstance(one, Release) else one for one in batches]
    return observations.take_in(read, source="s", part=part, payload_numbers=[number])


@pytest.fixture
def observations(database, clock: StillClock) -> StoredObservations:
    """Return the store's observations over a fresh database."""
    return StoredObservations(database, clock=clock)


def scopes() -> st.SearchStrategy[tuple[frozenset[str], int | None, int | None]]:
    """Return what a release may say everything about: some signals, in a window that may be open."""
    ends = st.one_of(st.none(), st.integers(0, 3))
    return st.tuples(st.frozensets(st.sampled_from(["cases", "deaths"])), ends, ends)


def histories() -> st.SearchStrategy[list[Release]]:
    """Return up to six releases of different days, in any order."""
    keys = st.tuples(st.sampled_from(["AGO", "BDI"]), st.sampled_from(["cases", "deaths"]), st.integers(0, 3))
    values = st.dictionaries(keys, st.sampled_from([1.0, 2.0, 3.0, NAN]), max_size=8)
    one = st.builds(Release, day=st.integers(1, 9), values=values, scope=scopes())
    return st.lists(one, min_size=1, max_size=6, unique_by=lambda release: release.day)


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> bytes:
    """Return a database file with the newest schema: making one anew for each example would take most of the time."""
    path = tmp_path_factory.mktemp("template") / "x.sqlite3"
    database = SqliteDatabase(path, busy_timeout_seconds=20)
    upgrade(database)
    database.close()
    return path.read_bytes()


@settings(max_examples=40)  # each makes a database
@given(releases=histories(), how=st.sampled_from(["one by one", "together"]))
def test_any_order_of_releases_gives_the_same_answers(tmp_path_factory, template, releases, how):
    """Whatever the order in which releases come, each day is answered as their replay in order answers it."""
    path = tmp_path_factory.mktemp("db") / "x.sqlite3"
    path.write_bytes(template)
    database = SqliteDatabase(path, busy_timeout_seconds=20)
    observations = StoredObservations(database, clock=StillClock())
    groups = [releases] if how == "together" else [[one] for one in releases]
    for group in groups:
        taken(observations, *group)
    for day in range(11):
        assert answered(observations, day) == replayed(releases, day), f"day {day}"
    assert taken(observations, *releases) == Intake()
    database.close()


A_HISTORY = (
    Release(1, {("AGO", "cases", 0): 1.0, ("AGO", "cases", 1): 2.0}),
    Release(2, {("AGO", "cases", 0): 1.0, ("BDI", "cases", 1): 5.0}),
    Release(3, {("AGO", "cases", 0): 4.0, ("AGO", "cases", 1): 2.0}),
    Release(4, {("BDI", "cases", 1): 6.0}, (frozenset({"cases"}), 1, None)),
)


@pytest.mark.parametrize("order", list(permutations(range(4)))[::4], ids=str)
def test_releases_out_of_order(observations, order):
    """Withdrawals, revisions and a window come out right in every order, with each release read on its own."""
    for place in order:
        taken(observations, A_HISTORY[place])
    for day in range(6):
        assert answered(observations, day) == replayed(A_HISTORY, day), f"day {day}"


def test_what_a_release_lacks_is_withdrawn_only_within_its_scope(observations):
    """A complete release withdraws what it lacks; what lies before its window, or is of another signal, stays."""
    first = {("AGO", "cases", 0): 1.0, ("AGO", "cases", 2): 2.0, ("AGO", "deaths", 2): 3.0}
    taken(observations, Release(1, first, (frozenset({"cases", "deaths"}), None, None)))
    intake = taken(observations, Release(2, {("BDI", "cases", 2): 9.0}, (frozenset({"cases"}), 1, None)))
    assert (intake.changed, intake.withdrawn) == (2, 1)
    expected = {("AGO", "cases", 0): 1.0, ("AGO", "deaths", 2): 3.0, ("BDI", "cases", 2): 9.0}
    assert answered(observations, 2) == expected


def test_a_release_that_says_the_same_is_remembered_by_what_follows_it(observations):
    """A release that changed nothing still holds: an older one put in before it does not reach beyond it."""
    taken(observations, Release(1, {("AGO", "cases", 0): 5.0}), Release(3, {("AGO", "cases", 0): 5.0}))
    taken(observations, Release(2, {("AGO", "cases", 0): 7.0, ("BDI", "cases", 0): 1.0}))
    assert answered(observations, 2) == {("AGO", "cases", 0): 7.0, ("BDI", "cases", 0): 1.0}
    assert answered(observations, 3) == {("AGO", "cases", 0): 5.0}


def test_of_two_releases_of_one_moment_the_first_one_counts(observations, database, clock):
    """What the first says stays, also where it only repeats; what it never spoke of may be added; it is noted."""
    taken(observations, Release(1, {("AGO", "cases", 0): 5.0, ("AGO", "cases", 1): 6.0}))
    taken(observations, Release(2, {("AGO", "cases", 0): 5.0, ("AGO", "cases", 1): 7.0}))
    second = Release(2, {("AGO", "cases", 0): 8.0, ("AGO", "cases", 2): 1.0})
    intake = taken(observations, second, part="another")
    assert (intake.changed, intake.withdrawn, intake.rejected) == (1, 0, 1)
    expected = {("AGO", "cases", 0): 5.0, ("AGO", "cases", 1): 7.0, ("AGO", "cases", 2): 1.0}
    assert answered(observations, 2) == expected
    (noted,) = StoredFeeds(database, clock=clock).rejected("s", 9)
    assert (noted.row.code, noted.row.value) == ("vintage-contradicted", "2")


def test_parts_of_one_moment_stand_beside_each_other(observations):
    """Two parts that were read at the same moment, each complete for its own signal, do not touch each other."""
    taken(observations, Release(1, {("AGO", "cases", 0): 5.0}), part="a")
    taken(observations, Release(1, {("AGO", "deaths", 0): 1.0}, (frozenset({"deaths"}), None, None)), part="b")
    assert answered(observations, 1) == {("AGO", "cases", 0): 5.0, ("AGO", "deaths", 0): 1.0}


def test_a_release_that_only_mentions_is_known_after_everything_else(observations):
    """It counts after the last release, also after one that changed nothing, and leaves alone what it lacks."""
    taken(observations, Release(1, {("AGO", "cases", 0): 5.0, ("BDI", "cases", 0): 6.0}))
    taken(observations, Release(4, {("AGO", "cases", 0): 5.0, ("BDI", "cases", 0): 6.0}))
    taken(observations, Release(2, {("AGO", "cases", 0): 9.0}, None))
    assert answered(observations, 4)["AGO", "cases", 0] == 5.0
    assert answered(observations, 5) == {("AGO", "cases", 0): 9.0, ("BDI", "cases", 0): 6.0}


def test_what_is_said_outside_of_the_scope_is_remembered(observations):
    """A value outside of a release's scope holds from it on, also where it repeats what was known."""
    narrow = (frozenset[str](), None, None)
    taken(observations, Release(1, {("AGO", "cases", 0): 5.0}, narrow))
    taken(observations, Release(3, {("AGO", "cases", 0): 5.0}, narrow))
    taken(observations, Release(2, {("AGO", "cases", 0): 7.0}, narrow))
    assert [answered(observations, day)["AGO", "cases", 0] for day in (1, 2, 3)] == [5.0, 7.0, 5.0]


def test_a_release_that_lost_most_of_its_values_is_refused(observations):
    """It is refused whole, what came before it stays; a feed that names its own dates may lack any."""
    many = {("AGO", "cases", number): 1.0 for number in range(100)}
    few = Release(2, {key: value for key, value in many.items() if key[2] < 60})
    doubtful = few.batch(scope=Scope(signals=frozenset({"cases"})))
    with pytest.raises(SourceSchemaError, match="lacks 40 of the 100 values") as raised:
        taken(observations, Release(1, many), doubtful)
    assert raised.value.error_code == "source-shrunk"
    assert len(answered(observations, 2)) == 100
    assert taken(observations, few).withdrawn == 40


def test_a_few_values_may_go_whatever_their_share(observations):
    """Small feeds withdraw single values: up to twenty are no fault."""
    taken(observations, Release(1, {("AGO", "cases", number): 1.0 for number in range(21)}))
    last = Release(2, {("AGO", "cases", 0): 1.0}).batch(scope=Scope(signals=frozenset({"cases"})))
    assert taken(observations, last).withdrawn == 20


def test_an_interrupted_reading_is_taken_up_again(observations):
    """What was whole before the interruption stays; the same again adds the rest, and no more."""

    def until_the_second() -> Iterator[ObservationBatch]:
        yield A_HISTORY[0].batch()
        yield A_HISTORY[1].batch()
        raise KeyboardInterrupt

    number = observations.keep_payload("s", Payload(body=b"x", media_type="t", origin="o", retrieved_at=START))
    with pytest.raises(KeyboardInterrupt):
        observations.take_in(until_the_second(), source="s", payload_numbers=[number])
    assert answered(observations, 9) == replayed(A_HISTORY[:2], 9)
    assert taken(observations, *A_HISTORY).releases == 2
    for day in range(6):
        assert answered(observations, day) == replayed(A_HISTORY, day)


def test_a_refused_release_leaves_nothing_behind(observations):
    """Not even its new series stays, where one of its values cannot be."""
    wrong = Release(1, {("AGO", "cases", 0): 1.0, ("BDI", "cases", 0): float("inf")})
    with pytest.raises(SourceSchemaError, match="cases of BDI in s on 2026-01-04 is infinite"):
        taken(observations, wrong)
    assert observations.series("s") == ()
    assert taken(observations, Release(1, {("AGO", "cases", 0): 1.0})).changed == 1


def test_another_reader_in_between_is_noticed(observations):
    """What is carried from one release to the next is not trusted once somebody else has taken one in."""

    def with_another_in_between() -> Iterator[ObservationBatch]:
        yield Release(1, {("AGO", "cases", 0): 1.0}).batch()
        taken(observations, Release(2, {("AGO", "cases", 0): 2.0, ("COD", "cases", 0): 3.0}), part="another")
        yield Release(3, {("AGO", "cases", 0): 1.0}).batch()

    number = observations.keep_payload("s", Payload(body=b"x", media_type="t", origin="o", retrieved_at=START))
    observations.take_in(with_another_in_between(), source="s", payload_numbers=[number])
    assert answered(observations, 2) == {("AGO", "cases", 0): 2.0, ("COD", "cases", 0): 3.0}
    assert answered(observations, 3) == {("AGO", "cases", 0): 1.0}


def test_two_readers_at_once_take_each_release_in_once(observations, open_again, clock):
    """Two that read the same releases at the same time come to the same answers, and each is kept once."""
    history = [Release(day, {("AGO", "cases", number): float(day) for number in range(day)}) for day in range(1, 13)]
    others = StoredObservations(open_again(), clock=clock)
    found: list[Intake] = []
    ready = threading.Barrier(2)

    def read(kept: StoredObservations, releases: list[Release]) -> None:
        ready.wait()
        found.append(taken(kept, *releases))

    readers = [
        threading.Thread(target=read, args=(observations, history)),
        threading.Thread(target=read, args=(others, history[::-1])),
    ]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    assert sum(one.releases for one in found) == len(history)
    for day in range(14):
        assert answered(observations, day) == replayed(history, day)


def test_weeks_must_end_as_those_of_later_releases_do(observations):
    """An older release whose weeks end on another day than those that were read before it is refused, too."""
    taken(observations, Release(2, {("AGO", "cases", 1): 1.0}))
    older = Release(1, {("AGO", "cases", 0): 1.0}).batch(target_date=np.array(["2026-01-03"], "datetime64[D]"))
    with pytest.raises(SourceSchemaError, match="different days of the week"):
        taken(observations, older)


def test_the_order_of_rows_and_unused_series_make_no_other_release(observations):
    """The same rows turned round, and a series without rows, are the same release."""
    batch = A_HISTORY[1].batch()
    taken(observations, batch)
    turned = ObservationBatch(
        series=(Series(source="s", location="ZMB", signal=SIGNALS["cases"]), *batch.series[::-1]),
        series_index=(len(batch.series) - batch.series_index)[::-1],
        target_date=batch.target_date[::-1],
        value=batch.value[::-1],
        as_of=batch.as_of,
        scope=batch.scope,
    )
    assert taken(observations, turned) == Intake()


def test_one_series_named_twice_is_one(observations):
    """Rows that name the same series by two positions are of one series; where they differ they are refused."""
    series = Series(source="s", location="AGO", signal=SIGNALS["cases"])
    same = Release(1, {("AGO", "cases", 0): 1.0}).batch(
        series=(series, series),
        series_index=np.array([0, 1]),
        target_date=np.array(["2026-01-04", "2026-01-04"], "datetime64[D]"),
        value=np.array([1.0, 1.0]),
    )
    assert taken(observations, same).changed == 1
    differing = Release(2, {}).batch(
        series=same.series,
        series_index=same.series_index,
        target_date=same.target_date,
        value=np.array([1.0, 2.0]),
    )
    with pytest.raises(SourceSchemaError, match="two different values"):
        taken(observations, differing)


def test_rejected_rows_are_kept_once(observations, database, clock):
    """A row that every release repeats is kept once; each release says how many it had."""
    row = RejectedRow(location="?", signal="cases", target_date="x", value="1", code="location-unknown", message="?")
    first, second = (Release(day, {("AGO", "cases", 0): float(day)}).batch(rejected=(row,)) for day in (1, 2))
    assert taken(observations, first, second).rejected == 2
    feeds = StoredFeeds(database, clock=clock)
    assert feeds.count_rejected("s") == {"location-unknown": 1}
    assert [one.intake.rejected for one in feeds.releases("s", 9)] == [1, 1]


def test_each_row_names_the_page_it_is_from(observations, database):
    """Rows point at the payload of their page; what a release withdraws points at its first one."""
    pages = [
        observations.keep_payload("s", Payload(body=body, media_type="t", origin="o", retrieved_at=START))
        for body in (b"first", b"second")
    ]
    taken(observations, Release(1, {("AGO", "cases", 0): 1.0}))
    batch = Release(2, {("AGO", "cases", 1): 1.0, ("AGO", "cases", 2): 2.0}).batch(page=np.array([0, 1]))
    observations.take_in([batch], source="s", payload_numbers=pages)
    with database.read() as connection:
        question = "SELECT payload_number FROM observation ORDER BY series_number, target_date, as_of"
        found = connection.exec_driver_sql(question).scalars().all()
    before = observations.keep_payload("s", Payload(body=b"x", media_type="t", origin="o", retrieved_at=START))
    assert found == [before, pages[0], pages[0], pages[1]]


def test_releases_before_1970_and_far_dates_are_kept(observations):
    """Dates before 1970 are dates like any other."""
    old = Release(1, {("AGO", "cases", 0): 3.0}).batch(target_date=np.array(["1928-01-01"], "datetime64[D]"))
    taken(observations, old)
    (panel,) = observations.panels("s", cutoff=datetime(2030, 1, 1, tzinfo=UTC))
    assert panel.dates.astype(str).tolist() == ["1928-01-01"]
    assert panel.values.tolist() == [[3.0]]
