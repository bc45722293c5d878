"""Deaths that were published beside cases are scored like cases, under their own signal and from their own days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest

from neuralbrain.domain.observation import Measure, Series, Signal
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.domain.record import RecordChoice
from neuralbrain.domain.score import matures_at
from neuralbrain.evaluate.record_ranks import learn_from
from neuralbrain.evaluate.track_record import By, Status, track_record
from neuralbrain.store import scores as stored
from neuralbrain.store.score_record import StoredRecord
from neuralbrain.store.upgrade import upgrade
from neuralbrain.store.verify import damages_of
from vandals import vandalise

pytestmark = pytest.mark.both_databases(slow=True)
ALL = RecordChoice()
DEATHS = RecordChoice(signal="deaths")
CASES = RecordChoice(signal="cases")
DIED = [1.0, 2, 0, 3, 2, 4, 1, 2, 3, 2, 5, 4]
NAN = float("nan")


@pytest.fixture
def record(database) -> StoredRecord:
    """Return what reads the scores."""
    return StoredRecord(database)


@pytest.fixture
def dying(world):
    """Return the world with a feed that counts the deaths of both places, too; NaN is a week not reported yet."""
    source = world.source
    source.signal = Signal(name="cases", deaths="deaths")
    source.values |= {"AGO died": list(DIED), "BDI died": [*DIED[:-1], NAN]}
    told = source.parse

    def parse(pages):
        (one,) = told(pages)
        deaths = Signal(name="deaths", primary=False, measure=source.signal.measure)
        series = tuple(
            Series(source=each.source, location=each.location[:3], signal=deaths)
            if each.location.endswith("died")
            else each
            for each in one.series
        )
        kept = np.isfinite(one.value)
        columns = {name: getattr(one, name)[kept] for name in ("series_index", "target_date", "value")}
        return (replace(one, series=series, **columns),)

    source.parse = parse
    return world


def report_week(world, *values: float) -> None:
    """Let a week pass, after which the feed knows one more value of each of its series."""
    world.clock.forward(days=7)
    world.source.last = str(np.datetime64(world.source.last) + 7)
    for name, value in zip(world.source.values, values, strict=True):
        world.source.values[name] = [*world.source.values[name], value]


def set_clock(world, moment: datetime) -> None:
    """Let time pass until a moment."""
    world.clock.forward(seconds=(moment - world.clock.now()).total_seconds())


def said_of(report) -> str:
    """Return what the step that scores said."""
    return next(step.message for step in report.steps if step.name == "score")


def weeks_go_by(world, weeks: int) -> None:
    """Let weeks go by, an edition each; the deaths of the second place are a week late each time."""
    world.run()
    for week in range(weeks):
        world.source.values["BDI died"][-1] = 3.0 + week
        report_week(world, 90.0 + week, 11.0, 6.0, NAN)
        world.run()


def pinball(quantiles: list[float], value: float) -> float:
    """Return twice the mean pinball loss, level by level as its formula is."""
    losses = [
        2 * (level * (value - one) if value >= one else (1 - level) * (one - value))
        for level, one in zip(LEVELS.tolist(), quantiles, strict=True)
    ]
    return sum(losses) / len(losses)


def test_a_score_of_deaths_by_hand(dying, record):
    """The largest count so far within a factor of two, against six deaths: every column as it is reckoned by hand."""
    dying.run()
    dying.source.values["BDI died"][-1] = 3.0
    report_week(dying, 90.0, 11.0, 6.0, NAN)
    dying.run()
    set_clock(dying, matures_at(date(2026, 4, 5)))
    dying.run()
    scored = record.values(DEATHS).filter(region="AGO")
    assert scored.select("edition", "horizon", "source", "observed").rows() == [(1, 1, "scripted", 6.0)]
    (row,) = scored.rows(named=True)
    quantiles = [5 * float(np.exp((level - 0.5) * 1.4)) for level in LEVELS.tolist()]
    assert dying.editions.get(1).tables[0].deaths_quantiles[0, 0].tolist() == pytest.approx(quantiles)
    assert row["wis"] == pytest.approx(pinball(quantiles, 6.0))
    assert row["wis"] == pytest.approx(row["dispersion"] + row["underprediction"])
    assert (row["overprediction"], row["absolute_error"]) == (0.0, pytest.approx(1.0))
    assert row["bias"] == pytest.approx(1 - 2 * 0.65), "5 exp(0.1 x 1.4) is 5.75, 5 exp(0.15 x 1.4) is 6.17"
    assert (row["covered_50"], row["covered_95"], row["below"], row["at_most"]) == (1.0, 1.0, 14, 14)
    assert row["log_wis"] == pytest.approx(pinball([float(np.log1p(one)) for one in quantiles], float(np.log(7))))
    changes = np.diff(DIED)
    usual = np.maximum(DIED[-1] + np.quantile(np.concatenate([changes, -changes]), LEVELS), 0.0)
    assert row["baseline_wis"] == pytest.approx(pinball(usual.tolist(), 6.0))
    assert (row["hindsight"], row["withdrawn"]) == (False, False)
    assert row["truth_as_of"] == matures_at(date(2026, 4, 5))
    assert damages_of(dying.database, dying.editions) == []


def test_deaths_count_from_their_own_day(dying, record):
    """Deaths that were last known a week before the cases are scored a week earlier, by that week's value."""
    weeks_go_by(dying, 3)
    set_clock(dying, matures_at(date(2026, 4, 12)))
    dying.run()
    late = record.values(DEATHS).filter(region="BDI", edition=1).sort("horizon")
    assert late.select("last_date", "target_date", "observed").rows() == [
        (date(2026, 3, 22), date(2026, 3, 29), 3.0),
        (date(2026, 3, 22), date(2026, 4, 5), 4.0),
        (date(2026, 3, 22), date(2026, 4, 12), 5.0),
    ]
    assert record.values(CASES).filter(region="BDI", edition=1)["last_date"].unique().to_list() == [date(2026, 3, 29)]


def test_totals_of_deaths_are_scored_as_new_events(dying, record):
    """Running totals are scored by what each week adds, also where no total of deaths ever rose before."""
    source = dying.source
    source.signal = replace(source.signal, measure=Measure.CUMULATIVE)
    source.values = {name: np.cumsum(values).tolist() for name, values in source.values.items()}
    source.values["BDI died"] = [7.0] * len(DIED)
    dying.run()
    report_week(dying, 800.0, 700.0, source.values["AGO died"][-1] + 6, 9.0)
    dying.run()
    set_clock(dying, matures_at(date(2026, 4, 5)))
    dying.run()
    scored = record.values(DEATHS).sort("region")
    assert scored.select("region", "horizon", "observed").rows() == [("AGO", 1, 6.0), ("BDI", 1, 2.0)]
    first = dying.editions.get(1).tables[0]
    expected = [pinball(first.deaths_quantiles[row, 0].tolist(), value) for row, value in ((0, 6.0), (1, 2.0))]
    assert scored["wis"].to_list() == pytest.approx(expected)


def test_the_record_shows_deaths_beside_cases(dying, record):
    """Each signal is a group, each value counts once, claims are of cases alone, and each signal teaches apart."""
    weeks_go_by(dying, 4)
    dying.clock.forward(days=70)
    dying.run()
    values, provider = record.values(ALL), record.values(ALL)["provider"][0]
    found = track_record(values, record.claims(ALL), by=By.SIGNAL)
    counts = {one.key: (one.scores.values, len(one.judged) > 0) for one in found.groups}
    assert counts == {"cases": (20, True), "deaths": (20, False)}
    assert found.apart[Status.REVISED][0] == 0
    alone = track_record(record.values(CASES), record.claims(CASES))
    assert alone.overall.scores.means == found.groups[0].scores.means
    learnt = learn_from(record.ranks(provider, known_by=dying.clock.now()), provider=provider)
    assert {(signal, horizon) for _, signal, horizon in learnt.counts} == {
        (signal, horizon) for signal in ("cases", "deaths") for horizon in (1, 2, 3, 4)
    }
    assert dying.cycle.scores.counts() == {provider: len(values)}
    open_rows = sum(part.rows for part in dying.cycle.scores.unscored())
    (waiting,) = record.waiting(ALL)
    assert (waiting.values, waiting.unknown) == (open_rows, 2 * 2 * 4 * 5 - open_rows - len(values))


def test_revised_deaths_are_scored_again_and_cases_are_not(dying, record):
    """A count of deaths that changes later adds rows of deaths; a withdrawn edition's deaths stand apart."""
    weeks_go_by(dying, 2)
    dying.clock.forward(days=70)
    dying.run()
    before = record.values(CASES)
    dying.clock.forward(hours=1)
    dying.source.values["AGO died"][-1] = 9.0
    assert "2 again" in said_of(dying.run()), "the first edition spoke of it two weeks ahead, the second one week"
    assert record.values(CASES).rows() == before.rows()
    again = record.values(DEATHS).filter(region="AGO", edition=2).sort("truth_as_of")
    assert again["observed"].to_list() == [6.0, 9.0]
    assert again["truth_as_of"][1] == dying.clock.now()
    dying.clock.forward(hours=1)
    assert "0 values scored, 0 again" in said_of(dying.run())
    dying.editions.withdraw(2, reason="It was wrong.", actor="test")
    found = track_record(record.values(DEATHS), record.claims(DEATHS))
    assert found.apart[Status.REVISED][0] == 1
    assert found.apart[Status.WITHDRAWN][0] == 3, "of both places a week ahead, and of one of them once more"


def test_an_older_database_scores_its_deaths_once(dying, record, monkeypatch):
    """Editions published and scored before deaths were: the upgrade plans them, the next cycle scores them, no more."""
    with monkeypatch.context() as older:
        older.setattr(stored, "plan_of_deaths", lambda _connection, _number: [])
        weeks_go_by(dying, 3)
        dying.clock.forward(days=70)
        dying.run()
    cases = record.values(ALL)
    assert set(cases["signal"]) == {"cases"}
    (before,) = record.waiting(ALL)
    gone = [f"DROP TABLE {name}" for name in ("deaths_score", "deaths_round", "deaths_plan")]
    vandalise(dying.database, *gone, "UPDATE alembic_version SET version_num = '0011'")
    upgrade(dying.database)
    parts = dying.cycle.scores.unscored()
    assert sum(part.rows for part in parts if part.deaths) == 2 * 4 * 4
    assert {part.last_date for part in parts if part.deaths and part.edition == 1} == {
        date(2026, 3, 22),
        date(2026, 3, 29),
    }
    (waiting,) = record.waiting(ALL)
    assert (waiting.values, waiting.unknown) == (before.values + 2 * 4 * 4, before.unknown)
    dying.clock.forward(hours=1)
    dying.source.broken = RuntimeError("no new release")
    assert said_of(dying.run()).startswith("12 values scored, 0 again")
    assert record.values(CASES).rows() == cases.rows()
    assert len(record.values(DEATHS)) == 2 * (3 + 2 + 1)
    dying.clock.forward(hours=1)
    assert said_of(dying.run()).startswith("0 values scored, 0 again")
