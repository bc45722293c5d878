"""`neuralbrain doctor`: what is configured, what is missing, and what each missing thing costs."""

from __future__ import annotations

import typer

from neuralbrain.cli.exit_codes import ExitCode
from neuralbrain.cli.options import AsJson, print_json


def doctor(*, as_json: AsJson = False) -> None:
    """Look at the installation: folder, settings, feeds, providers, lock, edition, service, schedule, clock.

    Each finding says what it costs and what to do. Nothing is changed and no provider is asked. `neuralbrain verify`
    checks what is stored against its digests; this command does not.

    Exit codes: 0 no problem was found, whatever was noted; 1 at least one was.
    """
    from neuralbrain.cli.doctor_checks import findings_of  # noqa: PLC0415 - loads NumPy
    from neuralbrain.cli.doctor_checks.finding import State  # noqa: PLC0415 - the same
    from neuralbrain.cli.doctor_facts import gather  # noqa: PLC0415 - the same
    from neuralbrain.cli.doctor_view import findings_as_json, print_findings  # noqa: PLC0415 - the same

    findings = findings_of(gather())
    if as_json:
        print_json(findings_as_json(findings))
    else:
        print_findings(findings)
    if any(one.state is State.PROBLEM for one in findings):
        raise typer.Exit(ExitCode.FAILED)
