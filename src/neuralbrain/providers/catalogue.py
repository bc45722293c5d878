"""The table of providers: what each needs, how the settings change it, and how its client is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from neuralbrain.errors import SettingsError
from neuralbrain.outgoing.host_rules import AddressRefusedError, HostRules, read_url
from neuralbrain.provider_settings import LOCAL, ProviderSettings
from neuralbrain.providers.known_services import KNOWN_SERVICES
from neuralbrain.providers.secrets import SecretError, read_secret
from neuralbrain.providers.service import Service, by_name

if TYPE_CHECKING:  # these load NumPy; whoever only reads the lock should not wait for it
    from neuralbrain.outgoing.transport import Transport
    from neuralbrain.ports import Calls, Clock, Provider

WHOAMI_HOST = "huggingface.co"  # the router does not know whose a token is; its makers' own site does


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """One provider.

    Args:
        name: As in the order of priority.
        title: For people.
        service: Whom it asks over the network; None for the one on this machine.
    """

    name: str
    title: str
    service: Service | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the environment variables of which each must be set, or another one of the same key."""
        return () if self.service is None else tuple(one.name for one in self.service.needs)

    def lacks(self, environment: Mapping[str, str]) -> str:
        """Return what it lacks, in one line that shows no key; empty where it can be asked."""
        missing, wrong = list[str](), list[str]()
        for names in () if self.service is None else self.service.needs:
            try:
                read_secret(names, environment)
            except SecretError as error:
                absent = str(error) == f"{names.name} not set"
                (missing if absent else wrong).append(names.name if absent else str(error))
        return "; ".join([*wrong, *([f"{' and '.join(missing)} not set"] if missing else [])])


def catalogue_of(settings: Mapping[str, ProviderSettings]) -> dict[str, CatalogueRow]:
    """Return every provider by name, as the settings want it asked: the known ones, one's own servers, then local.

    Raises:
        SettingsError: If a base URL leads where nothing may be asked, a limit in money is set without a price, or a
            model's limits contradict each other.
    """
    rows = {}
    for name, service in by_name(KNOWN_SERVICES, settings).items():
        _require_address(service)
        _require_limits(service)
        rows[name] = CatalogueRow(name=name, title=service.title, service=service)
    rows[LOCAL] = CatalogueRow(name=LOCAL, title="the statistical forecaster on this machine")
    return rows


def host_rules_of(rows: Mapping[str, CatalogueRow]) -> HostRules:
    """Return where requests may go: to the hosts of the table and to no other."""
    services = [row.service for row in rows.values() if row.service is not None]
    hosts = {_host(one): one.private for one in services}
    return HostRules(
        only_hosts=frozenset(hosts) | {WHOAMI_HOST},
        private_hosts=frozenset(host for host, private in hosts.items() if private),
    )


def make_local() -> Provider:
    """Return the provider on this machine, which needs nothing."""
    # Imported here, as below: nothing that only reads the lock should load a model.
    from neuralbrain.providers.local.provider import LocalProvider  # noqa: PLC0415

    return LocalProvider()


def make(
    service: Service,
    *,
    environment: Mapping[str, str],
    transport: Transport,
    calls: Calls,
    clock: Clock,
    call_seconds: float,
    most_series: int,
) -> Provider:
    """Return the client of a service; the only place in which a key is read to be held.

    Raises:
        SettingsError: If it lacks something (``CatalogueRow.lacks``).
    """
    from neuralbrain.providers.language_model import LanguageModel  # noqa: PLC0415

    try:
        key, account = (
            None if names is None else read_secret(names, environment) for names in (service.key, service.account)
        )
    except SecretError as error:
        raise SettingsError(
            f"The provider {service.name} cannot be asked: {error}.",
            remedy="Set it in the environment of every process that runs a cycle.",
        ) from None
    return LanguageModel(
        service,
        key=key,
        account=account,
        transport=transport,
        calls=calls,
        clock=clock,
        call_seconds=call_seconds,
        most_series=most_series,
    )


def _host(service: Service) -> str:
    return (urlsplit(service.base_url).hostname or "").lower()


def _require_address(service: Service) -> None:
    """Refuse a base URL that could not be asked, before anything is.

    Raises:
        SettingsError: If it is written so that it could be misread, or leads where nothing may go.
    """
    try:
        private = frozenset({_host(service)} if service.private else ())
        read_url(service.address(), HostRules(private_hosts=private))
        parts = urlsplit(service.base_url)
        why = "it has a query or a fragment" if parts.query or parts.fragment else ""
    except AddressRefusedError as error:
        why = str(error)
    except ValueError:  # of urlsplit
        why = "the URL cannot be read"
    if why:
        raise SettingsError(
            f"The base_url of provider {service.name} cannot be used: {why}.",
            remedy="Write it as https://host/path; http is for this machine only, and a private address needs https "
            f"and private = true in [providers.{service.name}].",
        )


def _require_limits(service: Service) -> None:
    """Refuse limits that could never hold.

    Raises:
        SettingsError: If money is limited without a price, or an answer may be longer than the context.
    """
    model = service.model
    if service.daily_usd is not None and model.price_in is None:
        raise SettingsError(
            f"The setting daily_usd of provider {service.name} cannot be kept: no price of {model.name} is known.",
            remedy=f"Set price_in and price_out in [providers.{service.name}], or limit daily_tokens instead.",
        )
    if model.answer_tokens >= model.context_tokens:
        raise SettingsError(
            f"The settings of provider {service.name} leave no room for a question: an answer of "
            f"{model.answer_tokens} tokens in a context of {model.context_tokens}.",
            remedy=f"Set context_tokens and answer_tokens in [providers.{service.name}].",
        )


CATALOGUE: Mapping[str, CatalogueRow] = catalogue_of({})
"""The table as it is where the settings change nothing."""
