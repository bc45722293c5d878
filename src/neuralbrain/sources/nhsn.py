"""Hospital admissions of the United States and its states, as hospitals report them to the CDC each week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from neuralbrain.domain.location import LOCATIONS
from neuralbrain.domain.observation import Signal, Unit
from neuralbrain.sources.socrata_feed import Dataset

SIGNALS = {
    "totalconfflunewadm": Signal(name="flu_admissions"),
    "totalconfc19newadm": Signal(name="covid_admissions", primary=False),
    "totalconfrsvnewadm": Signal(name="rsv_admissions", primary=False),
} | {
    f"totalconf{disease}newadmperchosprep": Signal(
        name=f"{word}_admissions_reporting", unit=Unit.SHARE, primary=False, asked=False
    )
    for disease, word in {"flu": "flu", "c19": "covid", "rsv": "rsv"}.items()
}
"""Column to what it is: new admissions with the confirmed disease, and which share of the hospitals reported them."""

STATES = {one.postal: one.code for one in LOCATIONS.values() if one.parent == "USA" and one.postal}
GAP = (
    "Hospitals had to report until 2024-04-30 and again from 2024-11-01. From 2024-05-01 to 2024-10-31 they reported "
    "voluntarily: counts of those weeks are too low to be compared with others."
)

FINAL = Dataset(
    identifier="ua7e-t2fy",
    title="US hospital admissions with influenza, COVID-19 and RSV, weekly by state (NHSN, Fridays)",
    attribution="Centers for Disease Control and Prevention, National Healthcare Safety Network (NHSN)",
    note=GAP,
    stale_after_days=16,  # a week is 6 days old when it comes out, and 13 when the next one does
    date_column="weekendingdate",
    place_column="jurisdiction",
    places={**STATES, "USA": "USA", "PR": "PRI"},  # the 53 places of the US hubs
    left_out=r"^(?:Region \d+|AS|GU|MP|VI)$",  # regions of the Department of Health, and the other territories
    signals=SIGNALS,
    earliest=date(2020, 8, 1),  # the data set begins with the week that ends on 2020-08-08
    some_place_exceeds_one=True,  # programs of the season 2024/25 read these columns as shares
)
PRELIMINARY = replace(
    FINAL,
    identifier="mpgq-jmmr",
    title="US hospital admissions with influenza, COVID-19 and RSV, weekly by state, preliminary (NHSN, Wednesdays)",
    note=f"The newest week is incomplete and mostly rises later. {GAP}",
    stale_after_days=14,  # a week is 4 days old when it comes out, and 11 when the next one does
)
"""The two are two feeds, never mixed: the same week has another value in each."""
