"""How long steps may take and when they are tried again."""

from __future__ import annotations

import pytest

from neuralbrain.domain.step import STEPS, Deadlines, kind_of, pause_before

DEADLINES = Deadlines(read_seconds=1, ask_seconds=2, step_seconds=3, cycle_seconds=4, score_seconds=5)


@pytest.mark.parametrize(
    ("step", "seconds"),
    [("read cholera-africa", 1), ("read", 1), ("ask", 2), ("score", 5), ("remember", 3), ("compare", 3),
     ("normalise", 3), ("publish", 3)],
)  # fmt: skip
def test_deadlines_by_kind(step, seconds):
    """Reading a feed and asking have their own deadline, every other step the common one."""
    assert DEADLINES.of(step) == seconds


def test_the_kind_is_the_first_word():
    """The kind of a step is the first word of its name, whatever follows."""
    assert [kind_of(name) for name in ("read a b", "ask", "read  x", "")] == ["read", "ask", "read", ""]
    assert all(kind_of(step) == step for step in STEPS)


@pytest.mark.parametrize(
    ("code", "step", "pauses"),
    [
        ("store-unavailable", "publish", [2.0, 10.0]),
        ("lock-contention", "remember", [1.0, 5.0]),
        ("lock-number-old", "ask", [1.0]),
        ("lock-number-old", "publish", []),
        ("provider-failed", "ask", []),
        ("store-full", "publish", []),
        ("step-deadline", "read a", []),
        ("internal", "ask", []),
        ("", "ask", []),
    ],
)
def test_what_is_tried_again(code, step, pauses):
    """Only what passes by itself is tried again within a cycle, after growing pauses, and not for ever."""
    found = []
    attempt = 2
    while (pause := pause_before(attempt, step=step, code=code)) is not None:
        found.append(pause)
        attempt += 1
    assert found == pauses
    assert pause_before(100, step=step, code=code) is None
