"""What `neuralbrain doctor` judges: plain values, each None where it could not be found out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from neuralbrain.domain.edition import EditionHeader
from neuralbrain.domain.health import HealthCheck, ServiceRecord
from neuralbrain.domain.journal import CycleRecord
from neuralbrain.domain.slot import Schedule, SlotRecord
from neuralbrain.domain.token import TokenRecord
from neuralbrain.errors import NeuralBrainError


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderFacts:
    """The data folder.

    Args:
        path: Where it is.
        exists: Whether it is there.
        mode: Its permissions, as ``chmod`` takes them.
        writable: Whether this process may write there.
        free_bytes: Free space for this user; None where the system does not say.
        database_exists: Whether the database file is there.
        database_mode: Permissions of that file, None where it is not there.
    """

    path: Path
    exists: bool
    mode: int | None = None
    writable: bool = False
    free_bytes: int | None = None
    database_exists: bool = False
    database_mode: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider: whether the settings allow it, and what it lacks."""

    name: str
    enabled: bool
    lacks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingFact:
    """One setting that is not at its default, in words that may be shown."""

    name: str
    value: str
    default: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Who may ask over HTTP, as the settings of the same names say."""

    host: str
    public_read: bool
    allowed_hosts: Sequence[str]
    trusted_proxies: Sequence[str]
    cors_origins: Sequence[str]
    embed_ancestors: Sequence[str]
    hsts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """What is up.

    Args:
        header: Of the current edition, None where none is up.
        any_at_all: Whether an edition was ever published.
        newest_report: Day of the newest value it starts from.
        newest_at: When the newest edition was published, withdrawn or not.
    """

    header: EditionHeader | None
    any_at_all: bool
    newest_report: date | None = None
    newest_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the checks judge.

    Args:
        now: At which moment.
        folder: The data folder, None where its path cannot be used.
        settings: Those that are not at their default, None where a setting is wrong.
        log_level: Least severe event that is written.
        providers: In the order of priority.
        feeds: Names of the feeds, None where the setting is wrong.
        library: What keeps the data, with its version, None where no database was opened.
        elsewhere: Whether the settings keep everything on a server, and so nothing in the data folder.
        edition: What is up.
        lock: The lock's status, as the lock tells it.
        schedules: Every schedule that ever held, oldest first.
        slots: The last slots that have a state, newest first.
        services: Those that run now.
        health: The last health check.
        cycle: The last cycle with its steps, None where there was none.
        door: Who may ask over HTTP, None where a setting is wrong.
        tokens: Every token that was made.
        errors: What could not be found out and why.
    """

    now: datetime
    folder: FolderFacts | None = None
    settings: Sequence[SettingFact] | None = None
    log_level: str | None = None
    providers: Sequence[Provider] = ()
    feeds: Sequence[str] | None = None
    library: str | None = None
    elsewhere: bool = False
    edition: Newest | None = None
    lock: Mapping[str, Any] | None = None
    schedules: Sequence[Schedule] | None = None
    slots: Sequence[SlotRecord] | None = None
    services: Sequence[ServiceRecord] | None = None
    health: HealthCheck | None = None
    cycle: CycleRecord | None = None
    door: Door | None = None
    tokens: Sequence[TokenRecord] | None = None
    errors: Sequence[tuple[str, NeuralBrainError]] = ()
