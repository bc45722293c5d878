"""What a cycle's process is told and says comes out at the other end as it went in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.domain.cycle_end import CycleEnd
from neuralbrain.domain.journal import Outcome, StepRecord
from neuralbrain.domain.slot import SlotOutcome
from neuralbrain.schedule.message import heard, heard_order, said_end, said_order, said_step
from neuralbrain.schedule.order import WorkOrder

MOMENTS = st.integers(0, 10**16).map(lambda passed: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=passed))
NUMBERS = st.none() | st.integers(1, 2**53)
RECORDS = st.builds(
    StepRecord,
    name=st.text(),
    started_at=MOMENTS,
    ended_at=MOMENTS,
    outcome=st.sampled_from(Outcome),
    message=st.text(),
    code=st.text(),
    remedy=st.text(),
    attempts=st.integers(1, 9),
)
ENDS = st.builds(
    CycleEnd,
    outcome=st.sampled_from(SlotOutcome),
    code=st.text(),
    reason=st.text(),
    cycle=NUMBERS,
    edition=NUMBERS,
)


def line(said: object) -> bytes:
    """Return one line as it goes through the pipe."""
    return json.dumps(said).encode() + b"\n"


@given(trigger=st.text(), slot=st.none() | MOMENTS, resumed=NUMBERS)
def test_orders(trigger, slot, resumed):
    """An order is heard as it was said, its slot to the microsecond and in UTC."""
    order = WorkOrder(trigger=trigger, slot=slot, resumed=resumed)
    text = line(said_order(order)).decode()
    assert heard_order(text) == order
    assert text.count("\n") == 1


@given(record=RECORDS)
def test_steps(record):
    """The record of a step is heard as it was said, whatever its words are, on one line."""
    said = line(said_step(record))
    assert heard(said) == {"event": "step-ended", "record": record}
    assert said.count(b"\n") == 1


@given(end=ENDS)
def test_ends(end):
    """How a cycle ended is heard as it was said."""
    assert heard(line(said_end(end))) == {"event": "ended", "end": end}


@pytest.mark.parametrize("said", [{"event": "began", "cycle": 7}, {"event": "step", "name": "ask"}, {"event": "busy"}])
def test_plain_events(said):
    """Events that hold plain values are heard as they were said."""
    assert heard(line(said)) == said


@pytest.mark.parametrize(
    "rubbish",
    [
        b"", b"\n", b"{", b"null\n", b"[]\n", b"7\n", b'"step"\n', b"{}\n", b'{"event": 7}\n', b"\xff\xfe\n",
        b'{"event": "ended"}\n', b'{"event": "ended", "outcome": "splendid"}\n',
        b'{"event": "step-ended", "name": "ask"}\n',
        b'{"event": "step-ended", "name": "ask", "started_at": 7, "ended_at": 7, "outcome": "done", "message": ""}\n',
        b'{"event": "step-ended", "name": "ask", "started_at": "noon", "ended_at": "", "outcome": "done"}\n',
        b'{"event": "ended", "outcome": "done", "code": "", "reason": "", "cycle": 1, "edition": 1, "more": 1}\n',
    ],
)  # fmt: skip
def test_rubbish_is_refused(rubbish):
    """What is no event is refused by one of the three errors that the reader expects."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        heard(rubbish)
