"""The track record as a picture: how often values fell under each quantile, and how often claims came true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from neuralbrain.publish.series_plot import FAINT, FIRST, FONTS, INK

WIDTH, HEIGHT = 960, 520
SIDE, TOP, LEFT, APART = 360, 96, 84, 460  # of each square, and where the first begins
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
COLOURS = {"confidence": "#0b5394", "outbreak": "#b45309", "growth": "#1b6e3c"}  # each 4.5 to 1 on white
Point = tuple[float, float]


def record_svg(record: Mapping[str, Any]) -> str:
    """Return a picture of a record, as SVG.

    Args:
        record: As ``neuralbrain evaluate --json`` says it.
    """
    overall = record["overall"]
    chosen = ", ".join(str(record[name]) for name in ("provider", "source", "signal", "region") if record[name])
    title = f"Track record{f' of {chosen}' if chosen else ''}"
    said = record["reason"] or f"{record['scored']:,} forecast values against what came true."
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-labelledby="title described" font-family={quoteattr(FONTS)} font-size="14" fill="{INK}">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="described">{escape(said)}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="30" font-size="20" font-weight="bold">{escape(title)}</text>',
        f'<text x="{LEFT}" y="54">{escape(said)}</text>',
        *_square(LEFT, name="Share of values under each quantile", across="level of the quantile"),
        *_line(LEFT, _coverage(overall["quantiles"], "below"), colour=FIRST),
        *_line(LEFT, _coverage(overall["quantiles"], "at_most"), colour=INK),
        f'<text x="{LEFT + 12}" y="{TOP + 20}">at or below it</text>',
        f'<text x="{LEFT + 12}" y="{TOP + 40}" fill="{FIRST}">below it; apart where values equal quantiles</text>',
        *_square(LEFT + APART, name="Share of claims that came true", across="probability that was said"),
    ]
    for place, (name, colour) in enumerate(COLOURS.items()):
        points = [(one["probability"], one["frequency"]) for one in overall["claims"][name]["curve"]]
        parts += _line(LEFT + APART, points, colour=colour)
        down = TOP + 20 + 20 * place
        parts.append(f'<text x="{LEFT + APART + 12}" y="{down}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _coverage(quantiles: Sequence[Mapping[str, Any]], share: str) -> list[Point]:
    return [(one["level"], one[share]) for one in quantiles if one[share] is not None]


def _square(left: int, *, name: str, across: str) -> list[str]:
    """Return the frame of a square from 0 to 1 both ways, with the line on which all would lie."""
    bottom = TOP + SIDE
    parts = [f'<text x="{left}" y="{TOP - 14}" font-weight="bold">{escape(name)}</text>']
    for step in STEPS:
        x, y = left + step * SIDE, bottom - step * SIDE
        parts += [
            f'<line x1="{left}" y1="{y:g}" x2="{left + SIDE}" y2="{y:g}" stroke="{FAINT}"/>',
            f'<text x="{left - 8}" y="{y + 5:g}" text-anchor="end">{step:.0%}</text>',
            f'<text x="{x:g}" y="{bottom + 20}" text-anchor="middle">{step:.0%}</text>',
        ]
    parts.append(
        f'<line x1="{left}" y1="{bottom}" x2="{left + SIDE}" y2="{TOP}" stroke="{INK}" stroke-dasharray="6 4"/>'
    )
    parts.append(f'<text x="{left + SIDE / 2:g}" y="{bottom + 42}" text-anchor="middle">{escape(across)}</text>')
    return parts


def _line(left: int, points: Sequence[Point], *, colour: str) -> list[str]:
    """Return points joined by a line, each with a dot."""
    places = [(left + x * SIDE, TOP + SIDE - y * SIDE) for x, y in points]
    if not places:
        return []
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places]
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots]
