"""The frame of a figure: title, axes, legend and places of numbers, as SVG that a screen reader can read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from neuralbrain.domain.observation import Floats
from neuralbrain.publish.series_plot import FAINT, FONTS, INK, NOT_XML, nice_step

WIDTH, HEIGHT = 960, 480
LEFT, RIGHT, TOP, BOTTOM = 84, 48, 84, 78  # room for numbers, and for title and what stands below
COLOURS = ("#0b5394", "#b45309", "#237a3b", "#7b2d8b", "#555555")  # each 4.5 to 1 on white, apart for most eyes
TICKS = 5
LETTER = 7.6  # width of one letter of a legend, about
LEAST_SPAN = 1e-12


class Tick(NamedTuple):
    """A place on an axis, and what stands beside it."""

    at: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureFrame:
    """A picture with two axes.

    Args:
        title: Its heading.
        subtitle: What is drawn, one line.
        described: The same in words, for whoever does not see it.
        across: First and last number of the axis along.
        up: First and last number of the axis up.
        across_ticks: What stands below the axis along.
        up_ticks: What stands left of the axis up.
        below: What the axis along means; a second line may say where the numbers are from.
    """

    title: str
    subtitle: str
    described: str
    across: tuple[float, float]
    up: tuple[float, float]
    across_ticks: Sequence[Tick]
    up_ticks: Sequence[Tick]
    below: str

    def x(self, values: Floats) -> Floats:
        """Return shape (n,): where numbers stand along."""
        first, last = self.across
        return np.asarray(LEFT + (values - first) / max(last - first, LEAST_SPAN) * (WIDTH - LEFT - RIGHT))

    def y(self, values: Floats) -> Floats:
        """Return shape (n,): where numbers stand up."""
        first, last = self.up
        return np.asarray(HEIGHT - BOTTOM - (values - first) / max(last - first, LEAST_SPAN) * (HEIGHT - BOTTOM - TOP))

    def drawing(self, parts: Sequence[str]) -> str:
        """Return the whole picture, as SVG, with these parts between its axes."""
        base = HEIGHT - BOTTOM
        said = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" role="img" aria-labelledby="title described" font-family={quoteattr(FONTS)} '
            f'font-size="14" fill="{INK}">',
            f'<title id="title">{text(self.title)}</title>',
            f'<desc id="described">{text(self.described)}</desc>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
            f'<text x="{LEFT}" y="30" font-size="20" font-weight="bold">{text(self.title)}</text>',
            f'<text x="{LEFT}" y="54">{text(self.subtitle)}</text>',
            *self._axes(base),
            *parts,
            f'<text x="{LEFT}" y="{base + 52}" font-size="12">{text(self.below)}</text>',
            "</svg>",
        ]
        return "\n".join(said) + "\n"

    def _axes(self, base: int) -> list[str]:
        parts = ['<g aria-hidden="true">']
        for tick, place in zip(self.up_ticks, self.y(_places(self.up_ticks)).tolist(), strict=True):
            parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{place:.1f}" y2="{place:.1f}" stroke="{FAINT}"/>')
            parts.append(f'<text x="{LEFT - 8}" y="{place + 5:.1f}" text-anchor="end">{text(tick.words)}</text>')
        for tick, place in zip(self.across_ticks, self.x(_places(self.across_ticks)).tolist(), strict=True):
            parts.append(f'<line x1="{place:.1f}" x2="{place:.1f}" y1="{base}" y2="{base + 6}" stroke="{INK}"/>')
            parts.append(f'<text x="{place:.1f}" y="{base + 22}" text-anchor="middle">{text(tick.words)}</text>')
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}" stroke="{INK}"/>')
        return [*parts, "</g>"]

    def line(self, across: Floats, up: Floats, *, colour: str, width: float = 2.0, dashes: str = "") -> str:
        """Return a line through points in order; one that is not known breaks it."""
        known = np.isfinite(across) & np.isfinite(up)
        xs, ys = self.x(across), self.y(up)
        steps, joined = list[str](), False
        for x, y, is_known in zip(xs.tolist(), ys.tolist(), known.tolist(), strict=True):
            if is_known:
                steps.append(f"{'L' if joined else 'M'}{x:.1f},{y:.1f}")
            joined = is_known
        style = f' stroke-dasharray="{dashes}"' if dashes else ""
        return (
            f'<path d="{" ".join(steps)}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
            f'stroke-linejoin="round"{style}/>'
        )

    def band(self, across: Floats, low: Floats, high: Floats, *, colour: str, opacity: float) -> str:
        """Return the area between two lines."""
        forth = [f"{x:.1f},{y:.1f}" for x, y in zip(self.x(across).tolist(), self.y(high).tolist(), strict=True)]
        back = [f"{x:.1f},{y:.1f}" for x, y in zip(self.x(across).tolist(), self.y(low).tolist(), strict=True)]
        points = " ".join([*forth, *reversed(back)])
        return f'<polygon points="{points}" fill="{colour}" fill-opacity="{opacity:g}"/>'

    def dots(self, across: Floats, up: Floats, *, colour: str, radius: float = 3.0) -> list[str]:
        """Return a dot for each point that is known."""
        known = np.isfinite(across) & np.isfinite(up)
        places = zip(self.x(across)[known].tolist(), self.y(up)[known].tolist(), strict=True)
        return [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{colour}"/>' for x, y in places]


def legend(names: Sequence[str], *, dashes: Sequence[str] = ()) -> list[str]:
    """Return what the lines mean, in a row below the subtitle, in the order of ``COLOURS``.

    Args:
        names: One a line.
        dashes: How each line is broken; empty for lines that are not.
    """
    parts, place = list[str](), float(LEFT)
    for position, name in enumerate(names):
        colour = COLOURS[position % len(COLOURS)]
        style = f' stroke-dasharray="{dashes[position]}"' if position < len(dashes) and dashes[position] else ""
        parts.append(f'<path d="M{place:.0f},69 h28" stroke="{colour}" stroke-width="2"{style}/>')
        parts.append(f'<text x="{place + 34:.0f}" y="74">{text(name)}</text>')
        place += 34 + LETTER * len(name) + 22
    return parts


def ticks_between(low: float, high: float, *, most: int = TICKS) -> tuple[tuple[float, float], tuple[Tick, ...]]:
    """Return round ends of an axis that holds two numbers, and its ticks.

    >>> ends, ticks = ticks_between(0.0, 83.0)
    >>> ends, [one.words for one in ticks]
    ((0.0, 100.0), ['0', '20', '40', '60', '80', '100'])
    """
    step = nice_step(max(high - low, LEAST_SPAN), most=most)
    first, last = math.floor(low / step + LEAST_SPAN), math.ceil(high / step - LEAST_SPAN)
    last = max(last, first + 1)
    ticks = tuple(Tick(at=one * step, words=f"{one * step:,.10g}") for one in range(first, last + 1))
    return (ticks[0].at, ticks[-1].at), ticks


def shares() -> tuple[Tick, ...]:
    """Return the ticks of an axis of probabilities."""
    return tuple(Tick(at=one / 5, words=f"{one * 20} %") for one in range(6))


def text(said: str) -> str:
    """Return words fit for XML: what it cannot carry at all is left out."""
    return escape(NOT_XML.sub("", said))


def _places(ticks: Sequence[Tick]) -> Floats:
    return np.array([one.at for one in ticks], dtype=np.float64)
