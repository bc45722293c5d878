"""Scores are compared with what releases say: each table once, whatever is damaged, late or interrupted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from neuralbrain.domain.record import RecordChoice
from neuralbrain.domain.score import matures_at
from neuralbrain.evaluate.record_ranks import learn_from, rank_records
from neuralbrain.evaluate.track_record import FORECAST, SPOKEN_OF, Status, track_record, with_status
from neuralbrain.reading import read_feed
from neuralbrain.scoring import score_published
from neuralbrain.store.editions import StoredEditions
from neuralbrain.store.score_record import StoredRecord
from neuralbrain.store.scores import StoredScores
from neuralbrain.store.verify import damages_of
from vandals import vandalise

pytestmark = pytest.mark.both_databases(slow=True)
ALL = RecordChoice()


@pytest.fixture
def record(database) -> StoredRecord:
    """Return what reads the scores."""
    return StoredRecord(database)


class Interrupted(BaseException):
    """What a deadline does: it passes every ``except Exception``."""


class Stopping(StoredScores):
    """Scores that are interrupted at a comparison, before it is noted."""

    left = 10**6

    def compared(self, edition, table, **named):
        """Note a comparison, or stop where none is left."""
        if not self.left:
            raise Interrupted
        super().compared(edition, table, **named)
        self.left -= 1


class Counted(StoredEditions):
    """Editions that count how often one is read whole."""

    read = 0

    def get(self, number=None):
        """Return an edition."""
        self.read += 1
        return super().get(number)


def report_week(world, *values: float) -> None:
    """Let a week pass, after which the feed knows one more value of each place."""
    world.clock.forward(days=7)
    world.source.last = str(np.datetime64(world.source.last) + 7)
    for place, value in zip(world.source.values, values, strict=True):
        world.source.values[place] = [*world.source.values[place], value]


def step_of(report):
    """Return the step that scores."""
    return next(step for step in report.steps if step.name == "score")


def weeks_scored(world, weeks: int) -> None:
    """Let weeks go by, an edition each, until all of it but the last can be scored, and is."""
    world.run()
    for week in range(weeks):
        report_week(world, 90.0 + week, 11.0 + week)
        world.run()
    world.clock.forward(days=70)
    world.run()


def read_only(world) -> None:
    """Read what the feed says now, and do nothing with it."""
    read_feed(world.source, observations=world.observations, feeds=world.cycle.feeds, now=world.clock.now())


def tables_left(world) -> tuple:
    """Return what is left to be compared."""
    touched = world.cycle.scores.touched("scripted", now=world.clock.now())
    return () if touched is None else touched.parts


def score_with(world, scores, editions=None) -> object:
    """Score over some adapter, outside a cycle."""
    now = world.clock.now()
    return score_published(scores, editions or world.editions, world.observations, now=now)


def test_an_interrupted_comparison_goes_on_where_it_stopped(world, record):
    """Each table is compared once with what a release said, however often comparing is interrupted."""
    weeks_scored(world, 3)
    score_with(world, world.cycle.scores)
    world.source.values["AGO"][-3:] = [190.0, 191.0, 192.0]
    world.clock.forward(hours=1)
    read_only(world)
    left = []
    for _ in range(3):
        left.append({(part.edition, part.table) for part in tables_left(world)})
        scores = Stopping(world.database, clock=world.clock)
        scores.left = 1
        with pytest.raises(Interrupted):
            score_with(world, scores)
    assert [len(one) for one in left] == [len(left[0]), len(left[0]) - 1, len(left[0]) - 2]
    assert left[0] > left[1] > left[2]
    score_with(world, world.cycle.scores)
    assert tables_left(world) == ()
    revised = record.values(ALL).filter(region="AGO").group_by("edition", "row", "horizon").len()["len"]
    assert revised.to_list() == [2] * len(revised), "each value of it was scored again, once"


def test_new_scores_do_not_wait_for_revisions(world, record):
    """Where comparing what is old is interrupted, what has matured was scored before."""
    weeks_scored(world, 2)
    world.clock.forward(hours=1)
    world.source.values["AGO"][-2:] = [190.0, 191.0]
    scores = world.cycle.scores
    object.__setattr__(world.cycle, "scores", None)  # the step fails: what is published is not scored
    world.run()
    report_week(world, 100.0, 20.0)
    world.run()
    object.__setattr__(world.cycle, "scores", scores)
    before = len(record.values(ALL))
    scores = Stopping(world.database, clock=world.clock)
    scores.left = 0
    with pytest.raises(Interrupted):
        score_with(world, scores)
    assert len(record.values(ALL)) > before
    assert [part for part in scores.unscored() if part.matures_at <= world.clock.now()] == []


def test_an_edition_is_read_only_where_its_truth_is_another_one(world, record):
    """A release that says of a scored day what is known, and something else of another one, is compared cheaply."""
    weeks_scored(world, 2)
    world.clock.forward(hours=1)
    world.source.values["AGO"][-2] += 5.0  # of the target 2026-04-05, which edition 1 alone spoke of ...
    read_only(world)
    assert {part.edition for part in tables_left(world)} == {1, 2}, "... and a week later it may decide, too"
    editions = Counted(world.database, clock=world.clock)
    said = score_with(world, world.cycle.scores, editions)
    assert (said.revised, editions.read) == (1, 1)
    assert tables_left(world) == ()


def test_a_damaged_edition_is_told_once_and_holds_nothing_up(world, record):
    """The cycle that meets it fails the step with its code; all others are compared, and the next has nothing to do."""
    weeks_scored(world, 2)
    vandalise(world.database, "UPDATE forecast SET confidence = 0.123 WHERE edition_number = 1")
    world.clock.forward(hours=1)
    world.source.values["AGO"][-2:] = [190.0, 191.0]
    step = step_of(world.run())
    assert (step.outcome.value, step.code) == ("failed", "store-damaged")
    twice = record.values(ALL).filter(region="AGO").group_by("edition", "horizon").len()
    assert set(twice.filter(edition=2)["len"]) == {2}
    assert set(twice.filter(edition=1)["len"]) == {1}
    world.clock.forward(hours=1)
    assert step_of(world.run()).outcome.value == "done"
    assert world.cycle.scores.touched("scripted", now=world.clock.now()) is None


def test_a_release_stamped_ahead_of_the_clock_is_scored_when_its_time_has_come(world, record):
    """A feed may say a time that is not yet: what it revises is scored as soon as it is known, and not before."""
    weeks_scored(world, 1)
    told = world.source.parse
    world.source.parse = lambda pages: tuple(replace(one, as_of=one.as_of + timedelta(hours=6)) for one in told(pages))
    world.source.values["AGO"][-1] = 99.0
    world.clock.forward(hours=1)
    assert "0 again" in step_of(world.run()).message
    world.source.broken = RuntimeError("no new release")
    world.clock.forward(hours=7)
    assert "1 again" in step_of(world.run()).message
    seen = record.values(ALL).filter(region="AGO", horizon=1, edition=1).sort("truth_as_of")
    assert seen["observed"].to_list() == [90.0, 99.0]


def test_what_is_forecast_of_a_settled_day_does_not_count(world, record):
    """A place that stalled is refilled: its targets that are five weeks before the table's newest day stand apart."""
    told, stalled = world.source.parse, [0]

    def without_the_newest(pages):
        (one,) = told(pages)
        stale = np.datetime64(world.source.last) - 7 * stalled[0]
        kept = ~((one.series_index == 0) & (one.target_date > stale))
        return (
            replace(
                one,
                series_index=one.series_index[kept],
                target_date=one.target_date[kept],
                value=one.value[kept],
            ),
        )

    world.source.parse = without_the_newest
    world.run()
    for week in range(9):
        stalled[0] += 1
        report_week(world, 100.0 + week, 10.0 + week)
        world.run()
    stalled[0] = 0
    world.clock.forward(hours=1)
    world.run()
    values = record.values(ALL).filter(region="AGO")
    late = with_status(values, key=(*SPOKEN_OF, "horizon"), forecast=(*FORECAST, "horizon"))
    newest = {number: max(world.editions.get(number).tables[0].last_dates) for number in set(late["edition"])}
    for edition, target, status in late.select("edition", "target_date", "status").iter_rows():
        is_late = newest[edition] - np.datetime64(target) >= np.timedelta64(35, "D")
        assert (status == Status.HINDSIGHT) is bool(is_late), (edition, target)
    assert {Status.HINDSIGHT, Status.COUNTED} <= set(late["status"])
    counted = late.filter(status="counted").filter(horizon=1, last_date=date(2026, 3, 29))
    assert counted["edition"].to_list() == [6], "the last edition before the fifth week was over"
    assert track_record(record.values(ALL), record.claims(ALL)).apart[Status.HINDSIGHT][0] > 0
    assert_ranks_are_those_that_count(world, record)
    assert damages_of(world.database, world.editions) == []


def assert_ranks_are_those_that_count(world, record) -> None:
    """Check that the database chooses and counts what the record's own rule does, and the totals that it keeps."""
    values, now = record.values(ALL), world.clock.now()
    marked = with_status(values, key=(*SPOKEN_OF, "horizon"), forecast=(*FORECAST, "horizon"))
    columns = ["source", "signal", "horizon", "last_date", "below", "at_most"]
    assert values["provider"].n_unique() == 1
    provider = values["provider"][0]
    ranks = record.ranks(provider, known_by=now)
    counted = marked.filter(status="counted").group_by(columns).len("n_values").sort(columns)
    assert ranks.sort(columns).rows() == counted.select(ranks.columns).rows()
    assert sum(len(one.below) for one in rank_records(ranks)) == len(marked.filter(status="counted"))
    assert set(learn_from(ranks, provider=provider).counts) == {("scripted", "cases", h) for h in set(ranks["horizon"])}
    assert record.ranks(provider, known_by=matures_at(date(2026, 4, 4))).is_empty()
    assert world.cycle.scores.counts() == {provider: len(values)}
    (waiting,) = record.waiting(ALL)
    scored = values.select("edition", "table", "row", "horizon").n_unique()
    world.cycle.scores.plan()
    open_parts = world.cycle.scores.unscored()
    matured = 2 * 4 * len(world.editions.headers(99)) - sum(part.rows for part in open_parts)
    assert waiting.unknown == matured - scored


def test_ranks_of_revised_and_withdrawn(world, record):
    """Of a revised truth the first one teaches, and what was withdrawn teaches nothing."""
    weeks_scored(world, 3)
    world.clock.forward(hours=1)
    world.source.values["AGO"][-3:] = [190.0, 191.0, 192.0]
    world.run()
    before = record.version()
    world.editions.withdraw(2, reason="It was wrong.", actor="test")
    assert record.version() != before
    assert_ranks_are_those_that_count(world, record)
