"""Every setting, read once: environment first, then one file, then the default."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import stat
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import platformdirs
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from neuralbrain.domain.lock import PRIORITY
from neuralbrain.domain.step import Deadlines
from neuralbrain.errors import SettingsError

PREFIX = "NEURALBRAIN_"
FILE_NAME = "neuralbrain.toml"
DATABASE_NAME = "neuralbrain.sqlite3"
LONGEST_SHOWN = 60  # letters of a value that cannot be used

Names = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """All settings; frozen. A field's name in capitals after ``NEURALBRAIN_`` is its environment variable."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    home: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("neuralbrain"),
        description="Folder of the database and of neuralbrain.toml; only from the environment. "
        "The platform's data folder unless set.",
    )
    sources: Names = Field(
        default=("cholera-africa",),
        description="Feeds to read, by name, separated by commas. The embedded sample needs no network.",
    )
    sample_until: date | None = Field(
        default=None,
        description="Read the embedded sample only up to this day (YYYY-MM-DD), to replay its past. Whole unless set.",
    )
    provider_priority: Names = Field(
        default=PRIORITY,
        description="Order in which providers get the lock, separated by commas. Local is last: it is always there.",
    )
    disabled_providers: Names = Field(
        default=(), description="Providers that never get the lock from a cycle, separated by commas. None unless set."
    )
    lease_seconds: float = Field(
        default=90.0,
        gt=0,
        allow_inf_nan=False,
        description="How long a silent runner keeps the cycle to itself, seconds. Three missed renewals and a margin.",
    )
    lease_renewal_seconds: float = Field(
        default=20.0,
        gt=0,
        allow_inf_nan=False,
        description="How often a runner renews its lease, seconds. At most a third of the lease.",
    )
    busy_timeout_seconds: float = Field(
        default=20.0,
        gt=0,
        allow_inf_nan=False,
        description="How long a writer waits for another one, seconds. SQLite serves waiting writers in no fair order.",
    )
    host: str = Field(
        default="127.0.0.1",
        description="Address that the service listens on; only loopback, because reading needs no token yet.",
    )
    port: int = Field(
        default=8642,
        ge=0,
        le=65535,
        description="Port that the service listens on; 0 takes any free one, and the first line says which.",
    )
    allowed_hosts: Names = Field(
        default=(),
        description="Further names that the service answers to, such as that of a reverse proxy, separated by commas. "
        "A request for any other is refused: a web page elsewhere must not read through the visitor's machine.",
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
    cycle_seconds: float = Field(
        default=3300.0,
        gt=0,
        allow_inf_nan=False,
        description="How long a whole cycle of the service may take, seconds. Five minutes less than an hour.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning",
        description="Least severe event written to standard error: debug, info, warning or error.",
    )

    @field_validator("sources", "provider_priority", "disabled_providers", "allowed_hosts", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value

    @field_validator("provider_priority", "disabled_providers")
    @classmethod
    def _known_providers(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in names if name not in PRIORITY]
        if unknown:
            raise ValueError(f"unknown provider {unknown[0]!r}; known are {', '.join(PRIORITY)}")
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

    @field_validator("host")
    @classmethod
    def _only_loopback(cls, host: str) -> str:
        return only_loopback(host)

    @property
    def deadlines(self) -> Deadlines:
        """Return how long the steps of a cycle may take."""
        return Deadlines(
            read_seconds=self.read_seconds,
            ask_seconds=self.ask_seconds,
            step_seconds=self.step_seconds,
            cycle_seconds=self.cycle_seconds,
        )

    def as_environment(self) -> dict[str, str]:
        """Return the settings as environment variables, for a process that is to run under the same."""
        said: dict[str, str] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if value is not None:
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
    def enabled_providers(self) -> tuple[str, ...]:
        """Return the providers that may get the lock from a cycle, in order."""
        return tuple(name for name in self.provider_priority if name not in self.disabled_providers)

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


def only_loopback(host: str) -> str:
    """Return an address of this machine that no other can reach: reading needs no token.

    Raises:
        ValueError: If it is none, or others can reach it.

    >>> only_loopback("localhost")
    '127.0.0.1'
    """
    name = host.strip("[]")
    if name == "localhost":
        return "127.0.0.1"
    try:
        loopback = ipaddress.ip_address(name).is_loopback
    except ValueError:
        raise ValueError(f"{host!r} is no address; 127.0.0.1 and ::1 are") from None
    if not loopback:
        raise ValueError(
            f"{host!r} can be reached from other machines, and reading needs no token yet; serve on 127.0.0.1 and put "
            "a reverse proxy that knows who may read in front of it"
        )
    return name


def load_settings() -> Settings:
    """Return the settings from the environment and ``neuralbrain.toml`` in the data folder.

    Raises:
        SettingsError: If a key is unknown or a value cannot be used; it names the key, where it stands and the
            nearest known one.
    """
    home = _home()
    path = home / FILE_NAME
    written = _read_file(path)
    _refuse_unknown(written, where=str(path), shown=str)
    from_environment = {key[len(PREFIX) :].lower() for key in os.environ if key.startswith(PREFIX)}
    _refuse_unknown(dict.fromkeys(from_environment), where="the environment", shown=lambda key: PREFIX + key.upper())
    try:
        return Settings(**{key: value for key, value in written.items() if key != "home"}).model_copy(
            update={"home": home}
        )
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        in_environment = key in from_environment
        named = f"{PREFIX}{key.upper()} in the environment" if in_environment else f"{key} in {path}"
        raise SettingsError(
            f"The setting {named} cannot be used: {_why(first, key)}.",
            remedy=f"Change or remove it there ({Settings.model_fields[key].description})",
        ) from error


def _why(refusal: ErrorDetails, key: str) -> str:
    """Return in our own words why a value cannot be used."""
    limits: Mapping[str, Any] = refusal.get("ctx", {})
    given = repr(refusal["input"])
    shown = given if len(given) <= LONGEST_SHOWN else f"{given[:LONGEST_SHOWN]}…"
    kind = refusal["type"]
    if kind == "value_error":
        return str(limits["error"])
    choices = get_args(Settings.model_fields[key].annotation)
    words = {
        "float_parsing": "is no number",
        "int_parsing": "is no whole number",
        "int_type": "is no whole number",
        "int_from_float": "is no whole number",
        "greater_than_equal": f"must be at least {limits.get('ge', 0):g}",
        "less_than_equal": f"must be at most {limits.get('le', 0):g}",
        "float_type": "is no number",
        "finite_number": "is no finite number",
        "greater_than": f"must be above {limits.get('gt', 0):g}",
        "literal_error": f"is none of {', '.join(map(str, choices))}",
        "tuple_type": "is no list of names",
        "string_type": "is no name",
    }
    return (
        f"{shown} {words.get(kind) or ('is no date (YYYY-MM-DD)' if kind.startswith('date') else 'is no value for it')}"
    )


def _home() -> Path:
    """Return the data folder, which need not exist yet.

    Raises:
        SettingsError: If something else stands there, or above it.
    """
    typed = os.environ.get(PREFIX + "HOME") or str(platformdirs.user_data_path("neuralbrain"))
    try:
        home = Path(typed).expanduser().absolute()
        mode = home.stat().st_mode
    except FileNotFoundError:
        return home
    except NotADirectoryError as error:
        raise _no_folder(typed, "it lies below a file") from error
    except RuntimeError as error:  # what pathlib says of ~somebody
        raise _no_folder(typed, "there is no such user") from error
    except (OSError, ValueError) as error:
        raise _no_folder(typed, _system_words(error)) from error
    if not stat.S_ISDIR(mode):
        raise _no_folder(typed, "it is a file")
    return home


def _no_folder(typed: str, why: str) -> SettingsError:
    return SettingsError(
        f"The data folder {typed} cannot be used: {why}.",
        remedy=f"Name a folder in {PREFIX}HOME; it is made if needed.",
    )


def _system_words(error: Exception) -> str:
    """Return what the operating system says of a path, without Python's own words."""
    return (isinstance(error, OSError) and error.strerror) or "it is no path"


def _read_file(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise _unreadable(path, "it is not written in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        # The place is the one thing that only the parser knows; Python 3.11 gives it nowhere but in its sentence.
        place = re.search(r"at line \d+, column \d+|at end of document", str(error))
        raise _unreadable(path, f"it is no TOML{f' {place[0]}' if place else ''}") from error
    except OSError as error:
        raise _unreadable(path, _system_words(error)) from error


def _unreadable(path: Path, why: str) -> SettingsError:
    return SettingsError(
        f"The settings file {path} cannot be read: {why}.", remedy="Mend it, or move it away to use the defaults."
    )


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
