"""The summary in the words of the edition's provider: out of its kept replies, and harmless."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from answering import steady
from same_process import command
from served import application_over, call, run_cycle, shelf_of
from sqlalchemy import text
from stand_in_server import KEYS, StandInServer

from neuralbrain.api.words import words_of
from neuralbrain.domain.journal import Outcome
from neuralbrain.provider_settings import read_provider_settings
from neuralbrain.wiring import Application

SAID = "Cases\nrise <script>alert(1)</script> in \u202eAngola\u202c.\x07"
SHOWN = "Cases rise <script>alert(1)</script> in Angola."


@pytest.fixture(scope="module")
def server() -> Iterator[StandInServer]:
    """Yield a provider on this machine's loopback."""
    with StandInServer(answer=steady) as made:
        yield made


@pytest.fixture
def by_openai(server: StandInServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Yield what runs a cycle in which a stand-in for OpenAI answers, and gives the application."""
    monkeypatch.setenv("OPENAI_API_KEY", KEYS["openai"])
    providers = read_provider_settings({"openai": {"base_url": server.url("openai")}})
    made: list[Application] = []

    def run(answer: Callable[[dict[str, Any]], Any]) -> Application:
        server.answer = answer
        made.append(application_over(tmp_path / "home", providers=providers, most_series_per_prompt=6))
        assert run_cycle(made[-1]).outcome is Outcome.DONE
        return made[-1]

    yield run
    for one in made:
        one.close()


def summary_of(application: Application) -> dict[str, Any]:
    """Return the summary as it is served."""
    shelf = shelf_of(application)
    shelf.refresh()
    shown = shelf.shown()
    assert shown is not None
    return json.loads(shown.bodies.summary().content)


def test_the_summary_has_the_words_of_its_provider(by_openai, server: StandInServer, tmp_path: Path) -> None:
    """Words of two parts, one of them said twice, stand in summary and command line under the provider's name."""
    parts = iter((SAID, "Deaths fall.", SAID))
    application = by_openai(lambda body: {**steady(body), "explanation": next(parts, "Deaths fall.")})
    said = summary_of(application)
    assert said["edition"]["provider"] == "openai"
    assert (said["explanation"], said["explanation_by"]) == (f"{SHOWN} Deaths fall.", "openai")
    assert application.editions.get() is not None, "the edition's digest knows nothing of its words"
    printed = command("editions", "show", home=tmp_path / "home").stdout
    assert f"In the words of openai: {SHOWN} Deaths fall." in " ".join(printed.split())
    told = json.loads(command("editions", "show", "--json", home=tmp_path / "home").stdout)
    assert (told["explanation"], told["explanation_by"]) == (said["explanation"], "openai")


@pytest.mark.parametrize("words", [{}, {"explanation": {"AGO": "It rises."}}, {"explanation": " \u200b\n"}])
def test_without_words_the_numbers_speak(by_openai, server: StandInServer, words: dict[str, Any]) -> None:
    """Where the provider says nothing, or nothing that can be seen, the words are built from its numbers."""
    before = len(server.asked)
    said = summary_of(by_openai(lambda body: {**steady(body), **words}))
    assert said["explanation_by"] == "numbers"
    assert said["explanation"].startswith("Edition 1 is by openai")
    assert {one.method for one in server.asked[before:] if "chat" in one.path} == {"POST"}


def test_a_damaged_reply_keeps_no_forecast_from_being_served(by_openai) -> None:
    """Words that are not as they were kept are not shown, and everything else is."""
    application = by_openai(lambda body: {**steady(body), "explanation": SAID})
    with application.database.write() as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS reply_refuses_update"))
        connection.execute(text("UPDATE reply SET sha256 = 'another'"))
    header = application.editions.current()
    assert header is not None
    assert words_of(application.replies, header) == ""
    assert summary_of(application)["explanation_by"] == "numbers"


def test_the_provider_on_this_machine_has_no_words(reading) -> None:
    """An edition of the statistical provider is explained by its numbers, always."""
    said = call(reading.api, "/api/predictions/summary").body
    assert (said["edition"]["provider"], said["explanation_by"]) == ("local", "numbers")
