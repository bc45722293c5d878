"""A home in which weeks of the sample's past went by, one cycle a week, so that forecasts have their truth."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from neuralbrain.domain.journal import CycleReport, CycleStart
from neuralbrain.settings import Settings
from neuralbrain.wiring import Application

FIRST = date(2023, 10, 1)  # short enough a past that a cycle takes about a second


def replay(home: Path, *, weeks: int, first: date = FIRST) -> list[CycleReport]:
    """Run one cycle a week of the sample, by the clock of today: all its targets have matured long since."""
    reports = []
    for week in range(weeks):
        settings = Settings().model_copy(
            update={"home": home, "sample_until": first + timedelta(days=7 * week), "sources": ("cholera-africa",)}
        )
        application = Application(settings)
        with application.lease() as lease:
            cycle = application.cycle(lambda _name, _record: None)
            reports.append(cycle.run(CycleStart(trigger="manual", holder=lease.holder)))
        application.close()
    return reports
