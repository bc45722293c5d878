"""What is to be known of a service that speaks chat completions, and what the settings change of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from neuralbrain.provider_settings import ProviderSettings
from neuralbrain.providers.dialect import DIALECTS, Dialect, StructuredOutput
from neuralbrain.providers.secrets import KeyNames, Secret

ACCOUNT_PLACE = "{account}"  # where the account's number stands in a base URL
UNKNOWN_CONTEXT_TOKENS = 32_000  # of a model that nobody described: few that are still served take less
UNKNOWN_ANSWER_TOKENS = 8_000


class ProbeKind(StrEnum):
    """What is asked to see, without paying for a token, whether a provider can be asked."""

    OPENAI = "openai"  # the model itself, with the day of its end
    LIST = "list"  # the models; a key is needed to read them
    CLOUDFLARE = "cloudflare"  # a search over models, which needs key and account
    HUGGING_FACE = "hugging_face"  # who the token is; its list of models can be read without one
    GENERIC = "generic"  # the models, where it has a list at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model of a service.

    Args:
        name: As the service writes it.
        context_tokens: What it takes, prompt and answer together.
        answer_tokens: What it may write, thought included.
        price_in: Price of a million tokens read, US dollars; None where it is not known.
        price_out: Price of a million tokens written, US dollars; None where it is not known.
        trained_until: Until when its training data reach, None where it is not known.
    """

    name: str
    context_tokens: int = UNKNOWN_CONTEXT_TOKENS
    answer_tokens: int = UNKNOWN_ANSWER_TOKENS
    price_in: float | None = None
    price_out: float | None = None
    trained_until: date | None = None

    def cost_usd(self, *, tokens_in: int, tokens_out: int) -> float | None:
        """Return what so many tokens cost, US dollars, None where no price is known.

        >>> Model(name="m", price_in=1.0, price_out=5.0).cost_usd(tokens_in=1_000_000, tokens_out=200_000)
        2.0
        """
        if self.price_in is None or self.price_out is None:
            return None
        return (self.price_in * tokens_in + self.price_out * tokens_out) / 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service as it is asked.

    Args:
        name: As in the order of priority.
        title: For people.
        base_url: Where its chat completions are, without a slash at the end.
        models: Known ones; the first is asked, the second is a cheaper one.
        dialect: How it wants to be asked.
        probe: How it is looked at without paying.
        key: Where its key is read from, None where it needs none.
        account: Where the number of the account is read from, None where it needs none.
        as_of: The day on which models, limits and prices were looked up; None for a server of one's own.
        daily_tokens: Limit of tokens a day, None for none.
        daily_usd: Limit of US dollars a day, None for none.
        private: Whether its host may be at an address that is not public.
    """

    name: str
    title: str
    base_url: str
    models: tuple[Model, ...]
    dialect: Dialect
    probe: ProbeKind
    key: KeyNames | None = None
    account: KeyNames | None = None
    as_of: date | None = None
    daily_tokens: int | None = None
    daily_usd: float | None = None
    private: bool = False

    @property
    def model(self) -> Model:
        """Return the model that is asked."""
        return self.models[0]

    def address(self, account: Secret | None = None) -> str:
        """Return the base URL with the account's number in its place; without one, with a word there."""
        return self.base_url.replace(ACCOUNT_PLACE, "account" if account is None else account.reveal())

    @property
    def needs(self) -> tuple[KeyNames, ...]:
        """Return everything that is read from the environment."""
        return tuple(one for one in (self.account, self.key) if one is not None)


def changed(service: Service, settings: ProviderSettings) -> Service:
    """Return a service as the settings want it asked."""
    return replace(
        service,
        title=settings.title or service.title,
        base_url=(settings.base_url or service.base_url).rstrip("/"),
        models=(_model(service.models, settings), *service.models[1:]),
        dialect=_dialect(service.dialect, settings),
        daily_tokens=settings.daily_tokens,
        daily_usd=settings.daily_usd,
        private=settings.private,
    )


def own_service(name: str, settings: ProviderSettings) -> Service:
    """Return a server of one's own: it speaks chat completions, and nothing else is known of it."""
    bare = Service(
        name=name,
        title=name,
        base_url=settings.base_url,
        models=(Model(name=settings.model),),
        dialect=DIALECTS["generic"],
        probe=ProbeKind.GENERIC,
        key=KeyNames(name=settings.key_variable) if settings.key_variable else None,
    )
    return changed(bare, settings)


def _model(known: tuple[Model, ...], settings: ProviderSettings) -> Model:
    """Return the model to ask; one that the service's own table does not describe has no price and small limits."""
    name = settings.model or known[0].name
    found = next((one for one in known if one.name == name), Model(name=name))
    said = {field: getattr(settings, field) for field in ("context_tokens", "answer_tokens", "trained_until")}
    said |= {field: getattr(settings, field) for field in ("price_in", "price_out")}
    return replace(found, **{field: value for field, value in said.items() if value is not None})


def _dialect(dialect: Dialect, settings: ProviderSettings) -> Dialect:
    if settings.structured is None:
        return dialect
    wanted = StructuredOutput(settings.structured)
    if wanted is StructuredOutput.JSON_SCHEMA and dialect.structured is StructuredOutput.BARE_SCHEMA:
        wanted = StructuredOutput.BARE_SCHEMA  # the same, as this service writes it
    return replace(dialect, structured=wanted, schema_models="")


def by_name(services: tuple[Service, ...], settings: Mapping[str, ProviderSettings]) -> dict[str, Service]:
    """Return services by name, as the settings want them asked, and the servers of one's own."""
    known = {one.name: one for one in services}
    own = {name: own_service(name, one) for name, one in settings.items() if name not in known}
    return {name: changed(one, settings[name]) if name in settings else one for name, one in known.items()} | own
