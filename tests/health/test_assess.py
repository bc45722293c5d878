"""What facts about the service come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from neuralbrain.domain.health import Verdict
from neuralbrain.domain.slot import SlotOutcome, SlotRecord
from neuralbrain.health.assess import Facts, assess, why_not_ready
from stand_ins import START

WELL = Facts(
    trouble=(), free_bytes=10**12, served=3, serve_trouble="", newest_edition_at=START, good_at=None,
    holder="local", holder_lacks="", last_released=None, slots=(), paused=False,
    schedule_failing="", schedule_silent_seconds=5.0, silence_allowed_seconds=300.0,
)  # fmt: skip


def slots(*outcomes: str) -> tuple[SlotRecord, ...]:
    """Return slots that ended so, newest first."""
    return tuple(
        SlotRecord(slot=START, outcome=SlotOutcome(one), code="", reason="It broke.", recorded_at=START)
        for one in outcomes
    )


@pytest.mark.parametrize(
    ("change", "verdict", "codes"),
    [
        ({}, "healthy", []),
        ({"trouble": (("store-full", "Full.", "Free."),)}, "failing", ["store-full"]),
        ({"free_bytes": None}, "healthy", []),
        ({"free_bytes": 200 * 2**20}, "healthy", []),
        ({"free_bytes": 200 * 2**20 - 1}, "degraded", ["disk-nearly-full"]),
        ({"served": None}, "failing", ["edition-none"]),
        ({"served": None, "newest_edition_at": None}, "degraded", ["edition-none"]),
        ({"serve_trouble": "It is damaged."}, "failing", ["edition-unreadable"]),
        ({"newest_edition_at": START - timedelta(days=9)}, "healthy", []),
        ({"newest_edition_at": START - timedelta(days=9, seconds=1)}, "degraded", ["edition-old"]),
        ({"newest_edition_at": START - timedelta(days=90), "good_at": START}, "healthy", []),
        ({"holder_lacks": "a key"}, "degraded", ["holder-unconfigured"]),
        ({"holder": None, "holder_lacks": "a key"}, "healthy", []),
        ({"holder": None, "last_released": "groq"}, "degraded", ["provider-none-left"]),
        ({"slots": slots("failed")}, "degraded", ["cycle-failed"]),
        ({"slots": slots("failed", "failed")}, "degraded", ["cycle-failed"]),
        ({"slots": slots("failed", "failed", "failed")}, "failing", ["cycles-failing"]),
        ({"slots": slots("failed", "failed", "failed", "done")}, "failing", ["cycles-failing"]),
        ({"slots": slots("failed", "failed", "skipped")}, "degraded", ["cycle-failed"]),
        ({"slots": slots("done", "failed", "failed", "failed")}, "healthy", []),
        ({"slots": slots("skipped", "failed")}, "healthy", []),
        ({"paused": True}, "degraded", ["schedule-paused"]),
        ({"schedule_silent_seconds": 300.0}, "healthy", []),
        ({"schedule_silent_seconds": 300.5}, "failing", ["schedule-silent"]),
        ({"schedule_silent_seconds": None}, "failing", ["schedule-silent"]),
        ({"schedule_failing": "store-full"}, "failing", ["schedule-failing"]),
        ({"schedule_silent_seconds": 3000.0, "silence_allowed_seconds": 3300.0}, "healthy", []),
        ({"paused": True, "served": None}, "failing", ["edition-none", "schedule-paused"]),
    ],
)
def test_findings(change, verdict, codes):
    """Each fact that is not as it should be is a finding with a remedy, and the worst of them is the verdict."""
    check = assess(replace(WELL, **change), at=START)
    assert (check.verdict.value, [one.code for one in check.findings]) == (verdict, codes)
    assert check.at == START
    assert all(one.message and one.remedy for one in check.findings)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"trouble": (("store-full", "Full.", "Free."),)}, ["store-full"]),
        ({"served": None}, ["edition-none"]),
        ({"schedule_silent_seconds": None}, ["schedule-silent"]),
        ({"schedule_failing": "store-rule-broken"}, ["schedule-failing"]),
        ({"free_bytes": 0, "paused": True, "holder_lacks": "x", "slots": slots(*["failed"] * 3)}, []),
    ],
)
def test_why_it_is_not_ready(change, codes):
    """It is not ready where it cannot answer; what only needs looking after does not take it out of service."""
    findings = why_not_ready(replace(WELL, **change), at=START)
    assert [one.code for one in findings] == codes
    assert all(one.verdict is Verdict.FAILING for one in findings)


def test_it_is_ready_without_a_provider_and_says_so():
    """An edition that stays up for want of a provider is served, and the reason is told beside it."""
    [finding] = why_not_ready(replace(WELL, holder=None, last_released="groq"), at=START)
    assert (finding.code, finding.verdict) == ("provider-none-left", Verdict.DEGRADED)
