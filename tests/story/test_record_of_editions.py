"""Every edition says what its provider's own record was worth in each place when it was made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from neuralbrain.cli import screen
from neuralbrain.cli.forecast_view import print_forecast
from neuralbrain.domain.edition import Edition
from neuralbrain.domain.forecast import ForecastContext
from neuralbrain.domain.forecast_table import number_or_none
from neuralbrain.domain.journal import Outcome
from neuralbrain.domain.record import RecordChoice
from neuralbrain.domain.record_here import RecordHere
from neuralbrain.domain.score import matures_at
from neuralbrain.errors import StoreDamagedError
from neuralbrain.evaluate.track_record import By, Status, track_record
from neuralbrain.store.migrations.versions import r0011_record_here
from neuralbrain.store.verify import damages_of
from vandals import vandalise

pytestmark = pytest.mark.both_databases(slow=True)
ALL = RecordChoice()
TARGET = date(2026, 4, 5)


def report_week(world, *values: float) -> None:
    """Let a week pass, after which the feed knows one more value of each place."""
    world.clock.forward(days=7)
    world.source.last = str(date.fromisoformat(world.source.last) + timedelta(days=7))
    for place, value in zip(world.source.values, values, strict=True):
        world.source.values[place] = [*world.source.values[place], value]


def let_mature(world) -> None:
    """Let time pass until what was forecast for the first target can be scored."""
    world.clock.forward(seconds=(matures_at(TARGET) - world.clock.now()).total_seconds())


def contexts(world, number: int | None = None) -> dict[str, ForecastContext]:
    """Return the contexts of an edition by region, as they are read back."""
    return {row.region: row.context for row in world.editions.get(number).rows()}


@pytest.fixture
def recorded(world):
    """Return a world whose third edition was made when a week of its first one's forecasts had been scored."""
    assert world.run().outcome is Outcome.DONE
    report_week(world, 90.0, 11.0)
    assert world.run().outcome is Outcome.DONE
    let_mature(world)
    world.source.values["AGO"][-1] = 91.0
    assert world.run().outcome is Outcome.DONE
    return world


def test_an_edition_after_the_truth_arrived_says_what_the_record_was_worth(recorded):
    """Before that there is none, and a reason says so; then each place has its own, by the edition's cutoff."""
    for number in (1, 2):
        for context in contexts(recorded, number).values():
            assert context.record is None
            assert dict(context.reasons)["record"].startswith("nothing that this provider forecast here")
    third = contexts(recorded, 3)
    assert set(third) == {"AGO", "BDI"}
    values = recorded.records.record.values(ALL)
    for region, context in third.items():
        mine = values.filter(region=region)
        assert (context.record.scored, context.record.weeks) == (1, 1)
        assert context.record.known_by == context.cutoff == matures_at(TARGET)
        assert [context.record.coverage_50, context.record.coverage_95] == [*mine["covered_50"], *mine["covered_95"]]
        assert "record" not in dict(context.reasons)
    assert damages_of(recorded.database, recorded.editions) == []


def test_it_is_the_record_of_what_counts(world):
    """Repeated, revised and withdrawn scores are not in it: it is what the track record says of the same places."""
    world.run()
    world.revise(85.0)
    world.run()  # speaks of the same last actual: edition 1 is repeated
    report_week(world, 90.0, 11.0)
    world.run()
    report_week(world, 95.0, 9.0)
    world.run()
    world.editions.withdraw(3, reason="It was wrong.", actor="test")
    report_week(world, 99.0, 8.0)
    world.run()
    world.clock.forward(days=60)
    world.run()
    world.clock.forward(days=1)
    world.source.values["AGO"][-2] = 120.0
    assert world.run().outcome is Outcome.DONE
    record = world.records.record
    found = track_record(record.values(ALL), record.claims(ALL), by=By.REGION)
    apart = {status: count for status, (count, _) in found.apart.items()}
    assert min(apart[one] for one in (Status.REPEATED, Status.REVISED, Status.WITHDRAWN)) > 0
    newest = contexts(world)
    for group in found.groups:
        here = newest[group.key].record
        assert here.scored == group.scores.values > 1
        assert here.relative_wis == pytest.approx(number_or_none(group.scores.relative_wis), abs=1e-6)
        assert here.coverage_50 == pytest.approx(group.scores.means["covered_50"], abs=1e-6)
        assert here.coverage_95 == pytest.approx(group.scores.means["covered_95"], abs=1e-6)
        assert here.weeks == record.values(ALL).filter(~pl.col("withdrawn"), region=group.key)["last_date"].n_unique()


def test_a_truth_that_was_known_later_is_not_in_it(recorded):
    """An instant before the truth was known there is no record; a truth that was revised since changes nothing."""
    record, known_by = recorded.records.record, matures_at(TARGET)
    assert len(record.sums("openai", known_by=known_by - timedelta(microseconds=1))) == 0
    before = record.sums("openai", known_by=known_by).sort("region")
    assert before["n_values"].to_list() == [1, 1]
    recorded.clock.forward(days=3)
    recorded.source.values["AGO"][-1] = 300.0
    recorded.run()
    assert len(record.values(ALL)) == 3, "the revised truth was scored again"
    assert record.sums("openai", known_by=known_by).sort("region").equals(before)
    assert len(record.sums("gemini", known_by=known_by)) == 0


def test_a_record_that_cannot_be_read_stops_no_forecast(world):
    """The edition is published without it, and the reason says what happened."""
    world.records.broken = StoreDamagedError("A score is not as it was written.", remedy="Bring back a copy.")
    assert world.run().outcome is Outcome.DONE
    for context in contexts(world).values():
        assert context.record is None
        assert dict(context.reasons)["record"] == "the record could not be read (store-damaged)"
    assert world.run().outcome is Outcome.UNCHANGED


def test_the_command_line_says_it_in_one_line(world, capsys):
    """Weeks, relative WIS and coverage; the ratio is left out where there is no baseline, the line without a record."""
    world.run()
    published, known_by = world.editions.get(), matures_at(TARGET)
    worth = RecordHere(scored=164, weeks=41, relative_wis=0.891, coverage_50=0.52, coverage_95=0.939, known_by=known_by)
    assert "Record" not in shown(published, None, capsys)
    assert "Record 41 weeks scored: relative WIS 0.89, 95 % coverage 0.94 Risk" in shown(published, worth, capsys)
    short = replace(worth, weeks=1, relative_wis=None)
    assert "Record 1 week scored: 95 % coverage 0.94 Risk" in shown(published, short, capsys)


def shown(published: Edition, record: RecordHere | None, capsys) -> str:
    """Return how the command line shows a region of an edition under a record, without line breaks."""
    found = published.find("AGO")
    forecast = replace(found, context=replace(found.context, record=record))
    capsys.readouterr()
    screen.screen.cache_clear()
    print_forecast(forecast, (), header=published.header, now=published.header.timestamp)
    screen.screen.cache_clear()
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("record = NULL WHERE edition_number = 3 AND row_position = 0", "Edition 3 is not"),
        ("record = NULL WHERE edition_number = 3", "Edition 3 is not"),
        ("record = quantiles WHERE edition_number = 3", "edition 3 is not"),
        ("record = (SELECT record FROM forecast WHERE edition_number = 3 AND row_position = 1)", "Edition 1 is not"),
    ],
    ids=["one removed", "all removed", "no record", "one added"],
)
def test_a_record_that_was_changed_is_damage(recorded, change, named):
    """A record that is gone, is none, or stands where there was none is named."""
    vandalise(recorded.database, f"UPDATE forecast SET {change}")
    assert any(named in damage for damage in damages_of(recorded.database, recorded.editions))


def test_editions_from_before_there_was_a_record_stay_as_they_were(world):
    """In a database of the schema before, what was published is whole, says nothing, and the next edition does."""
    world.run()
    with world.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE forecast DROP COLUMN record")
        with Operations.context(MigrationContext.configure(connection)):
            r0011_record_here.upgrade()
    assert damages_of(world.database, world.editions) == []
    assert {context.record for context in contexts(world).values()} == {None}
    report_week(world, 90.0, 11.0)
    world.run()
    let_mature(world)
    world.source.values["AGO"][-1] = 91.0
    world.run()
    assert {context.record.scored for context in contexts(world).values()} == {1}
    assert damages_of(world.database, world.editions) == []
