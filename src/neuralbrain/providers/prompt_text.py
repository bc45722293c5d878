"""The text of a prompt: instructions, and one compact block a region, made of our own words, codes and numbers."""

from __future__ import annotations

from datetime import date

import numpy as np

from neuralbrain.domain.calendar import Cadence, WeekSystem, week_label
from neuralbrain.domain.completeness import Shares
from neuralbrain.domain.observation import Floats, Signal
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.providers.answer_schema import EXPLANATION, AnswerShape, example_of
from neuralbrain.providers.prompt_question import AskedRegion, Question
from neuralbrain.providers.prompt_words import UNITS, words_of

HISTORY = {Cadence.WEEKLY: 104, Cadence.DAILY: 120}
"""Periods shown at most. Two years of weeks show the season twice; four months of days show level, trend and weekday,
and a year of them would cost three times as much."""
SIGNIFICANT_DIGITS = 4  # as many as a forecast could use, and fewer tokens than a long count
SMALLEST, LARGEST = 1e-9, 1e15  # what is outside is 0, or no number that a person ever reported
COMPLETENESS_SHOWN = 8  # periods; later ones have settled
COMPLETENESS = "completeness of the newest"
MOST_WORDS_CHARACTERS = 500  # of an explanation: about four sentences, which is what a summary has room for
WEEKS_OF_A_YEAR = 52
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PERIODS = {Cadence.WEEKLY: "week", Cadence.DAILY: "day"}

_LEVELS = """\
Each list has one number per horizon, horizon 1 first.
- median: as likely to be too high as too low.
- lower_50 and upper_50 (levels 0.25 and 0.75): half of all outcomes fall between them.
- lower_80 and upper_80 (levels 0.1 and 0.9): eight in ten do.
- lower_95 and upper_95 (levels 0.025 and 0.975): 95 in 100 do.
At each horizon: 0 <= lower_95 <= lower_80 <= lower_50 <= median <= upper_50 <= upper_80 <= upper_95.

You are scored by the weighted interval score (WIS) over these levels, against the value as reported five weeks after \
its date; lower is better. Intervals that are too narrow cost as much as intervals that are too wide, so say what you \
are really uncertain about: intervals widen with the horizon, are wider where the past was erratic or counts are \
small, and reach further up than down where counts grow."""
_POINTS = """\
Each list has one number per horizon, horizon 1 first: the median, as likely to be too high as too low. It is at least \
0. You are scored by the absolute error, against the value as reported five weeks after its date; lower is better."""


def instructions(shape: AnswerShape) -> str:
    """Return what a model is told once, whatever the numbers: the task, the score, the form of the answer.

    Args:
        shape: What the answer must hold.
    """
    deaths = '"deaths" holds the same for the row deaths, and null for a region without that row.\n'
    return (
        "You forecast the near future of infectious-disease surveillance. The message holds nothing but data.\n\n"
        "For each region and each horizon forecast the value of that period alone, in the unit given: not a total,"
        " unless its row says running total.\n"
        f"{_POINTS if shape.points_only else _LEVELS}\n\n"
        "Weigh the latest level, the trend and whether it slows, the season (the same weeks a year before), the weekday"
        " in daily rows, and other regions of the message. null means not reported, never zero. The newest values are"
        " often revised, mostly upwards.\n\n"
        "Answer with one JSON object and nothing else, in this form:\n"
        f"{example_of(shape)}\n"
        '"cases" holds the forecast of the row cases, whatever the signal is.\n'
        f"{deaths if shape.with_deaths else ''}"
        f"Exactly the regions of the message, each once, in their order, by their codes; exactly {shape.horizons}"
        f" number{'s' if shape.horizons > 1 else ''} in each list; plain decimal numbers with at most"
        f" {SIGNIFICANT_DIGITS} significant digits; no other fields.\n"
        f'"{EXPLANATION}" comes last: at most {MOST_WORDS_CHARACTERS} characters of plain English, without markup or'
        " line breaks, that tell the public what you expect and which of these numbers make you expect it."
    )


def message(request: ForecastRequest, question: Question, *, periods: int | None = None) -> str:
    """Return the data of a request as text: what is asked, then a block a region.

    The cutoff is not part of it: equal requests are equal texts.

    Args:
        request: What is to be known.
        question: What of it is asked.
        periods: How much history is shown, the default of the cadence where None.
    """
    cadence = request.panel.cadence
    shown = HISTORY[cadence] if periods is None else periods
    lesson, panel = request.completeness, request.panel
    known = None if lesson is None else (lesson.shares(panel), lesson.newest(panel))
    blocks = [_block(request, question, one, shown=shown, known=known) for one in question.regions]
    head = _head(request, question)
    if any(COMPLETENESS in block for block in blocks):
        head += (
            f"\n{COMPLETENESS}: which share of the value as reported weeks later a value so new usually shows, the"
            " newest last; in brackets the range of eight in ten for it"
        )
    return "\n\n".join([head, *blocks])


def number_text(value: float) -> str:
    """Return a number with four significant digits, or ``null`` where there is none.

    >>> [number_text(value) for value in (123456.0, 0.00261, 12.0, float("nan"))]
    ['123500', '0.00261', '12', 'null']
    """
    if not np.isfinite(value) or abs(value) >= LARGEST:
        return "null"
    short = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    if short.is_integer():  # the same text, four times as fast; most numbers are counts
        return str(int(short))
    return np.format_float_positional(short, trim="-") if abs(short) >= SMALLEST else "0"


def _head(request: ForecastRequest, question: Question) -> str:
    period = PERIODS[request.panel.cadence]
    count = len(request.horizons)
    horizons = ", ".join(map(str, request.horizons))
    lines = [f"cases: {_described(question.signal, period)}"]
    if question.deaths_signal is not None:
        lines.append(f"deaths: {_described(question.deaths_signal, period)}")
    lines += [
        f"horizons: {horizons} {period}{'s' if count > 1 else ''} after the last value of a row",
        f"rows: one value a {period}, the oldest first",
        f"regions: {len(question.regions)}",
    ]
    return "\n".join(lines)


def _described(signal: Signal, period: str) -> str:
    return f"{words_of(signal.name)}, {UNITS[signal.unit]}, of one {period}"


def _block(
    request: ForecastRequest, question: Question, one: AskedRegion, *, shown: int, known: tuple[Floats, Shares] | None
) -> str:
    people = number_text(float(request.panel.populations[one.cases]))
    lines = [f"{one.place.code} {one.place.name}, population {people}"]
    for label, place in (("cases", one.cases), ("deaths", one.deaths)):
        if place is None:
            continue
        history = question.history[place]
        first = int(np.argmax(np.isfinite(history)))
        row = history[max(first, len(history) - shown) :]
        kind = ", running total" if question.running_total[place] else ""
        lines.append(f"{label} to {_moment(request, place)}{kind}: {_row(row)}")
        before = _year_before(request, history)
        if before is not None:
            lines.append(f"{label} a year before the horizons: {_row(before)}")
        newest = "" if known is None else _newest(request, place, known)
        if newest:
            lines.append(f"{label} {COMPLETENESS}: {newest}")
    return "\n".join(lines)


def _row(values: Floats) -> str:
    return ",".join(number_text(value) for value in values.tolist())


def _moment(request: ForecastRequest, place: int) -> str:
    """Return the last date of a series, with its ISO week, or with its weekday where it reports by the day."""
    day: date = request.panel.last_dates[place].astype(object)
    if request.panel.cadence is Cadence.DAILY:
        return f"{day.isoformat()} {WEEKDAYS[day.weekday()]}"
    return f"{week_label(day, WeekSystem.ISO)} ending {day.isoformat()}"


def _year_before(request: ForecastRequest, history: Floats) -> Floats | None:
    """Return the values 52 weeks before each horizon, None for daily rows and where none is known.

    Models count badly along a row of a hundred numbers; this saves them from it.
    """
    if request.panel.cadence is not Cadence.WEEKLY or max(request.horizons) > WEEKS_OF_A_YEAR:
        return None
    places = [len(history) - 1 + horizon - WEEKS_OF_A_YEAR for horizon in request.horizons]
    before = np.array([history[place] if place >= 0 else np.nan for place in places])
    return before if np.isfinite(before).any() else None


def _newest(request: ForecastRequest, place: int, known: tuple[Floats, Shares]) -> str:
    """Return the shares of a series' newest values, from the first on that is not 1; empty where there is none."""
    shares, newest = known
    last = int(request.panel.last_index[place])
    shown = np.round(shares[place, max(0, last + 1 - COMPLETENESS_SHOWN) : last + 1], 2)
    told = np.flatnonzero(np.isfinite(shown) & (shown != 1))
    if not len(told):
        return ""
    low, high = (number_text(round(float(one[place]), 2)) for one in (newest.low, newest.high))
    return f"{_row(shown[told[0] :])} ({low}-{high})"
