"""Homes with a made-up hub in them, built once; tests only read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from made_up_hub import CUTOFFS, FEED, make_home, releases

from neuralbrain.backtest.budget import Budget
from neuralbrain.backtest.folder import ResultFolder
from neuralbrain.backtest.run import Backtest, Outcome
from neuralbrain.backtest_opening import opened_by, plan_of
from neuralbrain.settings import Settings
from neuralbrain.wiring import Application


@pytest.fixture(scope="session")
def hub_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of a home with the made-up hub."""
    return make_home(tmp_path_factory.mktemp("hub") / "home", releases())


@pytest.fixture
def backtest_in(hub_settings: Settings) -> Iterator[Callable[..., Outcome]]:
    """Yield what runs a backtest of the local provider in a folder."""
    made: list[Application] = []

    def run(
        folder: Path,
        *,
        settings: Settings = hub_settings,
        cutoffs: Sequence[datetime] = CUTOFFS,
        calibrate: bool = False,
        **said: object,
    ) -> Outcome:
        here = Application(settings)
        made.append(here)
        plan = plan_of(here, provider="local", sources=(FEED,), cutoffs=cutoffs, calibrate=calibrate)
        opening = said.pop("open_bench", None) or opened_by(here, plan, budget=Budget())
        return Backtest(plan=plan, folder=ResultFolder(folder), open_bench=opening, **said).run()

    yield run
    for one in made:
        one.close()
