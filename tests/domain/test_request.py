"""A request is known by what it asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.completeness import Completeness
from neuralbrain.domain.observation import Panel, Series, Signal
from neuralbrain.domain.request import ForecastRequest


def test_equal_questions_have_equal_digests() -> None:
    """The digest sees horizons and values, and does not see the cutoff."""
    panel = Panel(
        series=(Series(source="feed", location="USA", signal=Signal(name="cases")),),
        dates=np.array(["2026-01-03"], dtype="datetime64[D]"),
        values=np.array([[5.0]]),
        cadence=Cadence.WEEKLY,
        cutoff=datetime(2026, 1, 5, tzinfo=UTC),
        populations=np.array([1.0]),
    )
    request = ForecastRequest(panel=panel, incidence=panel.values, horizons=(1, 2))
    later = replace(request, panel=replace(panel, cutoff=panel.cutoff + timedelta(days=1)))
    assert later.digest() == request.digest()
    assert replace(request, horizons=(1,)).digest() != request.digest()
    assert replace(request, panel=replace(panel, values=np.array([[6.0]]))).digest() != request.digest()


def test_what_is_known_of_completeness_is_part_of_the_question() -> None:
    """A question with other shares is another question; without any it is the one that was always asked."""
    panel = Panel(
        series=(Series(source="feed", location="USA", signal=Signal(name="cases")),),
        dates=np.array(["2026-01-03"], dtype="datetime64[D]"),
        values=np.array([[5.0]]),
        cadence=Cadence.WEEKLY,
        cutoff=datetime(2026, 1, 5, tzinfo=UTC),
        populations=np.array([1.0]),
    )
    share = np.array([[0.9]])
    known = Completeness(
        series=panel.series,
        as_of=np.datetime64("2026-01-07", "us"),
        median=share,
        low=share,
        high=share,
        periods=np.array([[9]]),
    )
    without = ForecastRequest(panel=panel, incidence=panel.values, horizons=(1, 2))
    digests = {replace(without, completeness=one).digest() for one in (None, known, replace(known, low=share / 2))}
    assert len(digests) == 3
