"""What is to be known of the values of one series: how complete they usually are, and what checks find in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np

from neuralbrain.domain.feed import FeedFacts
from neuralbrain.domain.quality import Mark
from neuralbrain.domain.revisions import Revisions
from neuralbrain.publish.series_panel import panel_of
from neuralbrain.publish.series_table import SeriesTable
from neuralbrain.quality.assess import assess
from neuralbrain.quality.completeness import completeness_of


def with_quality(
    table: SeriesTable, revisions: Revisions, *, facts: FeedFacts, cutoff: datetime
) -> tuple[SeriesTable, tuple[Mark, ...]]:
    """Return a series with the usual completeness of each value, and what the checks find in it, worst first.

    Both are judged as of the cutoff, and beside all other regions of the same signal.

    Args:
        table: The series.
        revisions: Of its signal, every region, up to the cutoff.
        facts: What is known of its source.
        cutoff: The last moment of knowledge.
    """
    panel = panel_of(revisions, like=table.series, cutoff=cutoff)
    if panel is None:
        return table, ()
    lesson = completeness_of(revisions, series=panel.series, cutoff=cutoff)
    found = assess(
        (panel,),
        now=cutoff,
        stale_after_days=None if facts.archive else facts.stale_after_days,
        completeness=(lesson,),
    )
    mine = (table.series.location, table.series.signal.name)
    marks = tuple(one for one in found if (one.location, one.signal) == mine)
    if lesson is None:
        return table, marks
    shares = lesson.shares(panel)[panel.series.index(table.series)]
    place = np.clip(np.searchsorted(panel.dates, table.target_date), 0, len(panel.dates) - 1)
    fits = (panel.dates[place] == table.target_date) & np.isfinite(table.value)
    return replace(table, completeness=np.where(fits, shares[place], np.nan)), marks
