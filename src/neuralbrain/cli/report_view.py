"""A cycle's report, in words for people, as JSON for programs and as an exit code for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from neuralbrain.cli.edition_view import by_risk, print_edition
from neuralbrain.cli.exit_codes import ExitCode
from neuralbrain.cli.screen import command_name, screen
from neuralbrain.domain.edition import Edition, EditionHeader
from neuralbrain.domain.journal import CycleReport, Outcome, StepRecord
from neuralbrain.source_ports import Source


def failed_steps(report: CycleReport) -> list[StepRecord]:
    """Return the steps that failed."""
    return [one for one in report.steps if one.outcome is Outcome.FAILED]


def exit_code_of_report(report: CycleReport) -> ExitCode:
    """Return what a cycle ends the command with: 0 where it published, or where all is well without it."""
    if report.outcome is Outcome.DONE:
        return ExitCode.DONE
    if report.outcome is Outcome.UNCHANGED and report.edition is not None and not failed_steps(report):
        return ExitCode.DONE
    return ExitCode.FAILED


def print_report(
    report: CycleReport,
    edition: Edition | None,
    *,
    newest: EditionHeader | None,
    now: datetime,
    sources: Sequence[Source],
) -> None:
    """Print what a cycle came to: the edition that is up, by whom, on what, and what to do next.

    Args:
        report: The cycle's.
        edition: The one that is up, None where none is.
        newest: The newest edition, withdrawn or not, None where there never was one.
        now: To tell how old the data are.
        sources: To credit them.
    """
    screen().print()
    if report.outcome is Outcome.DONE and edition is not None:
        _print_published(report, edition, now=now, sources=sources)
    elif report.outcome is Outcome.UNCHANGED and newest is not None:
        _print_unchanged(report, edition, newest=newest)
    elif newest is None:
        screen().print("No edition was ever published; the failed step above says what to do.", style="bold red")
    elif edition is None:
        screen().print("Nothing was published, and every edition is withdrawn: none is up.", style="bold red")
    else:
        screen().print(f"Nothing was published. Edition {edition.header.number} stays up.", style="bold red")


def _print_published(report: CycleReport, edition: Edition, *, now: datetime, sources: Sequence[Source]) -> None:
    console = screen()
    print_edition(edition, now=now, sources=sources)
    console.print(f"Next      {command_name()} forecast {by_risk(edition)[0].region}")
    console.print(f"          {command_name()} editions list")
    console.print(f"          {command_name()} lock audit")
    for step in failed_steps(report):
        console.print(f"Failed    {step.name}: {step.message}", style="yellow")


def _print_unchanged(report: CycleReport, edition: Edition | None, *, newest: EditionHeader) -> None:
    console = screen()
    failed = failed_steps(report)
    for step in failed:
        console.print(f"Nothing was published, and this failed: {step.name}: {step.message}", style="bold red")
    if newest.withdrawal is not None:
        up = "none is up" if edition is None else f"edition {edition.header.number} stays up"
        console.print(
            f"Edition {newest.number} was made from exactly these inputs and is withdrawn; {up}.",
            style="bold red" if edition is None else "yellow",
        )
        console.print(f"To publish again in spite of that: {command_name()} run --again")
    elif edition is not None:
        same = "What could be read has" if failed else "Nothing has"
        changed = "not changed" if failed else "changed"
        number = edition.header.number
        console.print(f"{same} {changed} since edition {number}; nobody was asked, nothing published.")
        console.print(f"Look at it with: {command_name()} editions show {number}")
