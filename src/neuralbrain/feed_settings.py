"""The table of settings of each feed: where it is, how often it is read, and files of one's own."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from neuralbrain.settings_file import why_refused

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
PRINTABLE = re.compile(r"[!-~]*")
ADDRESS = re.compile(r"https?://[^/]", re.IGNORECASE)  # which hosts http may name is the way out's to say
KEY_FIELDS = re.compile(r"key|token|secret|password|bearer|credential")  # what somebody would call a key in the table


class FeedSettings(BaseModel):
    """What the settings say of one feed; what they do not say is as the catalogue has it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    adapter: str = Field(
        default="",
        max_length=32,
        description="What reads it, by the name of a feed of the catalogue, or `file` for a file of one's own. The "
        "feed's own name unless set.",
    )
    base_url: str = Field(
        default="",
        max_length=500,
        description="Where it is read from instead of its own address; https, or http on this machine.",
    )
    path: str = Field(
        default="",
        max_length=1000,
        description="File or folder on this machine that it is read from instead of the network. `~` is home.",
    )
    mapping: str = Field(
        default="",
        max_length=1000,
        description="File (TOML) that says what the columns of a file of one's own mean.",
    )
    every_hours: float | None = Field(
        default=None,
        ge=0,
        allow_inf_nan=False,
        description="How often it is asked at most, hours; 0 is each cycle. As the catalogue has it unless set.",
    )
    since: date | None = Field(
        default=None, description="From which day on values are read (YYYY-MM-DD). As the catalogue has it unless set."
    )
    most_megabytes: int | None = Field(
        default=None, ge=1, le=4096, description="How long one answer may be, unpacked, megabytes."
    )
    call_seconds: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="How long getting one answer may take, seconds."
    )
    most_withdrawn: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Which share of its known values one release may lack (0 to 1) before it is taken for a fault and "
        "refused. 0.2 unless set; releases that say their own date may lack any.",
    )
    private: bool = Field(
        default=False, description="Whether its host may be at an address that is not public. Still by https."
    )

    @field_validator("base_url")
    @classmethod
    def _require_address(cls, given: str) -> str:
        """Refuse what would be read from this machine: that is said with path."""
        if given and not ADDRESS.match(given):
            raise ValueError(
                "it must begin with https://, or with http:// for this machine; files of this machine are read by path"
            )
        return given


def read_feed_settings(given: object) -> dict[str, FeedSettings]:
    """Return the table of feeds by name, from a table, or from JSON as the environment has it.

    Raises:
        ValueError: If something in it is unknown or cannot be used; it names what, and the nearest known one.
    """
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise ValueError("it is no JSON") from None
    if not isinstance(given, Mapping):
        raise ValueError("it is no table of feeds")  # noqa: TRY004 - pydantic takes a ValueError for a refusal
    return {str(name): _read_one(str(name), table) for name, table in given.items()}


def _read_one(name: str, table: object) -> FeedSettings:
    if isinstance(table, FeedSettings):
        return table
    if not NAME.fullmatch(name):
        raise ValueError(f"{name[:40]!r} is no name of a feed: small letters, digits, - and _ are, 32 of them at most")
    if not isinstance(table, Mapping):
        raise ValueError(f"{name} is no table of settings")  # noqa: TRY004 - pydantic takes a ValueError for a refusal
    _refuse_unknown_fields(name, table)
    try:
        read = FeedSettings.model_validate(dict(table))
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        why = why_refused(first, FeedSettings.model_fields[field].annotation)
        raise ValueError(f"{field} of {name}: {why}") from None
    if not PRINTABLE.fullmatch(read.base_url):
        raise ValueError(f"base_url of {name} holds a space or a character outside ASCII")
    if read.base_url and read.path:
        raise ValueError(f"{name} has both base_url and path, and is read from one place")
    return read


def _refuse_unknown_fields(name: str, table: Mapping[Any, Any]) -> None:
    known = tuple(FeedSettings.model_fields)
    for field in map(str, table):
        if field in known:
            continue
        if KEY_FIELDS.search(field.lower()):
            raise ValueError(f"{field[:40]!r} of {name} is no setting: keys are read from the environment only")
        nearest = difflib.get_close_matches(field, known, n=1, cutoff=0.0)[0]
        raise ValueError(f"{field[:40]!r} of {name} is no setting; did you mean {nearest}?")
