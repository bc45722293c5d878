"""A real browser before real services: one with editions of the sample, one for a test to change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from in_browser import BUNDLE, COUNTRIES, ROOT, Looker, chromium
from served import Service, application_over, run_cycle, serving

from neuralbrain.domain.journal import Outcome
from neuralbrain.domain.location import location
from neuralbrain.settings import load_settings
from neuralbrain.wiring import Application

UNTIL = (date(2025, 12, 14), date(2026, 1, 11), date(2026, 2, 15), None)  # an edition each: the last is of all there is


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home in which four editions were published, each on more of the sample than the one before."""
    home = tmp_path_factory.mktemp("published") / "home"
    for until in UNTIL:
        application = application_over(home, sample_until=until)
        assert run_cycle(application).outcome is Outcome.DONE
        application.close()
    return home


@pytest.fixture(scope="module")
def shown(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a service with the editions of the sample, for tests that only look."""
    application = application_over(shutil.copytree(published, tmp_path_factory.mktemp("shown") / "home"))
    with serving(application) as made:
        yield made
    application.close()


@pytest.fixture
def changed(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Yield a service with the editions of the sample, to be changed as a test likes; one more provider has a key."""
    monkeypatch.setenv("GEMINI_API_KEY", "key-of-a-test")
    application = application_over(shutil.copytree(published, tmp_path / "changed"))
    with serving(application) as made:
        yield made
    application.close()


def people(code: str) -> int:
    """Return how many inhabitants a country has; a thousand where nobody knows."""
    place = location(code)
    return 1000 if place is None or place.population is None else place.population


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Yield a service whose edition is of 240 countries, from a file of weekly counts."""
    known = {place[0] for place in json.loads((ROOT / "dashboard/geometry/made/world.json").read_text())["places"]}
    countries = sorted(code for code in known if len(code) == 3)[:COUNTRIES]
    first = date(2024, 1, 7)
    rows = [
        f"{code},{first + timedelta(weeks=week)},{1 + round(people(code) / 20_000 * (1 + (week + place) % 52 / 10))}"
        for place, code in enumerate(countries)
        for week in range(110)
    ]
    (tmp_path / "counts.csv").write_text("\n".join(["country,week_end,cases", *rows]) + "\n", encoding="utf-8")
    home = tmp_path / "many"
    home.mkdir(mode=0o700)
    (home / "neuralbrain.toml").write_text(
        f'sources = ["counts"]\n[feeds.counts]\nadapter = "file"\npath = "{tmp_path}/counts.csv"\n', encoding="utf-8"
    )
    monkeypatch.setenv("NEURALBRAIN_HOME", str(home))
    application = Application(load_settings())
    assert run_cycle(application).outcome is Outcome.DONE
    with serving(application) as made:
        yield made
    application.close()


@pytest.fixture
def before_any(tmp_path: Path) -> Iterator[Service]:
    """Yield a service before its first edition."""
    application = application_over(tmp_path / "before_any")
    with serving(application) as made:
        yield made
    application.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Yield Chromium, or skip with what would bring it or the dashboard here."""
    if not BUNDLE.is_file():
        pytest.skip("the dashboard is not built; `make dashboard` builds it")
    with chromium() as found:
        yield found


@pytest.fixture
def look(browser: Any) -> Iterator[Callable[..., Looker]]:
    """Yield what opens a page of a service; at the end of a test no page may have complained."""
    with ExitStack() as open_pages:

        def opened(service: Service, address: str = "/?", **context: Any) -> Looker:
            looker = Looker(browser, service, context)
            open_pages.callback(looker.close)
            looker.go(address)
            return looker

        yield opened
