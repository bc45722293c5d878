"""The table of settings of each provider: its model, its limits, and where a server of one's own is."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from neuralbrain.domain.lock import PRIORITY
from neuralbrain.settings_file import why_refused

LOCAL = "local"
SERVICES = tuple(name for name in PRIORITY if name != LOCAL)
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
PRINTABLE = re.compile(r"[!-~]*")
KEY_FIELDS = re.compile(r"key|token|secret|password|bearer|credential")  # what somebody would call a key in the table
WRITTEN_PLAINLY = ("base_url", "model")


class ProviderSettings(BaseModel):
    """What the settings say of one provider; what they do not say is as the catalogue has it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    model: str = Field(
        default="",
        max_length=100,
        description="The model that is asked, as its provider writes it. The default of the catalogue unless set.",
    )
    base_url: str = Field(
        default="",
        max_length=500,
        description="Where its chat completions are, without `/chat/completions`; https, or http on this machine. "
        "`{account}` stands for Cloudflare's account number.",
    )
    key_variable: str = Field(
        default="",
        description="Environment variable of the key of a server of one's own. None is sent unless set.",
    )
    structured: Literal["json_schema", "json_object", "none"] | None = Field(
        default=None,
        description="How the form of the answer is told. The strictest that its provider takes, unless set; what a "
        "server refuses is told less strictly the next time.",
    )
    context_tokens: int | None = Field(
        default=None,
        ge=1000,
        le=100_000_000,
        description="What the model takes, prompt and answer together, tokens. A smaller one means smaller questions.",
    )
    answer_tokens: int | None = Field(
        default=None,
        ge=100,
        le=10_000_000,
        description="What the model may write in one answer, thought included, tokens.",
    )
    price_in: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="Price of a million tokens read, US dollars."
    )
    price_out: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="Price of a million tokens written, US dollars."
    )
    daily_tokens: int | None = Field(
        default=None,
        ge=1,
        description="Tokens that its calls may use in a day (UTC), read and written. No limit unless set.",
    )
    daily_usd: float | None = Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        description="US dollars that its calls may cost in a day (UTC). No limit unless set; needs both prices.",
    )
    private: bool = Field(
        default=False, description="Whether its host may be at an address that is not public. Still by https."
    )
    title: str = Field(default="", max_length=60, description="What it is called for people. Its name unless set.")
    trained_until: date | None = Field(
        default=None,
        description="Until when the model's training data reach (YYYY-MM-DD): forecasts of earlier days prove nothing.",
    )


def read_provider_settings(given: object) -> dict[str, ProviderSettings]:
    """Return the table of providers by name, from a table, or from JSON as the environment has it.

    Raises:
        ValueError: If something in it is unknown or cannot be used; it names what, and the nearest known one. A value
            is never shown: somebody may have written a key there.
    """
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise ValueError("it is no JSON") from None
    if not isinstance(given, Mapping):
        raise ValueError("it is no table of providers")  # noqa: TRY004 - pydantic takes a ValueError for a refusal
    return {str(name): _read_one(str(name), table) for name, table in given.items()}


def _read_one(name: str, table: object) -> ProviderSettings:
    if isinstance(table, ProviderSettings):
        table = table.model_dump(exclude_defaults=True)
    if not NAME.fullmatch(name):
        raise ValueError(
            f"{name[:40]!r} is no name of a provider: small letters, digits, - and _ are, 32 of them at most"
        )
    if name == LOCAL:
        raise ValueError("local is the statistical provider on this machine and has no settings")
    if not isinstance(table, Mapping):
        raise ValueError(f"{name} is no table of settings")  # noqa: TRY004 - pydantic takes a ValueError for a refusal
    _refuse_unknown_fields(name, table)
    try:
        read = ProviderSettings.model_validate(dict(table))
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        why = why_refused(first, ProviderSettings.model_fields[field].annotation, shown=False)
        raise ValueError(f"{field} of {name} {why}") from None
    _require_whole(name, read)
    return read


def _refuse_unknown_fields(name: str, table: Mapping[Any, Any]) -> None:
    known = tuple(ProviderSettings.model_fields)
    for field in map(str, table):
        if field in known:
            continue
        if KEY_FIELDS.search(field.lower()) and not field.endswith("_tokens"):
            raise ValueError(
                f"{field[:40]!r} of {name} is no setting: keys are read from the environment or from a file, and stand "
                "in no settings"
            )
        nearest = difflib.get_close_matches(field, known, n=1, cutoff=0.0)[0]
        raise ValueError(f"{field[:40]!r} of {name} is no setting; did you mean {nearest}?")


def _require_whole(name: str, read: ProviderSettings) -> None:
    own = name not in SERVICES
    if own and not (read.base_url and read.model):
        nearest = difflib.get_close_matches(name, SERVICES, n=1, cutoff=0.0)[0]
        raise ValueError(
            f"{name} is no known provider (did you mean {nearest}?), and a server of one's own needs both base_url and "
            "model"
        )
    for field in WRITTEN_PLAINLY:
        if not PRINTABLE.fullmatch(getattr(read, field)):
            raise ValueError(f"{field} of {name} holds a space or a character outside ASCII")
    if not read.title.isprintable():
        raise ValueError(f"title of {name} is not one line")
    if read.key_variable and not own:
        raise ValueError(f"key_variable of {name} cannot be set: where its key is read from stands in the reference")
    if read.key_variable and not VARIABLE.fullmatch(read.key_variable):
        raise ValueError(f"key_variable of {name} is no name of a variable in capitals")
    if None not in (read.context_tokens, read.answer_tokens) and (read.context_tokens or 0) <= (
        read.answer_tokens or 0
    ):
        raise ValueError(
            f"context_tokens of {name} must be above its answer_tokens: they are prompt and answer together"
        )
    if (read.price_in is None) is not (read.price_out is None):
        raise ValueError(f"price_in and price_out of {name} belong together")
