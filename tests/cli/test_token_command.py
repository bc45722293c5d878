"""`neuralbrain token`: shown once, listed without themselves, revoked for ever; and what doctor says of access."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from same_process import command, opened

from neuralbrain.cli.doctor_checks.access import access
from neuralbrain.cli.doctor_checks.facts import Door, Facts
from neuralbrain.cli.doctor_checks.finding import State
from neuralbrain.domain.token import Scope, TokenRecord, digest_of

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
CLOSED = Door(
    host="127.0.0.1",
    public_read=False,
    allowed_hosts=(),
    trusted_proxies=(),
    cors_origins=(),
    embed_ancestors=(),
    hsts=False,
)


def test_a_token_is_made_listed_and_revoked(tmp_path: Path) -> None:
    """What is printed is the token alone; nothing shows it again; a revoked one is listed as such."""
    home = tmp_path / "home"
    made = command("token", "create", "night-shift", "--scope", "operate", "--days", "30", home=home)
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    assert token.startswith("nbt_")
    assert token not in made.stderr
    listed = command("token", "list", home=home)
    assert "night-shift" in listed.stdout
    assert token not in listed.stdout
    with opened(home) as here:
        record = here.tokens.all()[0]
        assert (record.digest, record.scope, record.created_by) == (digest_of(token), Scope.OPERATE, here.actor)
        assert record.expires_at == record.created_at + timedelta(days=30)
    revoked = command("token", "revoke", "night-shift", "--reason", "Lost.", "--json", home=home)
    assert json.loads(revoked.stdout) == {"changed": True, "name": "night-shift"}
    rows = json.loads(command("token", "list", "--json", home=home).stdout)
    assert [(one["name"], one["state"], one["revoked_because"]) for one in rows] == [
        ("night-shift", "revoked", "Lost.")
    ]
    assert "digest" not in rows[0]


def test_a_token_as_json_says_how_long_it_lasts(tmp_path: Path) -> None:
    """With --json the token stands beside what is kept of it; without an end it says so."""
    said = json.loads(
        command("token", "create", "a", "--scope", "read", "--no-expiry", "--json", home=tmp_path / "home").stdout
    )
    assert (said["name"], said["scope"], said["expires_at"], said["state"]) == ("a", "read", None, "valid")
    assert said["token"].startswith("nbt_")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("create", "A b", "--scope", "read"), 2),
        (("create", "a"), 2),
        (("create", "a", "--scope", "root"), 2),
        (("create", "a", "--scope", "read", "--days", "0"), 2),
        (("revoke", "nobody", "--reason", "x"), 4),
        (("revoke", "nobody"), 2),
    ],
)
def test_a_wrong_call_makes_nothing(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    """A name that is none, a scope that is none or a token that is none is told by its exit code."""
    assert command("token", *arguments, home=tmp_path / "home").returncode == code
    assert json.loads(command("token", "list", "--json", home=tmp_path / "home").stdout) == []


def test_a_name_that_was_given_is_refused(tmp_path: Path) -> None:
    """A second token of the same name is an error with its code."""
    home = tmp_path / "home"
    command("token", "create", "a", "--scope", "read", home=home)
    again = command("token", "create", "a", "--scope", "read", home=home)
    assert (again.returncode, "token-name-taken" in again.stderr) == (1, True)


def token_of(**changes: object) -> TokenRecord:
    """Return a token that is valid for a year, changed as a test likes."""
    whole = {
        "name": "night",
        "scope": Scope.OPERATE,
        "digest": "d",
        "created_at": NOW,
        "created_by": "test",
        "expires_at": NOW + timedelta(days=365),
    }
    return TokenRecord(**{**whole, **changes})  # type: ignore[arg-type]


def said_of(tokens: tuple[TokenRecord, ...] = (), **changes: object) -> list[tuple[str, str]]:
    """Return what doctor says of an access that is changed, but what is as it should be."""
    door = Door(**{**{name: getattr(CLOSED, name) for name in Door.__slots__}, **changes})
    found = access(Facts(now=NOW, door=door, tokens=tokens))
    return [(one.state.value, one.message) for one in found if one.state is not State.OK]


def test_doctor_says_nothing_of_the_defaults() -> None:
    """As it comes nothing deviates, with and without a token that ends."""
    assert said_of() == []
    assert said_of((token_of(),)) == []


@pytest.mark.parametrize(
    ("changes", "tokens", "words", "state"),
    [
        ({"host": "0.0.0.0"}, (), "no token that is accepted", State.PROBLEM),
        ({"host": "0.0.0.0"}, (token_of(),), "without TLS", State.NOTE),
        ({"host": "0.0.0.0", "public_read": True}, (), "Reading needs no token", State.NOTE),
        ({"allowed_hosts": ("proxy.example",)}, (), "trusted_proxies does not", State.NOTE),
        ({"trusted_proxies": ("0.0.0.0/0",)}, (), "nearly everybody", State.PROBLEM),
        ({"trusted_proxies": ("::/0",)}, (), "nearly everybody", State.PROBLEM),
        ({"cors_origins": ("*",)}, (), "any origin", State.NOTE),
        ({"embed_ancestors": ("*",)}, (), "any page", State.NOTE),
        ({}, (token_of(expires_at=None),), "never expires", State.NOTE),
        ({}, (token_of(expires_at=NOW + timedelta(days=3)),), "expires at", State.NOTE),
    ],
)
def test_doctor_says_what_deviates(
    changes: dict[str, object], tokens: tuple[TokenRecord, ...], words: str, state: State
) -> None:
    """Whatever is more open than by default is said, with what it costs."""
    assert any(words in message and one == state.value for one, message in said_of(tokens, **changes)), said_of(
        tokens, **changes
    )


@pytest.mark.parametrize(
    ("changes", "is_said"),
    [
        ({"trusted_proxies": ("10.0.0.5",)}, False),
        ({"public_read": True}, True),
        ({"host": "192.0.2.1"}, True),
        ({"host": "192.0.2.1", "trusted_proxies": ("10.0.0.5",)}, False),
        ({"allowed_hosts": ("proxy.example",), "trusted_proxies": ("10.0.0.5",)}, True),
        ({"allowed_hosts": ("proxy.example",), "trusted_proxies": ("10.0.0.5", "127.0.0.0/8")}, False),
        ({"host": "::1", "public_read": True, "trusted_proxies": ("::1",)}, False),
    ],
)
def test_doctor_says_that_a_proxy_here_must_be_named(changes: dict[str, object], *, is_said: bool) -> None:
    """Where others can ask it is said, as long as no proxy that can be in front is named."""
    found = said_of((token_of(),), **changes)
    assert any("trusted_proxies does not name a proxy on this machine" in message for _, message in found) is is_said


def test_doctor_does_not_name_the_dead() -> None:
    """A token that was revoked or has expired is no finding."""
    gone = (token_of(revoked_at=NOW), token_of(expires_at=NOW - timedelta(days=1)))
    assert said_of(gone) == []
