"""The threats to the API, one row each: which test holds the control against it; and those that no other file holds."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog
from knocking import api_over, change, knock
from served import Service
from sqlalchemy import text

import neuralbrain
from neuralbrain.api.cross_site import require_same_site
from neuralbrain.domain import token as tokens
from neuralbrain.domain.token import Scope
from neuralbrain.errors import RequestRefusedError, SettingsError
from neuralbrain.listening import require_guarded
from neuralbrain.log import configure_logging

TESTS = Path(__file__).parents[1]
SOURCE = Path(neuralbrain.__file__).parent
# Threat, as the checklist numbers it, to what holds the control: file, test.
HELD: dict[str, tuple[tuple[str, str], ...]] = {
    "S1 control off by default": (
        ("api/test_api_control.py", "test_nothing_can_be_changed_before_there_is_a_token"),
        ("api/test_api_control.py", "test_every_address_that_changes_something_is_known_here"),
        ("api/test_api_tokens.py", "test_nothing_but_one_whole_token_lets_in"),
        ("api/test_api_tokens.py", "test_a_token_in_an_address_is_none"),
    ),
    "S2 tokens": (
        ("store/test_tokens.py", "test_a_token_is_shown_once_and_kept_as_a_digest"),
        ("api/test_api_threats.py", "test_no_token_is_compared_letter_by_letter"),
    ),
    "S3 listening": (
        ("api/test_api_threats.py", "test_no_other_machine_is_let_in_unasked"),
        ("test_service.py", "test_only_this_machine"),
    ),
    "S4 requests forged by pages": (("api/test_api_threats.py", "test_pages_of_other_sites_change_nothing"),),
    "S5 names that resolve to us": (("api/test_api_host_names.py", "test_a_foreign_name_is_refused"),),
    "S6 header fields": (
        ("api/test_api_gate.py", "test_every_answer_says_what_a_browser_may_do"),
        ("api/test_api_gate.py", "test_only_the_settings_say_who_embeds"),
    ),
    "S7 foreign text": (("api/test_api_threats.py", "test_foreign_text_is_data_and_nothing_else"),),
    "S13 sizes": (
        ("api/test_api_gate.py", "test_a_body_that_is_too_long_is_not_read"),
        ("api/test_api_gate.py", "test_too_many_at_once_are_told_to_come_back"),
        ("api/test_api_control.py", "test_a_body_without_end_is_cut_off"),
    ),
    "S14 rates": (
        ("api/test_api_gate.py", "test_only_clients_elsewhere_are_limited"),
        ("api/test_api_gate.py", "test_a_client_is_who_a_trusted_proxy_says"),
        ("api/test_api_control.py", "test_five_changes_a_minute"),
        ("api/test_api_tokens.py", "test_ten_wrong_tokens_a_minute_are_enough"),
    ),
    "S15 secrets": (
        ("api/test_api_threats.py", "test_a_token_is_written_down_nowhere"),
        ("story/test_no_secrets.py", ""),
    ),
    "S16 log lines": (("api/test_api_threats.py", "test_nobody_writes_lines_into_the_log"),),
    "S17 audit trail": (
        ("store/test_append_only.py", "test_each_table_refuses_each_change"),
        ("store/test_audit.py", ""),
        ("api/test_api_control.py", "test_the_lock_is_switched_and_released"),
    ),
    "S18 files and statements": (
        ("store/test_sqlite_database.py", ""),
        ("api/test_api_threats.py", "test_no_statement_is_put_together_from_a_request"),
    ),
    "S20 fail closed": (
        ("api/test_api_tokens.py", "test_who_cannot_be_checked_is_not_let_in"),
        ("api/test_api_problems.py", "test_an_unforeseen_exception_keeps_its_words"),
    ),
}
ODD = (
    "\r\nHTTP/1.1 200 OK",
    "\x1b[2J\x1b[31mred",
    '"}\n{"event":"forged"}',
    "\u2028\u202e",
    "<script>alert(1)</script>",
)


@pytest.mark.parametrize("threat", HELD)
def test_every_threat_has_its_test(threat: str) -> None:
    """Each row of the table names tests that exist; where a whole file holds it, the file has some."""
    for name, test in HELD[threat]:
        tree = ast.parse((TESTS / name).read_text(encoding="utf-8"))
        found = {
            one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
        }
        assert test in found if test else found, (name, test)


def test_no_token_is_compared_letter_by_letter() -> None:
    """Where tokens are handled, none and no digest is compared but by what takes the same time for all."""
    handling = ("domain/token.py", "api/admission.py", "api/operator.py", "api/tokens.py", "cli/token.py")
    found = []
    for name in handling:
        tree = ast.parse((SOURCE / name).read_text(encoding="utf-8"))
        for node in (one for one in ast.walk(tree) if isinstance(one, ast.Compare)):
            by_letters = any(isinstance(one, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for one in node.ops)
            if by_letters and re.search(r"token|digest|secret|given\b", ast.unparse(node)):
                found.append(f"{name}:{node.lineno} {ast.unparse(node)}")
    assert [one for one in found if not one.endswith("len(given) != 1")] == []
    assert "compare_digest" in Path(tokens.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_no_other_machine_is_let_in_unasked(service: Service, host: str) -> None:
    """On an address that others reach the service starts only with a token that is accepted, or with public_read."""
    here = service.application
    with pytest.raises(SettingsError) as refused:
        require_guarded(here, host)
    assert refused.value.error_code == "address-unguarded"
    require_guarded(here, "127.0.0.1")
    here.tokens.create("night", scope=Scope.READ, lasts=None, actor="test")
    require_guarded(here, host)
    here.tokens.revoke("night", reason="A test.", actor="test")
    with pytest.raises(SettingsError):
        require_guarded(here, host)
    here.settings = here.settings.model_copy(update={"public_read": True})
    require_guarded(here, host)


@pytest.mark.parametrize(
    ("fields", "is_refused"),
    [
        ([], False),
        ([("sec-fetch-site", "same-origin")], False),
        ([("sec-fetch-site", "none")], False),
        ([("sec-fetch-site", "same-site")], True),
        ([("sec-fetch-site", "cross-site")], True),
        ([("sec-fetch-site", "")], True),
        ([("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], True),
        ([("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")], False),  # no page can set the first
        ([("host", "127.0.0.1:8642"), ("origin", "http://127.0.0.1:8642")], False),
        ([("host", "127.0.0.1:8642"), ("origin", "HTTP://127.0.0.1:8642")], False),
        ([("host", "127.0.0.1:8642"), ("origin", "http://localhost:8642")], True),
        ([("host", "127.0.0.1:8642"), ("origin", "http://127.0.0.1:9000")], True),
        ([("host", "127.0.0.1:8642"), ("origin", "null")], True),
        ([("host", "127.0.0.1:8642"), ("origin", "")], True),
        ([("host", "a"), ("origin", "http://a"), ("origin", "http://evil.example")], True),
        ([("origin", "http://evil.example")], True),
    ],
)
def test_pages_of_other_sites_change_nothing(fields: list[tuple[str, str]], is_refused: bool) -> None:
    """A browser that says it comes from elsewhere is refused, whatever else it says; a program is not."""
    scope: dict[str, Any] = {"headers": [(key.encode(), value.encode()) for key, value in fields]}
    if is_refused:
        with pytest.raises(RequestRefusedError):
            require_same_site(scope)
    else:
        require_same_site(scope)


def test_a_page_elsewhere_cannot_use_a_right_token(service: Service) -> None:
    """Also with a token, a request that a page of another site had made is refused, and nothing is done."""
    made, _ = service.application.tokens.create("night", scope=Scope.ADMIN, lasts=None, actor="test")
    before = service.application.lock.state()
    for fields in ([("sec-fetch-site", "cross-site")], [("origin", "https://a.example")]):
        api = api_over(service, cors_origins=("https://a.example",))
        got = change(api, "/api/lock/release", {"reason": "A test."}, token=made, fields=fields)
        assert (got.status, got.body["code"]) == (403, "cross-site")
    assert service.application.lock.state() == before


@pytest.mark.parametrize("words", ODD)
def test_foreign_text_is_data_and_nothing_else(reading: Service, words: str) -> None:
    """Whatever a path or a name says comes back as JSON that no browser takes for a page, in no header field."""
    for path in (f"/nowhere/{words}", f"/api/forecasts/region/{words}", f"/api/health/provider/{words}"):
        found = knock(reading.api, path)
        assert found.got.status == 404
        assert found.got.headers["content-type"] == "application/problem+json"
        assert found.got.headers["x-content-type-options"] == "nosniff"
        assert not any(words in value or "\n" in value or "\r" in value for _, value in found.fields)


@pytest.mark.parametrize("words", ODD)
def test_nobody_writes_lines_into_the_log(reading: Service, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What a request says stands in the log as one line of JSON, without a character that a terminal obeys."""
    before = structlog.get_config()
    configure_logging("debug")
    try:
        reading.around.failing = RuntimeError(words)
        assert knock(reading.api, "/api/cycles", fields=[("user-agent", "x")]).got.status == 500
        lines = capsys.readouterr().err.splitlines()
    finally:
        reading.around.failing = None
        structlog.configure(**before)
    assert len(lines) == 1
    assert lines[0].isprintable()
    assert '"request-failed"' in lines[0]


def test_a_token_is_written_down_nowhere(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    """Right or wrong, in a field or by mistake in an address, a token is in no answer, log, event or file."""
    home = service.application.settings.home
    right, _ = service.application.tokens.create("night", scope=Scope.ADMIN, lasts=None, actor="test")
    wrong = "nbt_canary-that-nobody-made"
    configuration = structlog.get_config()
    configure_logging("debug")
    said = b""
    try:
        api = api_over(service, changes_per_minute=1000)
        closed = api_over(service, host="192.0.2.1")
        for made in (right, wrong):
            fields = [("authorization", f"Bearer {made}")]
            for path in ("/api/lock", "/api/tokens", "/api/lock/audit", "/metrics", "/api/forecasts/all", "/nowhere"):
                said += knock(api, path, fields=fields).got.content
                said += knock(closed, path, query=f"token={made}").got.content
            for body in ({"reason": "A test."}, {"reason": ""}, {"token": made}):
                got = change(api, "/api/lock/release", body, token=made)
                said += got.content if "token" not in body else b""
        service.around.failing = RuntimeError("broken")
        said += knock(api, "/api/cycles", fields=[("authorization", f"Bearer {right}")]).got.content
        captured = capsys.readouterr()
    finally:
        structlog.configure(**configuration)
    with service.application.database.write() as connection:
        connection.execute(text("SELECT 1"))
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    for made in (right, wrong):
        assert made.encode() not in said
        assert made not in captured.err + captured.out
        assert made.encode() not in kept
    assert tokens.digest_of(right).encode() in kept, "the test looked at the wrong files"


def test_no_statement_is_put_together_from_a_request() -> None:
    """The linter finds no statement for the database that is put together from words."""
    if importlib.util.find_spec("ruff") is None:
        pytest.skip("ruff is not installed here")
    checked = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--select",
            "S608",
            "--no-cache",
            "--ignore-noqa",
            str(SOURCE / "store"),
            str(SOURCE / "api"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert checked.returncode == 0, checked.stdout
