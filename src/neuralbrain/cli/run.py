"""`neuralbrain run`: one full cycle, now."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from neuralbrain.cli.options import AsJson, print_json


def run(
    *,
    again: Annotated[bool, typer.Option("--again", help="Ask and publish even though nothing has changed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run one full cycle: read the feeds, ask the provider that holds the lock, publish an edition.

    Exit codes: 0 an edition was published, or nothing has changed; 1 nothing could be published, a feed failed and
    nothing was published, or no edition is up; 2 a setting is wrong; 3 another process runs the cycle.
    """
    from neuralbrain.cli import progress, report_view  # noqa: PLC0415 - they load NumPy; --help should not
    from neuralbrain.deadline import interrupt_between_blocks  # noqa: PLC0415 - the same
    from neuralbrain.domain.journal import CycleStart  # noqa: PLC0415 - the same
    from neuralbrain.publish.as_json import report_as_json  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    interrupt_between_blocks(signal.SIGINT)
    here = application()
    with progress.reporter(silent=as_json) as on_step, here.lease() as lease:
        here.journal.close_abandoned()
        here.audit_pruning.keep_up()
        report = here.cycle(on_step).run(CycleStart(trigger="manual", holder=lease.holder, again=again))
    edition = None if report.edition is None else here.editions.get(report.edition.number)
    if as_json:
        print_json(report_as_json(report, edition))
    else:
        newest = next(iter(here.editions.headers(1)), None)
        report_view.print_report(report, edition, newest=newest, now=here.clock.now(), sources=here.sources)
    here.alerting.keep_up(unless=here.services.running)
    code = report_view.exit_code_of_report(report)
    if code:
        raise typer.Exit(code)
