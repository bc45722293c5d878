"""A process that is killed while it scores leaves whole tables or nothing, and the next one goes on there."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from neuralbrain.domain.journal import CycleStart
from neuralbrain.domain.record import RecordChoice
from neuralbrain.settings import Settings
from neuralbrain.store.score_schema import score_plan
from neuralbrain.wiring import Application

pytestmark = pytest.mark.slow
ALL = RecordChoice()
WORKER = Path(__file__).parent / "scoring_worker.py"
WEEKS = 3


def run_weeks(home: Path, weeks: int) -> None:
    """Replay weeks of the sample, without scoring anything."""
    for week in range(weeks):
        until = date(2023, 10, 1) + timedelta(days=7 * week)
        application = Application(Settings().model_copy(update={"home": home, "sample_until": until}))
        cycle = application.cycle(lambda _name, _record: None)
        object.__setattr__(cycle, "scores", None)  # the step fails, as nothing else does
        with application.lease() as lease:
            cycle.run(CycleStart(trigger="manual", holder=lease.holder))
        application.close()


@pytest.mark.parametrize("kept", [0, 1])
def test_killed_in_the_middle(home, kept):
    """What a killed process had not committed is not there; the next one scores it, each value once."""
    run_weeks(home, WEEKS)
    process = subprocess.Popen([sys.executable, str(WORKER), str(home), str(kept)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "inside\n"
    process.kill()
    process.wait()
    process.stdout.close()
    application = Application(Settings().model_copy(update={"home": home}))
    parts = application.scores.unscored()
    assert len(_planned(application)) - len({(one.edition, one.table) for one in parts}) == kept
    before = len(application.record.values(ALL))
    assert (before > 0) is (kept > 0)
    with application.lease() as lease:
        application.cycle(lambda _name, _record: None).run(CycleStart(trigger="manual", holder=lease.holder))
    values = application.record.values(ALL)
    assert len(values) > before
    assert not values.select("edition", "table", "row", "signal", "horizon").is_duplicated().any()
    assert all(one.edition == WEEKS + 1 for one in application.scores.unscored()), "what is new alone is not scored"
    assert application.damages() == []
    application.close()


def _planned(application) -> set[tuple[int, int]]:
    """Return every table that there is a plan of."""
    question = select(score_plan.c.edition_number, score_plan.c.table_position)
    with application.database.read() as connection:
        return {tuple(row) for row in connection.execute(question)}
