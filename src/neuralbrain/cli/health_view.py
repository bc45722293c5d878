"""Health for people: the verdict, its findings, a row a provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from neuralbrain.cli.facts import Fact, print_facts
from neuralbrain.cli.fitting import Column, print_table
from neuralbrain.cli.moments import age_text
from neuralbrain.cli.plain_text import plain
from neuralbrain.cli.provider_view import status_text
from neuralbrain.cli.screen import line, screen

STYLE_OF = {"healthy": "green", "degraded": "yellow", "failing": "bold red"}


def print_health(state: Mapping[str, Any], *, now: datetime) -> None:
    """Print how service and providers are."""
    service, lock, told = state["service"], state["lock"], state["providers"]
    facts: list[Fact] = []
    if service is None:
        facts.append(("Service", "never checked: `neuralbrain serve` does that"))
    else:
        when = age_text(datetime.fromisoformat(service["at"]), now)
        stands = "" if state["running"] else "; no service runs now"
        verdict = (service["verdict"], STYLE_OF[service["verdict"]])
        facts.append(("Service", line(verdict, f", checked {when}{stands}")))
        facts += [("", f"{one['message']} {one['remedy']} ({one['code']})") for one in service["findings"]]
    holder = lock["provider"] or "nobody"
    facts.append(("Lock", f"{holder}, lock number {lock['number']}: {lock['reason']}"))
    print_facts(facts)
    print_table(
        [
            Column(name="Provider", cells=[plain(one["provider"]) for one in told], justify="left", wraps=True),
            Column(name="Status", cells=[status_text(one["status"]) for one in told], justify="left"),
            Column(name="Checked", cells=[_checked(one, now) for one in told], leaves=2),
            Column(name="Calls", cells=[str(one["calls"] or "-") for one in told], leaves=1),
            Column(name="Errors", cells=[_rate(one) for one in told], leaves=3),
            Column(name="Why", cells=[plain(one["why"]) for one in told], justify="left", wraps=True),
        ]
    )


def watch_health(
    state: Callable[[], Mapping[str, Any]], *, now: Callable[[], datetime], wait: Callable[[], None]
) -> None:
    """Print how service and providers are again and again, until interrupted or until nobody reads any more."""
    console = screen()
    while not console.quiet:
        if console.is_terminal:
            console.clear()
        print_health(state(), now=now())
        wait()


def _checked(told: Mapping[str, Any], now: datetime) -> str:
    check = told["last_check"]
    return "-" if check is None else age_text(datetime.fromisoformat(check["at"]), now)


def _rate(told: Mapping[str, Any]) -> str:
    return "-" if told["error_rate"] is None else f"{told['error_rate']:.0%}"
