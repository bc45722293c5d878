"""Tokens at the door: who is let in, with which, from when to when, and what becomes of everybody else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from knocking import ELSEWHERE, Fields, api_over, change, knock
from served import Got, Service, application_over, serving
from sqlalchemy import text

from neuralbrain.api.asgi import Asgi
from neuralbrain.domain.token import Scope
from neuralbrain.service_settings import ServiceSettings

HOT, DATA = "/api/forecasts/all", ("/api/forecasts/all", "/api/lock", "/metrics", "/readyz", "/api/health/status")
OPEN = ("/healthz", "/openapi.json", "/docs")
LISTENING = "192.0.2.1"
MANY = {"changes_per_minute": 1000, "failed_attempts_per_minute": 1000}


class Guarded:
    """A service that listens where others can ask, and its tokens by what they are."""

    def __init__(self, service: Service) -> None:
        self.service = service
        tokens = service.application.tokens
        made = {scope.value: tokens.create(scope.value, scope=scope, lasts=None, actor="test")[0] for scope in Scope}
        made["expired"] = tokens.create("expired", scope=Scope.ADMIN, lasts=timedelta(0), actor="test")[0]
        made["revoked"] = tokens.create("revoked", scope=Scope.ADMIN, lasts=None, actor="test")[0]
        tokens.revoke("revoked", reason="A test.", actor="test")
        self.tokens = made
        self.api = api_over(service, host=LISTENING, **MANY)


@pytest.fixture(scope="module")
def guarded(ran_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """Yield a service with an edition and tokens, for tests that change nothing of it."""
    application = application_over(shutil.copytree(ran_once, tmp_path_factory.mktemp("guarded") / "home"))
    with serving(application) as made:
        yield Guarded(made)
    application.close()


def read(api: Asgi, path: str, *tokens: str, fields: Fields = (), query: str = "", client: str = ELSEWHERE) -> Got:
    """Return what the API answers to whoever reads with tokens."""
    given = [*fields, *(("authorization", f"Bearer {one}") for one in tokens)]
    return knock(api, path, fields=given, query=query, client=client).got


def test_an_answer_that_a_token_was_given_is_kept_by_its_reader_alone(guarded: Guarded) -> None:
    """Where reading needs a token nothing in between may keep an answer, not even one that never changes."""
    for path in ("/api/editions/1/forecasts/all", "/api/forecasts/all", "/api/editions"):
        said = read(guarded.api, path, guarded.tokens["read"]).headers["cache-control"]
        assert "public" not in said
        assert said.startswith(("private", "no-")), path


@pytest.mark.parametrize("path", DATA)
def test_reading_from_elsewhere_needs_a_token(guarded: Guarded, path: str) -> None:
    """Where others can ask, no data are given without a token, ready or not, to this machine neither."""
    for client in (ELSEWHERE, "127.0.0.1"):
        got = read(guarded.api, path, client=client)
        assert (got.status, got.body["code"], got.headers["www-authenticate"]) == (401, "token-missing", "Bearer")
    assert read(guarded.api, path, guarded.tokens["read"]).status in {200, 503}
    assert read(guarded.api, path).status == 401, "an answer to somebody with a token was given to one without"


@pytest.mark.parametrize("path", OPEN)
def test_what_says_nothing_is_open(guarded: Guarded, path: str) -> None:
    """Whether the process lives, and the pages that one needs before a token can be given, need none."""
    assert read(guarded.api, path).status == 200


def test_everybody_reads_where_the_settings_say_so(guarded: Guarded) -> None:
    """With public_read no token is needed for reading, and changing something needs one all the same."""
    api = api_over(guarded.service, host=LISTENING, public_read=True)
    assert [read(api, path).status for path in DATA[:3]] == [200] * 3
    assert change(api, "/api/lock/release", {"reason": "A test."}, client=ELSEWHERE).status == 401


@pytest.mark.parametrize("kind", ["expired", "revoked"])
def test_a_token_has_its_end(guarded: Guarded, kind: str) -> None:
    """One that has expired or was revoked is refused for reading and changing, and its holder is told which."""
    got = read(guarded.api, HOT, guarded.tokens[kind])
    assert (got.status, got.body["code"]) == (401, "token-refused")
    assert kind in got.body["detail"]
    assert change(guarded.api, "/api/lock/release", {"reason": "x"}, token=guarded.tokens[kind]).status == 401


@pytest.mark.parametrize(
    "given",
    [
        [],
        [("authorization", "")],
        [("authorization", "Bearer")],
        [("authorization", "Bearer ")],
        [("authorization", "Basic {admin}")],
        [("authorization", "{admin}")],
        [("authorization", "Bearer {admin}x")],
        [("authorization", "Bearer x{admin}")],
        [("authorization", "Bearer {admin} {admin}")],
        [("authorization", "Bearer {read}"), ("authorization", "Bearer {admin}")],
        [("cookie", "token={admin}")],
        [("x-api-key", "{admin}")],
        [("authorization", "Bearer \xff\x00\xe9")],
    ],
)
def test_nothing_but_one_whole_token_lets_in(guarded: Guarded, given: list[tuple[str, str]]) -> None:
    """A part of one, more than one, another scheme or another field: none of it is a token."""
    fields = [
        (name, value.replace("{admin}", guarded.tokens["admin"]).replace("{read}", guarded.tokens["read"]))
        for name, value in given
    ]
    assert read(guarded.api, HOT, fields=fields).status == 401
    assert change(guarded.api, "/api/lock/release", {"reason": "x"}, fields=fields).status == 401


@pytest.mark.parametrize("name", ["token", "access_token", "authorization", "key"])
def test_a_token_in_an_address_is_none(guarded: Guarded, name: str) -> None:
    """Whatever stands behind the question mark is no token: addresses are written down everywhere."""
    assert read(guarded.api, HOT, query=f"{name}={guarded.tokens['admin']}").status == 401


def test_ten_wrong_tokens_a_minute_are_enough(guarded: Guarded) -> None:
    """After them also a right one from that client has to wait; another client does not."""
    api = api_over(guarded.service, host=LISTENING)
    limit = ServiceSettings.model_fields["failed_attempts_per_minute"].default
    statuses = [read(api, HOT, f"nbt_{number}").status for number in range(limit + 1)]
    assert statuses == [401] * limit + [429]
    late = read(api, HOT, guarded.tokens["admin"])
    assert (late.status, late.body["code"]) == (429, "too-many-requests")
    assert read(api, HOT, guarded.tokens["admin"], client="192.0.2.99").status == 200
    assert [read(api, HOT).status for _ in range(20)] == [401] * 20, "to give none is no try"


def test_what_a_token_may_not_do_is_refused(guarded: Guarded) -> None:
    """One to read changes nothing, one to operate manages no tokens, one to administrate may both."""
    wish = {"provider": "nobody", "reason": "A test."}
    statuses = {
        kind: change(guarded.api, "/api/lock/switch", wish, token=guarded.tokens[kind]).status
        for kind in ("read", "operate", "admin")
    }
    assert statuses == {"read": 403, "operate": 404, "admin": 404}  # let in, and there is no such provider
    listing = {kind: read(guarded.api, "/api/tokens", guarded.tokens[kind]) for kind in ("read", "operate", "admin")}
    assert {kind: one.status for kind, one in listing.items()} == {"read": 403, "operate": 403, "admin": 200}
    assert listing["read"].body["code"] == "token-scope"
    assert [one["name"] for one in listing["admin"].body["tokens"]] == list(guarded.tokens)
    assert not any(one.encode() in listing["admin"].content for one in guarded.tokens.values())


def test_a_list_of_tokens_needs_one_also_on_this_machine(guarded: Guarded) -> None:
    """Where reading is open the list of tokens is not."""
    assert read(api_over(guarded.service), "/api/tokens", client="127.0.0.1").status == 401


def test_revoked_over_http_holds_at_once(service: Service) -> None:
    """A token that revokes itself is refused by the very next request, and the audit trail says who did it."""
    token, _ = service.application.tokens.create("night", scope=Scope.ADMIN, lasts=None, actor="test")
    spare, _ = service.application.tokens.create("spare", scope=Scope.ADMIN, lasts=None, actor="test")
    api = api_over(service)
    got = change(api, "/api/tokens/night/revoke", {"reason": "Left on a train."}, token=token)
    assert (got.status, got.body) == (200, {"changed": True, "name": "night"})
    assert change(api, "/api/tokens/night/revoke", {"reason": "x"}, token=token).status == 401
    assert change(api, "/api/tokens/night/revoke", {"reason": "x"}, token=spare).body["changed"] is False
    assert change(api, "/api/tokens/none/revoke", {"reason": "x"}, token=spare).body["code"] == "token-unknown"
    event = next(
        one for one in reversed(service.application.lock.get_audit_trail()) if one["event_type"] == "token_revoked"
    )
    assert (event["details"]["actor"], event["details"]["reason"]) == ("token:night", "Left on a train.")


def test_who_cannot_be_checked_is_not_let_in(service: Service) -> None:
    """While the tokens cannot be read, everything that needs one is 503, also with a right token; nothing is done."""
    token, _ = service.application.tokens.create("night", scope=Scope.ADMIN, lasts=None, actor="test")
    closed, opened = api_over(service, host=LISTENING), api_over(service)
    assert read(closed, HOT, token).status == 200
    before = service.application.lock.state()
    with service.application.database.write() as connection:
        connection.execute(text("ALTER TABLE token RENAME TO elsewhere"))
    fresh = api_over(service, host=LISTENING)
    assert read(fresh, HOT, token).status == 503
    assert read(fresh, HOT).status == 503
    for api in (fresh, opened):
        got = change(api, "/api/lock/release", {"reason": "A test."}, token=token)
        assert (got.status, "retry-after" in got.headers) == (503, True)
    assert service.application.lock.state() == before
