"""Providers as tables and facts for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from neuralbrain.cli.facts import Fact, print_facts
from neuralbrain.cli.fitting import Column, print_table
from neuralbrain.cli.moments import age_text, moment_text, span_text
from neuralbrain.cli.plain_text import plain
from neuralbrain.cli.screen import line, screen

STYLE_OF = {"healthy": "green", "degraded": "yellow", "unavailable": "bold red", "unconfigured": "dim"}


def status_text(status: str) -> Text:
    """Return how a provider is doing, in its colour."""
    return Text(status, style=STYLE_OF[status])


def print_providers(told: Sequence[Mapping[str, Any]], *, holder: str | None) -> None:
    """Print a table of providers, one row each; who holds the lock is marked."""
    names = [f"{one['name']} (holds the lock)" if one["name"] == holder else one["name"] for one in told]
    print_table(
        [
            Column(name="#", cells=[str(one["priority"]) for one in told]),
            Column(name="Provider", cells=[plain(name) for name in names], justify="left", wraps=True),
            Column(name="Status", cells=[status_text(one["status"]) for one in told], justify="left"),
            Column(
                name="Model", cells=[plain(one["model"] or "-") for one in told], justify="left", leaves=1, wraps=True
            ),
            Column(name="Enabled", cells=["yes" if one["enabled"] else "no" for one in told], leaves=2),
            Column(
                name="What it lacks, or how it is",
                cells=[plain(one["lacks"] or one["why"]) for one in told],
                justify="left",
                wraps=True,
            ),
        ]
    )


def print_provider(told: Mapping[str, Any], *, now: datetime) -> None:
    """Print one provider: what it is, how it is doing, and its last checks."""
    facts: list[Fact] = [
        (told["name"], line(f"{told['title']}, number {told['priority']} in the order")),
        ("Status", line((told["status"], STYLE_OF[told["status"]]), f": {told['why']}")),
    ]
    if not told["enabled"]:
        facts.append(("", "The settings leave it out: no cycle chooses it."))
    if told["model"] is not None:
        facts += _model(told)
    if told["calls"]:
        rate = "" if told["error_rate"] is None else f", {told['error_rate']:.0%} failed"
        seconds = "" if told["call_seconds"] is None else f", mostly {span_text(told['call_seconds'])}"
        facts.append(("Last calls", f"{told['calls']}{rate}{seconds}"))
    error = told["last_error"]
    if error is not None:
        when = age_text(datetime.fromisoformat(error["at"]), now)
        facts.append(("Last error", f"{error['kind']} ({error['rule']}), {when}: {error['message']}"))
    print_facts(facts)
    if told["history"]:
        print_history(told["history"])


def _model(told: Mapping[str, Any]) -> list[Fact]:
    prices = "no price is known"
    if told["price_in"] is not None and told["price_out"] is not None:
        prices = f"{told['price_in']:g} USD a million tokens read, {told['price_out']:g} written"
    limits = [
        f"{told['daily_tokens']:,} tokens" if told["daily_tokens"] is not None else "",
        f"{told['daily_usd']:g} USD" if told["daily_usd"] is not None else "",
    ]
    trained = "not known" if told["trained_until"] is None else told["trained_until"]
    as_of = "" if told["as_of"] is None else f" (looked up {told['as_of']})"
    return [
        ("Model", f"{told['model']}{as_of}, training data until: {trained}"),
        ("Tokens", f"{told['context_tokens']:,} with the question, {told['answer_tokens']:,} of answer"),
        ("Price", prices),
        ("Limit a day", " and ".join(one for one in limits if one) or "none"),
    ]


def print_history(checks: Sequence[Mapping[str, Any]]) -> None:
    """Print checks, newest first, one row each."""
    print_table(
        [
            Column(name="Checked (UTC)", cells=[_moment(one) for one in checks], justify="left"),
            Column(name="Outcome", cells=[outcome_text(one) for one in checks], justify="left"),
            Column(name="Took", cells=[span_text(one["seconds"]) for one in checks], leaves=1),
            Column(name="What was said", cells=[said(one) for one in checks], justify="left", wraps=True),
        ]
    )


def print_checks(checks: Sequence[Mapping[str, Any]], unchecked: Sequence[Mapping[str, Any]]) -> None:
    """Print what providers said just now, and why others were not asked."""
    if any(one["network_down"] for one in checks):
        screen().print("Nobody could be connected to: this machine seems to be offline.", style="yellow")
    for one in checks:
        screen().print(line(f"{one['provider']:<12} ", outcome_text(one), f"  {said(one)}"))
    for one in unchecked:
        screen().print(line(f"{one['provider']:<12} ", ("not asked", "dim"), f"  {one['why']}"))


def outcome_text(check: Mapping[str, Any]) -> Text:
    """Return how a check went, in its colour."""
    if check["passed"]:
        return Text("passed", style="green")
    return Text("offline", style="yellow") if check["network_down"] else Text("failed", style="bold red")


def said(check: Mapping[str, Any]) -> str:
    """Return what a check came to, in words."""
    kind = "" if check["kind"] is None else f"{check['kind']} ({check['rule']}): {check['message']}"
    return plain(" ".join((kind, *check["notes"])).strip() or f"it answers, after {span_text(check['seconds'])}")


def _moment(check: Mapping[str, Any]) -> str:
    return moment_text(datetime.fromisoformat(check["at"])).removesuffix(" UTC")
