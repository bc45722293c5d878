"""The view that a cutoff gets: it cannot see further, and it cannot be written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from made_up_hub import FEED, cutoff

from neuralbrain.backtest.known_by import KnownBy
from neuralbrain.domain.feed import Payload
from neuralbrain.errors import StoreError
from neuralbrain.source_ports import Observations
from neuralbrain.wiring import Application

THEN = cutoff(20)


@pytest.fixture
def observations(hub_settings) -> Iterator[Observations]:
    """Yield all observations of the made-up hub."""
    here = Application(hub_settings)
    yield here.observations
    here.close()


def test_a_later_moment_is_answered_as_the_cutoff(observations):
    """Asked for the future, the view answers panels, revisions and counts of its own moment; without it they differ."""
    view, later = KnownBy(observations, cutoff=THEN), THEN + timedelta(weeks=9)
    (seen,), (known) = view.panels(FEED, cutoff=later), observations.panels(FEED, cutoff=later)
    assert seen.digest() == observations.panels(FEED, cutoff=THEN)[0].digest() != known[0].digest()
    assert seen.cutoff == THEN
    assert view.count_releases(FEED, cutoff=later) == observations.count_releases(FEED, cutoff=THEN)
    for asked in (later, None):
        revisions = view.revisions(FEED, cutoff=asked)
        assert revisions.as_of.astype("datetime64[us]").max().item() <= THEN.replace(tzinfo=None)
    assert len(observations.revisions(FEED)) > len(view.revisions(FEED))


def test_an_earlier_moment_is_answered_as_it_is(observations):
    """A view may be asked about its own past."""
    view, earlier = KnownBy(observations, cutoff=THEN), THEN - timedelta(weeks=3)
    assert view.panels(FEED, cutoff=earlier)[0].digest() == observations.panels(FEED, cutoff=earlier)[0].digest()
    assert len(view.revisions(FEED, cutoff=earlier)) < len(view.revisions(FEED))


def test_nothing_is_written_and_no_list_of_today_is_told(observations):
    """Keeping a payload, taking in a release and listing the series are refused."""
    view = KnownBy(observations, cutoff=THEN)
    payload = Payload(body=b"", media_type="", origin="", retrieved_at=THEN)
    for refused in (
        lambda: view.keep_payload(FEED, payload),
        lambda: view.take_in((), source=FEED, payload_numbers=()),
        lambda: view.series(FEED),
        lambda: view.series_of_place("USA"),
    ):
        with pytest.raises(StoreError, match="view of the past"):
            refused()
