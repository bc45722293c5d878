"""Visits to emergency departments of the United States and its states, as weekly shares, from the CDC."""

from __future__ import annotations

from datetime import date

from neuralbrain.domain.location import LOCATIONS
from neuralbrain.domain.observation import Signal, Unit
from neuralbrain.sources.socrata_feed import Dataset

STATES = {one.name: one.code for one in LOCATIONS.values() if one.parent == "USA"}
TERRITORIES = ("American Samoa", "Guam", "Northern Mariana Islands", r"(?:U\.?S\.? )?Virgin Islands")

NSSP = Dataset(
    identifier="rdmq-nq56",
    title="US emergency-department visits with influenza, COVID-19 and RSV, weekly shares by state (NSSP)",
    attribution="Centers for Disease Control and Prevention, National Syndromic Surveillance Program (NSSP)",
    note="Shares of all visits to the emergency departments that take part; not every state does.",
    stale_after_days=16,  # a week is 6 days old when it comes out, and 13 when the next one does
    date_column="week_end",
    place_column="geography",
    places={**STATES, "United States": "USA", "Puerto Rico": "PRI"},
    left_out=rf"^(?:{'|'.join(TERRITORIES)})$",
    # The smoothed columns are not read: their newest values change with every week that comes after.
    signals={
        "percent_visits_influenza": Signal(name="flu_ed_visits", unit=Unit.SHARE),
        "percent_visits_covid": Signal(name="covid_ed_visits", unit=Unit.SHARE, primary=False),
        "percent_visits_rsv": Signal(name="rsv_ed_visits", unit=Unit.SHARE, primary=False),
    },
    earliest=date(2022, 9, 1),  # the data set begins with the week that ends on 2022-10-01
    only=("county", "All"),  # counties are left out: they carry the value of the area they are part of
)
