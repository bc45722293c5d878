"""What holds for every author of forecasts: the five over the network, a server of one's own, and the local one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answering import steady
from model_clients import client
from prompt_examples import request_for
from provider_cases import PROVIDERS
from stand_in_server import StandInServer

from neuralbrain.bottleneck.normalise import normalise_reply
from neuralbrain.domain.failure import Failure, FailureKind
from neuralbrain.domain.lock import PRIORITY
from neuralbrain.domain.provider_check import ProbeResult
from neuralbrain.domain.request import Answer
from neuralbrain.outgoing.transport import Transport
from neuralbrain.ports import Prober, Provider
from neuralbrain.providers.local.provider import LocalProvider
from stand_ins import START

REQUEST = request_for("AGO", "MOZ", "BDI", deaths=(1.0,) * 10)


@pytest.fixture(params=[*PROVIDERS, "local"])
def provider(request: pytest.FixtureRequest) -> Iterator[Provider]:
    """Yield each provider, those over the network against a server that answers."""
    if request.param == "local":
        yield LocalProvider()
        return
    with StandInServer(answer=steady) as server:
        yield client(server, Transport(agent="t/1"), request.param, most_series=4)


def test_it_has_a_name_and_a_version(provider: Provider) -> None:
    """Its name stands in the order of priority, and its version fits the record."""
    assert provider.name in PRIORITY
    assert 0 < len(provider.version) <= 128
    assert provider.version == provider.version.strip()


def test_its_parts_are_the_whole(provider: Provider) -> None:
    """Its questions hold each series of a request once, in order, each the same every time."""
    parts = provider.parts(REQUEST)
    series = [one for part in parts for one in part.panel.series]
    assert sorted(map(repr, series)) == sorted(map(repr, REQUEST.panel.series))
    assert [one.digest() for one in parts] == [one.digest() for one in provider.parts(REQUEST)]


def test_its_answers_can_be_read(provider: Provider) -> None:
    """Its words about each question become forecasts of every region of it, and need no repair."""
    for part in provider.parts(REQUEST):
        answer = provider.forecast(part)
        assert isinstance(answer, Answer)
        assert provider.repair(part, answer) is None
        made = normalise_reply(part, answer.body, provider=provider.name, lock_number=1, now=START)
        mains = [one for one in part.panel.series if one.signal.primary]
        assert len(made.table) == len(mains)
        assert made.refused == ()


@pytest.mark.parametrize("name", PROVIDERS)
def test_what_goes_wrong_is_a_value(name: str) -> None:
    """A provider that refuses the key, or is not there at all, gives a failure and raises nothing."""
    with StandInServer(answer=steady) as server:
        asked = client(server, Transport(agent="t/1"), name, key="another-key-1234")
        refused = asked.forecast(asked.parts(REQUEST)[0])
        probed = asked.probe()
    gone = asked.forecast(asked.parts(REQUEST)[0])
    assert isinstance(refused, Failure)
    assert refused.kind is FailureKind.AUTHENTICATION
    assert isinstance(probed, ProbeResult)
    assert probed.kind is FailureKind.AUTHENTICATION
    assert isinstance(gone, Failure)
    assert (gone.kind, gone.sent, gone.reached) == (FailureKind.UNAVAILABLE, False, True)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_probe_costs_no_completion(name: str) -> None:
    """Whether it can be asked is seen without asking for a completion."""
    with StandInServer(answer=steady) as server:
        asked = client(server, Transport(agent="t/1"), name)
        assert isinstance(asked, Prober)
        assert asked.probe().kind is None
        assert [one for one in server.asked if one.method != "GET" or one.path.endswith("/chat/completions")] == []
