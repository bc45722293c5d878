"""Whatever a server does on its socket, the call ends in its verdict, in time and without filling the memory."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from provider_cases import PROVIDERS, all_cases, cases
from socket_faults import FAULTS
from stand_in_server import KEYS, StandInServer

from neuralbrain.domain.failure import FailureKind
from neuralbrain.outgoing.message import NotReceived, NotReceivedKind, Outcome, OutgoingRequest, Received
from neuralbrain.outgoing.transport import Transport
from neuralbrain.providers.failures import classify

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECONDS = 0.6  # of a call; the verdict must stand within one more
MOST_BYTES = 2 * 2**20

TIMEOUT, TOO_LARGE, BROKEN_OFF = NotReceivedKind.TIMEOUT, NotReceivedKind.TOO_LARGE, NotReceivedKind.BROKEN_OFF
EXPECTED: dict[str, tuple[NotReceivedKind, ...]] = {
    "hang": (TIMEOUT,),
    "hang_in_body": (TIMEOUT,),
    "drip": (TIMEOUT,),
    "drip_head": (TIMEOUT,),
    "drip_chunks": (TIMEOUT,),
    "go_on_for_ever": (TIMEOUT,),
    "endless": (TOO_LARGE,),
    "endless_chunks": (TOO_LARGE,),
    "endless_head": (BROKEN_OFF,),
    "bomb": (TOO_LARGE,),
    "empty_blocks": (TOO_LARGE, TIMEOUT),  # which comes first is a matter of the machine
    "not_gzip": (BROKEN_OFF,),
    "cut_gzip": (BROKEN_OFF,),
    "foreign_coding": (BROKEN_OFF,),
    "truncated": (BROKEN_OFF,),
    "cut_chunks": (BROKEN_OFF,),
    "bad_chunk": (BROKEN_OFF,),
    "two_lengths": (BROKEN_OFF,),
    "negative_length": (BROKEN_OFF,),
    "too_long_told": (TOO_LARGE,),
    "not_http": (BROKEN_OFF,),
    "closed": (BROKEN_OFF,),
    "reset": (BROKEN_OFF,),
    "reset_in_body": (BROKEN_OFF,),
}


@pytest.fixture(scope="module", autouse=True)
def _bomb() -> None:
    from socket_faults import prepare

    prepare()


def ask(server: StandInServer, transport: Transport, provider: str, *, total_seconds: float = SECONDS) -> Outcome:
    """Return what a completion of a provider gets."""
    return transport.send(
        OutgoingRequest(
            method="POST",
            url=f"{server.url(provider)}/chat/completions",
            headers=(("authorization", f"Bearer {KEYS[provider]}"), ("content-type", "application/json")),
            body=b'{"model": "m", "messages": []}',
            total_seconds=total_seconds,
            most_bytes=MOST_BYTES,
        )
    )


def test_every_fault_has_its_verdict() -> None:
    """No fault of the stand-in is left out below."""
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_misused_socket_ends_in_its_verdict(server: StandInServer, transport: Transport, fault: str) -> None:
    """Each misuse ends in its own kind, in time, is known as sent, and counts as the provider being unavailable."""
    server.script("groq", fault)
    started = time.monotonic()
    outcome = ask(server, transport, "groq")
    assert time.monotonic() - started < SECONDS + 1
    assert isinstance(outcome, NotReceived)
    assert outcome.kind in EXPECTED[fault], outcome
    assert outcome.sent
    assert classify("groq", outcome, now=NOW).kind is FailureKind.UNAVAILABLE


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_case_of_a_provider_has_its_verdict_over_the_wire(
    server: StandInServer, transport: Transport, provider: str
) -> None:
    """Each answer that a provider is known to give ends in its verdict when it comes through a real socket."""
    names = [name for one, name in all_cases() if one == provider]
    server.script(provider, *names)
    for name in names:
        outcome = ask(server, transport, provider, total_seconds=20)
        assert isinstance(outcome, Received), (name, outcome)
        said = classify(provider, outcome, now=NOW)
        case = cases(provider)[name]
        assert (said.kind, said.rule, said.wait_seconds) == (case.kind, case.rule, case.wait), name
        assert said.request_id.startswith("req_")
    assert len(server.asked) == len(names), "a request was sent twice"


GREEDY = """
import pathlib, resource, sys
from neuralbrain.outgoing.message import NotReceived, OutgoingRequest
from neuralbrain.outgoing.transport import Transport
transport = Transport(agent="t/1")

def call(url):
    return transport.send(OutgoingRequest(method="POST", url=url, headers=(("authorization", "Bearer " + sys.argv[2]),),
                                          body=b"{}", total_seconds=3, most_bytes=2 * 2**20))

call(sys.argv[1])  # whatever a first call loads

def highest_use():
    status = pathlib.Path("/proc/self/status")
    if status.exists():  # the other number begins with that of the process that started this one
        return next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

before = highest_use()
for _ in range(int(sys.argv[3])):
    assert isinstance(call(sys.argv[1]), NotReceived)
print(highest_use() - before)
"""


def test_no_answer_fills_the_memory(server: StandInServer) -> None:
    """Bombs and bodies without an end, five times over, add less than 20 MB to the highest use of memory."""
    greedy = ["bomb", "endless", "endless_chunks", "endless_head", "empty_blocks"] * 5
    server.script("openai", "answered", *greedy)
    ended = subprocess.run(
        [sys.executable, "-c", GREEDY, server.url("openai") + "/chat/completions", KEYS["openai"], str(len(greedy))],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    )
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) < 20 * 2**20
