"""Tokens as they are kept: a digest each, an event for each change, and a name that is given once."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from sqlalchemy import text

from neuralbrain.domain.token import BEGINNING, Scope, digest_of, matching
from neuralbrain.errors import TokenError, TokenUnknownError
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.tokens import StoredTokens
from stand_ins import StillClock

pytestmark = pytest.mark.both_databases


@pytest.fixture
def clock() -> StillClock:
    """Return a clock that stands still."""
    return StillClock()


@pytest.fixture
def tokens(database, clock: StillClock) -> StoredTokens:
    """Return the tokens of an empty database."""
    return StoredTokens(database, clock=clock)


def test_a_token_is_shown_once_and_kept_as_a_digest(database, tokens: StoredTokens) -> None:
    """It has 256 random bits; the database holds its SHA-256 and nothing that it could be made from."""
    made = [tokens.create(f"n{number}", scope=Scope.READ, lasts=None, actor="test")[0] for number in range(20)]
    assert len(set(made)) == 20
    assert all(len(base64.urlsafe_b64decode(one.removeprefix(BEGINNING) + "=")) >= 32 for one in made)
    with database.read() as connection:
        rows = str(connection.execute(text("SELECT * FROM token")).all())
        events = str(connection.execute(text("SELECT * FROM audit_event")).all())
    assert all(digest_of(one) in rows and one not in rows + events for one in made)
    assert digest_of(made[0]) not in events


def test_a_token_is_found_by_itself_alone(tokens: StoredTokens) -> None:
    """Of many, each token leads to its own record, and anything else to none."""
    made = {name: tokens.create(name, scope=Scope.READ, lasts=None, actor="test")[0] for name in ("a", "b", "c")}
    kept = tokens.all()
    for name, token in made.items():
        found = matching(kept, token)
        assert found is not None
        assert found.name == name
    assert [matching(kept, one) for one in ("", made["a"][:-1], made["a"] + "x", kept[0].digest)] == [None] * 4


def test_a_token_expires(tokens: StoredTokens, clock: StillClock) -> None:
    """It is valid until its time has come, and not at that moment any more."""
    _, record = tokens.create("a", scope=Scope.READ, lasts=timedelta(days=2), actor="test")
    assert (record.state(clock.now()), tokens.all()[0]) == ("valid", record)
    clock.forward(days=2)
    assert record.state(clock.now()) == "expired"


def test_a_name_is_given_once(tokens: StoredTokens) -> None:
    """Another token of that name is refused, also after it was revoked: the audit trail would not tell them apart."""
    tokens.create("a", scope=Scope.READ, lasts=None, actor="test")
    tokens.revoke("a", reason="A test.", actor="test")
    with pytest.raises(TokenError):
        tokens.create("a", scope=Scope.ADMIN, lasts=None, actor="test")
    with pytest.raises(ValueError, match="small letters"):
        tokens.create("A b", scope=Scope.READ, lasts=None, actor="test")
    assert len(tokens.all()) == 1


def test_a_token_is_revoked_once(database, tokens: StoredTokens, clock: StillClock) -> None:
    """It is refused from then on, with the reason; a second time changes nothing; both changes have their event."""
    tokens.create("a", scope=Scope.READ, lasts=None, actor="test")
    assert tokens.revoke("a", reason="Lost.", actor="someone") is True
    assert tokens.revoke("a", reason="Again.", actor="someone") is False
    record = tokens.all()[0]
    assert (record.state(clock.now()), record.revoked_because) == ("revoked", "Lost.")
    with pytest.raises(TokenUnknownError):
        tokens.revoke("b", reason="Lost.", actor="test")
    events = [one.event for one in StoredLockRow(database, clock=clock).trail(10)]
    assert [(one.event_type, one.actor) for one in events] == [("token_created", "test"), ("token_revoked", "someone")]
