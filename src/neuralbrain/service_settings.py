"""The settings of whoever asks over HTTP: where the service listens, who may read, and how often."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from neuralbrain.domain.loopback import address_of
from neuralbrain.settings_file import PREFIX

Names = Annotated[tuple[str, ...], NoDecode]

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?|https?://\[[0-9a-f:]+\](?::[0-9]{1,5})?")
ANY_ORIGIN = "*"


class ServiceSettings(BaseSettings):
    """How the service is reached; a part of all settings."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True)

    host: str = Field(
        default="127.0.0.1",
        description="Address that the service listens on. On another one than loopback it starts only where a token "
        "was made, and then reading needs one, or where public_read is set.",
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
    public_read: bool = Field(
        default=False,
        description="Whether anybody who reaches the service may read without a token, also where it listens on "
        "another address than loopback. Changing something needs a token all the same.",
    )
    cors_origins: Names = Field(
        default=(),
        description="Web pages of other origins that may read, as https://host, separated by commas; * is any. They "
        "can change nothing. None unless set.",
    )
    trusted_proxies: Names = Field(
        default=(),
        description="Addresses or networks of reverse proxies whose word about the client's address is taken "
        "(X-Forwarded-For), separated by commas. None unless set: anybody else could claim any address.",
    )
    embed_ancestors: Names = Field(
        default=(),
        description="Origins of web pages that may show the pages made for embedding in a frame, as https://host, "
        "separated by commas; * is any. None unless set.",
    )
    hsts: bool = Field(
        default=False,
        description="Whether answers tell browsers to come by HTTPS alone for a year. Only where a reverse proxy "
        "speaks TLS under that name.",
    )
    reads_per_minute: int = Field(
        default=60,
        ge=1,
        description="How many answers that are not ready in memory one client gets a minute; this machine itself is "
        "not limited. Ready ones cost next to nothing and are not limited.",
    )
    changes_per_minute: int = Field(
        default=5,
        ge=1,
        description="How many changes one token makes a minute. Nobody decides more often; a program gone wild would.",
    )
    failed_attempts_per_minute: int = Field(
        default=10,
        ge=1,
        description="How many wrong tokens one client may try a minute; then it waits, also with a right one.",
    )
    request_seconds: float = Field(
        default=30.0,
        gt=0,
        allow_inf_nan=False,
        description="How long a request may take until its answer begins, seconds. The largest takes under five.",
    )

    @field_validator("allowed_hosts", "cors_origins", "trusted_proxies", "embed_ancestors", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return listed(value)

    @field_validator("host")
    @classmethod
    def _address(cls, host: str) -> str:
        return address_of(host)

    @field_validator("cors_origins", "embed_ancestors")
    @classmethod
    def _origins(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_each(names, is_right=_is_origin, should="is not written as https://host, without a path"))

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_each(names, is_right=_is_network, should="is no address and no network such as 10.0.0.0/8"))


def listed(value: object) -> object:
    """Return names that were given separated by commas as a list; whatever else as it is."""
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return value


def _each(names: tuple[str, ...], *, is_right: Callable[[str], bool], should: str) -> list[str]:
    for name in names:
        if not is_right(name):
            raise ValueError(f"{name[:60]!r} {should}")
    return list(names)


def _is_origin(name: str) -> bool:
    return name == ANY_ORIGIN or ORIGIN.fullmatch(name) is not None


def _is_network(name: str) -> bool:
    try:
        ipaddress.ip_network(name)
    except ValueError:
        return False
    return True
