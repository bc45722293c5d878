"""Every setting, read once: environment first, then one file, then the default."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from neuralbrain.alert_settings import AlertSettings, AlertTable, read_alert_settings
from neuralbrain.domain.ask_limits import AskLimits
from neuralbrain.domain.database_address import require_database_address
from neuralbrain.domain.lock import PRIORITY
from neuralbrain.domain.step import Deadlines
from neuralbrain.errors import SettingsError
from neuralbrain.feed_settings import FeedSettings, read_feed_settings
from neuralbrain.provider_settings import LOCAL, ProviderSettings, read_provider_settings
from neuralbrain.service_settings import Names, ServiceSettings, listed
from neuralbrain.settings_file import FILE_NAME, PREFIX, as_json, data_folder, read_file, why_refused

DATABASE_NAME = "neuralbrain.sqlite3"

Feeds = Annotated[Mapping[str, FeedSettings], NoDecode]
Providers = Annotated[Mapping[str, ProviderSettings], NoDecode]

OF_THE_CLIENT = frozenset({"url", "token"})  # which service the Python client asks, and as whom; no settings


class Settings(ServiceSettings):
    """All settings; frozen. A field's name in capitals after ``NEURALBRAIN_`` is its environment variable."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True)

    home: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("neuralbrain"),
        description="Folder of the database and of neuralbrain.toml; only from the environment. "
        "The platform's data folder unless set.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL to keep everything in: postgresql://user:password@host/database. Never shown, because "
        "it may hold a password. A database file in the data folder unless set.",
    )
    sources: Names = Field(
        default=("cholera-africa", "pertussis-us"),
        description="Feeds to read, by name, separated by commas. The two of the embedded sample need no network.",
    )
    feeds: Feeds = Field(
        default_factory=dict,
        description="A table a feed, `[feeds.NAME]`, with the fields below; in the environment all of them as JSON. A "
        "new name is a feed of one's own. Empty unless set.",
    )
    sample_until: date | None = Field(
        default=None,
        description="Read the embedded sample only up to this day (YYYY-MM-DD), to replay its past. Whole unless set.",
    )
    providers: Providers = Field(
        default_factory=dict,
        description="A table a provider, `[providers.NAME]`, with the fields below; in the environment all of them as "
        "JSON. A new name is a server of one's own that speaks chat completions. Empty unless set.",
    )
    alerts: AlertTable = Field(
        default_factory=AlertSettings,
        description="A table, `[alerts]`, with the fields below; in the environment all of them as JSON. Unless set, "
        "risk that reaches RED, stale data, a provider that is down and an old edition raise alerts, and nobody is "
        "sent any.",
    )
    provider_priority: Names = Field(
        default=PRIORITY,
        description="Order in which providers get the lock, separated by commas. Local is last: it is always there. "
        "A server of one's own that is not named stands directly before it.",
    )
    disabled_providers: Names = Field(
        default=(), description="Providers that never get the lock from a cycle, separated by commas. None unless set."
    )
    lease_seconds: float = Field(
        default=180.0,
        gt=0,
        allow_inf_nan=False,
        description="How long a silent runner keeps the cycle to itself, seconds. The longest call to a provider, two "
        "missed renewals and a margin: nobody else may ask while a call of a silent one can still be under way.",
    )
    lease_renewal_seconds: float = Field(
        default=20.0,
        gt=0,
        allow_inf_nan=False,
        description="How often a runner renews its lease, seconds. At most a third of the lease.",
    )
    call_seconds: float = Field(
        default=120.0,
        gt=0,
        allow_inf_nan=False,
        description="How long one call to a provider may take, from the name look-up to the last byte, seconds. A long "
        "answer is written in about one minute. At most lease_seconds less two renewals.",
    )
    provider_concurrency: int = Field(
        default=1,
        ge=1,
        le=16,
        description="How many questions the one provider is asked at a time. One, because free allowances are of a "
        "minute and a second call at once would meet them first.",
    )
    longest_wait_seconds: float = Field(
        default=20.0,
        ge=0,
        allow_inf_nan=False,
        description="How long a provider may make us wait before it is asked again, seconds. Allowances of a minute "
        "mostly ask for less; a longer wait counts as a failure.",
    )
    cycle_wait_seconds: float = Field(
        default=900.0,
        ge=0,
        allow_inf_nan=False,
        description="How long all waiting for providers may take in one cycle, seconds. Half of ask_seconds: the other "
        "half is for the answers.",
    )
    quota_strikes: int = Field(
        default=1,
        ge=1,
        le=3,
        description="How often in a row a provider itself must say that its allowance is used up until the lock is "
        "handed on. Once: asking again cannot help before the reset.",
    )
    failback: bool = Field(
        default=False,
        description="Whether the lock goes back from one AI provider to another of higher priority, between two "
        "editions. Off, because each change of author breaks a series of forecasts; away from local it always goes.",
    )
    failback_seconds: float = Field(
        default=3600.0,
        gt=0,
        allow_inf_nan=False,
        description="How long a provider of higher priority must have passed every check before that, seconds. An "
        "hour, so that one that comes and goes does not take the lock each time.",
    )
    most_series_per_prompt: int = Field(
        default=25,
        ge=1,
        le=1000,
        description="How many series one question is about at most. 25 are answered within call_seconds also where "
        "only 80 tokens a second are written; what does not fit the model is parted further.",
    )
    proxy: str = Field(
        default="",
        description="Proxy that every call to a provider goes through, as http://host:port, still behind TLS. None "
        "unless set; the environment's own proxy variables are not read.",
    )
    busy_timeout_seconds: float = Field(
        default=20.0,
        gt=0,
        allow_inf_nan=False,
        description="How long a writer waits for another one, seconds. SQLite serves waiting writers in no fair order.",
    )
    read_seconds: float = Field(
        default=300.0,
        gt=0,
        allow_inf_nan=False,
        description="How long reading one feed may take, seconds. The largest public feeds need about a minute.",
    )
    ask_seconds: float = Field(
        default=1800.0,
        gt=0,
        allow_inf_nan=False,
        description="How long asking the provider may take in one cycle, waiting and failover included, seconds.",
    )
    step_seconds: float = Field(
        default=300.0,
        gt=0,
        allow_inf_nan=False,
        description="How long any other step of a cycle may take, seconds. 10,000 series need about ten.",
    )
    score_seconds: float = Field(
        default=120.0,
        gt=0,
        allow_inf_nan=False,
        description="How long scoring may take in one cycle, seconds. What is left is scored by the next one.",
    )
    cycle_seconds: float = Field(
        default=3300.0,
        gt=0,
        allow_inf_nan=False,
        description="How long a whole cycle of the service may take, seconds. Five minutes less than an hour.",
    )
    audit_days: int = Field(
        default=366,
        ge=30,
        le=36_500,
        description="How long audit events are kept, days: a year. The newest 1,000 stay, however old they are; 36500 "
        "keeps all.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning",
        description="Least severe event written to standard error: debug, info, warning or error.",
    )

    @field_validator("database_url", mode="before")
    @classmethod
    def _known_database(cls, value: object) -> object:
        if value is None or value == "" or value == SecretStr(""):
            return None
        if not isinstance(value, str | SecretStr):
            raise ValueError("it is no text")  # noqa: TRY004 - the only kind that becomes a finding
        require_database_address(value if isinstance(value, str) else value.get_secret_value())
        return value

    @field_validator("sources", "provider_priority", "disabled_providers", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        return listed(value)

    @field_validator("providers", mode="before")
    @classmethod
    def _provider_tables(cls, given: object) -> object:
        return read_provider_settings(given)

    @field_validator("feeds", mode="before")
    @classmethod
    def _feed_tables(cls, given: object) -> object:
        return read_feed_settings(given)

    @field_validator("alerts", mode="before")
    @classmethod
    def _alert_table(cls, given: object) -> object:
        return read_alert_settings(given)

    @field_validator("provider_priority", "disabled_providers")
    @classmethod
    def _known_providers(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known = _with_own(PRIORITY, info.data.get("providers", {}))
        unknown = [name for name in names if name not in known]
        if unknown:
            raise ValueError(f"unknown provider {unknown[0]!r}; known are {', '.join(known)}")
        if len(set(names)) != len(names):
            raise ValueError("a provider is named twice")
        return names

    @field_validator("lease_renewal_seconds")
    @classmethod
    def _renewal_fits(cls, seconds: float, info: ValidationInfo) -> float:
        lease = info.data.get("lease_seconds")
        if lease is not None and seconds > lease / 3:
            raise ValueError(f"it must be at most a third of lease_seconds ({lease:g})")
        return seconds

    @field_validator("call_seconds")
    @classmethod
    def _call_fits(cls, seconds: float, info: ValidationInfo) -> float:
        lease, renewal = info.data.get("lease_seconds"), info.data.get("lease_renewal_seconds")
        if lease is not None and renewal is not None and seconds > lease - 2 * renewal:
            # The lease may be two renewals old when a call begins: one that is due, and one that just failed.
            raise ValueError(
                f"{seconds:g} must be at most lease_seconds less two times lease_renewal_seconds "
                f"({lease - 2 * renewal:g}): a call must be over before another process may ask"
            )
        return seconds

    @field_validator("proxy")
    @classmethod
    def _plain_proxy(cls, proxy: str) -> str:
        if proxy and not re.fullmatch(r"http://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/?", proxy):
            raise ValueError("it is not written as http://host:port, without a password")
        return proxy

    @property
    def deadlines(self) -> Deadlines:
        """Return how long the steps of a cycle may take."""
        return Deadlines(
            read_seconds=self.read_seconds,
            ask_seconds=self.ask_seconds,
            step_seconds=self.step_seconds,
            cycle_seconds=self.cycle_seconds,
            score_seconds=self.score_seconds,
        )

    @property
    def ask_limits(self) -> AskLimits:
        """Return how much a provider is asked at once and waited for."""
        return AskLimits(
            concurrency=self.provider_concurrency,
            longest_wait_seconds=self.longest_wait_seconds,
            cycle_wait_seconds=self.cycle_wait_seconds,
            call_seconds=self.call_seconds,
            quota_strikes=self.quota_strikes,
        )

    def as_environment(self) -> dict[str, str]:
        """Return the settings as environment variables, for a process that is to run under the same."""
        said: dict[str, str] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                said[PREFIX + name.upper()] = value.get_secret_value()
            elif isinstance(value, AlertSettings):
                said[PREFIX + name.upper()] = value.as_environment()
            elif isinstance(value, Mapping):
                said[PREFIX + name.upper()] = as_json(value)
            elif value is not None:
                said[PREFIX + name.upper()] = ",".join(value) if isinstance(value, tuple) else str(value)
        return said

    @property
    def database_path(self) -> Path:
        """Return the database file."""
        return self.home / DATABASE_NAME

    @property
    def file_path(self) -> Path:
        """Return the settings file, whether or not it exists."""
        return self.home / FILE_NAME

    @property
    def known_providers(self) -> tuple[str, ...]:
        """Return every provider, in order: those of the priority first, then those that it leaves out."""
        return tuple(dict.fromkeys((*_with_own(self.provider_priority, self.providers), *PRIORITY)))

    @property
    def enabled_providers(self) -> tuple[str, ...]:
        """Return the providers that may get the lock from a cycle, in order."""
        order = _with_own(self.provider_priority, self.providers)
        return tuple(name for name in order if name not in self.disabled_providers)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the environment before what the file says; nothing else is read."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings


def load_settings() -> Settings:
    """Return the settings from the environment and ``neuralbrain.toml`` in the data folder.

    Raises:
        SettingsError: If a key is unknown or a value cannot be used; it names the key, where it stands and the
            nearest known one.
    """
    home = data_folder()
    path = home / FILE_NAME
    written = read_file(path)
    _refuse_unknown(written, where=str(path), shown=str)
    from_environment = {key[len(PREFIX) :].lower() for key in os.environ if key.startswith(PREFIX)}
    from_environment -= OF_THE_CLIENT
    _refuse_unknown(dict.fromkeys(from_environment), where="the environment", shown=lambda key: PREFIX + key.upper())
    try:
        return Settings(**{key: value for key, value in written.items() if key != "home"}).model_copy(
            update={"home": home}
        )
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        field = Settings.model_fields[key]
        named = f"{PREFIX}{key.upper()} in the environment" if key in from_environment else f"{key} in {path}"
        if key not in from_environment and key not in written:
            named = f"{key}, which is at its default beside {path},"
        raise SettingsError(
            f"The setting {named} cannot be used: {why_refused(first, field.annotation)}.",
            remedy=f"Change or remove it there ({field.description})",
        ) from error


def _with_own(order: tuple[str, ...], providers: Mapping[str, ProviderSettings]) -> tuple[str, ...]:
    """Return an order with the servers of one's own that it does not name, directly before local."""
    own = tuple(name for name in providers if name not in PRIORITY and name not in order)
    place = order.index(LOCAL) if LOCAL in order else len(order)
    return order[:place] + own + order[place:]


def _refuse_unknown(keys: Mapping[str, Any], *, where: str, shown: Callable[[str], str]) -> None:
    known = [name for name in Settings.model_fields if name != "home" or where == "the environment"]
    for key in keys:
        if key in known:
            continue
        nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
        raise SettingsError(
            f"The setting {shown(key)} in {where} is unknown.",
            remedy=f"Did you mean {shown(nearest)}? All settings are listed in docs/reference.md.",
            code="settings-unknown-key",
        )
