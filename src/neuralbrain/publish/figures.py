"""Figures of what forecasts were worth: fans, coverage by level, scores by week, reliability of probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from neuralbrain.domain.observation import Dates, Floats, Integers
from neuralbrain.domain.quantiles import LEVELS, MEDIAN, position_of
from neuralbrain.publish.figure_frame import COLOURS, FigureFrame, Tick, legend, shares, ticks_between
from neuralbrain.publish.series_plot import FAINT, INK

BANDS = ((0.025, 0.975, 0.15), (0.25, 0.75, 0.3))  # lower level, upper level, opacity
CENTRAL = LEVELS[:MEDIAN:-1] - LEVELS[:MEDIAN]
"""Shape (11,): the nominal share of each central interval, from the widest to the narrowest."""

MOST_DAYS_NAMED = 8
NOTHING_KNOWN = "Nothing is known yet."


class Fan(NamedTuple):
    """One forecast of one series.

    Args:
        target_dates: Shape (H,), datetime64[D], ascending.
        quantiles: Shape (H, 23).
    """

    target_dates: Dates
    quantiles: Floats


class Reliability(NamedTuple):
    """Probabilities against what came true, one a bin, ascending.

    Args:
        probability: Shape (B,): the mean probability that was said.
        frequency: Shape (B,): the share that came true.
        low: Shape (B,): lower end of an interval for it.
        high: Shape (B,): upper end.
        pairs: Shape (B,): how many.
    """

    probability: Floats
    frequency: Floats
    low: Floats
    high: Floats
    pairs: Integers


def fan_svg(title: str, *, dates: Dates, values: Floats, fans: Sequence[Fan], below: str) -> str:
    """Return a picture of values that came true, and of forecasts made on the way.

    Args:
        title: What it is about.
        dates: Shape (T,), datetime64[D], ascending.
        values: Shape (T,): what came true, NaN unknown.
        fans: Forecasts; each shows its median, its central 50 % and its central 95 %.
        below: Where the numbers are from.
    """
    top = max([_largest(values), *(_largest(one.quantiles[:, position_of(0.975)]) for one in fans)])
    up, up_ticks = ticks_between(0.0, top)
    days, known = _days(dates), int(np.isfinite(values).sum())
    ends = [float(one) for fan in fans for one in _days(fan.target_dates)[-1:]]
    frame = FigureFrame(
        title=title,
        subtitle="What came true (line) and what was forecast: median, central 50 % and 95 %",
        described=f"{len(fans)} forecasts beside {_counted(dates, known)}.",
        across=_ends(np.array([*days, *ends])),
        up=up,
        across_ticks=_dates_named(dates),
        up_ticks=up_ticks,
        below=below,
    )
    parts: list[str] = []
    for place, fan in enumerate(fans):
        along, colour = _days(fan.target_dates), COLOURS[place % 2]
        for low, high, opacity in BANDS:
            between = (fan.quantiles[:, position_of(low)], fan.quantiles[:, position_of(high)])
            parts.append(frame.band(along, *between, colour=colour, opacity=opacity))
        parts.append(frame.line(along, fan.quantiles[:, MEDIAN], colour=colour))
    parts.append(frame.line(days, values, colour=INK, width=1.5))
    return frame.drawing([*parts, *frame.dots(days, values, colour=INK, radius=2.0)])


def coverage_svg(title: str, *, covered: Mapping[str, Floats], below: str) -> str:
    """Return a picture of how often central intervals held what came true, against how often they should.

    Args:
        title: What it is about.
        covered: Name to shape (11,): the share that each of the ``CENTRAL`` intervals held.
        below: Where the numbers are from.
    """
    frame = _square(
        title,
        subtitle="Share of values within the central interval, against its nominal share",
        described=" ".join(
            f"{name}: {shares_held[-5]:.0%} within the central 50 %, {shares_held[1]:.0%} within 95 %."
            for name, shares_held in covered.items()
        ),
        below=below,
    )
    parts = [_diagonal(frame), *legend(list(covered))]
    for place, held in enumerate(covered.values()):
        colour = COLOURS[place % len(COLOURS)]
        parts.append(frame.line(CENTRAL, held, colour=colour))
        parts += frame.dots(CENTRAL, held, colour=colour)
    return frame.drawing(parts)


def weekly_scores_svg(title: str, *, dates: Dates, scores: Mapping[str, Floats], what: str, below: str) -> str:
    """Return a picture of mean scores by date; lower is better.

    Args:
        title: What it is about.
        dates: Shape (T,), datetime64[D], ascending.
        scores: Name to shape (T,): its mean score, NaN where it has none.
        what: What the scores are, for the subtitle.
        below: Where the numbers are from.
    """
    up, up_ticks = ticks_between(0.0, max([_largest(one) for one in scores.values()], default=1.0))
    days = _days(dates)
    frame = FigureFrame(
        title=title,
        subtitle=f"{what}; lower is better",
        described=" ".join(_on_average(name, one) for name, one in scores.items()) or NOTHING_KNOWN,
        across=_ends(days),
        up=up,
        across_ticks=_dates_named(dates),
        up_ticks=up_ticks,
        below=below,
    )
    lines = [frame.line(days, one, colour=COLOURS[place % len(COLOURS)]) for place, one in enumerate(scores.values())]
    return frame.drawing([*legend(list(scores)), *lines])


def reliability_svg(title: str, *, curve: Reliability, below: str) -> str:
    """Return a picture of how often claims came true, against how probable they were said to be.

    Args:
        title: Which claim.
        curve: Its bins.
        below: Where the numbers are from.
    """
    frame = _square(
        title,
        subtitle=f"Share that came true, against the probability that was said; {int(curve.pairs.sum()):,} claims",
        described=" ".join(
            f"Of those said with {said:.0%}, {came:.0%} came true ({pairs} claims)."
            for said, came, pairs in zip(
                curve.probability.tolist(), curve.frequency.tolist(), curve.pairs.tolist(), strict=True
            )
        ),
        below=below,
    )
    bars = [
        frame.line(np.array([said, said]), np.array([low, high]), colour=COLOURS[0], width=1.0)
        for said, low, high in zip(curve.probability, curve.low, curve.high, strict=True)
    ]
    line = frame.line(curve.probability, curve.frequency, colour=COLOURS[0])
    dots = frame.dots(curve.probability, curve.frequency, colour=COLOURS[0])
    return frame.drawing([_diagonal(frame), *bars, line, *dots])


def _square(title: str, *, subtitle: str, described: str, below: str) -> FigureFrame:
    """Return a frame of two axes of probabilities."""
    return FigureFrame(
        title=title,
        subtitle=subtitle,
        described=described or NOTHING_KNOWN,
        across=(0.0, 1.0),
        up=(0.0, 1.0),
        across_ticks=shares(),
        up_ticks=shares(),
        below=below,
    )


def _diagonal(frame: FigureFrame) -> str:
    ends = np.array([0.0, 1.0])
    return frame.line(ends, ends, colour=FAINT, dashes="6 4")


def _dates_named(dates: Dates) -> tuple[Tick, ...]:
    """Return at most eight dates, evenly chosen."""
    step = max(-(-len(dates) // MOST_DAYS_NAMED), 1)
    chosen = dates.astype("datetime64[D]")[::step]
    return tuple(Tick(at=float(day), words=str(one)) for day, one in zip(_days(chosen), chosen, strict=True))


def _on_average(name: str, scores: Floats) -> str:
    known = scores[np.isfinite(scores)]
    return f"{name}: {known.mean():.4g} on average." if len(known) else f"{name}: no score is known yet."


def _counted(dates: Dates, known: int) -> str:
    return f"{known} values from {dates[0]} to {dates[-1]}" if len(dates) else "no values"


def _ends(days: Floats) -> tuple[float, float]:
    """Return the first and the last of some days, a day apart at least."""
    first, last = (float(days.min()), float(days.max())) if len(days) else (0.0, 1.0)
    return first, max(last, first + 1.0)


def _days(dates: Dates) -> Floats:
    return dates.astype("datetime64[D]").astype(np.int64).astype(np.float64)


def _largest(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.max()) if len(known) else 1.0
