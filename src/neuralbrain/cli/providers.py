"""`neuralbrain providers`: who can be asked, how each is doing, and what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from neuralbrain.cli.exit_codes import ExitCode
from neuralbrain.cli.options import AsJson, print_json

if TYPE_CHECKING:
    from neuralbrain.domain.provider_check import ProviderCheck
    from neuralbrain.domain.provider_facts import ProviderFacts
    from neuralbrain.wiring import Application

app = typer.Typer(no_args_is_help=True, help="List, show or check the providers.")
CHECKS_SHOWN = 10


@app.command("list")
def list_providers(*, as_json: AsJson = False) -> None:
    """List the providers in the order of priority: how each is doing, its model, and what it lacks.

    Exit codes: 0 listed, whatever it says.
    """
    from neuralbrain.cli.provider_view import print_providers  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    told = [told_of(here, one) for one in here.provider_facts()]
    if as_json:
        print_json(told)
    else:
        print_providers(told, holder=here.lock.get_locked_provider())


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="Its name, as `providers list` has it.")], *, as_json: AsJson = False
) -> None:
    """Show one provider: model, limits and prices, how it is doing and why, and its last checks.

    Exit codes: 0 shown; 4 there is no provider of that name.
    """
    from neuralbrain.cli.provider_view import print_provider  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    require_known(here, name)
    told = next(told_of(here, one) for one in here.provider_facts() if one.name == name)
    told |= {"history": here.health_monitor.get_history(name, CHECKS_SHOWN)}
    if as_json:
        print_json(told)
    else:
        print_provider(told, now=here.clock.now())


@app.command("check")
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Whom; all unless named.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask providers now whether they can be asked, and keep what they say. It costs nothing.

    No forecast is asked for, and who holds the lock does not change by it. Without names, a provider that is left
    alone for a while is not asked.

    Exit codes: 0 each that was checked passed; 1 one failed, or is named and lacks something; 4 there is no such
    provider.
    """
    from neuralbrain.cli.progress import working  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.cli.provider_view import print_checks  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here, typed = application(), tuple(dict.fromkeys(names or ()))
    for name in typed:
        require_known(here, name)
    over_network = tuple(name for name in typed if name != "local")
    found: tuple[ProviderCheck, ...] = ()
    if over_network or not typed:
        with working("asking whether they can be asked", silent=as_json):
            found = here.health_monitor.check_now(*over_network)
    health = here.health_monitor.get_providers()
    told = [{"provider": one.provider, **health[one.provider]["last_check"]} for one in found]
    unchecked = [
        {"provider": name, "why": one["why"]}
        for name, one in health.items()
        if name not in {check.provider for check in found} and (name in typed or not typed)
    ]
    if as_json:
        print_json({"checks": told, "unchecked": unchecked})
    else:
        print_checks(told, unchecked)
    lacking = any(here.lacking(name) for name in typed)
    if lacking or any(not one.passed for one in found):
        raise typer.Exit(ExitCode.FAILED)


def told_of(here: Application, facts: ProviderFacts) -> dict[str, Any]:
    """Return what is known of a provider beforehand and how it is doing, as plain values."""
    from neuralbrain.health.provider_report import facts_as_json  # noqa: PLC0415 - --help should not load anything

    return {**facts_as_json(facts), **here.health_monitor.get_providers()[facts.name]}


def require_known(here: Application, name: str) -> None:
    """Refuse a name that is no provider.

    Raises:
        NotFoundError: If there is none of that name.
    """
    from neuralbrain.errors import NotFoundError  # noqa: PLC0415 - --help should not load anything

    known = here.settings.known_providers
    if name not in known:
        raise NotFoundError(
            f"There is no provider {name[:60]!r}.", remedy=f"Known are: {', '.join(known)}.", code="provider-unknown"
        )
