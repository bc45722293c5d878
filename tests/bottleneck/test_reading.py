"""Tests of which series belong together."""

from __future__ import annotations

from bottleneck_examples import request_for

from neuralbrain.bottleneck.reading import companions_of, field_names


def test_deaths_belong_to_the_cases_of_their_region():
    """Each series of cases finds its deaths, and the deaths are published in their own field."""
    series = request_for("AGO", "BEN", deaths=(1,) * 10).panel.series
    assert companions_of(series).tolist() == [1, -1, 3, -1]
    assert field_names(companions_of(series)) == ["forecasted_cases", "forecasted_deaths"] * 2


def test_without_deaths_nothing_belongs_together():
    """A feed without deaths has no companions."""
    assert companions_of(request_for("AGO", "BEN").panel.series).tolist() == [-1, -1]
