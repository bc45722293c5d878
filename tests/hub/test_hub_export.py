"""From our forecasts to the file of a round."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hub_folders import IN_TIME, MODEL, PROFILES, ROUND, forecasts, signal_of, tables_of_hub

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Measure, Signal, Unit
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.errors import HubError
from neuralbrain.hub.export import as_csv, require_model_id, round_file
from neuralbrain.hub.hubs import COVID, FLUSIGHT, RESPICAST, RESPICAST_COVID, FileFormat, HubProfile
from neuralbrain.hub.rows import RoundRows, rows_of

SATURDAY = ROUND["flusight"]  # 2025-11-22
ADMISSIONS = signal_of(FLUSIGHT, 0)


def said(rows: RoundRows, target: str, location: str) -> list[tuple[int, str | None, float]]:
    """Return horizon, identifier and value of the rows of a target and place."""
    chosen = rows.rows.filter((pl.col("target") == target) & (pl.col("location") == location))
    return list(chosen.select("horizon", "output_type_id", "value").iter_rows())


def why(rows: RoundRows, target: str = "wk inc flu hosp") -> dict[str, tuple[tuple[int, ...], str]]:
    """Return what is missing of a target, by place."""
    return {one.location: (one.horizons, one.why) for one in rows.missing if one.target == target}


def test_weeks_go_to_the_horizon_that_ends_on_the_same_day() -> None:
    """Forecasts made on last week's value are horizons 0 to 3, with our quantiles rounded, halves up."""
    table = forecasts(ADMISSIONS, ["US-CA"], last=SATURDAY - timedelta(days=7), medians=np.array([41.0]))
    found = said(rows_of([table], FLUSIGHT, SATURDAY), "wk inc flu hosp", "06")
    assert [one[0] for one in found[::23]] == [0, 1, 2, 3]
    assert [one[1] for one in found[:4]] == ["0.01", "0.025", "0.05", "0.1"]
    # 41 * (0.5 + 0.01) = 20.91, 41 * 0.525 = 21.525, 41 * (0.5 + 0.5) = 41, 41 * 1.49 = 61.09
    assert [found[place][2] for place in (0, 1, 11, 22)] == [21.0, 22.0, 41.0, 61.0]
    assert found[23 + 11][2] == 45.0  # 41 * 1.1 = 45.1 a week later


def test_an_older_value_gives_earlier_horizons_and_says_so() -> None:
    """A place whose newest value is a week older has horizons -1 to 2, and 3 is missing with the reason."""
    last = {"US-CA": SATURDAY - timedelta(days=7), "US-TX": SATURDAY - timedelta(days=14)}
    rows = rows_of([forecasts(ADMISSIONS, ["US-CA", "US-TX"], last=last)], FLUSIGHT, SATURDAY)
    assert sorted({one[0] for one in said(rows, "wk inc flu hosp", "48")}) == [-1, 0, 1, 2]
    horizons, reason = why(rows)["48"]
    assert horizons == (3,)
    assert "Its newest value is of 2025-11-08" in reason
    assert "weeks of 2025-11-15 to 2025-12-06" in reason
    assert "06" not in why(rows)
    assert why(rows)["01"] == ((0, 1, 2, 3), "It is not forecast.")


def test_a_value_far_too_old_says_nothing() -> None:
    """A place whose forecasts end before the round has no row, and every week of it is missing."""
    rows = rows_of([forecasts(ADMISSIONS, ["US-CA"], last=date(2025, 6, 28))], FLUSIGHT, SATURDAY)
    assert rows.rows.is_empty()
    assert why(rows)["06"][0] == (0, 1, 2, 3)


def test_a_newer_value_gives_later_horizons() -> None:
    """A place whose newest value is of the round's own week has horizons 1 to 3, and its fourth week is no horizon."""
    rows = rows_of([forecasts(ADMISSIONS, ["US-CA"], last=SATURDAY)], FLUSIGHT, SATURDAY)
    assert sorted({one[0] for one in said(rows, "wk inc flu hosp", "06")}) == [1, 2, 3]
    assert why(rows)["06"][0] == (0,)


def test_weeks_that_end_on_another_day_answer_nothing() -> None:
    """Weeks that end on Sunday are none of a hub whose weeks end on Saturday."""
    rows = rows_of([forecasts(ADMISSIONS, ["US-CA"], last=SATURDAY - timedelta(days=6))], FLUSIGHT, SATURDAY)
    assert rows.rows.is_empty()
    assert "end on another day" in why(rows)["06"][1]


def test_changes_are_counted_from_the_week_before_the_round() -> None:
    """Classes of change are given where the newest value is of that week, and else are missing with the reason."""
    last = {"US-CA": SATURDAY - timedelta(days=7), "US-TX": SATURDAY - timedelta(days=14)}
    rows = rows_of([forecasts(ADMISSIONS, ["US-CA", "US-TX"], last=last)], FLUSIGHT, SATURDAY)
    found = said(rows, "wk flu hosp rate change", "06")
    assert [one[1] for one in found[:5]] == ["large_decrease", "decrease", "stable", "increase", "large_increase"]
    assert [one[0] for one in found[::5]] == [0, 1, 2, 3]
    # Thirty million people and 20 admissions: any of its weeks differs by less than 0.3 per 100,000, which is 117.
    assert [one[2] for one in found[:5]] == [0.0, 0.0, 1.0, 0.0, 0.0]
    assert said(rows, "wk flu hosp rate change", "48") == []
    assert "counted from the week of 2025-11-15" in why(rows, "wk flu hosp rate change")["48"][1]


def test_unknown_quantiles_are_not_written() -> None:
    """A week whose quantiles are not known is missing, and the others are written."""
    quantiles = np.tile(np.linspace(1, 23, 23), (1, 4, 1))
    quantiles[0, 2, 5] = np.nan
    table = forecasts(ADMISSIONS, ["US-CA"], last=SATURDAY - timedelta(days=7), quantiles=quantiles)
    rows = rows_of([table], FLUSIGHT, SATURDAY)
    assert sorted({one[0] for one in said(rows, "wk inc flu hosp", "06")}) == [0, 1, 3]
    assert why(rows)["06"][0] == (2,)


@pytest.mark.parametrize(
    "signal",
    [
        Signal(name="flu_admissions", unit=Unit.PER_100K),
        Signal(name="flu_admissions", measure=Measure.CUMULATIVE),
        Signal(name="flu_admissions", cadence=Cadence.DAILY),
        Signal(name="flu_detections"),
    ],
)
def test_another_kind_of_signal_answers_nothing(signal: Signal) -> None:
    """A rate, a running total, a daily count and another signal are not written as weekly admissions."""
    rows = rows_of([forecasts(signal, ["US-CA"], last=SATURDAY - timedelta(days=7))], FLUSIGHT, SATURDAY)
    assert (rows.rows.is_empty(), rows.feeds, rows.missing) == (True, {}, ())


def test_of_two_feeds_the_first_counts_and_is_named() -> None:
    """Where two feeds forecast the same the first is written alone, and said."""
    newest = SATURDAY - timedelta(days=7)
    first = forecasts(ADMISSIONS, ["US-CA"], last=newest, source="a", medians=np.array([10.0]))
    second = forecasts(ADMISSIONS, ["US-CA", "US-TX"], last=newest, source="b", medians=np.array([99.0, 99.0]))
    rows = rows_of([first, second], FLUSIGHT, SATURDAY)
    assert rows.feeds["wk inc flu hosp"] == "a"
    assert said(rows, "wk inc flu hosp", "06")[11][2] == 10.0
    assert "48" in why(rows)


def test_a_feed_of_other_places_is_passed_over() -> None:
    """A feed that has the signal but none of the hub's places does not stand before one that has some."""
    newest = SATURDAY - timedelta(days=7)
    elsewhere = forecasts(ADMISSIONS, ["DEU"], last=newest, source="a")
    here = forecasts(ADMISSIONS, ["US-CA"], last=newest, source="b")
    rows = rows_of([elsewhere, here], FLUSIGHT, SATURDAY)
    assert rows.feeds["wk inc flu hosp"] == "b"
    assert len(said(rows, "wk inc flu hosp", "06")) == 4 * 23


def test_limits_of_the_hub_are_kept() -> None:
    """A share above 1 and a count that reaches the population are lowered and counted; nothing falls by it."""
    newest = SATURDAY - timedelta(days=7)
    counts = forecasts(ADMISSIONS, ["US-WY"], last=newest, medians=np.array([5e5]))
    shares = forecasts(signal_of(FLUSIGHT, 2), ["US-WY"], last=newest, medians=np.array([0.9]))
    rows = rows_of([counts, shares], FLUSIGHT, SATURDAY)
    found = rows.rows.filter(pl.col("output_type") == "quantile")
    highest = dict(found.group_by("target").agg(pl.col("value").max()).iter_rows())
    assert highest == {"wk inc flu hosp": 584_056.0, "wk inc flu prop ed visits": 1.0}
    over = sum(int((one.quantiles > limit).sum()) for one, limit in ((counts, 584_056.5), (shares, 1.0000005)))
    assert rows.capped == over > 0
    falls = found.with_columns(step=pl.col("value").diff().over("target", "horizon"))["step"]
    assert (falls.drop_nulls() >= 0).all()


def test_a_median_has_a_row_of_its_own_where_the_hub_takes_it() -> None:
    """RespiCast's file has the median as a row without an identifier, equal to the quantile at 0.5."""
    table = forecasts(
        signal_of(RESPICAST, 0), ["AUT", "GB-ENG"], last=date(2025, 11, 9), medians=np.array([12.34567, 5])
    )
    rows = rows_of([table], RESPICAST, ROUND["respicast"])
    found = said(rows, "ILI incidence", "AT")
    assert len(found) == 4 * 24
    assert found[23] == (1, None, 12.346)
    assert found[11] == (1, "0.5", 12.346)
    assert set(rows.rows["location"]) == {"AT", "GB-ENG"}
    assert rows.rows["target_end_date"].min() == date(2025, 11, 16)


def test_the_sister_hub_takes_admissions() -> None:
    """RespiCast-Covid19 is told admissions of countries by their two letters."""
    table = forecasts(Signal(name="covid_admissions"), ["DEU"], last=date(2025, 11, 9), medians=np.array([800.0]))
    rows = rows_of([table], RESPICAST_COVID, ROUND["respicast"])
    assert said(rows, "hospital admissions", "DE")[11] == (1, "0.5", 800.0)


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("file_format", FileFormat)
def test_the_same_forecasts_are_the_same_bytes(name: str, file_format: FileFormat) -> None:
    """A file is the same, byte for byte, whenever it is made, in whatever order the regions stand."""
    hub = PROFILES[name]
    if file_format not in hub.formats:
        with pytest.raises(HubError, match="takes no file of the kind parquet"):
            made(hub, file_format)
        return
    assert made(hub, file_format) == made(hub, file_format)
    assert made(hub, file_format) == made(hub, file_format, backwards=True)


def made(hub: HubProfile, file_format: FileFormat, *, backwards: bool = False) -> bytes:
    """Return the bytes of a hub's file, made of forecasts in one order or the other."""
    tables = tables_of_hub(hub)
    if backwards:
        tables = tuple(
            forecasts(
                one.signals[0],
                one.regions[::-1],
                last=one.last_dates[0].item(),
                quantiles=one.quantiles[::-1].copy(),
                actual=one.actual_cases[::-1].copy(),
            )
            for one in tables
        )
    return round_file(
        tables, hub=hub, model_id=MODEL, round_date=ROUND[hub.name], file_format=file_format
    ).content  # fmt: skip


def test_the_text_of_a_file() -> None:
    """CSV has ISO dates, codes with their zero, whole numbers without a point and no exponent."""
    table = forecasts(ADMISSIONS, ["US-AL"], last=SATURDAY - timedelta(days=7))
    shares = forecasts(signal_of(FLUSIGHT, 2), ["US-AL"], last=SATURDAY - timedelta(days=7), medians=np.array([2e-6]))
    text = as_csv(rows_of([table, shares], FLUSIGHT, SATURDAY).rows).decode()
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == ["reference_date", "target", "horizon", "target_end_date", "location", "output_type",
                        "output_type_id", "value"]  # fmt: skip
    assert lines[1] == ["2025-11-22", "wk inc flu hosp", "0", "2025-11-22", "01", "quantile", "0.01", "10"]
    assert lines[-1] == [
        "2025-11-22",
        "wk inc flu prop ed visits",
        "3",
        "2025-12-13",
        "01",
        "quantile",
        "0.99",
        "0.000004",
    ]
    assert "\r" not in text


def test_parquet_has_the_types_of_the_schema() -> None:
    """Parquet has dates as dates, horizons as 32-bit integers, identifiers as text and values as doubles."""
    file = round_file(
        tables_of_hub(COVID), hub=COVID, model_id=MODEL, round_date=SATURDAY, file_format=FileFormat.PARQUET
    )  # fmt: skip
    assert file.name == "2025-11-22-Ours-local.parquet"
    assert dict(pl.read_parquet(file.content).schema) == {
        "reference_date": pl.Date,
        "target": pl.String,
        "horizon": pl.Int32,
        "target_end_date": pl.Date,
        "location": pl.String,
        "output_type": pl.String,
        "output_type_id": pl.String,
        "value": pl.Float64,
    }


@pytest.mark.parametrize("typed", ["Ours", "Ours-local-2", "Ours local-x", "Öurs-local", "-local", "", "A-b\n"])
def test_a_name_that_no_model_can_have_is_refused(typed: str) -> None:
    """A model's identifier is a team and a model of letters, digits and underscores."""
    with pytest.raises(HubError, match="no model's identifier"):
        require_model_id(typed, COVID)


def test_a_name_too_long_for_flusight_is_refused() -> None:
    """FluSight takes fewer than fifteen characters for team and model; other hubs do not say."""
    assert require_model_id("A" * 14 + "-b", FLUSIGHT)
    with pytest.raises(HubError, match="too long"):
        require_model_id("A-" + "b" * 15, FLUSIGHT)
    assert require_model_id("A-" + "b" * 15, COVID)


def test_nothing_to_write_says_what_the_hub_asks_for() -> None:
    """Forecasts of nothing that the hub asks for, or of other weeks, are refused with the reason."""
    other = forecasts(Signal(name="cholera_cases"), ["US-CA"], last=SATURDAY)
    with pytest.raises(HubError, match="asks for flu_admissions, flu_ed_visits"):
        round_file([other], hub=FLUSIGHT, model_id=MODEL, round_date=SATURDAY, file_format=FileFormat.CSV)
    old = forecasts(ADMISSIONS, ["USA"], last=SATURDAY - timedelta(days=70))
    with pytest.raises(HubError, match="Its newest value is of 2025-09-13"):
        round_file([old], hub=FLUSIGHT, model_id=MODEL, round_date=SATURDAY, file_format=FileFormat.CSV)


def test_levels_are_the_hubs() -> None:
    """The texts of the levels are those of the hub's documents."""
    table = forecasts(ADMISSIONS, ["USA"], last=SATURDAY - timedelta(days=7))
    texts = [one[1] for one in said(rows_of([table], FLUSIGHT, SATURDAY), "wk inc flu hosp", "US")[:23]]
    assert [float(str(one)) for one in texts] == [round(one, 3) for one in LEVELS.tolist()]
    assert texts[:3] + texts[-3:] == ["0.01", "0.025", "0.05", "0.95", "0.975", "0.99"]


def test_a_later_table_of_the_same_feed_adds_its_places() -> None:
    """Places of a feed that stand in two tables are all written, and of a place in both the first counts."""
    newest = SATURDAY - timedelta(days=7)
    one = forecasts(ADMISSIONS, ["US-CA"], last=newest, medians=np.array([10.0]))
    two = replace(
        forecasts(ADMISSIONS, ["US-CA", "US-TX"], last=newest, medians=np.array([99.0, 50.0])), cutoff=IN_TIME
    )
    rows = rows_of([one, two], FLUSIGHT, SATURDAY)
    assert [said(rows, "wk inc flu hosp", code)[11][2] for code in ("06", "48")] == [10.0, 50.0]
