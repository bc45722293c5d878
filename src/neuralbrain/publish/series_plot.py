"""A series as a picture of its own: SVG that a screen reader can read, with the source, the licence and the day."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from neuralbrain.domain.feed import FeedFacts
from neuralbrain.domain.location import location
from neuralbrain.domain.observation import Dates, Floats, Measure, Signal, Unit
from neuralbrain.publish.series_table import SeriesTable

WIDTH, HEIGHT = 960, 480
LEFT, RIGHT, TOP, BOTTOM = 84, 24, 76, 104  # room for numbers, and for title and credits
FONTS = "DejaVu Sans, Liberation Sans, Noto Sans, Arial, Helvetica, sans-serif"
INK, FAINT, LINE, FIRST = "#1b1b1b", "#d4d4d4", "#0b5394", "#b45309"  # each 4.5 to 1 on white but the grid's
TICKS_UP = 5
MOST_TICKS_ALONG = 8
LEAST = 1e-300  # below it there are no powers of ten to count in
MANY = 400  # values; a thick line through more is a wall
LONGEST_CREDIT = 128  # characters that one line of credits has room for
NOT_XML = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
UNITS = {Unit.COUNT: "", Unit.PER_100K: " per 100,000 inhabitants", Unit.SHARE: ", share"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """How days and values become places in the picture."""

    first: int
    last: int
    low: float
    top: float

    def across(self, days: Dates) -> Floats:
        span = max(self.last - self.first, 1)
        share = (days.astype("datetime64[D]").astype(np.int64) - self.first) / span
        return np.asarray(LEFT + share * (WIDTH - LEFT - RIGHT))

    def down(self, values: Floats) -> Floats:
        share = (values - self.low) / (self.top - self.low)
        return np.asarray(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP))


def series_svg(
    table: SeriesTable,
    facts: FeedFacts,
    *,
    known_until: datetime,
    first_known: SeriesTable | None = None,
    derived: str = "",
) -> str:
    """Return a picture of the values of a series, as SVG.

    A line joins values one reporting period apart; where one is missing it is broken. Withdrawn values are missing.

    Args:
        table: The last known value of each target date, ascending.
        facts: What is known of the source, for the credits.
        known_until: The moment of knowledge; it is named in the picture.
        first_known: What was first known of each target date, drawn as a broken line; None to leave it out.
        derived: How the values were made from others, in sentences; empty where a source reports them.
    """
    drawn = [table] if first_known is None else [first_known, table]
    days = np.concatenate([_known(one)[0] for one in drawn])
    values = np.concatenate([_known(one)[1] for one in drawn])
    title, described = _title(table), _described(table, facts, known_until=known_until)
    what = _what(table.series.signal) + ("; put together from its parts" if derived else "")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-labelledby="title described" font-family={quoteattr(FONTS)} font-size="14" fill="{INK}">',
        f'<title id="title">{_text(title)}</title>',
        f'<desc id="described">{_text(" ".join(filter(None, (described, derived))))}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="30" font-size="20" font-weight="bold">{_text(title)}</text>',
        f'<text x="{LEFT}" y="54">{_text(what)}</text>',
    ]
    if len(values):
        scale = _scale(days, values)
        parts += _axes(scale, table.series.signal)
        parts += _line(table, scale, colour=LINE)
        if first_known is not None:  # above the other one: where both are the same, it is seen to be so
            parts += _line(first_known, scale, colour=FIRST, dashes=' stroke-dasharray="6 4"')
            parts += _legend()
    else:
        parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT / 2}" text-anchor="middle">Nothing was known.</text>')
    parts += _credits(facts, known_until)
    return "\n".join([*parts, "</svg>"]) + "\n"


def first_known_of(revisions: SeriesTable) -> SeriesTable:
    """Return what was first known of each target date.

    Args:
        revisions: Each value that was known, in the order of target date, then of ``as_of``.
    """
    begins = np.append(
        np.ones(min(len(revisions), 1), dtype=bool), revisions.target_date[1:] != revisions.target_date[:-1]
    )
    return SeriesTable(
        series=revisions.series,
        target_date=revisions.target_date[begins],
        value=revisions.value[begins],
        as_of=revisions.as_of[begins],
    )


def nice_step(span: float, *, most: int) -> float:
    """Return a round step that divides a span into so many parts at most.

    >>> nice_step(83.0, most=5), nice_step(0.04, most=5)
    (20.0, 0.01)
    """
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * one for one in (1.0, 2.0, 2.5, 5.0, 10.0) if power * one >= rough * (1 - 1e-9))
    return float(f"{step:.12g}")


def _known(table: SeriesTable) -> tuple[Dates, Floats]:
    known = np.isfinite(table.value)
    return table.target_date[known], table.value[known]


def _title(table: SeriesTable) -> str:
    place = location(table.series.location)
    name = table.series.location if place is None else place.name
    return f"{name}: {table.series.signal.name.replace('_', ' ')}"


def _what(signal: Signal) -> str:
    """Return what the values are, in words.

    >>> _what(Signal(name="x"))
    'New each week'
    """
    measure = "Total so far, each" if signal.measure is Measure.CUMULATIVE else "New each"
    if signal.unit is Unit.SHARE:
        measure = "Each"
    return f"{measure} {'week' if signal.cadence.days == 7 else 'day'}{UNITS[signal.unit]}"


def _described(table: SeriesTable, facts: FeedFacts, *, known_until: datetime) -> str:
    """Return in words what the picture shows."""
    days, values = _known(table)
    credit = f"Source: {facts.attribution}. Licence: {facts.licence}. Known by {known_until:%Y-%m-%d %H:%M} UTC."
    if not len(values):
        return f"No values. {credit}"
    high, last = int(np.argmax(values)), len(values) - 1
    unit = table.series.signal.unit
    return (
        f"{len(values)} values from {days[0]} to {days[last]}; the highest is {_number(values[high], unit)} on "
        f"{days[high]}, the last {_number(values[last], unit)}. {credit}"
    )


def _scale(days: Dates, values: Floats) -> _Scale:
    numbers = days.astype("datetime64[D]").astype(np.int64)
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    step = nice_step(high - low if high - low > LEAST else 1.0, most=TICKS_UP)
    return _Scale(
        first=int(numbers.min()),
        last=int(numbers.max()),
        low=math.floor(low / step + 1e-9) * step,
        top=max(math.ceil(high / step - 1e-9) * step, step),
    )


def _axes(scale: _Scale, signal: Signal) -> list[str]:
    step = nice_step(scale.top - scale.low, most=TICKS_UP)
    count = round((scale.top - scale.low) / step)
    levels = [scale.low + step * number for number in range(count + 1)]
    parts = ['<g aria-hidden="true">']
    for level, place in zip(levels, scale.down(np.array(levels)).tolist(), strict=True):
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{place:.1f}" y2="{place:.1f}" stroke="{FAINT}"/>')
        parts.append(
            f'<text x="{LEFT - 8}" y="{place + 5:.1f}" text-anchor="end">{_text(_number(level, signal.unit))}</text>'
        )
    days = _days_along(scale.first, scale.last)
    base = HEIGHT - BOTTOM
    along = scale.across(np.array([day for day, _ in days], dtype="datetime64[D]"))
    for (_, words), place in zip(days, along.tolist(), strict=True):
        parts.append(f'<line x1="{place:.1f}" x2="{place:.1f}" y1="{base}" y2="{base + 6}" stroke="{INK}"/>')
        parts.append(f'<text x="{place:.1f}" y="{base + 22}" text-anchor="middle">{words}</text>')
    parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}" stroke="{INK}"/>')
    return [*parts, "</g>"]


def _days_along(first: int, last: int) -> list[tuple[date, str]]:
    """Return days to name below the axis, and their names: years, months or days, whichever is enough."""
    begin, end = (date(1970, 1, 1) + timedelta(days=one) for one in (first, last))
    for every in (1, 2, 3, 6):
        months = [
            date(year, month, 1)
            for year in range(begin.year, end.year + 1)
            for month in range(1, 13, every)
            if begin <= date(year, month, 1) <= end
        ]
        if 3 <= len(months) <= MOST_TICKS_ALONG:
            return [(one, f"{one:%Y-%m}") for one in months]
    if end.year - begin.year >= 2:
        for every in (1, 2, 5, 10, 20, 50, 100):
            years = [date(year, 1, 1) for year in range(begin.year, end.year + 1) if year % every == 0]
            years = [one for one in years if begin <= one <= end]
            if len(years) <= MOST_TICKS_ALONG:
                break
        return [(one, f"{one:%Y}") for one in years]
    step = max(math.ceil((last - first) / (MOST_TICKS_ALONG - 1)), 1)
    return [(one, str(one)) for one in (begin + timedelta(days=day) for day in range(0, last - first + 1, step))]


def _line(table: SeriesTable, scale: _Scale, *, colour: str, dashes: str = "") -> list[str]:
    """Return the line through the values, broken where one is missing; a value without neighbours is a dot."""
    days, values = _known(table)
    if not len(values):
        return []
    across, down = scale.across(days), scale.down(values)
    numbers = days.astype("datetime64[D]").astype(np.int64)
    breaks = np.flatnonzero(np.diff(numbers) > table.series.signal.cadence.days) + 1
    paths: list[str] = []
    dots: list[str] = []
    for xs, ys in zip(np.split(across, breaks), np.split(down, breaks), strict=True):
        points = [f"{x:.1f},{y:.1f}" for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
        if len(points) == 1:
            dots.append(f'<circle cx="{xs[0]:.1f}" cy="{ys[0]:.1f}" r="2.5" fill="{colour}"/>')
        else:
            paths.append("M" + " L".join(points))
    width = 2 if len(values) <= MANY else 1
    style = f'fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"{dashes}'
    return [*([f'<path d="{" ".join(paths)}" {style}/>'] if paths else []), *dots]


def _legend() -> list[str]:
    """Return what the two lines mean."""
    place = WIDTH - RIGHT - 330
    return [
        f'<path d="M{place},49 h34" stroke="{LINE}" stroke-width="2"/>',
        f'<text x="{place + 42}" y="54">as last known</text>',
        f'<path d="M{place + 160},49 h34" stroke="{FIRST}" stroke-width="2" stroke-dasharray="6 4"/>',
        f'<text x="{place + 202}" y="54">as first known</text>',
    ]


def _credits(facts: FeedFacts, known_until: datetime) -> list[str]:
    passed_on = "" if facts.redistribute else " Its values may not be handed on."
    lines = (
        f"Source: {facts.attribution}",
        f"Licence: {facts.licence}.{passed_on}",
        f"Known by {known_until:%Y-%m-%d %H:%M} UTC.",
    )
    return [
        f'<text x="{LEFT}" y="{HEIGHT - 56 + 18 * place}" font-size="12">{_text(_shortened(said))}</text>'
        for place, said in enumerate(lines)
    ]


def _shortened(said: str) -> str:
    """Return a line of credits that the picture has room for; the whole one is in the description."""
    return said if len(said) <= LONGEST_CREDIT else f"{said[: LONGEST_CREDIT - 1]}…"


def _number(value: float, unit: Unit) -> str:
    """Return a value as people read it.

    >>> _number(1234.0, Unit.COUNT), _number(0.025, Unit.SHARE), _number(0.5, Unit.PER_100K)
    ('1,234', '2.5 %', '0.5')
    """
    if unit is Unit.SHARE:
        return f"{value * 100:.4g} %"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _text(said: str) -> str:
    """Return a text fit for XML: what it cannot carry at all is left out."""
    return escape(NOT_XML.sub("", said))
