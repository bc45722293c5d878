"""Asks a provider whether it can be asked, by questions that cost no token; each provider has its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from urllib.parse import quote

from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.provider_check import ProbeResult
from neuralbrain.outgoing.message import NotReceived, Outcome
from neuralbrain.providers.failures import Verdict, classify_probe
from neuralbrain.providers.fault import Json, NotJsonError, read_json
from neuralbrain.providers.model_names import is_same_model
from neuralbrain.providers.service import ProbeKind, Service

PROBE_SECONDS = 10.0  # a list of models comes in less than one; who needs ten is not able to forecast either
SOON_DAYS = 30  # before its end a model is named in a note: a month to choose another one
ROUTER = "https://router.huggingface.co/"
WHOAMI = "https://huggingface.co/api/whoami-v2"
CLOUDFLARE_END = "/ai/v1"

Ask = Callable[[str], Outcome]


def probe(
    service: Service, address: str, *, ask: Ask, now: Callable[[], datetime], secrets: Sequence[str]
) -> ProbeResult:
    """Return whether a provider can be asked, as far as that can be seen for nothing; credit cannot.

    Args:
        service: Whom to ask.
        address: Its base URL, with the account's number.
        ask: Sends a GET with the provider's key.
        now: Tells the time, aware.
        secrets: Keys and account numbers that must not stand in a message.
    """
    seconds = 0.0
    said: list[Json] = []
    for url in urls_of(service, address):
        outcome = ask(url)
        seconds += outcome.seconds
        verdict = classify_probe(service.dialect.name, outcome, now=now(), secrets=secrets)
        if _has_no_list(service, verdict):
            note = "It has no list of models, so only that it answers is known."
            return ProbeResult(kind=None, rule="probed", seconds=seconds, notes=(note,))
        if not verdict.went_well:
            return _failed(verdict, outcome, seconds=seconds)
        said.append(_read(outcome))
    if service.probe is ProbeKind.HUGGING_FACE and is_listed(service.model.name, said[-1]) is False:
        return ProbeResult(
            kind=FailureKind.AUTHENTICATION,
            rule="model-not-listed",
            message=f"The router does not list {service.model.name}.",
            seconds=seconds,
        )
    notes = tuple(_notes(service, said[-1], today=now().astimezone(UTC).date()))
    return ProbeResult(kind=None, rule="probed", seconds=seconds, notes=notes)


def urls_of(service: Service, address: str) -> tuple[str, ...]:
    """Return what is asked, in order; everything lies where the base URL leads, so a stand-in answers it too.

    Only Hugging Face's own router does not know whose a token is: its site is asked.
    """
    match service.probe:
        case ProbeKind.OPENAI:
            return (f"{address}/models/{quote(service.model.name, safe=':@/.-_')}",)
        case ProbeKind.CLOUDFLARE if address.endswith(CLOUDFLARE_END):
            return (f"{address.removesuffix('/v1')}/models/search?per_page=1",)
        case ProbeKind.HUGGING_FACE:
            whoami = WHOAMI if address.startswith(ROUTER) else f"{address.removesuffix('/v1')}/api/whoami-v2"
            return (whoami, f"{address}/models")
        case _:
            return (f"{address}/models",)


def is_listed(model: str, listed: Json) -> bool | None:
    """Return whether a list of models names one, None where it is no list.

    >>> is_listed("m:host", {"data": [{"id": "m", "providers": [{"provider": "host"}]}]})
    True
    """
    entries = listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(entries, list) or not entries:
        return None
    _, _, host = model.partition(":")
    for entry in entries:
        name = entry.get("id") if isinstance(entry, dict) else None
        if isinstance(entry, dict) and isinstance(name, str) and name and is_same_model(model, name):
            hosts = entry.get("providers")
            if not (host and isinstance(hosts, list)):
                return True
            if any(isinstance(one, dict) and one.get("provider") == host for one in hosts):
                return True
    return False


def _has_no_list(service: Service, verdict: Verdict) -> bool:
    return service.probe is ProbeKind.GENERIC and verdict.rule == "nothing-there"


def _failed(verdict: Verdict, outcome: Outcome, *, seconds: float) -> ProbeResult:
    return ProbeResult(
        kind=verdict.kind,
        rule=verdict.rule,
        message=verdict.message,
        seconds=seconds,
        reached=outcome.reached if isinstance(outcome, NotReceived) else True,
    )


def _read(outcome: Outcome) -> Json:
    try:
        return None if isinstance(outcome, NotReceived) else read_json(outcome.body)
    except NotJsonError:
        return None


def _notes(service: Service, said: Json, *, today: date) -> Iterator[str]:
    name = service.model.name
    if service.probe is ProbeKind.OPENAI:
        end = _day(said.get("shutdown_date")) if isinstance(said, dict) else None
        days = None if end is None else (end - today).days
        if days is not None and days <= SOON_DAYS:
            left = f"in {days} days" if days > 0 else "which is over"
            yield f"The model {name} is shut down on {end}, {left}: set another one in [providers.{service.name}]."
    elif service.probe in {ProbeKind.LIST, ProbeKind.GENERIC} and is_listed(name, said) is False:
        yield f"Its list of models does not name {name}."


def _day(value: Json) -> date | None:
    """Return a day that is written as a date, a moment or seconds since 1970; None for anything else."""
    try:
        if isinstance(value, str):
            return date.fromisoformat(value[:10])
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
    return None
