"""A backtest of the local provider: on two workers beside one, an origin beside its forecast alone, and a repeat.

Workers begin with loading the program, for two seconds; what is compared is a whole run with that in it. On a machine
of one processor, or one that others use, two cannot be quicker than one.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import perf_counter

from benchmarks.figure import Figure, Goal, Of, timed
from benchmarks.hub_file import FIRST_RELEASE, FIRST_WEEKS, hub_file
from benchmarks.measure import Sample
from neuralbrain.backtest.asking import Asking, InMemory
from neuralbrain.backtest.budget import Budget
from neuralbrain.backtest.folder import ResultFolder
from neuralbrain.backtest.known_by import KnownBy
from neuralbrain.backtest.run import Backtest
from neuralbrain.backtest_opening import opened_by, plan_of
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.provider_settings import LOCAL
from neuralbrain.reading import read_feed
from neuralbrain.settings import Settings
from neuralbrain.stages import remember
from neuralbrain.wiring import Application

FEED = "covid-hub"
ORIGINS = 40  # most of a year of weeks: a run on one worker takes longer than workers take to begin
TARGET = ("wk inc covid hosp",)
LESS_ON_TWO = Goal(most=0.8, of=Of.RATIO)
NEXT_TO_NOTHING = Goal(most=0.2, of=Of.RATIO)


def figures(*, releases: int = ORIGINS, first_weeks: int = FIRST_WEEKS, rounds: int = 1) -> list[Figure]:
    """Return a run on one worker and on two, and a run that finds all of it done.

    Args:
        releases: How many origins there are.
        first_weeks: How many weeks the first release has.
        rounds: How often each run is timed.
    """
    with tempfile.TemporaryDirectory() as temporary:
        here = _opened(Path(temporary), hub_file(releases=releases, first_weeks=first_weeks, targets=TARGET))
        try:
            return _figures(here, Path(temporary), releases=releases, rounds=rounds)
        finally:
            here.close()


def _figures(here: Application, temporary: Path, *, releases: int, rounds: int) -> list[Figure]:
    first = FIRST_RELEASE.item()
    days = [first + timedelta(weeks=one) for one in range(releases)]
    plan = plan_of(
        here,
        provider=LOCAL,
        sources=(FEED,),
        cutoffs=[datetime.combine(day, time.max, tzinfo=UTC) for day in days],
        calibrate=False,
    )
    opening = opened_by(here, plan, budget=Budget())
    seconds: dict[str, list[float]] = {"one": [], "two": [], "again": [], "bare": []}
    for number in range(rounds):
        for name, workers, folder in (("one", 1, "one"), ("two", 2, "two"), ("again", 1, "one")):
            began = perf_counter()
            outcome = Backtest(
                plan=plan, folder=ResultFolder(temporary / f"{folder}-{number}"), open_bench=opening, workers=workers
            ).run()
            seconds[name].append(perf_counter() - began)
            if len(outcome.finished) != releases:
                raise RuntimeError(f"{len(outcome.finished)} of {releases} origins have forecasts")
        began = perf_counter()
        for cutoff in plan.cutoffs:
            asked = remember((here.source(FEED),), KnownBy(here.observations, cutoff=cutoff), cutoff=cutoff)
            Asking(here.provider(LOCAL), InMemory(), wait=here.clock.wait).ask(asked)
        seconds["bare"].append(perf_counter() - began)
    taken = {name: Sample(seconds=tuple(many)) for name, many in seconds.items()}
    title = f"backtest of {releases} origins x 53 places"
    return [
        timed(f"{title}, one worker", taken["one"], beside="remembering and asking alone", reference=taken["bare"]),
        timed(f"{title}, two workers", taken["two"], beside="one", reference=taken["one"], goals=(LESS_ON_TWO,)),
        timed(
            f"{title}, all of it done", taken["again"], beside="one", reference=taken["one"], goals=(NEXT_TO_NOTHING,)
        ),
    ]


def _opened(temporary: Path, body: bytes) -> Application:
    home = temporary / "home"
    home.mkdir(mode=0o700)
    file = home / "time-series.parquet"
    file.write_bytes(body)
    feeds = {FEED: FeedSettings(path=str(file))}
    here = Application(Settings().model_copy(update={"home": home, "feeds": feeds, "sources": (FEED,)}))
    read_feed(here.source(FEED), here.observations, here.feeds, now=here.clock.now())
    return here
