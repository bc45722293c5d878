"""Finds out what `neuralbrain doctor` judges; what cannot be found out is kept as the error it is."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from neuralbrain.cli.doctor_checks.facts import Door, Facts, FolderFacts, Newest, Provider, SettingFact
from neuralbrain.cli.picture import newest_report
from neuralbrain.clock import SystemClock
from neuralbrain.domain.journal import CycleRecord
from neuralbrain.errors import NeuralBrainError
from neuralbrain.settings import DATABASE_NAME, Settings, load_settings
from neuralbrain.settings_file import PREFIX
from neuralbrain.wiring import Application

SLOTS_LOOKED_AT = 200  # a week of hours and a day
SECRET = re.compile(r"key|token|secret|password|url|webhook")  # settings whose value is never shown
NOTHING_STORED = {  # without a database
    "edition": Newest(header=None, any_at_all=False),
    "services": (),
    "slots": (),
    "tokens": (),
}

Found = TypeVar("Found")


class Attempts:
    """Tries to find things out, one by one, and keeps what went wrong."""

    def __init__(self) -> None:
        self.errors: list[tuple[str, NeuralBrainError]] = []

    def find(self, what: str, read: Callable[[], Found]) -> Found | None:
        """Return what a reading gives, None where it fails."""
        try:
            return read()
        except NeuralBrainError as error:
            self.errors.append((what, error))
            return None


def gather() -> Facts:
    """Return everything that can be found out; nothing is made that is not there, and nobody is asked."""
    attempts = Attempts()
    read = attempts.find("settings", load_settings)
    home = home_as_typed() if read is None else read.home
    if home is None:
        return Facts(now=SystemClock().now(), errors=attempts.errors)
    # With a wrong setting the rest is looked at with the defaults, which need no reading.
    built = None if read is None else attempts.find("providers", lambda: Application(read))
    here = built or Application(Settings.model_construct(home=home))
    folder = folder_facts(home)
    try:
        elsewhere = here.settings.database_url is not None
        stored = _stored(here, attempts) if elsewhere or folder.database_exists else dict(NOTHING_STORED)
    finally:
        here.close()
    return Facts(
        now=here.clock.now(),
        folder=folder,
        elsewhere=elsewhere,
        settings=None if read is None else differing(read),
        door=None if read is None else Door(**{one.name: getattr(read, one.name) for one in fields(Door)}),
        log_level=here.settings.log_level,
        providers=_providers(here),
        feeds=attempts.find("feeds", lambda: [one.name for one in here.sources]),
        **stored,
        errors=attempts.errors,
    )


def home_as_typed() -> Path | None:
    """Return the data folder although a setting is wrong, None where it is that one."""
    typed = os.environ.get(f"{PREFIX}HOME") or Settings.model_construct().home
    try:
        home = Path(typed).expanduser().absolute()
        return home if home.is_dir() or not home.exists() else None
    except (OSError, RuntimeError, ValueError):
        return None


def folder_facts(home: Path) -> FolderFacts:
    """Return how the data folder is."""
    database = home / DATABASE_NAME
    try:
        if not home.is_dir():
            return FolderFacts(path=home, exists=False)
        there = database.exists()
        return FolderFacts(
            path=home,
            exists=True,
            mode=stat.S_IMODE(home.stat().st_mode),
            writable=os.access(home, os.W_OK | os.X_OK) and (not there or os.access(database, os.W_OK)),
            free_bytes=shutil.disk_usage(home).free,
            database_exists=there,
            database_mode=stat.S_IMODE(database.stat().st_mode) if there else None,
        )
    except OSError:  # it is there, and this user may not even look into it
        return FolderFacts(path=home, exists=True)


def differing(settings: Settings) -> list[SettingFact]:
    """Return the settings that are not at their default; of one that may be secret only that it is set."""
    found = []
    for name, field in Settings.model_fields.items():
        value, default = getattr(settings, name), field.get_default(call_default_factory=True)
        if name == "home" or value == default:
            continue
        found.append(SettingFact(name=name, value=shown_value(name, value), default=shown_value(name, default)))
    return found


def shown_value(name: str, value: object) -> str:
    """Return a setting's value in words that may be shown: of one that may be secret only that it is set.

    >>> shown_value("port", 0), shown_value("write_token", "abc"), shown_value("write_token", None)
    ('0', 'set, and not shown', 'unset')
    """
    match value:
        case None | () | "":
            return "unset"
        case Mapping():
            return ", ".join(map(str, value)) or "unset"
        case _ if SECRET.search(name):
            return "set, and not shown"
        case tuple():
            return ", ".join(map(str, value))
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def _providers(here: Application) -> list[Provider]:
    return [
        Provider(name=name, enabled=name in here.settings.enabled_providers, lacks=here.lacking(name))
        for name in here.settings.known_providers
    ]


def _stored(here: Application, attempts: Attempts) -> dict[str, Any]:
    """Return what the database tells, by the names of the facts; nothing of it where it cannot be opened."""
    version = attempts.find("everything that is stored", lambda: here.database.library())  # noqa: PLW0108 - it is opened then
    if version is None:
        return {}
    readings: dict[str, Callable[[], object]] = {
        "edition": lambda: _newest(here),
        "lock": here.lock.get_status,
        "schedules": here.slots.schedules,
        "slots": lambda: here.slots.last(SLOTS_LOOKED_AT),
        "services": here.services.running,
        "tokens": here.tokens.all,
        "health": lambda: next(iter(here.services.health(1)), None),
        "cycle": lambda: _last_cycle(here),
    }
    return {"library": version} | {what: attempts.find(what, read) for what, read in readings.items()}


def _newest(here: Application) -> Newest:
    current = here.editions.get()
    newest = next(iter(here.editions.headers(1)), None)
    return Newest(
        header=None if current is None else current.header,
        any_at_all=newest is not None,
        newest_report=None if current is None else newest_report(current),
        newest_at=None if newest is None else newest.timestamp,
    )


def _last_cycle(here: Application) -> CycleRecord | None:
    last = next(iter(here.journal.last(1)), None)
    return None if last is None else here.journal.find(last.number)
