"""Turns a drawing into pixels, with the fonts of this machine."""

from __future__ import annotations

import resvg_py
import typer

ZOOM = 2  # pixels for each unit of the drawing: sharp on a screen of today, and 200 dots an inch in print
WORDS = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">{}</svg>'
SAMPLE = '<text x="2" y="15" font-size="14" font-family="{}">Ab</text>'


def png_of(drawing: str, *, fonts: str) -> bytes:
    """Return a drawing as PNG.

    Args:
        drawing: SVG.
        fonts: The families that it names, best first.

    Raises:
        typer.BadParameter: If this machine has none of the fonts: a picture without words says nothing.
    """
    if not _shows_words(fonts):
        raise typer.BadParameter(
            "this machine has none of the fonts a .png needs; install DejaVu (fonts-dejavu-core), or name a .svg.",
            param_hint="--plot",
        )
    return bytes(resvg_py.svg_to_bytes(svg_string=drawing, zoom=ZOOM))


def _shows_words(fonts: str) -> bool:
    """Return whether words leave a trace; without a font the renderer leaves them out and says nothing."""
    with_words = resvg_py.svg_to_bytes(svg_string=WORDS.format(SAMPLE.format(fonts)))
    return bool(with_words != resvg_py.svg_to_bytes(svg_string=WORDS.format("")))
