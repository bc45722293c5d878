"""How long we are asked to wait: every form that is used is read, and nothing that is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.outgoing.retry_after import LONGEST_SECONDS, told_as_duration, told_in_a_sentence, told_in_headers

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("20", 20.0),
        (" 20 ", 20.0),
        ("2.5", 2.5),
        ("2764800", 2_764_800.0),
        ("2764801", None),
        ("-1", None),
        ("+1", None),
        ("1e9", None),
        ("1000000000", None),
        ("NaN", None),
        ("inf", None),
        ("Infinity", None),
        ("", None),
        ("soon", None),
        ("20, 30", None),
        ("0x10", None),
        ("1_000", None),
        ("٣", None),
        ("9" * 400, None),
        ("Sun, 22 Nov 2026 12:01:30 GMT", 90.0),
        ("Sunday, 22-Nov-26 12:01:30 GMT", 90.0),
        ("Sun Nov 22 12:01:30 2026", 90.0),
        ("Sun, 22 Nov 2026 12:00:00 GMT", None),
        ("Sun, 22 Nov 2026 11:00:00 GMT", None),
        ("Sun, 22 Nov 2099 11:00:00 GMT", None),
        ("Sun, 99 Nov 2026 11:00:00 GMT", None),
    ],
)
def test_the_header_is_read(value: str, seconds: float | None) -> None:
    """Seconds and dates are read; what is negative, past, absurd or no number is as good as absent."""
    assert told_in_headers((("retry-after", value),), now=NOW) == seconds


@pytest.mark.parametrize(
    ("milliseconds", "seconds"), [("1500", 1.5), ("0", 0.0), ("-1", 7.0), ("NaN", 7.0), ("9" * 14, 7.0), ("x", 7.0)]
)
def test_milliseconds_go_first(milliseconds: str, seconds: float) -> None:
    """The finer header is taken where it is usable, else the coarser one."""
    assert told_in_headers((("retry-after", "7"), ("retry-after-ms", milliseconds)), now=NOW) == seconds


def test_no_header_is_no_wait() -> None:
    """Without a header there is nothing to wait for."""
    assert told_in_headers((), now=NOW) is None


def test_a_date_is_held_against_the_sender_s_clock() -> None:
    """A sender whose clock is an hour wrong is understood all the same."""
    headers = (("date", "Sun, 22 Nov 2026 13:00:00 GMT"), ("retry-after", "Sun, 22 Nov 2026 13:00:30 GMT"))
    assert told_in_headers(headers, now=NOW) == 30.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("26s", 26.0),
        ("26.5s", 26.5),
        ("47m12s", 2832.0),
        ("1h2m3.5s", 3723.5),
        ("1h 2m", 3720.0),
        ("850ms", 0.85),
        ("2d", 172_800.0),
        ("3 minutes", None),
        ("3minutes", 180.0),
        ("26", None),
        ("-26s", None),
        ("1e3s", None),
        ("", None),
        ("999999999d", None),
        ("s", None),
    ],
)
def test_a_duration_is_read(text: str, seconds: float | None) -> None:
    """Numbers with units add up."""
    assert told_as_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("Please try again in 47m12s. Need more tokens?", 2832.0),
        ("Please try again in 7.66s.", 7.66),
        ("Please try again in 6ms.", 0.006),
        ("Please retry in 18.5s.", 18.5),
        ("Please try again in 1h5m0s", 3900.0),
        ("Please try again later.", None),
        ("Please try again in a moment.", None),
        ("Limit 20s", None),
    ],
)
def test_a_sentence_is_read(message: str, seconds: float | None) -> None:
    """What providers write for people is understood where it is a duration."""
    assert told_in_a_sentence(message) == pytest.approx(seconds)


@given(value=st.text(max_size=40), name=st.sampled_from(["retry-after", "retry-after-ms", "date"]))
def test_no_text_breaks_the_reading(value: str, name: str) -> None:
    """Whatever stands in a header, the wait is absent or within a month."""
    told = told_in_headers(((name, value), ("retry-after", value)), now=NOW)
    assert told is None or 0 <= told <= LONGEST_SECONDS
    for text in (value, f"try again in {value}"):
        said = told_in_a_sentence(text)
        assert said is None or 0 <= said <= LONGEST_SECONDS


@given(st.integers(0, int(LONGEST_SECONDS)))
def test_whole_seconds_are_exact(seconds: int) -> None:
    """Every whole number of seconds up to the longest wait is read as itself."""
    assert told_in_headers((("retry-after", str(seconds)),), now=NOW) == seconds


@given(st.integers(1, int(LONGEST_SECONDS)))
def test_dates_to_come_are_exact(seconds: int) -> None:
    """Every date up to the longest wait is read as the seconds until then."""
    until = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert told_in_headers((("retry-after", until),), now=NOW) == seconds


@given(days=st.integers(0, 9), hours=st.integers(0, 23), minutes=st.integers(0, 59), seconds=st.integers(0, 59))
def test_durations_add_up(days: int, hours: int, minutes: int, seconds: int) -> None:
    """Days, hours, minutes and seconds are counted for what they are."""
    expected = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()
    assert told_as_duration(f"{days}d{hours}h{minutes}m{seconds}s") == expected
