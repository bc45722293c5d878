"""Editions: their digest sees every change, and a region finds its forecast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.edition import Draft, Edition, EditionHeader, edition_digest
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Measure, Signal, Unit

MakeTable = Callable[..., ForecastTable]
OTHER_NAN = np.array([0xFFF8000000000001], dtype=np.uint64).view(np.float64)[0]
CUTOFF = datetime(2026, 2, 8, 12, tzinfo=UTC)
PUBLISHED = datetime(2026, 2, 9, tzinfo=UTC)
NUMBERS = [
    *("actual_cases", "actual_deaths", "quantiles", "deaths_quantiles", "populations", "confidence"),
    *("outbreak_probability", "outbreak_threshold", "growth_probability", "trend_probabilities"),
    *("risk_score", "risk_level_probabilities", "volatility", "completeness"),
]


def digest_of(*tables: ForecastTable, **changes: Any) -> str:
    """Return the digest of an edition of these tables."""
    header: dict[str, Any] = {
        "number": 7,
        "provider": "local",
        "lock_number": 3,
        "inputs_digest": "aa",
        "cutoff": CUTOFF,
        "timestamp": PUBLISHED,
        "refused": (),
        "previous_digest": "bb",
    }
    return edition_digest(tables=tables, **(header | changes))


def test_equal_editions_have_equal_digests(make_table: MakeTable) -> None:
    """The same content gives the same 64 hexadecimal digits."""
    assert digest_of(make_table()) == digest_of(make_table())
    assert len(digest_of(make_table())) == 64


@pytest.mark.parametrize("column", NUMBERS)
def test_digest_sees_every_number(make_table: MakeTable, column: str) -> None:
    """Changing the last number of a column, or making its first one missing, changes the digest."""
    table = make_table()
    numbers = getattr(table, column)
    raised, emptied = numbers.copy(), numbers.copy()
    raised.flat[-1] = 123.0
    emptied.flat[0] = np.nan
    digests = {digest_of(table), digest_of(make_table(**{column: raised})), digest_of(make_table(**{column: emptied}))}
    assert len(digests) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"source": "other"},
        {"cadence": Cadence.DAILY},
        {"horizons": (1, 3)},
        {"regions": ("USA", "US-NY")},
        {"regions": ("US-CA", "USA")},
        {"signals": (Signal(name="other", measure=Measure.CUMULATIVE), Signal(name="admissions"))},
        {"signals": (Signal(name="cases", measure=Measure.INCIDENT), Signal(name="admissions"))},
        {"signals": (Signal(name="cases", measure=Measure.CUMULATIVE), Signal(name="admissions", unit=Unit.SHARE))},
        {"last_dates": np.array(["2026-02-07", "2026-02-01"], dtype="datetime64[D]")},
        {"findings": ((), ())},
        {"findings": ((Finding(code="reply-short", severity=Severity.NOTE, message="Two weeks."),), ())},
        {"reasons": ((), (("confidence_score", "Another reason."),))},
    ],
    ids=repr,
)
def test_digest_sees_every_word(make_table: MakeTable, change: dict[str, Any]) -> None:
    """Another name, date, order, finding or reason is another edition."""
    assert digest_of(make_table(**change)) != digest_of(make_table())


@pytest.mark.parametrize(
    "change",
    [
        {"number": 8},
        {"provider": "openai"},
        {"lock_number": 4},
        {"inputs_digest": "ab"},
        {"cutoff": PUBLISHED},
        {"timestamp": CUTOFF},
        {"previous_digest": "bc"},
        {"refused": (Finding(code="negative", severity=Severity.REFUSE, message="It is -5.", region="AGO"),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_digest_sees_the_header(make_table: MakeTable, change: dict[str, Any]) -> None:
    """Number, author, lock number, times and the digest before it are part of the digest."""
    assert digest_of(make_table(), **change) != digest_of(make_table())


def test_digest_sees_the_order_of_tables(make_table: MakeTable) -> None:
    """Two tables in another order, one alone or none are different editions."""
    first, second = make_table(), make_table(source="other")
    digests = [digest_of(first, second), digest_of(second, first), digest_of(first), digest_of()]
    assert len(set(digests)) == 4


@pytest.mark.parametrize("column", NUMBERS)
def test_digest_knows_one_missing_only(make_table: MakeTable, column: str) -> None:
    """Which of the many NaN a database hands back does not matter."""
    missing, other = (np.full_like(getattr(make_table(), column), nan) for nan in (np.nan, OTHER_NAN))
    assert missing.tobytes() != other.tobytes()
    assert digest_of(make_table(**{column: missing})) == digest_of(make_table(**{column: other}))


def edition_of(*tables: ForecastTable) -> Edition:
    """Return a published edition of these tables."""
    header = EditionHeader(
        number=7,
        provider="local",
        lock_number=3,
        inputs_digest="aa",
        cutoff=CUTOFF,
        timestamp=PUBLISHED,
        forecasts=sum(len(table) for table in tables),
        refused=0,
        digest=digest_of(*tables),
        previous_digest="",
    )
    return Edition(header=header, tables=tables, refused=())


def test_rows_come_in_order(make_table: MakeTable) -> None:
    """Walking an edition gives every forecast of every table, in order."""
    edition = edition_of(make_table(), make_table(regions=("FRA", "DEU")))
    assert [row.region for row in edition.rows()] == ["USA", "US-CA", "FRA", "DEU"]


def test_a_region_answers_with_its_primary_signal(make_table: MakeTable) -> None:
    """Without a signal the primary one is found, with one that one, also in a later table; else None."""
    secondary = make_table(regions=("USA", "USA"), signals=(Signal(name="visits", primary=False),) * 2)
    edition = edition_of(secondary, make_table())
    primary, visits = edition.find("USA"), edition.find("USA", "visits")
    assert primary is not None
    assert primary.context.signal == "cases"
    assert visits is not None
    assert visits.context.signal == "visits"
    assert edition.find("US-CA") is None  # its only signal is not a primary one
    assert edition.find("USA", "deaths") is None
    assert edition.find("FRA") is None


def test_a_draft_counts_its_forecasts(make_table: MakeTable) -> None:
    """A draft is as long as its tables together; one without tables is empty."""
    draft = Draft(
        provider="local",
        lock_number=3,
        inputs_digest="aa",
        cutoff=CUTOFF,
        timestamp=PUBLISHED,
        tables=(make_table(), make_table()),
        replies=(1, 2),
        refused=(),
    )
    assert len(draft) == 4
    assert len(replace(draft, tables=())) == 0


def test_editions_from_before_completeness_keep_their_digest(make_table: MakeTable) -> None:
    """A table without any completeness has the digest it had when there was no such column."""
    table = make_table(completeness=np.array([np.nan, np.nan]))
    assert digest_of(table) == "270238ed0043e8b433b08e54f65643ba1d308a41092ca8929d5a4621ead6a217"
    assert digest_of(make_table()) != digest_of(table)
