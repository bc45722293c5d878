"""one-provider: over threads and processes, requests in flight belong to one provider, whatever fails."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from answering import steady
from sqlalchemy import func, select
from stand_in_server import ACCOUNT, KEYS, Asked, StandInServer

from neuralbrain.errors import RunnerBusyError
from neuralbrain.store.schema import reply
from neuralbrain.wiring import Application

PROGRAM = Path(__file__).with_name("asking_worker.py")
FIVE = ("openai", "gemini", "groq", "cloudflare", "huggingface")
TROUBLE = ("overloaded_529", "invalid_key", "quota", "rate_limit", "page_in_success", "reset")
PROCESSES, THREADS = 3, 8
SECONDS = float(os.environ.get("NEURALBRAIN_TEST_SECONDS", "15"))


@pytest.fixture
def server() -> Iterator[StandInServer]:
    """Yield five providers on loopback that take a moment for each answer, so that calls can overlap."""

    def slowly(body: dict) -> dict:
        time.sleep(0.01)
        return steady(body)

    with StandInServer(answer=slowly) as made:
        yield made


@pytest.fixture
def crew(server: StandInServer, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[str]]]:
    """Yield processes that ask again and again over one database, each with several calls in flight."""
    said = {
        "OPENAI_API_KEY": KEYS["openai"],
        "GEMINI_API_KEY": KEYS["gemini"],
        "GROQ_API_KEY": KEYS["groq"],
        "CLOUDFLARE_API_TOKEN": KEYS["cloudflare"],
        "CLOUDFLARE_ACCOUNT_ID": ACCOUNT,
        "HF_TOKEN": KEYS["huggingface"],
        "NEURALBRAIN_PROVIDERS": json.dumps({name: {"base_url": server.url(name)} for name in FIVE}),
        "NEURALBRAIN_PROVIDER_CONCURRENCY": str(THREADS),
        "NEURALBRAIN_MOST_SERIES_PER_PROMPT": "1",
        "NEURALBRAIN_LONGEST_WAIT_SECONDS": "0.01",
        "NEURALBRAIN_DISABLED_PROVIDERS": "local",
        "NEURALBRAIN_LOG_LEVEL": "error",
    }
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    running = [_start(number) for number in range(PROCESSES)]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "begun\n"
    yield running
    for one in running:
        if one.poll() is None:
            _kill(one)


def _start(number: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _kill(one: subprocess.Popen[str]) -> None:
    one.kill()
    one.wait()
    for pipe in (one.stdin, one.stdout):
        if pipe is not None:
            pipe.close()


def _stop(crew: list[subprocess.Popen[str]]) -> None:
    """End the processes in order."""
    for one in crew:
        one.communicate(timeout=60)


def _ends(application: Application) -> Counter[str]:
    """Return how the rounds of all processes ended until now, those of killed ones too."""
    file = application.settings.home / "ends"
    return Counter(file.read_text(encoding="ascii").splitlines() if file.exists() else ())


def overlaps(asked: tuple[Asked, ...]) -> list[tuple[Asked, Asked]]:
    """Return pairs of forecast requests to two providers that were in flight at one time.

    A call whose end nobody saw, because its process was killed, ends where it began.
    """
    chats = sorted((one for one in asked if one.path.endswith("/chat/completions")), key=lambda one: one.started)
    found: list[tuple[Asked, Asked]] = []
    latest: Asked | None = None
    for one in chats:
        if latest is not None and latest.provider != one.provider and (latest.ended or latest.started) > one.started:
            found.append((latest, one))
        if latest is None or (one.ended or one.started) > (latest.ended or latest.started):
            latest = one
    return found


def test_the_check_sees_an_overlap():
    """The check of this file finds two providers in flight at one time, and nothing in calls one after the other."""
    first = Asked(
        number=1,
        provider="openai",
        method="POST",
        path="/chat/completions",
        key="",
        behaviour="",
        started=1.0,
        ended=3.0,
    )
    second = Asked(
        number=2, provider="groq", method="POST", path="/chat/completions", key="", behaviour="", started=2.0, ended=4.0
    )
    assert overlaps((first, second)) == [(first, second)]
    assert overlaps((first, Asked(**{**_fields(second), "started": 3.5}))) == []


def _fields(one: Asked) -> dict:
    return {name: getattr(one, name) for name in type(one).__dataclass_fields__}


def _trouble(application: Application, server: StandInServer, chance: random.Random, ended: threading.Event) -> None:
    """Let whoever holds the lock fail at random moments."""
    while not ended.wait(chance.uniform(0.2, 0.6)):
        holder = application.lock.get_locked_provider()
        if holder is not None:
            server.script(holder, *[chance.choice(TROUBLE)] * chance.choice((1, 3)))


def _switch_between(application: Application, chance: random.Random, ended: threading.Event) -> None:
    """Give the lock to somebody else between two rounds, as an operator who waits for the cycle does."""
    due = 0.0
    while not ended.wait(0.002):
        try:
            with application.lease():
                if time.monotonic() >= due:
                    application.lock.acquire_lock(chance.choice(FIVE), reason="an operator says so")
                    due = time.monotonic() + chance.uniform(0.2, 0.6)
        except RunnerBusyError:
            continue


def _switch_within(application: Application, chance: random.Random, ended: threading.Event) -> None:
    """Give the lock to somebody else whatever is going on."""
    while not ended.wait(chance.uniform(0.2, 0.6)):
        application.lock.acquire_lock(chance.choice(FIVE), reason="an operator says so")


def _kept(application: Application) -> int:
    with application.database.read() as connection:
        return connection.execute(select(func.count()).select_from(reply)).scalar_one()


def _for_a_while(
    seed: int,
    application: Application,
    wild: Callable[[], bool],
    *disturbances: Callable[[random.Random, threading.Event], None],
) -> None:
    """Disturb for some seconds, and on a busy machine for up to six times as long, until it was wild enough."""
    ended = threading.Event()
    threads = [
        threading.Thread(target=disturb, args=(random.Random(seed + place), ended))
        for place, disturb in enumerate(disturbances)
    ]
    for one in threads:
        one.start()
    time.sleep(SECONDS)  # the length of the run is the point of this test
    limit = time.monotonic() + 5 * SECONDS
    while not wild() and time.monotonic() < limit:
        time.sleep(0.5)
    ended.set()
    for one in threads:
        one.join()


@pytest.mark.slow
def test_requests_in_flight_belong_to_one_provider(crew, server, make_application):
    """Under 3 processes of 8 threads and random failovers no two providers ever have requests in flight at one time."""
    seed = int(os.environ.get("NEURALBRAIN_TEST_SEED", str(random.SystemRandom().randrange(10**6))))
    print(f"seed {seed}")
    application = make_application()
    _for_a_while(
        seed,
        application,
        lambda: _kept(application) >= 400 and _ends(application)["answered"] >= 10,
        lambda chance, ended: _trouble(application, server, chance, ended),
        lambda chance, ended: _switch_between(application, chance, ended),
    )
    _stop(crew)
    ends = _ends(application)
    chats = Counter(one.provider for one in server.asked if one.path.endswith("/chat/completions"))
    released = sum(one["event_type"] == "lock_release" for one in application.lock.get_audit_trail(1000))
    print(f"{dict(chats)} calls, {dict(ends)} rounds, {released} releases, {server.most_at_once} at once")
    assert overlaps(server.asked) == []
    assert set(chats) == set(FIVE)
    assert ends["mixed"] == 0
    assert ends["answered"] >= 10, "too tame: hardly any round ended well"
    assert released >= 10, "too tame: hardly any failover"
    assert 4 <= server.most_at_once <= THREADS


@pytest.mark.slow
def test_no_reply_of_an_old_number_is_kept(crew, server, make_application):
    """However the lock is switched in the middle of rounds, and whoever is killed, replies are kept in lock order."""
    seed = int(os.environ.get("NEURALBRAIN_TEST_SEED", str(random.SystemRandom().randrange(10**6))))
    print(f"seed {seed}")
    application = make_application()

    def kill(chance: random.Random, ended: threading.Event) -> None:
        while not ended.wait(chance.uniform(0.5, 1.0)):
            place = chance.randrange(PROCESSES)
            _kill(crew[place])
            crew[place] = _start(place)
            assert crew[place].stdout is not None
            crew[place].stdout.readline()

    _for_a_while(
        seed,
        application,
        lambda: _kept(application) >= 400 and _ends(application)["lock-number-old"] >= 5,
        lambda chance, ended: _trouble(application, server, chance, ended),
        lambda chance, ended: _switch_within(application, chance, ended),
        kill,
    )
    _stop(crew)
    ends = _ends(application)
    with application.database.read() as connection:
        kept = connection.execute(select(reply.c.lock_number, reply.c.provider).order_by(reply.c.number)).all()
    print(f"{len(kept)} replies kept, {dict(ends)} rounds")
    assert all(before.lock_number <= after.lock_number for before, after in pairwise(kept))
    holders = {one["details"]["number"]: one["provider"] for one in _acquired(application)}
    assert all(holders.get(one.lock_number, one.provider) == one.provider for one in kept)
    assert ends["mixed"] == 0
    assert ends["lock-number-old"] >= 5, "too tame: hardly anybody lost a turn"
    assert len(kept) >= 100
    assert application.damages() == []


def _acquired(application: Application) -> list[dict]:
    return [one for one in application.lock.get_audit_trail(1000) if one["event_type"] == "lock_acquire"]
