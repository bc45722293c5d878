"""Writes docs/reference.md, the pages of errors and the examples from the code: they say what the code does."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from typer.main import get_command

from docs.error_pages import ERRORS, SERVED, errors_in_json, errors_in_markdown
from docs.examples import EXAMPLES, examples_in_json
from docs.written_in_code import error_classes, error_codes, event_types, first_line, reasons_of
from neuralbrain.alert_settings import AlertSettings, ChannelSettings
from neuralbrain.bottleneck.checks import CHECKS
from neuralbrain.cli.app import app
from neuralbrain.cli.exit_codes import ExitCode, exit_code_of
from neuralbrain.domain.failure import STRIKES, FailureKind
from neuralbrain.domain.lock import ProviderStatus
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.provider_settings import ProviderSettings
from neuralbrain.providers.catalogue import CATALOGUE
from neuralbrain.providers.service import Service
from neuralbrain.settings import Settings
from neuralbrain.settings_file import FILE_NAME, PREFIX
from neuralbrain.sources.catalogue import FACTS
from neuralbrain.sources.own_file_mapping import FileMapping, SignalMapping

REFERENCE = Path(__file__).parent / "reference.md"

HEAD = """# Reference

Written from the code by `make docs`. A test fails while the two differ.
"""

MEANING_OF_FAILURE = {
    FailureKind.UNCONFIGURED: "A key or a client is missing.",
    FailureKind.AUTHENTICATION: "The key is refused, or the model is not granted.",
    FailureKind.QUOTA_CONFIRMED: "Quota or credit is used up; the provider's own reply says so.",
    FailureKind.QUOTA_SUSPECTED: "Quota seems to be used up; the reply does not confirm it.",
    FailureKind.UNAVAILABLE: "Server error, timeout, no connection, or no answer.",
    FailureKind.RATE_LIMITED: "Too many requests, beyond the time that a cycle may wait.",
    FailureKind.UNUSABLE_ANSWER: "The answer holds no forecast, after it was asked for again.",
    FailureKind.HEALTH_CHECK: "A health check failed.",
    FailureKind.OUR_REQUEST: "Our own request was wrong; another provider would get the same one.",
}
MEANING_OF_EVENT = {
    "audit_pruned": "Events older than `audit_days` were removed; the details keep what `verify` needs of them.",
    "edition_published": "An edition was published, with its digest.",
    "edition_withdrawn": "An operator withdrew an edition.",
    "failure_recorded": "The holder failed; the count grew. Who holds the lock did not change.",
    "lock_acquire": "A provider got the lock.",
    "lock_release": "The holder lost the lock; in a switch the reason is `switching_provider`.",
    "monitor_changed": "Somebody changed how often providers are checked, or whether.",
    "answer_refused": "Nothing of an answer could be accepted. Its words stay; three times in a row hand the lock on.",
    "operator_change": "An operator did something that leaves no event of its own; `what` says it.",
    "provider_parked": "A provider failed a probe and is left alone for a while. Who holds the lock did not change.",
    "provider_skipped": "A provider was passed over in the order because it lacks something.",
    "publish_refused": "A draft was not published: the lock or the runner lease had moved on.",
    "recovered": "A success ended a row of failures.",
    "schedule_changed": "An operator paused or resumed the schedule, or changed its interval.",
    "token_created": "Somebody made a token on the command line.",
    "token_revoked": "A token was revoked.",
    "runner_takeover": "A process took the runner lease from one that was dead or silent.",
}
OF_A_FEED = "For a feed of the catalogue, or a new name for one of your own; `sources` says which feeds are read."
OF_A_MAPPING = (
    "All keys may be left out but `signals`, a place (`location`, `location_is` or a signal with the column `*`) and a "
    "date (`date`, or `year` and `week`). Without a mapping file, columns go by their usual names."
)
OF_A_PROVIDER = """Fields that are not set are as the catalogue of providers has them. A name that it does not have is a
server of one's own that speaks chat completions, such as

```toml
[providers.ollama]
base_url = "http://127.0.0.1:11434/v1"
model = "llama3"
context_tokens = 8192
answer_tokens = 2048
```"""
OF_ALERTS = "[Alerts](alerts.md) says when each is raised and over, and how to check the signature of a webhook."
ALWAYS_THERE = ("number", "actor")  # in the details of every event
BY_SIGNAL = (130, "Stopped by Ctrl-C. Nothing half-done is published.")  # 128 + SIGINT, in cli/app.py


def main() -> None:
    """Write everything that is generated; with the examples, which take a cycle over the sample."""
    REFERENCE.write_text(reference(), encoding="utf-8")
    ERRORS.write_text(errors_in_markdown(), encoding="utf-8")
    SERVED.write_text(errors_in_json(), encoding="utf-8")
    EXAMPLES.write_text(examples_in_json(), encoding="utf-8")


def reference() -> str:
    """Return the whole page."""
    parts = (HEAD, commands(), exits(), settings(), errors(), sources(), providers(), strikes(), events(), checks())
    return "\n".join(parts)


def commands() -> str:
    """Return a section a command: what it does, its arguments and options."""
    sections = ["## Commands\n"]
    for path, command in _commands(get_command(app), ("neuralbrain",)):
        takes = " ".join(one.name.upper() for one in command.params if one.param_type_name == "argument")
        sections.append(f"### `{' '.join((*path, takes)).strip()}`\n")
        sections += [f"{' '.join(part.split())}\n" for part in inspect.cleandoc(command.help or "").split("\n\n")]
        rows = [_parameter(one) for one in command.params]
        if rows:
            sections.append(_table(("Argument or option", "Default", "What it does"), rows))
    return "\n".join(sections)


def exits() -> str:
    """Return the table of exit codes, with the error codes that lead to each."""
    said = reasons_of(ExitCode)
    codes: dict[int, list[str]] = {}
    for one in error_codes():
        codes.setdefault(exit_code_of(one.raised_as("", remedy="")), []).append(f"`{one.code}`")
    rows = [
        (f"`{one.value}`", said[one.name] or "What was asked is done.", ", ".join(codes.get(one, ())) or "-")
        for one in ExitCode
    ]
    rows.append((f"`{BY_SIGNAL[0]}`", BY_SIGNAL[1], "-"))
    return "## Exit codes\n\n" + _table(("Exit code", "What it says", "Error codes"), rows)


def settings() -> str:
    """Return the table of settings."""
    intro = (
        f"From the environment first, then `{FILE_NAME}` in the data folder, then the default. "
        "`neuralbrain --help` shows both places. An unknown key is an error."
    )
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=name != "home")
        given = "the platform's data folder" if name == "home" else _default(default)
        rows.append((f"`{name}`", f"`{PREFIX}{name.upper()}`", given, field.description or ""))
    table = _table(("Setting", "Environment variable", "Default", "What it is"), rows)
    of_providers = [(f"`{name}`", one.description or "") for name, one in ProviderSettings.model_fields.items()]
    of_feeds = [(f"`{name}`", one.description or "") for name, one in FeedSettings.model_fields.items()]
    fields = ("Field", "What it is")
    return (
        f"## Settings\n\n{intro}\n\n{table}\n### A provider: `[providers.NAME]`\n\n{OF_A_PROVIDER}\n\n"
        f"{_table(fields, of_providers)}\n### A feed: `[feeds.NAME]`\n\n{OF_A_FEED}\n\n{_table(fields, of_feeds)}"
        f"\n{mappings()}\n{alerts()}"
    )


def alerts() -> str:
    """Return the tables of what the settings say of alerts and their channels."""
    of_rules = [
        (f"`{name}`", _default(one.get_default(call_default_factory=True)), one.description or "")
        for name, one in AlertSettings.model_fields.items()
    ]
    of_channels = [(f"`{name}`", one.description or "") for name, one in ChannelSettings.model_fields.items()]
    return (
        f"### Alerts: `[alerts]`\n\n{OF_ALERTS}\n\n{_table(('Field', 'Default', 'What it is'), of_rules)}\n"
        f"A channel, `[alerts.channels.NAME]`:\n\n{_table(('Field', 'What it is'), of_channels)}"
    )


def mappings() -> str:
    """Return the tables of what a mapping file of a file of one's own may say."""
    of_files = [(f"`{name}`", one.description or "") for name, one in FileMapping.model_fields.items()]
    of_signals = [(f"`{name}`", one.description or "") for name, one in SignalMapping.model_fields.items()]
    return (
        f"### A file of one's own: what its `mapping` says\n\n{OF_A_MAPPING}\n\n"
        f"{_table(('Key', 'What it is'), of_files)}\n"
        f"A signal, `[signals.NAME]`:\n\n{_table(('Key', 'What it is'), of_signals)}"
    )


def errors() -> str:
    """Return the table of error codes."""
    intro = (
        "Every error says what happened and what to do; the code is what logs, `--json` and the audit trail carry. "
        "A passing error may end by itself: try again. `…` stands for what the moment fills in."
    )
    rows = [
        (
            f"`{one.code}`",
            f"`{one.raised_as.__name__}`",
            "passing" if one.raised_as.transient else "lasting",
            one.meaning,
        )
        for one in error_codes()
    ]
    tree = ", ".join(f"`{one.__name__}`" for one in error_classes())
    table = _table(("Code", "Class", "Transience", "What happened"), rows)
    return f"## Error codes\n\n{intro}\n\n{table}\nClasses in `neuralbrain.errors`, parents before children: {tree}.\n"


def sources() -> str:
    """Return the table of feeds."""
    rows = []
    for feed in FACTS:
        signals = ", ".join(f"`{one.name}`" for one in feed.signals)
        rows.append((f"`{feed.name}`", feed.title, signals, feed.licence, feed.attribution))
    return "## Sources\n\n" + _table(("Name", "Title", "Signals", "Licence", "Attribution"), rows)


def providers() -> str:
    """Return the table of providers, in the default order of priority."""
    intro = "In the default order of priority (setting `provider_priority`). A provider without its key is passed over."
    rows = [
        (
            f"`{row.name}`",
            row.title,
            ", ".join(f"`{key}`" for key in row.keys) or "none",
            *_models(row.service),
        )
        for row in CATALOGUE.values()
    ]
    also = [
        f"`{names.name}` may also be called {' or '.join(f'`{one}`' for one in names.also)}."
        for row in CATALOGUE.values()
        for names in (() if row.service is None else row.service.needs)
        if names.also
    ]
    keys = " ".join(["Each key may stand in a file instead, named by the same variable with `_FILE` behind it.", *also])
    states = ", ".join(f"`{one.value}`" for one in ProviderStatus)
    table = _table(("Name", "Title", "Keys it needs", "Model", "Cheaper model", "Tokens", "Looked up"), rows)
    return f"## Providers\n\n{intro}\n\n{table}\n{keys}\n\nStatus of a provider: {states}.\n"


def _models(service: Service | None) -> tuple[str, str, str, str]:
    """Return the models of a service, what the first takes and writes at most, and when that was looked up."""
    if service is None:
        return "-", "-", "-", "-"
    first, second = service.models
    return f"`{first.name}`", f"`{second.name}`", f"{first.context_tokens}, {first.answer_tokens}", f"{service.as_of}"


def strikes() -> str:
    """Return the table of what hands the lock on."""
    intro = "Failures in a row until the lock goes to the next provider. A success ends the row."
    rows = [
        (f"`{kind.value}`", MEANING_OF_FAILURE[kind], "never" if STRIKES[kind] is None else str(STRIKES[kind]))
        for kind in FailureKind
    ]
    return f"## Strikes\n\n{intro}\n\n" + _table(("Kind of failure", "What happened", "Strikes"), rows)


def events() -> str:
    """Return the table of audit events."""
    always = " and ".join(f"`{key}`" for key in ALWAYS_THERE)
    intro = f"Details of every event hold {always}: the lock number and who acted."
    rows = [
        (
            f"`{one.name}`",
            MEANING_OF_EVENT[one.name],
            ", ".join(f"`{key}`" for key in one.details) or "-",
            f"`{one.module}`",
        )
        for one in event_types()
    ]
    return f"## Audit events\n\n{intro}\n\n" + _table(("Type", "What happened", "Further details", "Written by"), rows)


def checks() -> str:
    """Return the table of checks on a provider's answer, in their order."""
    intro = "What the bottleneck looks for in an answer. A check returns findings: a note, or a refusal of the region."
    rows = [(f"`{check.__name__}`", first_line(inspect.getmodule(check)), first_line(check)) for check in CHECKS]
    return f"## Checks\n\n{intro}\n\n" + _table(("Check", "About", "What it returns"), rows)


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401 - Typer names no type for it
    """Yield every command with its path, groups before what they hold."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, (*path, name))


def _parameter(one: Any) -> tuple[str, str, str]:  # noqa: ANN401 - Typer names no type for it
    name = one.name.upper() if one.param_type_name == "argument" else ", ".join(one.opts)
    given = "required" if one.required else _default(one.default)
    return f"`{name}`", given, one.help or ""


def _default(value: object) -> str:
    match value:
        case None | False | () | "":
            return "-"
        case dict() | AlertSettings():
            return "-"
        case tuple():
            return f"`{','.join(map(str, value))}`"
        case float():
            return f"`{value:g}`"
        case _:
            return f"`{value}`"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
