"""no-secrets: keys that can be recognised go through everything, and come out nowhere."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from answering import steady
from stand_in_server import ACCOUNT, KEYS, StandInServer

CANARIES = tuple(key.encode() for key in (*KEYS.values(), "canary-database-password"))
VARIABLES = {
    "openai": "OPENAI_API_KEY",
    "gemini": "GEMINI_API_KEY",
    "groq": "GROQ_API_KEY",
    "cloudflare": "CLOUDFLARE_API_TOKEN",
    "huggingface": "HF_TOKEN",
}
COMMANDS = (
    ("run",),
    ("run",),
    ("run",),
    ("run",),
    ("providers", "check"),
    ("providers", "list", "--json"),
    ("providers", "show", "openai"),
    ("providers", "show", "cloudflare", "--json"),
    ("status", "--json"),
    ("doctor", "--json"),
    ("health", "--json"),
    ("cost", "--json"),
    ("lock", "status", "--json"),
    ("lock", "audit", "--json"),
    ("cycles", "list", "--json"),
    ("cycles", "show", "1"),
    ("verify",),
    ("editions", "show", "1", "--json"),
)


@pytest.fixture
def server() -> Iterator[StandInServer]:
    """Yield providers that say keys back: in words, in errors, and beside a good answer."""

    def answer(body: dict) -> object:
        if body["model"].startswith("gpt"):
            return f"I cannot say, but your key is {KEYS['openai']}."
        return {**steady(body), "note": f"Bearer {KEYS['groq']}"}

    with StandInServer(answer=answer) as made:
        made.always("gemini", "quota")
        made.always("cloudflare", "invalid_key")
        yield made


def surroundings(server: StandInServer, home: Path) -> dict[str, str]:
    """Return an environment with a key for everybody, and everything that is logged."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("NEURALBRAIN_")},
        **{VARIABLES[name]: key for name, key in KEYS.items()},
        "CLOUDFLARE_ACCOUNT_ID": ACCOUNT,
        "NEURALBRAIN_HOME": str(home),
        "NEURALBRAIN_LOG_LEVEL": "debug",
        "NEURALBRAIN_LONGEST_WAIT_SECONDS": "0.05",
        "NEURALBRAIN_PROVIDERS": json.dumps({name: {"base_url": server.url(name)} for name in KEYS}),
    }


def canaries_in(said: bytes) -> list[bytes]:
    """Return the keys that stand in some bytes."""
    return [one for one in CANARIES if one in said]


def everything_kept(home: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file as it is, and every value of the database unpacked."""
    for path in home.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()
    database = sqlite3.connect(home / "neuralbrain.sqlite3")
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in database.execute(f"SELECT * FROM {table}"):
            for value in row:
                yield table, _bytes(value)
    database.close()


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        try:
            return zlib.decompress(value)
        except zlib.error:
            return value
    return str(value).encode()


def test_the_check_sees_a_key(tmp_path: Path):
    """A key that does stand somewhere is found, also where it is packed."""
    assert canaries_in(_bytes(zlib.compress(b"x" + CANARIES[0]))) == [CANARIES[0]]


@pytest.mark.slow
def test_keys_come_out_nowhere(server: StandInServer, home: Path):
    """After failures, failovers and an edition no key stands in a file, a value, a line, an error or an answer."""
    environment = surroundings(server, home)
    for arguments in COMMANDS:
        ran = subprocess.run(
            [sys.executable, "-m", "neuralbrain", *arguments],
            env=environment,
            capture_output=True,
            timeout=120,
            check=False,  # with an unusable answer the cycle fails, and that is part of it
        )
        assert canaries_in(ran.stdout + ran.stderr) == [], arguments
    authors = {one.provider for one in server.asked if one.path.endswith("/chat/completions")}
    assert {"openai", "gemini", "groq"} <= authors
    assert {one.key for one in server.asked} - {""} <= set(KEYS.values()), "they were really sent"
    found = [(where, keys) for where, value in everything_kept(home) if (keys := canaries_in(value))]
    assert found == []


@pytest.mark.slow
def test_no_answer_of_the_service_holds_a_key(server: StandInServer, home: Path):
    """Every address that reads, the log and the command line of the service and of its cycle hold no key."""
    environment = {**surroundings(server, home), "NEURALBRAIN_PORT": "0"}
    with (home.parent / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "neuralbrain", "serve"], env=environment, stdout=subprocess.PIPE, stderr=log
        )
        assert process.stdout is not None
        address = process.stdout.readline().decode().split()[-1]
        described = json.loads(_got(address + "/openapi.json"))
        paths = [path for path, methods in described["paths"].items() if "get" in methods and "events" not in path]
        assert len(paths) > 20
        names = {"provider": "openai", "name": "openai", "region": "AGO", "number": "1"}
        for path in paths:
            said = _got(address + path.format(**dict.fromkeys(_places(path), "1") | names))
            assert canaries_in(said) == [], path
        assert canaries_in(Path(f"/proc/{process.pid}/cmdline").read_bytes()) == []
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=20)
    assert canaries_in(rest + (home.parent / "log").read_bytes()) == []
    assert [where for where, value in everything_kept(home) if canaries_in(value)] == []


def _places(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _got(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.read()
