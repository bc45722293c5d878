"""How complete values usually are, and what checks find: learnt from a feed whose first values are half."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from served import application_over, serving
from vintage_feed import ADMISSIONS, CLINICS, take

from neuralbrain.domain.observation import ObservationBatch, Series

FIRST_SATURDAY = datetime(2025, 3, 1, tzinfo=UTC)
WEEKS = 40
SETTLED, AT_FIRST = 200.0, 100.0


def half_at_first(week: int) -> ObservationBatch:
    """Return the release of a Wednesday: 100 for the week that ended on Saturday, 200 for each one before it."""
    saturday = FIRST_SATURDAY + timedelta(weeks=week)
    dates = np.datetime64(FIRST_SATURDAY.date()) + 7 * np.arange(week + 1)
    values = np.where(np.arange(week + 1) == week, AT_FIRST, SETTLED)
    return ObservationBatch(
        series=(Series(source=CLINICS, location="US-CA", signal=ADMISSIONS),),
        series_index=np.zeros(week + 1, dtype=np.int64),
        target_date=dates,
        value=values,
        as_of=saturday + timedelta(days=4),
    )


def test_what_is_usually_known_at_that_age(ran_once: Path, tmp_path: Path) -> None:
    """A newest value whose forerunners all were half of what they became is half complete; older ones are whole."""
    application = application_over(shutil.copytree(ran_once, tmp_path / "quality"))
    take(application, [half_at_first(week) for week in range(WEEKS)])
    as_of = (FIRST_SATURDAY + timedelta(weeks=WEEKS - 1, days=4)).date()
    with serving(application) as service:
        body = service.get(f"/api/series/US-CA/flu_admissions?quality=true&as_of={as_of}").body
    application.close()
    assert [one["value"] for one in body["values"]] == [SETTLED] * (WEEKS - 1) + [AT_FIRST]
    assert body["values"][-1]["completeness"] == pytest.approx(0.5)
    assert {one["completeness"] for one in body["values"][:-1]} == {1.0}
    assert any(one["check"].startswith("incomplete") for one in body["marks"])
