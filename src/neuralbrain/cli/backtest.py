"""`neuralbrain backtest`: what a provider would have forecast in the past, and what that was worth."""

from __future__ import annotations

import signal
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neuralbrain.cli.exit_codes import ExitCode
from neuralbrain.cli.options import AsJson, day_as_typed, moment_as_typed, print_json

if TYPE_CHECKING:
    import polars as pl

    from neuralbrain.backtest.plan import Plan
    from neuralbrain.backtest.replay import OpenBench
    from neuralbrain.backtest.run import Ended, Outcome
    from neuralbrain.cli.progress import Progress
    from neuralbrain.wiring import Application


class Every(StrEnum):
    """How far apart cutoffs are."""

    DAY = "day"
    WEEK = "week"


class TruthKind(StrEnum):
    """By which value a forecast is scored."""

    MATURE = "mature"
    FINAL = "final"


Output = Annotated[Path, typer.Option(metavar="DIR", help="Folder of the result; one that is there goes on.")]
Sources = Annotated[
    str, typer.Option(metavar="NAMES", help="Feeds, separated by commas; those of the settings if left out.")
]
First = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day of the cutoffs.")]
Last = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day of the cutoffs.")]
HowOften = Annotated[Every, typer.Option(help="A cutoff at the end of each Wednesday, or of each day (UTC).")]
Cutoffs = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Instead: a file with a day or a time with its zone a line.")
]
Who = Annotated[str, typer.Option(help="Who forecasts.")]
Calibrate = Annotated[
    bool, typer.Option("--calibrate/--no-calibrate", help="Correct each cutoff by what the earlier ones were worth.")
]
ScoredBy = Annotated[
    TruthKind, typer.Option(help="Score by values as known five weeks after their date, or as known now.")
]
Workers = Annotated[
    int | None, typer.Option(min=1, max=1024, help="Processes of this machine; one a core if left out.")
]
Cluster = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Dask scheduler whose workers are used, as tcp://host:8786.")
]
MaxCalls = Annotated[
    int | None, typer.Option(min=1, help="How many calls to a provider over the network this run may make.")
]
MaxUsd = Annotated[float | None, typer.Option(min=0.0, help="How many US dollars this run may cost.")]


def backtest(
    *,
    output: Output,
    sources: Sources = "",
    first: First = None,
    last: Last = None,
    every: HowOften = Every.WEEK,
    cutoffs: Cutoffs = None,
    provider: Who = "local",
    calibrate: Calibrate = True,
    truth: ScoredBy = TruthKind.MATURE,
    workers: Workers = None,
    cluster: Cluster = "",
    max_calls: MaxCalls = None,
    max_usd: MaxUsd = None,
    as_json: AsJson = False,
) -> None:
    """Replay the past: at each cutoff forecast from what was known then, keep it as Parquet, and score it.

    Neither the provider lock nor an edition is touched. Stopped at any moment, the same call goes on; what a provider
    was paid for once is kept. Forecasts that a language model may have read the outcome of are marked contaminated.

    Exit codes: 0 every cutoff has forecasts; 1 some have none, as is said; 2 the call or a setting is wrong, or the
    folder holds another backtest; 3 another process works in the folder; 4 no such feed or provider.
    """
    from neuralbrain.backtest.budget import Budget  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.backtest_opening import opened_by, plan_of  # noqa: PLC0415 - the same
    from neuralbrain.cli.backtest_view import as_plain, print_outcome  # noqa: PLC0415 - the same
    from neuralbrain.deadline import interrupt_between_blocks  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    moments = _cutoffs_of(cutoffs, first=first, last=last, every=every)
    interrupt_between_blocks(signal.SIGINT)
    here = application()
    names = tuple(one.strip() for one in sources.split(",") if one.strip()) or here.settings.sources
    plan = plan_of(here, provider=provider, sources=names, cutoffs=moments, calibrate=calibrate)
    opening = opened_by(here, plan, budget=Budget(calls=max_calls, usd=max_usd))
    outcome, scores = _run(
        here, plan, opening, output=output, workers=workers, cluster=cluster, truth=truth, silent=as_json
    )
    told = as_plain(plan, outcome, scores, folder=output, truth=truth.value)
    if as_json:
        print_json(told)
    else:
        print_outcome(told)
    if outcome.faults or outcome.stopped:
        raise typer.Exit(ExitCode.FAILED)


def _run(
    here: Application,
    plan: Plan,
    opening: OpenBench,
    *,
    output: Path,
    workers: int | None,
    cluster: str,
    truth: TruthKind,
    silent: bool,
) -> tuple[Outcome, pl.DataFrame | None]:
    """Run a backtest and score it, and show how it goes on."""
    from neuralbrain.backtest.folder import ResultFolder  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.backtest.run import Backtest  # noqa: PLC0415 - the same
    from neuralbrain.backtest.workers import ALL_CORES  # noqa: PLC0415 - the same
    from neuralbrain.cli.progress import progress  # noqa: PLC0415 - the same

    folder = ResultFolder(output)
    with progress("looking what is done already", silent=silent) as shown:
        outcome = Backtest(
            plan=plan,
            folder=folder,
            open_bench=opening,
            workers=ALL_CORES if workers is None else workers,
            cluster=cluster,
            on_ended=_Watch(here, shown),
        ).run()
        shown.doing("scoring")
        return outcome, _scores(here, folder.frame(plan), kind=truth)


def _cutoffs_of(file: Path | None, *, first: str | None, last: str | None, every: Every) -> tuple[datetime, ...]:
    """Return the cutoffs that are meant, ascending.

    Raises:
        typer.BadParameter: If none are, or both ways of saying them are used, or a line is no moment.
    """
    from neuralbrain.backtest import plan  # noqa: PLC0415 - --help should not load anything

    if file is not None:
        if first is not None or last is not None:
            raise typer.BadParameter("it goes with neither --from nor --to.", param_hint="--cutoffs")
        moments = tuple(sorted({moment_as_typed(line) for line in _lines_of(file)}))
    elif first is None or last is None:
        raise typer.BadParameter("both --from and --to are needed, or --cutoffs.", param_hint="--from")
    else:
        moments = plan.cutoffs_between(day_as_typed(first), day_as_typed(last), every=plan.Every(every.value))
    if not moments:
        raise typer.BadParameter("it names no cutoff.", param_hint="--from" if file is None else "--cutoffs")
    return moments


def _lines_of(file: Path) -> list[str]:
    """Return the lines of a file that say something.

    Raises:
        typer.BadParameter: If it cannot be read.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{file} cannot be read as text.", param_hint="--cutoffs") from None
    return [one.strip() for one in lines if one.strip() and not one.startswith("#")]


class _Watch:
    """Says how far a backtest has come and how long the rest takes at the same pace."""

    def __init__(self, here: Application, shown: Progress) -> None:
        self._here = here
        self._shown = shown
        self._began = here.clock.uptime_seconds()

    def __call__(self, ended: Ended) -> None:
        """Say so after each cutoff, and above it why one has no forecasts."""
        from neuralbrain.cli.moments import span_text  # noqa: PLC0415 - --help should not load anything
        from neuralbrain.cli.screen import line  # noqa: PLC0415 - the same

        if ended.fault is not None:
            said = f"{ended.cutoff:%Y-%m-%d}  {ended.fault.message} ({ended.fault.code})"
            self._shown.ended(line(("failed  ", "bold red"), said))
        taken = self._here.clock.uptime_seconds() - self._began
        left = taken / ended.done * (ended.pieces - ended.done)
        self._shown.doing(f"{ended.done:,} of {ended.pieces:,} done, {span_text(left)} left")


def _scores(here: Application, frame: pl.DataFrame | None, *, kind: TruthKind) -> pl.DataFrame | None:
    """Return a row of scores a feed, signal and author; None where no value is known yet."""
    from neuralbrain.backtest.scoring import scores_of_tasks, table_of_scores  # noqa: PLC0415 - --help loads nothing
    from neuralbrain.backtest.truth import Truth  # noqa: PLC0415 - the same

    if frame is None:
        return None
    truth = Truth(observations=here.observations, by=here.clock.now(), final=kind is TruthKind.FINAL)
    scores = scores_of_tasks(frame, observations=here.observations, truth=truth)
    return table_of_scores(scores) if len(scores) else None
