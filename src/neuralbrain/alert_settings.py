"""The table of settings of alerts: which rules are on, from where on they raise, and whom they tell."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import NoDecode

from neuralbrain.domain.alert import AlertRule
from neuralbrain.domain.alert_limits import AlertLimits
from neuralbrain.settings_file import why_refused

Model = TypeVar("Model", bound=BaseModel)

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
PRINTABLE = re.compile(r"[!-~]+")
WEBHOOK = re.compile(r"https?://[!-~]+")
RED = 80.0  # domain.claims.RED_FROM, whose module loads NumPy; a test holds the two together
SHORTEST_SECRET = 16  # characters; half of what a random one of 128 bits has in hexadecimal digits
LONGEST_URL = 2000  # characters
OUTBREAK_BAND = 0.1  # between the level that raises and the one that clears: probabilities move by some per cent


class ChannelSettings(BaseModel):
    """One channel: a URL of the notification library, or a webhook with its secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    apprise: SecretStr | None = Field(
        default=None,
        description="URL of the notification library, such as `mailtos://…` or `discord://…`. Never shown: it holds a "
        "key. Calls to it are the library's own, so hosts are not checked.",
    )
    webhook: SecretStr | None = Field(
        default=None,
        description="Where a signed POST of JSON goes; https, or http on this machine. Never shown: it may hold a key.",
    )
    secret: SecretStr | None = Field(
        default=None,
        description="What the webhook's receiver shares with us, 16 characters or more, to check the signature with.",
    )
    private: bool = Field(
        default=False, description="Whether the webhook's host may be at an address that is not public. Still by https."
    )


class AlertSettings(BaseModel):
    """What the settings say of alerts."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    risk_red: bool = Field(default=True, description="Whether a region's risk that reaches RED raises an alert.")
    red_until: float = Field(
        default=70.0,
        ge=0,
        lt=RED,
        allow_inf_nan=False,
        description="Risk score down to which that alert stays; below 80, from which RED begins. Ten less, because "
        "scores move by a few from week to week.",
    )
    outbreak_probability: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Outbreak probability from which an alert is raised. Off unless set.",
    )
    outbreak_until: float | None = Field(
        default=None,
        ge=0,
        lt=1,
        description="Probability down to which that alert stays; below outbreak_probability. 0.1 less unless "
        "set, or half of it where that is more.",
    )
    trend_turns: bool = Field(
        default=False,
        description="Whether a trend that turns upwards raises an alert: its probability passes 60 %, after 40 % or "
        "less in one of the last twelve editions. Off, because many turns are small.",
    )
    data_stale: bool = Field(default=True, description="Whether a feed raises one whose newest value is too old.")
    provider_down: bool = Field(
        default=True, description="Whether a provider raises one that could be asked and is unavailable."
    )
    edition_old: bool = Field(default=True, description="Whether an edition raises one that is too old.")
    edition_old_days: float = Field(
        default=9.0,
        gt=1,
        le=3650,
        allow_inf_nan=False,
        description="From which age on, days since it was last found up to date; over at one day. Nine: a weekly feed "
        "may be two days late.",
    )
    raise_editions: int = Field(
        default=1, ge=1, le=10, description="In how many editions in a row a region must be beyond the level to raise."
    )
    clear_editions: int = Field(
        default=2, ge=1, le=10, description="In how many editions in a row it must be below the level to clear."
    )
    expires_days: int = Field(
        default=28,
        ge=1,
        le=366,
        description="After how many days an alert ends that nothing has confirmed. Four weeks, as far as forecasts go.",
    )
    channels: Mapping[str, ChannelSettings] = Field(
        default_factory=dict,
        description="A table a channel, `[alerts.channels.NAME]`, with the fields below. None unless set.",
    )

    @property
    def limits(self) -> AlertLimits:
        """Return the levels of the rules, and which of them are on."""
        on = {
            AlertRule.RISK_RED: self.risk_red,
            AlertRule.OUTBREAK_LIKELY: self.outbreak_probability is not None,
            AlertRule.TREND_TURNS: self.trend_turns,
            AlertRule.DATA_STALE: self.data_stale,
            AlertRule.PROVIDER_DOWN: self.provider_down,
            AlertRule.EDITION_OLD: self.edition_old,
        }
        outbreak_from = 1.0 if self.outbreak_probability is None else self.outbreak_probability  # 1.0: never asked
        outbreak_until = outbreak_from - min(OUTBREAK_BAND, outbreak_from / 2)
        return AlertLimits(
            enabled=frozenset(rule for rule, is_on in on.items() if is_on),
            red_until=self.red_until,
            outbreak_from=outbreak_from,
            outbreak_until=outbreak_until if self.outbreak_until is None else self.outbreak_until,
            raise_editions=self.raise_editions,
            clear_editions=self.clear_editions,
            old_days=self.edition_old_days,
            expires_after=timedelta(days=self.expires_days),
        )

    def as_environment(self) -> str:
        """Return what is not at its default as JSON, secrets in plain: for a process that runs under the same."""
        told = self.model_dump(mode="json", exclude_defaults=True, exclude={"channels"})
        channels = {name: _revealed(one) for name, one in self.channels.items()}
        return json.dumps({**told, **({"channels": channels} if channels else {})})


AlertTable = Annotated[AlertSettings, NoDecode]


def read_alert_settings(given: object) -> AlertSettings:
    """Return the table of alerts, from a table, or from JSON as the environment has it.

    Raises:
        ValueError: If something in it is unknown or cannot be used; it names what, and the nearest known one. The value
            of a channel is never shown.
    """
    if isinstance(given, AlertSettings):
        return given
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise ValueError("it is no JSON") from None
    if not isinstance(given, Mapping):
        raise ValueError("it is no table of alerts")  # noqa: TRY004 - pydantic takes a ValueError for a refusal
    channels = given.get("channels", {})
    if not isinstance(channels, Mapping):
        raise ValueError("channels is no table of channels")  # noqa: TRY004 - the same
    read = {str(name): _read_channel(str(name), table) for name, table in channels.items()}
    settings = _validated(AlertSettings, {**given, "channels": read}, of="alerts", shown=True)
    least, until = settings.outbreak_probability, settings.outbreak_until
    if least is not None and until is not None and until >= least:
        raise ValueError(f"outbreak_until of alerts must be below outbreak_probability ({least:g})")
    return settings


def _read_channel(name: str, table: object) -> ChannelSettings:
    if isinstance(table, ChannelSettings):
        return table
    if not NAME.fullmatch(name):
        raise ValueError(
            f"{name[:40]!r} is no name of a channel: small letters, digits, - and _ are, 32 of them at most"
        )
    if not isinstance(table, Mapping):
        raise ValueError(f"{name} is no table of settings")  # noqa: TRY004 - pydantic takes a ValueError for a refusal
    read = _validated(ChannelSettings, table, of=f"the channel {name}", shown=False)
    if (read.apprise is None) is (read.webhook is None):
        raise ValueError(f"the channel {name} has one of apprise and webhook, and not both")
    _require_usable(name, read)
    return read


def _require_usable(name: str, read: ChannelSettings) -> None:
    url = cast("SecretStr", read.apprise or read.webhook).get_secret_value()
    if not PRINTABLE.fullmatch(url) or len(url) > LONGEST_URL or "://" not in url:
        raise ValueError(f"the URL of the channel {name} is none, or holds a space or a character outside ASCII")
    if read.webhook is None:
        if read.secret is not None or read.private:
            raise ValueError(f"secret and private of the channel {name} are for webhooks alone")
        return
    if not WEBHOOK.fullmatch(url):
        raise ValueError(f"webhook of the channel {name} must begin with https://, or with http:// for this machine")
    if read.secret is None or len(read.secret.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(f"the channel {name} needs a secret of {SHORTEST_SECRET} characters or more to sign with")


def _validated(model: type[Model], table: Mapping[Any, Any], *, of: str, shown: bool) -> Model:
    known = tuple(model.model_fields)
    for field in map(str, table):
        if field not in known:
            nearest = difflib.get_close_matches(field, known, n=1, cutoff=0.0)[0]
            raise ValueError(f"{field[:40]!r} of {of} is no setting; did you mean {nearest}?")
    try:
        return model.model_validate(dict(table))
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        raise ValueError(
            f"{field} of {of} {why_refused(first, model.model_fields[field].annotation, shown=shown)}"
        ) from None


def _revealed(channel: ChannelSettings) -> dict[str, Any]:
    said = channel.model_dump(exclude_defaults=True)
    return {name: one.get_secret_value() if isinstance(one, SecretStr) else one for name, one in said.items()}
