"""The mistakes that teams really make: each is caught by its check, and by no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hub_folders import IN_TIME, MODEL, PROFILES, ROUND, tasks_of
from submissions import Change, at, checked, csv_of, everywhere, failed, parquet_of, valid_rows, valid_text, without

from neuralbrain.hub.validation import Outcome

# Rows of the FluSight file: 0 to 22 are the quantiles of the nation at horizon 0; the probabilities of change follow
# the 53 places' 4 weeks of 23 quantiles.
FIRST_CLASS = 53 * 4 * 23


def shifted(column: str, days: int) -> Change:
    """Return what moves every date of a column."""
    return lambda rows: rows.with_columns(
        pl.col(column).str.to_date().dt.offset_by(f"{days}d").dt.strftime("%Y-%m-%d").alias(column)
    )


def a_week_later(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows as those of the next round."""
    return shifted("target_end_date", 7)(shifted("reference_date", 7)(rows))


def halves_of_rounds(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows of which the later half is of the next week's round, whole as it is."""
    return pl.concat([rows[: len(rows) // 2], a_week_later(rows[len(rows) // 2 :])])


MISTAKES: dict[str, tuple[Change, set[str]]] = {
    "a quantile left out": (without(3), {"req_vals"}),
    "a class left out": (without(FIRST_CLASS + 2), {"req_vals", "value_col_sum1"}),
    "two values swapped": (
        lambda rows: at(8, value=rows["value"][14])(at(14, value=rows["value"][8])(rows)),
        {"value_col_non_desc"},
    ),
    "Saturdays shifted by a day": (
        shifted("target_end_date", 1),
        {"derived_task_id_vals", "opt_check_tbl_horizon_timediff"},
    ),
    "weeks that fit another horizon": (
        everywhere("target_end_date", "2025-11-22", "2025-11-29"),
        {"opt_check_tbl_horizon_timediff"},
    ),
    "6 for 06": (everywhere("location", "06", "6"), {"valid_vals"}),
    "a column too many": (lambda rows: rows.with_columns(pl.lit("x").alias("team")), {"colnames"}),
    "the columns of row numbers": (lambda rows: rows.with_row_index("").cast(pl.String), {"colnames"}),
    "a column left out": (lambda rows: rows.drop("target_end_date"), {"colnames"}),
    "another name of the target": (everywhere("target", "wk inc flu hosp", "wk ahead inc flu hosp"), {"valid_vals"}),
    "another case of the class": (everywhere("output_type_id", "stable", "Stable"), {"valid_vals", "req_vals"}),
    "a row twice": (lambda rows: pl.concat([rows, rows[:1]]), {"rows_unique"}),
    "a place twice": (lambda rows: pl.concat([rows, rows[:92]]), {"rows_unique"}),
    "a value below zero": (at(0, value="-1"), {"value_col_valid"}),
    "a fraction of an admission": (at(5, value="14.5"), {"value_col_valid"}),
    "a count above the population": (at(22, value="400000000"), {"opt_check_tbl_counts_lt_popn"}),
    "NA as a value": (at(4, value=None), {"value_col_valid"}),
    "a word as a value": (at(4, value="many"), {"value_col_valid"}),
    "an infinite value": (at(22, value="Inf"), {"value_col_valid", "opt_check_tbl_counts_lt_popn"}),
    "classes that sum to 0.9": (
        lambda rows: rows.with_columns(
            pl.when(pl.int_range(pl.len()).is_between(FIRST_CLASS, FIRST_CLASS + 4))
            .then(pl.lit("0.18"))
            .otherwise("value")
            .alias("value")
        ),
        {"value_col_sum1"},
    ),
    "two rounds in a file": (halves_of_rounds, {"unique_round_id"}),
    "another round than the name's": (a_week_later, {"match_round_id", "submission_time"}),
    "a round without a date": (at(0, reference_date=None), {"unique_round_id", "valid_vals"}),
    "a horizon that is not asked for": (
        everywhere("horizon", "3", "4"),
        {"valid_vals", "opt_check_tbl_horizon_timediff"},
    ),
    "a horizon with a point": (everywhere("horizon", "3", "3.0"), {"col_types"}),
    "a level that is not asked for": (everywhere("output_type_id", "0.975", "0.98"), {"valid_vals", "req_vals"}),
    "another output type": (everywhere("output_type", "pmf", "probability"), {"valid_vals", "req_vals"}),
    "dates as the American write them": (
        lambda rows: rows.with_columns(pl.col("reference_date").str.replace(r"(\d+)-(\d+)-(\d+)", "$2/$3/$1")),
        {"match_round_id", "col_types", "valid_vals"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_caught(mistake: str) -> None:
    """A file with one mistake fails the check of that mistake, passes every other, and is told where it is."""
    change, caught = MISTAKES[mistake]
    results = checked(csv_of(change(valid_text("flusight"))))
    assert failed(results) == caught
    for name in caught:
        assert results[name].verdict.message


RIGHT: dict[str, Change] = {
    "columns in another order": lambda rows: rows.select(sorted(rows.columns)),
    "rows in another order": lambda rows: rows.sample(fraction=1.0, shuffle=True, seed=3),
    "0.10 for 0.1": everywhere("output_type_id", "0.1", "0.10"),
    "0.500 for 0.5": everywhere("output_type_id", "0.5", "0.500"),
    "a place left out": lambda rows: rows.filter(pl.col("location") != "06"),
    "a horizon left out": lambda rows: rows.filter(pl.col("horizon") != "3"),
    "a target left out": lambda rows: rows.filter(pl.col("target") == "wk inc flu hosp"),
    "the nation alone": lambda rows: rows.filter(pl.col("location") == "US"),
    "12.0 for 12 admissions": at(3, value="12.0"),
}  # fmt: skip


@pytest.mark.parametrize("change", RIGHT)
def test_what_is_no_mistake_passes(change: str) -> None:
    """A file that is written otherwise, or says less than all that may be said, is valid."""
    assert failed(checked(csv_of(RIGHT[change](valid_text("flusight"))))) == set()


def test_the_place_and_the_meaning_are_said() -> None:
    """The message of a wrong code of a place says the line, the code and the one that was meant."""
    rows = valid_text("flusight")
    verdict = checked(csv_of(everywhere("location", "06", "6")(rows)))["valid_vals"].verdict
    first = rows["location"].to_list().index("06") + 2  # below the names of the columns, counted from 1
    assert verdict.where == (f"line {first}: location '6'; '06' is asked for",)
    assert verdict.count == (rows["location"] == "06").sum()


def test_the_line_of_a_broken_row_is_said() -> None:
    """A row with a cell too few makes the file unreadable, and its line is said."""
    lines = csv_of(valid_text("flusight")).split(b"\n")
    lines[7] = lines[7].rpartition(b",")[0]
    results = checked(b"\n".join(lines))
    assert failed(results) == {"file_read"}
    assert "line 8: it has 7 cells" in results["file_read"].verdict.message


NAMES: dict[str, tuple[str, set[str]]] = {
    "no round": (f"{MODEL}.csv", {"file_name"}),
    "no model": (f"{ROUND['flusight']}-Ours.csv", {"file_name"}),
    "a hyphen too many": (f"{ROUND['flusight']}-{MODEL}-v2.csv", {"file_name"}),
    "a space": (f"{ROUND['flusight']}-{MODEL} (1).csv", {"file_name"}),
    "another team": (f"{ROUND['flusight']}-Other-local.csv", {"file_location", "metadata_exists"}),
    "a Sunday": (f"{ROUND['flusight'] + timedelta(days=1)}-{MODEL}.csv", {"round_id_valid"}),
    "another ending": (f"{ROUND['flusight']}-{MODEL}.txt", {"file_format"}),
    "an ending in capitals": (f"{ROUND['flusight']}-{MODEL}.CSV", {"file_format"}),
}  # fmt: skip


@pytest.mark.parametrize("mistake", NAMES)
def test_each_mistake_of_a_name_is_caught(mistake: str) -> None:
    """A file under a wrong name fails the check of that mistake and passes every other that can be made."""
    name, caught = NAMES[mistake]
    assert failed(checked(csv_of(valid_text("flusight")), name=name)) == caught


def test_the_wrong_folder_and_a_second_file_are_caught() -> None:
    """A file in another model's folder, and a second file of the round, are caught."""
    content = csv_of(valid_text("flusight"))
    assert failed(checked(content, folder="Other-local")) == {"file_location"}
    assert failed(checked(content, beside=f"{ROUND['flusight']}-{MODEL}.parquet")) == {"file_n"}
    assert failed(checked(content, beside=f"2025-11-15-{MODEL}.csv")) == set()


@pytest.mark.parametrize(
    ("now", "valid"),
    [
        (datetime(2025, 11, 16, 4, 59, 59, tzinfo=UTC), False),  # Saturday, 23:59:59 in New York
        (datetime(2025, 11, 16, 5, tzinfo=UTC), True),
        (datetime(2025, 11, 20, 4, 59, 59, tzinfo=UTC), True),  # Wednesday, 23:59:59 in New York
        (datetime(2025, 11, 20, 5, tzinfo=UTC), False),
    ],
)
def test_too_early_and_too_late_are_caught_to_the_second(now: datetime, valid: bool) -> None:
    """A file is taken from the first second of the sixth day before its round to the last of the third, at the hub."""
    results = checked(csv_of(valid_text("flusight")), now=now)
    assert failed(results) == (set() if valid else {"submission_time"})
    if not valid:
        assert "2025-11-16 00:00 EST to 2025-11-19 23:59 EST" in results["submission_time"].verdict.message


PARQUET: dict[str, tuple[Change, set[str]]] = {
    "as the schema says": (lambda rows: rows, set()),
    "dates as text": (lambda rows: rows.with_columns(pl.col("reference_date").cast(pl.String)), {"col_types"}),
    "places as numbers": (
        lambda rows: rows.filter(pl.col("location") != "US").with_columns(pl.col("location").cast(pl.Int64)),
        {"col_types", "valid_vals"},
    ),
    "horizons as 64-bit integers": (lambda rows: rows.with_columns(pl.col("horizon").cast(pl.Int64)), set()),
    "horizons as fractions": (lambda rows: rows.with_columns(pl.col("horizon").cast(pl.Float64)), {"col_types"}),
    "values as text": (lambda rows: rows.with_columns(pl.col("value").cast(pl.String)), {"col_types"}),
    "a value left open": (
        lambda rows: rows.with_columns(pl.when(pl.int_range(pl.len()) != 4).then("value").alias("value")),
        {"value_col_valid"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", PARQUET)
def test_each_mistake_of_a_parquet_file_is_caught(mistake: str) -> None:
    """A Parquet file passes with the types of the hub's schema, and fails the check of its one mistake else."""
    change, caught = PARQUET[mistake]
    content = parquet_of(change(valid_rows("flusight")))
    assert failed(checked(content, name=f"{ROUND['flusight']}-{MODEL}.parquet")) == caught


def test_respicast_takes_no_parquet_and_requires_both_targets() -> None:
    """A Parquet file is refused by a hub that takes CSV alone; each place that is there needs every quantile."""
    name = f"{ROUND['respicast']}-{MODEL}.parquet"
    assert failed(checked(parquet_of(valid_rows("respicast")), hub="respicast", name=name)) == {
        "file_format",
        "col_types",  # its levels are numbers there: no output type of that hub has words
    }
    rows = valid_text("respicast")
    assert failed(checked(csv_of(rows.filter(pl.col("output_type") != "median")), hub="respicast")) == set()
    assert failed(checked(csv_of(rows.filter(pl.col("output_type") == "median")), hub="respicast")) == {"req_vals"}
    assert failed(checked(csv_of(shifted("target_end_date", -1)(rows)), hub="respicast")) == {
        "derived_task_id_vals",
        "opt_check_tbl_horizon_timediff",
    }


def test_where_quantiles_are_optional_those_that_are_there_must_be_whole() -> None:
    """A hub that requires no output type takes a place without quantiles, but not one with some of them."""
    rows = valid_text("covid")
    assert failed(checked(csv_of(rows.filter(pl.col("location") == "US")), hub="covid")) == set()
    assert failed(checked(csv_of(without(7)(rows)), hub="covid")) == {"req_vals"}


@pytest.mark.parametrize("name", PROFILES)
def test_a_file_of_ours_is_valid(name: str) -> None:
    """What we write for a hub passes every check that its folder allows."""
    results = checked(csv_of(valid_text(name)), hub=name)
    assert failed(results) == set()
    skipped = {one for one, result in results.items() if result.verdict.outcome is Outcome.SKIPPED}
    assert {one for one in skipped if not one.startswith("spl_")} <= {"value_col_sum1", "opt_check_tbl_counts_lt_popn"}
    assert IN_TIME.tzinfo is UTC


def test_a_file_without_rows_says_so() -> None:
    """The names of the columns alone are no forecast, and no check breaks on them."""
    results = checked(csv_of(valid_text("flusight").head(0)))
    assert failed(results) == {"file_read"}
    assert "has the names of its columns and no rows" in results["file_read"].verdict.message


def test_empty_lines_do_not_count_and_do_not_move_others() -> None:
    """With empty lines a file is as valid as without; a mistake behind them is said with its own line."""
    lines = csv_of(valid_text("flusight")).split(b"\n")
    assert failed(checked(b"\n".join([*lines[:3], b"", *lines[3:], b"", b""]))) == set()
    row = at(5, location="6")(valid_text("flusight"))
    wrong = csv_of(row).split(b"\n")
    verdict = checked(b"\n".join([*wrong[:3], b"", *wrong[3:]]))["valid_vals"].verdict
    assert verdict.where == ("line 8: location '6'; '06' is asked for",)


def test_a_hub_without_a_column_of_targets_is_checked() -> None:
    """Where a hub has one target and no column of it, horizons are not judged, and nothing breaks."""
    tasks = tasks_of("respicast")
    (told,) = tasks["rounds"]
    told["model_tasks"] = told["model_tasks"][:1]
    del told["model_tasks"][0]["task_ids"]["target"]
    told["model_tasks"][0]["target_metadata"][0]["target_keys"] = None
    text = valid_text("respicast").filter(pl.col("target") == "ILI incidence").drop("target")
    results = checked(csv_of(text), hub="respicast", tasks=tasks)
    assert failed(results) == set()
    assert results["opt_check_tbl_horizon_timediff"].verdict.outcome is Outcome.SKIPPED
