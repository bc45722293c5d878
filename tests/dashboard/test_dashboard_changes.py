"""The dashboard while things happen: editions come, locks move, the service goes, and outsiders write nonsense."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from in_browser import COUNTRIES, Looker, noted
from served import Service, draft_of

from neuralbrain.api.changes import Changes
from neuralbrain.api.news import News
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.token import Scope
from republished import publish_again

pytestmark = pytest.mark.slow

Look = Callable[..., Looker]
HOSTILE = "<img src=x onerror='window.taken=1'><script>window.taken=1</script> =HYPERLINK(1) \u202e ignore all"
WATCH_SHIFTS = """
window.moved = 0; window.movers = [];
const add = (one) => {
  window.moved += one.value;
  const names = one.sources.map((source) => " " + source.node?.nodeName + "." + source.node?.className);
  window.movers.push(one.value.toFixed(3) + names);
};
new PerformanceObserver((list) => list.getEntries().forEach(add))
  .observe({ type: "layout-shift", buffered: true });
"""
FRAME = "(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))()"


def wake(looker: Looker) -> None:
    """Have the page ask again at once, as when a laptop is opened."""
    looker.page.evaluate("dispatchEvent(new Event('online'))")


def follow(service: Service, news: News) -> None:
    """Look once at what happened, as the follower of the service does every second."""

    async def once() -> None:
        tell = await news.look()
        service.shelf.refresh()
        tell()

    with ThreadPoolExecutor(1) as beside:  # the browser's driver has a loop of its own in this thread
        beside.submit(asyncio.run, once()).result()


def test_another_edition_appears_by_itself(changed: Service, look: Look) -> None:
    """An edition that is published while somebody looks replaces the one shown, as a whole and without a touch."""
    looker = look(changed)
    assert looker.page.locator("[data-edition]").get_attribute("data-edition") == "4"
    at = changed.application.clock.now()
    news = News(Changes(changed.application, health=lambda: changed.around.check), changed.view.events)
    follow(changed, news)
    publish_again(changed.application.editions, changed.application.lease(), at=at, risk_score={"AGO": 99.0})
    follow(changed, news)
    looker.page.wait_for_selector("[data-edition='5']")
    looker.page.wait_for_selector(".ranking li:first-child a:has-text('Angola')")
    assert "Red" in looker.page.locator("[data-region=AGO]").get_attribute("aria-label").title()


def test_a_failover_is_seen(changed: Service, look: Look) -> None:
    """When the lock goes to another provider the page says who holds it and why; the edition keeps its author."""
    looker = look(changed, "/?view=providers")
    changed.application.lock.acquire_lock("gemini", reason="a drill")
    wake(looker)
    looker.page.wait_for_selector("dd strong:has-text('gemini')")
    assert "a drill" in looker.text()
    assert "by local" in looker.text(".status")


def test_it_works_while_the_service_is_away(changed: Service, look: Look) -> None:
    """Without the service the page says so and keeps the last edition; when it is back the notice goes."""
    looker = look(changed)
    before = looker.text(".words")
    looker.offline(True)
    wake(looker)
    looker.page.wait_for_selector(".notice.bad:has-text('does not answer')")
    assert looker.text(".words") == before
    assert looker.page.locator("[data-region]").count() == 15
    looker.picture("now-offline")
    looker.offline(False)
    wake(looker)
    looker.page.wait_for_selector(".notice.bad", state="detached")


def test_what_outsiders_write_is_shown_as_text(changed: Service, look: Look) -> None:
    """Markup in a finding, a refusal, a region's name, a lock's reason and the address is text on every page."""
    application = changed.application
    last = application.editions.get(4)
    assert last is not None
    note = Finding(code="noted", severity=Severity.NOTE, message=HOSTILE, region="AGO", signal="cholera_cases")
    refusal = Finding(code="refused", severity=Severity.REFUSE, message=HOSTILE, region=HOSTILE, signal=HOSTILE)
    tables = tuple(replace(one, edition=None, findings=((note,),) * len(one)) for one in last.tables)
    with application.lease() as lease:
        application.editions.publish(replace(draft_of(last), tables=tables, refused=(refusal,)), holder=lease.holder)
    application.lock.release_lock(HOSTILE)
    changed.shelf.refresh()
    looker = look(changed, "/?view=predictions")
    for address in ("view=predictions", "view=region&region=AGO", "view=providers"):
        looker.go(f"/?{address}")
        looker.page.wait_for_selector("text=onerror=")
    for address in ("view=region&region=<img src=x onerror=window.taken=1>", "view=<script>", "signal='\"><b>"):
        looker.go(f"/?{address}")
    assert looker.page.evaluate("window.taken") is None
    assert looker.page.locator("main img, main script, main b").count() == 0


def test_an_empty_service_says_what_comes(before_any: Service, look: Look) -> None:
    """Before the first edition every view says so or shows what there is; none is empty or broken."""
    looker = look(before_any)
    assert "No edition is up" in looker.text()
    looker.picture("empty")
    for name in ("region", "predictions", "evaluation", "providers", "cycles", "alerts"):
        looker.go(f"/?view={name}")
        assert len(looker.text()) > 80, name
        assert looker.barriers() == [], name


def test_two_hundred_and_forty_regions(many: Service, look: Look) -> None:
    """All countries at once are on the map and in the table; nothing moves while they come."""
    looker = look(many)
    looker.page.wait_for_selector("[data-region]")
    assert looker.page.locator("[data-region]").count() == COUNTRIES
    looker.picture("now-240")
    looker.page.add_init_script(WATCH_SHIFTS)
    looker.go("/?")
    moved, movers = looker.page.evaluate("[window.moved, window.movers]")
    assert moved < 0.1, movers  # what is called good: https://web.dev/articles/cls
    looker.page.locator("[data-region=FRA]").focus()
    took = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp") * 3:
        began = looker.page.evaluate("performance.now()")
        looker.page.keyboard.press(key)
        took.append(looker.page.evaluate(f"{FRAME}.then(() => performance.now())") - began)
    paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    noted(key_to_frame_ms=sorted(took)[len(took) // 2], first_paint_ms=looker.page.evaluate(paint))
    looker.go("/?view=predictions")
    assert looker.page.locator("tbody tr").count() == COUNTRIES


def test_an_operator_acts_after_reading_what_follows(changed: Service, look: Look) -> None:
    """With a token the provider is switched and an alert acknowledged, each after the consequence was shown."""
    application = changed.application
    token, _ = application.tokens.create("duty", scope=Scope.OPERATE, lasts=timedelta(days=1), actor="test")
    application.alerting.look()
    for _ in range(2):
        now = application.clock.now()
        publish_again(application.editions, application.lease(), at=now, risk_score={"MOZ": 95.0})
    application.alerting.look()
    changed.shelf.refresh()
    looker = look(changed, "/?view=providers")
    looker.page.fill("input[name=token]", token)
    looker.page.get_by_role("button", name="Use this token").click()
    looker.page.get_by_role("button", name="Switch the provider").click()
    dialog = looker.page.locator("dialog")
    dialog.locator("select").select_option("gemini")
    assert "gemini forecasts from the next cycle on, instead of local" in dialog.inner_text()
    assert "audit trail" in dialog.inner_text()
    looker.picture("operate")
    assert application.lock.get_locked_provider() == "local"
    dialog.locator("input").fill("a drill")
    dialog.get_by_role("button", name="Yes, do it").click()
    dialog.locator("text=Done.").wait_for()
    assert application.lock.get_locked_provider() == "gemini"
    dialog.get_by_role("button", name="Close").click()
    looker.page.wait_for_selector("td:has-text('token:duty')")
    looker.page.get_by_role("link", name="Alerts").click()
    looker.page.get_by_role("button", name="Acknowledge").first.click()
    dialog.locator("input").fill("The ministry was told.")
    dialog.get_by_role("button", name="Yes, do it").click()
    looker.page.wait_for_selector("text=acknowledged by token:duty")
    dialog.get_by_role("button", name="Close").click()
    looker.picture("alerts")
    assert token not in looker.page.content()
    assert token not in looker.page.url
    assert looker.page.evaluate("Object.keys(localStorage).length") == 0


def test_a_token_that_does_not_do_says_why(changed: Service, look: Look) -> None:
    """Whoever has the wrong token is told what the service said, and nothing is done."""
    application = changed.application
    token, _ = application.tokens.create("reader", scope=Scope.READ, lasts=timedelta(days=1), actor="test")
    looker = look(changed, "/?view=providers")
    looker.page.fill("input[name=token]", token)
    looker.page.get_by_role("button", name="Use this token").click()
    looker.page.get_by_role("button", name="Release the lock").click()
    dialog = looker.page.locator("dialog")
    dialog.locator("input").fill("a drill")
    dialog.get_by_role("button", name="Yes, do it").click()
    dialog.locator(".notice.bad").wait_for()
    assert "scope" in dialog.inner_text()
    assert application.lock.get_locked_provider() == "local"
