"""Days and moments as feeds write them: what is neither is nothing, never a guess."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from neuralbrain.sources.written_dates import day, moment

MARCH = date(2026, 3, 28)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-28", MARCH),
        (" 2026-03-28 ", MARCH),
        ("2026-03-28T00:00:00", MARCH),
        ("2026-03-28T00:00:00.000Z", MARCH),
        ("2026-03-28 00:00:00+00:00", MARCH),
        ("2026-03-28T23:00:00Z", None),
        ("2026-03-28T00:00:01Z", None),
        ("2026-02-30", None),
        ("28.03.2026", None),
        ("", None),
        (None, None),
    ],
)
def test_a_day_is_a_day(written: str | None, meant: date | None) -> None:
    """Midnight behind a day is the day; any other hour may be another day elsewhere, and is none."""
    assert pl.DataFrame({"day": [written]}, schema={"day": pl.String}).select(day("day"))["day"][0] == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-04-03", datetime(2026, 4, 3, tzinfo=UTC)),
        ("2026-04-03T18:33:44Z", datetime(2026, 4, 3, 18, 33, 44, tzinfo=UTC)),
        ("2026-04-03 18:33:44", datetime(2026, 4, 3, 18, 33, 44, tzinfo=UTC)),
        ("2026-04-03T18:33:44.250+00:00", datetime(2026, 4, 3, 18, 33, 44, 250_000, tzinfo=UTC)),
        ("2026-04-03T18:33:44+02:00", None),
        ("2026-04-31", None),
        ("later", None),
        (None, None),
    ],
)
def test_a_moment_is_in_utc(written: str | None, meant: datetime | None) -> None:
    """A day is its beginning, and a time of another zone is not taken for one of this."""
    assert pl.DataFrame({"at": [written]}, schema={"at": pl.String}).select(moment("at"))["at"][0] == meant
