"""What is said of alerts to people and to programs: a title, a text, and a body of JSON."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from neuralbrain.alert_ports import Notice
from neuralbrain.alerts.as_json import alert_as_json, event_as_json, title_of
from neuralbrain.domain.alert import TOLD
from neuralbrain.domain.calendar import utc_text

LINES = 20  # of one text: a phone shows no more
MOST_EVENTS = 200  # of one body: about 100 KB, and the API lists the rest


def title(notice: Notice) -> str:
    """Return what a message is called, in one line."""
    if notice.is_test:
        return "NeuralBrain: a test of this channel"
    if len(notice.events) == 1:
        told = notice.events[0]
        return f"NeuralBrain: {told.event.change.value}: {title_of(told.alert.key)}"
    counts = Counter(one.event.change for one in notice.events)
    said = ", ".join(f"{counts[change]} {change.value}" for change in TOLD if counts[change])
    return f"NeuralBrain: alerts: {said}"


def text(notice: Notice) -> str:
    """Return a message as lines for people: what happened to what, and the reason with its numbers."""
    if notice.is_test:
        return "Somebody tries whether alerts arrive here. Nothing is wrong."
    lines = [
        f"{one.event.change.value.upper()} {title_of(one.alert.key)}. {one.event.reason}"
        for one in notice.events[:LINES]
    ]
    left = len(notice.events) - len(lines)
    return "\n".join([*lines, f"And {left} more." if left else ""]).rstrip("\n")


def body(notice: Notice) -> bytes:
    """Return a message as JSON for programs, the same bytes at each attempt.

    ``more`` says how many events were left out; the API lists them.
    """
    said: dict[str, Any] = {
        "id": notice.key,
        "at": utc_text(notice.at),
        "test": notice.is_test,
        "title": title(notice),
        "events": [
            {**event_as_json(one.event), "alert": _lasting(alert_as_json(one.alert))}
            for one in notice.events[:MOST_EVENTS]
        ],
        "more": max(len(notice.events) - MOST_EVENTS, 0),
    }
    return json.dumps(said, allow_nan=False).encode()


def _lasting(told: dict[str, Any]) -> dict[str, Any]:
    """Return what never changes of an alert: what was true at the first attempt is at the last."""
    kept = ("number", "id", "rule", "title", "region", "region_name", "signal", "subject", "raised_at", "edition")
    return {name: told[name] for name in kept}
