"""`neuralbrain run`: one full cycle, now."""

from __future__ import annotations

import typer

from neuralbrain.cli.exit_codes import ExitCode
from neuralbrain.cli.options import AsJson, print_json


def run(*, as_json: AsJson = False) -> None:
    """Run one full cycle: read the feeds, ask the provider that holds the lock, publish an edition.

    Exit codes: 0 an edition was published, or nothing has changed; 1 nothing could be published, the last edition
    stays up; 2 a setting is wrong; 3 another process runs the cycle.
    """
    from neuralbrain.cli import edition_view, progress  # noqa: PLC0415 - they load NumPy; --help should not
    from neuralbrain.domain.journal import Outcome  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    with progress.reporter(silent=as_json) as on_step, here.lease() as lease:
        report = here.cycle(on_step).run(trigger="manual", holder=lease.holder)
    edition = None if report.edition is None else here.editions.get(report.edition.number)
    if as_json:
        print_json(edition_view.report_as_json(report, edition))
    else:
        edition_view.print_report(report, edition, now=here.clock.now(), sources=here.sources)
    if report.outcome is Outcome.FAILED:
        raise typer.Exit(ExitCode.FAILED)
