"""Feeds as tables and facts for people."""

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
from neuralbrain.domain.feed import FetchOutcome

Told = Mapping[str, Any]

STYLE_OF = {
    "unusable": "bold red",
    "lacks its key": "bold red",
    "failing": "bold red",
    "stale": "yellow",
    "fresh": "green",
    "archive": "green",
    "never read": "dim",
}
STYLE_OF_OUTCOME = {FetchOutcome.NEW: "green", FetchOutcome.FAILED: "bold red"}
VINTAGES = {
    "own": "own: the feed says when each value was published",
    "snapshots": "snapshots: the feed keeps dated copies of itself",
    "retrieval": "retrieval: a value is known from when it was read",
}


def state_word(told: Told) -> str:
    """Return how a feed is doing, in a word or three; the worst first."""
    if told["unusable"]:
        return "unusable"
    if told["key_needed"] and not told["key_is_set"]:
        return "lacks its key"
    if told["freshness"]["last_fetch"] is None:
        return "never read"
    if told["failing_parts"]:
        return "failing"
    if told["freshness"]["stale"]:
        return "stale"
    return "archive" if told["archive"] else "fresh"


def print_sources(told: Sequence[Told], *, now: datetime) -> None:
    """Print a table of feeds, one row each, those that are read first."""
    newest = [one["freshness"]["newest_target_date"] or "-" for one in told]
    ages = [one["freshness"]["age_days"] for one in told]
    print_table(
        [
            Column(name="Feed", cells=[plain(one["name"]) for one in told], justify="left", wraps=True),
            Column(name="Read", cells=["yes" if one["read"] else "no" for one in told]),
            Column(name="State", cells=[_state(one) for one in told], justify="left"),
            Column(name="Last read", cells=[_last_read(one, now) for one in told], leaves=5),
            Column(name="Newest value", cells=newest, leaves=4),
            Column(name="Age", cells=["-" if age is None else f"{age:,} d" for age in ages], leaves=5),
            Column(name="Vintages", cells=[one["vintages"] for one in told], justify="left", leaves=2),
            Column(name="Licence", cells=[plain(one["licence"]) for one in told], justify="left", wraps=True, leaves=1),
        ]
    )
    for one in told:
        if one["unusable"]:
            screen().print(line((f"{one['name']}: {one['unusable']}", "yellow")))


def _state(told: Told) -> Text:
    word = state_word(told)
    return Text(word, style=STYLE_OF[word])


def _last_read(told: Told, now: datetime) -> str:
    last = told["freshness"]["last_fetch"]
    return "-" if last is None else age_text(datetime.fromisoformat(last["at"]), now)


def print_source(told: Told, *, now: datetime) -> None:
    """Print one feed: whose it is, how it is doing, and its last readings."""
    word = state_word(told)
    facts: list[Fact] = [(told["name"], told["title"]), ("State", line((word, STYLE_OF[word])))]
    if told["unusable"]:
        facts.append(("", told["unusable"]))
    facts += _whose(told) if not told["unusable"] else []
    facts += _freshness(told, now)
    facts.append(("Read", "by each cycle" if told["read"] else "not by the cycle: the setting sources leaves it out"))
    facts += [("Key", key_text(told)), ("Settings", settings_text(told))]
    facts += [("Signals" if not place else "", said) for place, said in enumerate(_signals(told))]
    print_facts(facts)
    if told["last_fetches"]:
        _print_fetches(told["last_fetches"], now)
    if told["last_releases"]:
        _print_releases(told["last_releases"])


def _whose(told: Told) -> list[Fact]:
    every = told["every_seconds"]
    archive = "; an archive, which no longer grows" if told["archive"] else ""
    facts: list[Fact] = [
        ("Licence", told["licence"] + ("" if told["redistribute"] else "; its values may not be handed on")),
        ("Credit", told["attribution"]),
        ("Vintages", VINTAGES[told["vintages"]] + archive),
        ("Asked", f"every {span_text(every)} at most" if every else "in each cycle"),
    ]
    facts += [("Home", told["home"])] if told["home"] else []
    return facts + ([("Note", told["note"])] if told["note"] else [])


def _freshness(told: Told, now: datetime) -> list[Fact]:
    fresh, counts = told["freshness"], told["counts"]
    newest = "nothing is known of it"
    if fresh["newest_target_date"]:
        newest = f"value of {fresh['newest_target_date']}, {fresh['age_days']:,} days ago"
        newest += "" if told["archive"] else f" (stale after {fresh['stale_after_days']})"
    facts: list[Fact] = [("Newest", newest)]
    if counts["releases"]:
        known = moment_text(datetime.fromisoformat(fresh["newest_as_of"]))
        facts.append(("Releases", f"{counts['releases']:,}, the newest known since {known}"))
        facts.append(("Values", f"{counts['values']:,} with revisions, {counts['withdrawn']:,} of them withdrawals"))
    codes = ", ".join(f"{count:,} {code}" for code, count in counts["rejected_by_code"].items())
    if codes:
        facts.append(("Rejected", codes))
    fault = told["last_fault"]
    if fault is not None and told["failing_parts"]:
        when = age_text(datetime.fromisoformat(fault["at"]), now)
        facts.append(
            ("Failing", f"{', '.join(told['failing_parts'])}; last {when}: {fault['message']} ({fault['code']})")
        )
    return facts


def key_text(told: Told) -> str:
    """Return what a feed's key is about, in one line."""
    variable = told["key_variable"]
    if not variable:
        return "none is needed"
    if told["key_is_set"]:
        return f"{variable} is set"
    if told["key_needed"]:
        return f"{variable} is not set: it cannot be read without"
    return f"{variable} is not set; it is read without, too"


def settings_text(told: Told) -> str:
    """Return what the settings say of a feed, in one line."""
    said = ", ".join(f"{name} = {value!r}" for name, value in told["settings"].items())
    return f"[feeds.{told['name']}] {said}" if said else "as the catalogue has it"


def _signals(told: Told) -> list[str]:
    return [
        f"{one['signal']} ({one['cadence']}, {one['measure']}, {one['unit'].replace('_', ' ')}"
        f"{', primary' if one['primary'] else ''}{'' if one['asked'] else ', not forecast'})"
        for one in told["signals"]
    ]


def _print_fetches(fetches: Sequence[Told], now: datetime) -> None:
    print_table(
        [
            Column(
                name="Asked",
                cells=[age_text(datetime.fromisoformat(one["at"]), now) for one in fetches],
                justify="left",
            ),
            Column(name="Outcome", cells=[_outcome(one) for one in fetches], justify="left"),
            Column(name="Part", cells=[plain(one["part"]) for one in fetches], justify="left", wraps=True, leaves=4),
            Column(name="KB", cells=[f"{one['n_bytes'] / 1000:,.0f}" for one in fetches], leaves=1),
            Column(name="Took", cells=[span_text(one["seconds"]) for one in fetches], leaves=2),
            Column(name="What happened", cells=[_said(one) for one in fetches], justify="left", wraps=True, leaves=5),
        ],
        title="Last readings",
    )


def _said(fetch: Told) -> str:
    return plain(f"{fetch['message']} ({fetch['code']})" if fetch["code"] else "-")


def _outcome(fetch: Told) -> Text:
    return Text(fetch["outcome"], style=STYLE_OF_OUTCOME.get(FetchOutcome(fetch["outcome"]), "dim"))


def _print_releases(releases: Sequence[Told]) -> None:
    def counts(name: str, key: str, leaves: int | None = None) -> Column:
        return Column(name=name, cells=[f"{one[key]:,}" for one in releases], leaves=leaves)

    print_table(
        [
            Column(name="Known since", cells=[moment_text(datetime.fromisoformat(one["as_of"])) for one in releases]),
            Column(name="Part", cells=[plain(one["part"]) for one in releases], justify="left", wraps=True, leaves=4),
            counts("Values", "rows", leaves=3),
            counts("New or revised", "changed"),
            counts("Withdrawn", "withdrawn", leaves=2),
            counts("Rejected", "rejected", leaves=1),
        ],
        title="Newest releases",
    )
