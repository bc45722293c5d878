"""Tests of the forecasts kept in a process."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from bottleneck_examples import NOW, request_for

from neuralbrain.bottleneck.kept import KeptForecasts
from neuralbrain.bottleneck.normalise import normalise_reply
from neuralbrain.domain.edition import Edition, EditionHeader

REGIONS = ("AGO", "BEN", "CMR")


@pytest.fixture
def edition():
    """Return an edition of three regions."""
    answer = {name: {"cases": [20 + place, 21]} for place, name in enumerate(REGIONS)}
    found = normalise_reply(request_for(*REGIONS), answer, provider="openai", lock_number=1, now=NOW)
    header = EditionHeader(
        number=1, provider="openai", lock_number=1, inputs_digest="", cutoff=NOW, timestamp=NOW, forecasts=3, refused=0,
        digest="", previous_digest="",
    )  # fmt: skip
    return Edition(header=header, tables=(found.table,), refused=())


def test_it_starts_as_the_current_edition(edition):
    """Every region of the edition is there, in its order, and the edition is loaded once."""
    calls = []
    kept = KeptForecasts(lambda: calls.append(1) or edition)
    assert calls == []
    assert [forecast.region for forecast in kept.all()] == list(REGIONS)
    assert kept.get("BEN").to_dict() == edition.find("BEN").to_dict()
    assert kept.get("XXX") is None
    assert calls == [1]


def test_an_edition_that_comes_later_is_found(edition):
    """While there is no edition, each use looks again."""
    answers = [None, None, edition]
    kept = KeptForecasts(lambda: answers.pop(0))
    assert kept.all() == []
    assert kept.get("AGO") is None
    assert kept.get("AGO") is not None


def test_a_forecast_put_in_by_hand_comes_first(edition):
    """A hand-put forecast replaces its region's, others come after the edition's, and the edition is unchanged."""
    kept = KeptForecasts(lambda: edition)
    other = replace(edition.find("BEN"), confidence_score=0.123)
    kept.put("BEN", other)
    kept.put("XXX", replace(other, region="XXX"))
    assert kept.get("BEN").confidence_score == 0.123
    assert [forecast.region for forecast in kept.all()] == ["AGO", "BEN", "CMR", "XXX"]
    assert kept.all()[1].confidence_score == 0.123
    assert edition.find("BEN").confidence_score != 0.123


def test_nothing_handed_out_or_in_can_change_what_is_kept(edition):
    """Arrays handed out are read-only, and an array handed in is copied."""
    kept = KeptForecasts(lambda: edition)
    with pytest.raises(ValueError, match="read-only"):
        kept.get("AGO").context.quantiles[0, 0] = -1
    mine = edition.find("AGO")
    numbers = mine.context.quantiles.copy()
    kept.put("AGO", replace(mine, context=replace(mine.context, quantiles=numbers, deaths_quantiles=numbers)))
    numbers[:] = -1
    assert (kept.get("AGO").context.quantiles >= 0).all()
    with pytest.raises(ValueError, match="read-only"):
        kept.get("AGO").context.quantiles[0, 0] = -1
    next(iter(kept.get("AGO").forecasted_cases))["value"] = -1
    assert kept.get("AGO").forecasted_cases[0]["value"] == 20


def test_clear_forgets_everything(edition):
    """After clearing nothing is kept, and the edition is not loaded again."""
    kept = KeptForecasts(lambda: edition)
    kept.put("AGO", edition.find("BEN"))
    kept.clear()
    assert kept.all() == []
    assert kept.get("AGO") is None


def test_a_failed_load_is_tried_again(edition):
    """An error of the store reaches the caller and does not leave a half-loaded cache."""
    answers = [OSError("locked"), edition]

    def current():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    kept = KeptForecasts(current)
    with pytest.raises(OSError, match="locked"):
        kept.get("AGO")
    assert kept.get("AGO") is not None


def test_threads_lose_nothing(edition):
    """Forecasts put in from many threads at once are all there."""
    kept = KeptForecasts(lambda: edition)
    forecast = edition.find("AGO")

    def put(start):
        for number in range(start, start + 50):
            kept.put(f"R{number}", forecast)
            kept.get("BEN")

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=put, args=(50 * place,)) for place in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert len(kept.all()) == 403


def test_a_kept_forecast_is_small(edition):
    """The arrays of one kept weekly forecast without deaths take less than 2 KB."""
    (table,) = edition.tables
    columns = [getattr(table, name) for name in table.__slots__]
    held = sum(column.nbytes for column in columns if isinstance(column, np.ndarray) and column.strides[0])
    assert held / len(table) < 2048


def test_more_regions_than_are_shared_are_still_right(edition, monkeypatch):
    """A row is the same whether it was handed out before or is made anew."""
    monkeypatch.setattr("neuralbrain.bottleneck.kept.MOST_MADE", 2)
    kept = KeptForecasts(lambda: edition)
    for name in (*REGIONS, *REGIONS):
        assert kept.get(name).to_dict() == edition.find(name).to_dict()
    assert kept.get("CMR") is kept.get("CMR")


class Up:
    """The edition that is up, a clock that is set by hand, and how often each was asked for."""

    def __init__(self, edition):
        self.edition = edition
        self.seconds = 0.0
        self.broken = False
        self.loads = self.asks = 0

    def current(self):
        """Load it."""
        self.loads += 1
        return self.edition

    def newest(self):
        """Say its number."""
        self.asks += 1
        if self.broken:
            raise OSError("locked")
        return None if self.edition is None else self.edition.header.number

    def kept(self):
        """Return forecasts that follow it."""
        return KeptForecasts(self.current, newest=self.newest, seconds=lambda: self.seconds)


def numbered(edition, number, **changed):
    """Return the same edition under another number, its only table changed."""
    table = replace(edition.tables[0], edition=number, **changed)
    return replace(edition, header=replace(edition.header, number=number), tables=(table,))


def test_a_later_edition_is_followed_within_a_second(edition):
    """A process that lives serves the edition that is up: the next, the one before after a withdrawal, or none."""
    up = Up(numbered(edition, 1))
    kept = up.kept()
    for number in (1, 2, 1, None, 3):
        up.edition = None if number is None else numbered(edition, number)
        up.seconds += 1.0
        found = kept.get("AGO")
        assert (None if found is None else found.context.edition) == number
        assert [one.context.edition for one in kept.all()] == ([] if number is None else [number] * 3)
    assert up.loads == 5


def test_a_read_asks_at_most_once_a_second(edition):
    """However many reads there are, the number is asked for once a second, and nothing is loaded while it stays."""
    up = Up(edition)
    kept = up.kept()
    for step in range(400):
        up.seconds = step / 100
        kept.get("AGO")
        kept.get("XXX")
        kept.all()
    assert (up.loads, up.asks) == (1, 3)
    up.edition = numbered(edition, 2)
    assert kept.get("AGO").context.edition == edition.tables[0].edition
    assert up.asks == 3


def test_while_no_edition_is_up_a_read_asks_once_a_second():
    """No edition is an answer too: it is not loaded again with each read."""
    up = Up(None)
    kept = up.kept()
    for step in range(400):
        up.seconds = step / 100
        assert kept.get("AGO") is None
    assert (up.loads, up.asks) == (1, 3)


def test_what_was_put_in_by_hand_stays_on_top(edition):
    """A hand-put forecast comes before each edition that follows, and is read without asking which is up."""
    up = Up(edition)
    kept = up.kept()
    kept.put("BEN", replace(edition.find("BEN"), confidence_score=0.123))
    assert kept.get("BEN").confidence_score == 0.123
    assert (up.loads, up.asks) == (0, 0)
    for number in (2, 3):
        up.edition = numbered(edition, number)
        up.seconds += 1
        assert kept.get("AGO").context.edition == number
        assert kept.get("BEN").confidence_score == 0.123
        assert kept.all()[1].confidence_score == 0.123


@pytest.mark.parametrize("read_before", [False, True])
def test_after_clearing_it_is_empty_until_another_edition_is_up(edition, read_before):
    """Clearing forgets the edition that is up at that moment, seen or not; the next one is served."""
    up = Up(edition)
    kept = up.kept()
    if read_before:
        kept.get("AGO")
    up.edition = numbered(edition, 2)
    kept.put("XXX", edition.find("AGO"))
    kept.clear()
    for _ in range(3):
        up.seconds += 1
        assert kept.all() == []
        assert kept.get("AGO") is None
    up.edition = numbered(edition, 3)
    up.seconds += 1
    assert kept.get("AGO").context.edition == 3
    assert kept.get("XXX") is None


def test_a_failed_check_is_tried_again(edition):
    """An error of the store reaches the reader, and the next read asks again and serves what is up."""
    up = Up(edition)
    kept = up.kept()
    kept.get("AGO")
    up.seconds, up.edition, up.broken = 1.0, numbered(edition, 2), True
    for _ in range(2):
        with pytest.raises(OSError, match="locked"):
            kept.get("AGO")
    up.broken = False
    assert kept.get("AGO").context.edition == 2


def test_the_number_and_the_clock_go_together(edition):
    """One without the other is a mistake of the caller."""
    for alone in ({"newest": lambda: 1}, {"seconds": lambda: 0.0}):
        with pytest.raises(ValueError, match="both"):
            KeptForecasts(lambda: edition, **alone)


def test_nobody_waits_for_a_load_but_the_first(edition):
    """While one thread loads the next edition, others read the one before, and may put in their own."""
    up = Up(edition)
    kept = up.kept()
    kept.get("AGO")
    loading, go_on = threading.Event(), threading.Event()

    def slowly():
        loading.set()
        assert go_on.wait(10)
        return numbered(edition, 2)

    kept._current = slowly
    up.edition, up.seconds = numbered(edition, 2), 1.0
    thread = threading.Thread(target=kept.get, args=("AGO",))
    thread.start()
    assert loading.wait(10)
    assert kept.get("AGO").context.edition == edition.tables[0].edition
    kept.put("XXX", edition.find("AGO"))
    assert len(kept.all()) == 4
    go_on.set()
    thread.join()
    assert kept.get("AGO").context.edition == 2


def test_threads_never_see_an_old_row_after_a_new_one(edition):
    """While editions follow each other, each thread sees numbers that only grow, and its rows hold what they say."""
    editions = [numbered(edition, number, confidence=np.full(3, number / 1000)) for number in range(1, 41)]
    up = Up(editions[0])
    kept = KeptForecasts(up.current, newest=up.newest, seconds=lambda: float(up.edition.header.number))
    wrong, done = [], threading.Event()

    def read():
        last = 0
        while not done.is_set():
            for name in REGIONS:
                found = kept.get(name)
                number = found.context.edition
                if number < last or found.confidence_score != number / 1000:
                    wrong.append((last, number, found.confidence_score))
                last = number

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for one in editions:
            up.edition = one
            kept.get("AGO")
        done.set()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert wrong == []


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("deaths", [False, True])
def test_what_is_kept_cannot_be_made_writeable(edition, by_hand, deaths):
    """Neither an array handed out nor any array below it can be made writeable again."""
    (table,) = edition.tables
    one = numbered(edition, 1, deaths_quantiles=table.quantiles.copy() if deaths else table.deaths_quantiles)
    kept = KeptForecasts(lambda: one)
    if by_hand:
        kept.put("AGO", one.find("AGO"))
    context = kept.get("AGO").context
    assert (context.deaths_quantiles is not None) == deaths
    for handed_out in (context.quantiles, context.deaths_quantiles):
        array = handed_out
        while isinstance(array, np.ndarray):
            with pytest.raises(ValueError, match="WRITEABLE"):
                array.flags.writeable = True
            array = array.base
    np.testing.assert_array_equal(context.quantiles, one.find("AGO").context.quantiles)


def test_missing_deaths_stay_one_number(edition):
    """A column that holds one number for all rows does not become a block of them."""
    (table,) = edition.tables
    kept = KeptForecasts(lambda: edition)
    kept.get("AGO")
    held, _ = kept._loaded.places["AGO"]
    assert not any(table.deaths_quantiles.strides)
    assert not any(held.deaths_quantiles.strides)


def test_an_edition_without_a_row_is_kept(edition):
    """An edition in which everything was refused holds nothing, and is no error."""
    answer = {name: {"cases": [-1, 21]} for name in REGIONS}
    nothing = normalise_reply(request_for(*REGIONS), answer, provider="openai", lock_number=1, now=NOW).table
    assert KeptForecasts(lambda: replace(edition, tables=(nothing,))).all() == []


def test_putting_in_one_more_copies_only_that_one(edition):
    """What is put in goes into the same dictionary, however much is there already."""
    kept = KeptForecasts(lambda: edition)
    kept.put("AGO", edition.find("AGO"))
    before = kept._by_hand
    kept.put("BEN", edition.find("BEN"))
    assert kept._by_hand is before
