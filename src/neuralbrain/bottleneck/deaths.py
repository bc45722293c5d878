"""The deaths that belong to each row of cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuralbrain.bottleneck.checks.evidence import Evidence
from neuralbrain.bottleneck.reading import Positions
from neuralbrain.bottleneck.remarks import Lacking
from neuralbrain.domain.finding import DEATHS_APART, Finding, Severity, counts_from
from neuralbrain.domain.observation import Dates, Floats

NO_DEATHS = "the feed counts no deaths of this"
NO_DEATHS_ANSWER = "the answer says nothing that can be used about deaths"
OTHER_MEASURE = "cases are used as totals, deaths as new events: they cannot be shown side by side"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Deaths:
    """The deaths of N rows.

    Args:
        actual: Shape (N,): the last actual, NaN where there is none.
        quantiles: Shape (N, H, 23), NaN where there are none.
        lacking: Which rows lack them, and why.
    """

    actual: Floats
    quantiles: Floats
    lacking: tuple[Lacking, ...]


def deaths_of(rows: Positions, *, companion: Positions, quantiles: Floats, evidence: Evidence) -> Deaths:
    """Return the deaths that belong to N rows of cases.

    Args:
        rows: Shape (N,): positions of the cases.
        companion: Shape (S,): the position of each series' deaths, -1 where there are none.
        quantiles: Shape (S, H, 23): of all series, NaN for refused ones.
        evidence: The answer.
    """
    mate = companion[rows]
    has = mate >= 0
    actual = evidence.actual
    apart = has & evidence.as_given[rows] & ~evidence.as_given[mate]
    found = np.where((has & ~apart)[:, None, None], quantiles[mate], np.nan)
    if np.isnan(found).all():  # one number stands for all of them, not a block as large as that of the cases
        found = np.broadcast_to(np.nan, found.shape)
    unknown = has & np.isnan(actual[mate])
    unanswered = has & ~apart & np.isnan(quantiles[mate][:, 0, 0])
    return Deaths(
        actual=np.where(has, actual[mate], np.nan),
        quantiles=found,
        lacking=(
            (~has, (("actual_deaths", NO_DEATHS), ("forecasted_deaths", NO_DEATHS))),
            (unknown, (("actual_deaths", "nothing is known of them"),)),
            (apart, (("forecasted_deaths", OTHER_MEASURE),)),
            (unanswered, (("forecasted_deaths", NO_DEATHS_ANSWER),)),
        ),
    )


def notes_on_dates(rows: Positions, *, companion: Positions, last_dates: Dates, evidence: Evidence) -> list[Finding]:
    """Return a note for each row whose deaths are last known on another day than its cases.

    Args:
        rows: Shape (N,): positions of the cases.
        companion: Shape (S,): the position of each series' deaths, -1 where there are none.
        last_dates: Shape (S,): days of the last actuals.
        evidence: The answer.
    """
    mate = companion[rows]
    differs = (mate >= 0) & ~np.isnat(last_dates[mate]) & (last_dates[mate] != last_dates[rows])
    return [
        evidence.finding(
            int(place),
            code=DEATHS_APART,
            severity=Severity.NOTE,
            says=counts_from(last_dates[place].astype("datetime64[D]").item()),
        )
        for place in mate[differs]
    ]
