"""`neuralbrain lock`: who forecasts, since when and why."""

from __future__ import annotations

import typer

from neuralbrain.cli.options import AsJson, Limit, print_json

app = typer.Typer(no_args_is_help=True, help="Show the provider lock and its audit trail.")


@app.command("status")
def status(*, as_json: AsJson = False) -> None:
    """Show which provider holds the lock, since when, why, and who would be next."""
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    found = application().lock.get_status()
    if as_json:
        print_json(found)
        return
    holder = found["locked_provider"] or "none"
    typer.echo(f"Provider     {holder}, lock number {found['number']}")
    typer.echo(f"Since        {found['lock_acquired_at'] or '-'} ({found['reason']})")
    typer.echo(f"Failures     {found['consecutive_failures']} in a row, {found['total_failures']} in all")
    typer.echo(f"Next         {found['next_provider'] or 'none: it is the last in the order'}")
    runner = found["runner"]
    typer.echo("Cycle        not running" if runner is None else f"Cycle        process {runner['pid']} runs it")
    typer.echo(f"Audit trail  {found['audit_trail_count']} events (neuralbrain lock audit)")
    typer.echo(
        "Order        " + ", ".join(f"{name} ({found['providers'][name]})" for name in found["provider_priority"])
    )


@app.command("audit")
def audit(*, limit: Limit = 50, as_json: AsJson = False) -> None:
    """Show the last events of the audit trail, oldest first."""
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    trail = application().lock.get_audit_trail(limit)
    if as_json:
        print_json(trail)
        return
    if not trail:
        typer.echo("Nothing has happened to the lock yet.")
    for event in trail:
        details = dict(event["details"])
        number = details.pop("number")
        said = ", ".join(f"{name} {value}" for name, value in details.items())
        typer.echo(
            f"{event['timestamp']}  {number:>4}  {event['event_type']:<18} {event['provider'] or '-':<12} {said}"
        )
