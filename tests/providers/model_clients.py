"""Language models over the stand-in server, as the tests of the client want them."""

from __future__ import annotations

import json
import re
from typing import Any

from prompt_examples import answer_for, request_for
from remembered_calls import RememberedCalls
from stand_in_server import ACCOUNT, KEYS, MODELS, StandInServer

from neuralbrain.domain.request import ForecastRequest
from neuralbrain.outgoing.transport import Transport
from neuralbrain.provider_settings import ProviderSettings
from neuralbrain.providers.answer_schema import AnswerShape
from neuralbrain.providers.catalogue import catalogue_of
from neuralbrain.providers.language_model import LanguageModel
from neuralbrain.providers.secrets import Secret
from stand_ins import StillClock

REQUEST = request_for("AGO", "MOZ")
SHAPE = AnswerShape(regions=("AGO", "MOZ"), horizons=2)


def good_answer(body: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as it is asked for, whatever the regions of the request's message are."""
    data = body["messages"][1]["content"]
    blocks = {block.split(" ")[0]: block for block in data.split("\n\n")[1:]}
    deaths = frozenset(code for code, block in blocks.items() if "\ndeaths to " in block)
    horizons = len(re.search(r"^horizons: ([0-9, ]+)", data, re.MULTILINE)[1].split(","))
    return answer_for(AnswerShape(regions=tuple(blocks), with_deaths=deaths, horizons=horizons))


def client(
    server: StandInServer,
    transport: Transport,
    provider: str,
    *,
    calls: RememberedCalls | None = None,
    call_seconds: float = 10.0,
    most_series: int = 25,
    key: str | None = None,
    **settings: object,
) -> LanguageModel:
    """Return a client of one of the five providers of a stand-in server."""
    said = {"model": MODELS[provider], "base_url": server.url(provider), **settings}
    service = catalogue_of({provider: ProviderSettings(**said)})[provider].service
    calls = calls or RememberedCalls(StillClock())
    return LanguageModel(
        service,
        key=Secret(KEYS[provider] if key is None else key),
        account=Secret(ACCOUNT) if service.account else None,
        transport=transport,
        calls=calls,
        clock=calls.clock,
        call_seconds=call_seconds,
        most_series=most_series,
    )


def broken(change) -> str:
    """Return a good answer to ``REQUEST`` with something wrong in it."""
    answer = answer_for(SHAPE)
    change(answer["forecasts"])
    return json.dumps(answer)


def request_of(regions: int) -> ForecastRequest:
    """Return a request about so many regions."""
    from prompt_examples import STATES

    return request_for(*STATES[:regions])
