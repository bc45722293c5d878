"""Every published forecast is scored as truth arrives: once, at the right moment, and again where it is revised."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from neuralbrain.domain.journal import Outcome
from neuralbrain.domain.record import RecordChoice
from neuralbrain.domain.score import matures_at
from neuralbrain.errors import StoreError
from neuralbrain.evaluate.scores import weighted_interval_score
from neuralbrain.evaluate.track_record import Status, track_record
from neuralbrain.store.score_record import StoredRecord
from neuralbrain.store.scores import StoredScores
from neuralbrain.store.verify import damages_of
from vandals import vandalise

pytestmark = pytest.mark.both_databases(slow=True)
INSTANT = timedelta(microseconds=1)
ALL = RecordChoice()


@pytest.fixture
def record(database) -> StoredRecord:
    """Return what reads the scores."""
    return StoredRecord(database)


def report_week(world, *values: float) -> None:
    """Let a week pass, after which the feed knows one more value of each place."""
    world.clock.forward(days=7)
    world.source.last = str(np.datetime64(world.source.last) + 7)
    for place, value in zip(world.source.values, values, strict=True):
        world.source.values[place] = [*world.source.values[place], value]


def set_clock(world, moment: datetime) -> None:
    """Let time pass until a moment."""
    world.clock.forward(seconds=(moment - world.clock.now()).total_seconds())


def said_of(report) -> str:
    """Return what the step that scores said."""
    return next(step.message for step in report.steps if step.name == "score")


def test_a_value_is_scored_once_five_weeks_after_its_day_and_not_an_instant_before(world, record):
    """The end of the day five weeks after the target date is the moment; the next cycle does not score it again."""
    world.run()  # edition 1: last actual 2026-03-29, first target 2026-04-05
    report_week(world, 90.0, 11.0)
    world.run()
    moment = datetime(2026, 5, 10, 23, 59, 59, 999999, tzinfo=UTC)
    set_clock(world, moment - INSTANT)
    world.run()
    assert len(record.values(ALL)) == 0
    set_clock(world, moment)
    assert said_of(world.run()).startswith("2 values scored, 0 again;")
    scored = record.values(ALL).sort("region")
    assert scored.select("edition", "region", "horizon", "observed").rows() == [
        (1, "AGO", 1, 90.0),
        (1, "BDI", 1, 11.0),
    ]
    assert scored["truth_as_of"].to_list() == [moment, moment]
    first = world.editions.get(1).tables[0]
    expected = weighted_interval_score(first.quantiles[:, 0], np.array([90.0, 11.0]))
    assert scored["wis"].to_list() == pytest.approx(expected.tolist())
    world.clock.forward(hours=1)
    assert said_of(world.run()).startswith("0 values scored, 0 again;")
    assert len(record.values(ALL)) == 2
    assert damages_of(world.database, world.editions) == []


def test_a_revision_after_five_weeks_adds_a_score_and_keeps_the_first(world, record):
    """Where the truth is another one later, a row with its own moment stands beside the first, which counts."""
    world.run()
    report_week(world, 90.0, 11.0)
    world.run()
    set_clock(world, matures_at(date(2026, 4, 5)))
    world.run()
    world.clock.forward(days=3)
    world.source.values["AGO"][-1] = 99.0
    assert "1 again" in said_of(world.run())
    scored = record.values(ALL).filter(region="AGO", horizon=1, edition=1).sort("truth_as_of")
    assert scored["observed"].to_list() == [90.0, 99.0]
    assert scored["truth_as_of"][1] == world.clock.now()
    found = track_record(record.values(ALL), record.claims(ALL))
    assert found.overall.scores.values == 2
    assert found.apart[Status.REVISED][0] == 1
    world.clock.forward(hours=1)
    assert "0 again" in said_of(world.run()), "what was compared once is not scored again"


def test_a_truth_that_comes_late_is_scored_as_of_when_it_is_there(world, record):
    """A value that nobody knew after five weeks is scored when it is known, and the row says as of when."""
    world.run()
    set_clock(world, matures_at(date(2026, 4, 5)))
    assert "2 have no truth" in said_of(world.run())
    (waiting,) = record.waiting(ALL)
    assert waiting.unknown == 2
    report_week(world, 90.0, 11.0)
    assert said_of(world.run()).startswith("2 values scored")
    assert set(record.values(ALL)["truth_as_of"].to_list()) == {world.clock.now()}


def test_claims_are_judged_at_the_last_horizon(world, record):
    """A forecast's claims are judged when its last target has matured, by the values then."""
    world.run()
    for week in range(4):
        report_week(world, 90.0 + week, 11.0)
        world.run()
    set_clock(world, matures_at(date(2026, 4, 26)))
    world.run()
    judged = record.claims(ALL).filter(edition=1).sort("region")
    assert judged["settled"].to_list() == [93.0, 11.0]
    assert judged["was_growth"].to_list() == [1.0, 1.0], "84 became 93, and 10 became 11"
    first = world.editions.get(1).tables[0]
    assert judged["growth_probability"].to_list() == pytest.approx(first.growth_probability.tolist())
    assert judged["trend"].to_list() == [1, 1], "neither moved by a fifth, nor by ten a week"


def test_an_edition_that_is_withdrawn_is_scored_and_stands_apart(world, record):
    """A withdrawn edition made its claims: it is scored, and its scores do not enter the record."""
    world.run()
    world.editions.withdraw(1, reason="It was wrong.", actor="test")
    report_week(world, 90.0, 11.0)
    world.run()
    set_clock(world, matures_at(date(2026, 4, 5)))
    world.run()
    found = track_record(record.values(ALL), record.claims(ALL))
    assert found.overall.scores.values == 0
    assert found.apart[Status.WITHDRAWN][0] == 2


def test_of_editions_about_the_same_last_value_the_newest_counts(world, record):
    """Two editions by one provider that start from the same day make one claim each day; the newer one is it."""
    world.run()
    world.revise(85.0)
    world.run()
    report_week(world, 90.0, 11.0)
    world.run()
    set_clock(world, matures_at(date(2026, 4, 5)))
    world.run()
    values = record.values(ALL)
    found = track_record(values, record.claims(ALL))
    assert found.overall.scores.values == 2
    assert found.apart[Status.REPEATED][0] == 2
    mine = values.filter(edition=2)
    assert found.overall.scores.means["wis"] == pytest.approx(mine["wis"].mean())


def test_a_score_belongs_to_a_published_forecast_and_its_author(world, backend):
    """A score under another author is refused by the database; where its checks were switched off it is damage."""
    world.run()
    report_week(world, 90.0, 11.0)
    world.run()
    set_clock(world, matures_at(date(2026, 4, 5)))
    world.run()
    assert damages_of(world.database, world.editions) == []
    refused = pytest.raises(StoreError, match="FOREIGN KEY") if backend == "sqlite" else contextlib.nullcontext()
    with refused:
        vandalise(world.database, "UPDATE score SET provider = 'gemini'")
    damages = damages_of(world.database, world.editions)
    assert damages == ([] if backend == "sqlite" else ["2 rows refer to rows that are not there."])


def test_a_damaged_edition_does_not_keep_others_from_being_scored(world, record):
    """The step fails with what is damaged; what is whole is scored all the same."""
    world.run()
    world.revise(85.0)
    world.run()
    report_week(world, 90.0, 11.0)
    world.run()
    vandalise(world.database, "UPDATE forecast SET confidence = 0.123 WHERE edition_number = 1")
    set_clock(world, matures_at(date(2026, 4, 5)))
    step = next(one for one in world.run().steps if one.name == "score")
    assert (step.outcome.value, step.code) == ("failed", "store-damaged")
    assert record.values(ALL)["edition"].to_list() == [2, 2]


def test_scoring_that_fails_does_not_stop_the_cycle(world):
    """A database that will not be read while scoring leaves the rest of the cycle as it is."""

    class Broken(StoredScores):
        def unscored(self):
            raise ZeroDivisionError("a bug")

    object.__setattr__(world.cycle, "scores", Broken(world.database, clock=world.clock))
    report = world.run()
    assert report.outcome is Outcome.DONE
    assert {step.name: step.outcome.value for step in report.steps}["score"] == "failed"
