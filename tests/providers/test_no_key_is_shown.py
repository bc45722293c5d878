"""Keys that are known to be fake go everywhere a real one would, and come out nowhere."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime

import pytest
from provider_cases import PROVIDERS, cases, openai_error
from socket_faults import FAULTS
from stand_in_server import KEYS, ROOTS, StandInServer

from neuralbrain.deadline import DeadlineReached, deadline
from neuralbrain.outgoing.host_rules import AddressRefusedError, HostRules, read_url
from neuralbrain.outgoing.message import OutgoingRequest, Received
from neuralbrain.outgoing.transport import Transport
from neuralbrain.providers.failures import classify

CANARY = "canary"
IN_URL = "canary-in-the-url"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def request(url: str, key: str) -> OutgoingRequest:
    """Return a request with a key in a header and another in its URL."""
    return OutgoingRequest(
        method="POST",
        url=f"{url}?key={IN_URL}",
        headers=(("authorization", f"Bearer {key}"),),
        body=b'{"canary": 1}',
        total_seconds=0.4,
        most_bytes=2**20,
    )


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_answer_shows_a_key(
    server: StandInServer, transport: Transport, caplog: pytest.LogCaptureFixture, provider: str
) -> None:
    """Whatever a provider answers, with every log switched on, the keys are in no value and no line."""
    caplog.set_level(logging.DEBUG)
    names = list(cases(provider))
    server.script(provider, *names)
    for _ in names:
        asking = request(f"{server.url(provider)}/chat/completions", KEYS[provider])
        outcome = transport.send(asking)
        verdict = classify(provider, outcome, now=NOW, secrets=(KEYS[provider],))
        assert CANARY not in f"{asking!r} {outcome!r} {verdict!r}".lower()
    assert CANARY not in caplog.text.lower()


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_shows_a_key(
    server: StandInServer, transport: Transport, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    """Whatever happens to the socket, the keys are in no value and no line."""
    caplog.set_level(logging.DEBUG)
    server.script("openai", fault)
    outcome = transport.send(request(f"{server.url('openai')}/chat/completions", KEYS["openai"]))
    assert CANARY not in f"{outcome!r} {classify('openai', outcome, now=NOW)!r}".lower()
    assert CANARY not in caplog.text.lower()


@pytest.mark.parametrize(
    "url",
    [
        f"https://{IN_URL}:{IN_URL}@api.example.org/",
        f"https://api.example.org:{IN_URL}/",
        f"https://[{IN_URL}/",
        f"https://api.example.org/{IN_URL} /",
        f"ftp://api.example.org/{IN_URL}",
        f"http://api.example.org/{IN_URL}",
        f"https://10.0.0.1/{IN_URL}",
        f"{IN_URL}",
    ],
)
def test_no_refusal_shows_a_key(transport: Transport, url: str) -> None:
    """A URL that is refused is not repeated, by the value or by the exception below it."""
    assert CANARY not in repr(transport.send(request(url, KEYS["openai"])))
    with pytest.raises(AddressRefusedError) as refused:
        read_url(url, HostRules())
    assert CANARY not in "".join(traceback.format_exception_only(refused.value))


def test_no_refused_header_shows_a_key(transport: Transport) -> None:
    """A key with a line break is refused without being repeated."""
    assert CANARY not in repr(transport.send(request("https://api.example.org/", KEYS["openai"] + "\n")))


def test_a_call_that_is_cut_off_shows_no_key(server: StandInServer, transport: Transport) -> None:
    """The traceback of a call that its step ended holds no key."""
    server.always("openai", "hang")
    asking = request(f"{server.url('openai')}/chat/completions", KEYS["openai"])
    with pytest.raises(DeadlineReached) as ended, deadline(0.2):
        transport.send(asking)
    assert CANARY not in "".join(traceback.format_exception(ended.value)).lower()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_key_that_is_said_back_is_hidden(provider: str) -> None:
    """A provider that repeats the key in its message, code and type is not repeated."""
    key = KEYS[provider]
    body = openai_error(f"no such key {key} ({key[:12]}…)", kind=key, code=key)
    answer = Received(status=401, headers=(("x-request-id", "r"),), body=body, seconds=0.1)
    verdict = classify(provider, answer, now=NOW, secrets=(key,))
    assert key not in repr(verdict)
    assert ROOTS[provider] not in repr(verdict)
