"""A page of the dashboard in a real Chromium, and what tests ask of it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from served import Service

ROOT = Path(__file__).parents[2]
BUNDLE = ROOT / "src" / "neuralbrain" / "web" / "index.html"
# Two runs never give the same picture, so only `make pictures` replaces those of the documentation.
PICTURES = ROOT / ("docs" if os.environ.get("TAKE_PICTURES") else "build") / "screenshots"
FIGURES = ROOT / "build" / "dashboard.json"
AXE = ROOT / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--force-color-profile=srgb"),
)
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 20_000  # milliseconds, on a machine that is busy with other tests
COUNTRIES = 240
NETWORK = "net::ERR_"  # how Chromium reports a request that did not come through; some tests want that
STATUSES = "Failed to load resource"


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield a browser, or skip with the command that brings one."""
    playwright = pytest.importorskip("playwright.sync_api", reason="make install brings Playwright")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium on this machine: apt-get install -y --no-install-recommends chromium")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield found
        finally:
            found.close()


def noted(**figures: float) -> None:
    """Keep figures that depend on the machine where the benchmarks leave theirs; nothing is asserted of them."""
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=1), encoding="utf-8")


class Looker:
    """One page.

    Args:
        browser: Chromium.
        service: Whose page.
        context: What the browser is told about itself, such as ``viewport`` and ``color_scheme``.
    """

    def __init__(self, browser: Any, service: Service, context: dict[str, Any]) -> None:
        self._context = browser.new_context(**{"viewport": DESK, "accept_downloads": True, **context})
        self._root = f"http://127.0.0.1:{service.port}"
        self.complaints: list[str] = []
        self.page = self._context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"} and NETWORK not in message.text and STATUSES not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")

    def go(self, address: str) -> None:
        """Open a page of the service and wait until it shows something."""
        self.page.goto(self._root + address)
        self.page.wait_for_selector("main[data-view] > *")
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being loaded any more."""
        for _ in range(PATIENCE // 50):
            if self.page.locator(".loading").count() == 0:
                break
            self.page.wait_for_timeout(50)
        self.page.wait_for_timeout(150)  # for what was measured to be drawn

    def offline(self, away: bool) -> None:
        """Take the network away from the page, or give it back."""
        self._context.set_offline(away)

    def text(self, selector: str = "main") -> str:
        """Return what a part of the page says."""
        said: str = self.page.inner_text(selector)
        return said

    def picture(self, name: str) -> None:
        """Take a picture of the whole page."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(PICTURES / f"{name}.png"), full_page=True, animations="disabled", timeout=60_000)

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        wider: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wider

    def barriers(self) -> list[str]:
        """Return what axe finds that is serious, each with where it is."""
        if not AXE.is_file():
            pytest.skip("axe is not installed: make dashboard brings it")
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = json.loads(
            self.page.evaluate(
                "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
                ".then((said) => JSON.stringify(said.violations))"
            )
        )
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0].get('failureSummary', '')[:200]}"
            for one in found
            if one["impact"] in {"serious", "critical"}
        ]

    def close(self) -> None:
        """Close the page; it must not have complained."""
        self._context.close()
        assert self.complaints == []
