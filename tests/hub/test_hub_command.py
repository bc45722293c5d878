"""`neuralbrain hub` as a person and a script meet it: written, checked and scored from one end to the other."""

from __future__ import annotations

import csv
import json
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hub_folders import MODEL, ROUND, forecasts, hub_folder, moved, signal_of, tables_of_hub, tasks_of
from same_process import command
from submissions import csv_of, valid_text

from neuralbrain.clock import SystemClock
from neuralbrain.evaluate.forecast_frame import frame_of
from neuralbrain.evaluate.scores import weighted_interval_score
from neuralbrain.hub.hubs import COVID, FLUSIGHT
from neuralbrain.hub.rounds import round_of

STATES = ("06", "48", "36")


def hub(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `neuralbrain hub` and return what it printed and its exit code."""
    return command("hub", *arguments, home=home, **environment)


@pytest.fixture(scope="module")
def now() -> datetime:
    """Return the time of the test."""
    return SystemClock().now()


@pytest.fixture(scope="module")
def ran(tmp_path_factory, now: datetime) -> Path:
    """Return a home with an edition of flu admissions of three states, known up to the week before the round."""
    folder: Path = tmp_path_factory.mktemp("hub")
    newest = round_of(FLUSIGHT, now) - timedelta(days=7)
    rows = [["target_end_date", "observation", "location", "target"]]
    for place, state in enumerate(STATES):
        for week in range(80):
            end = newest - timedelta(weeks=week)
            level = 200 + 150 * np.sin(2 * np.pi * (week + place) / 52) + 13 * ((week * 7 + place) % 5)
            rows.append([str(end), f"{level:.0f}", state, "wk inc flu hosp"])
    with (folder / "time-series.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    feeds = {"flu": {"adapter": "flusight-hub", "path": str(folder / "time-series.csv")}}
    ended = command(
        "run", home=folder / "home", NEURALBRAIN_SOURCES="flu", NEURALBRAIN_FEEDS=json.dumps(feeds)
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return folder / "home"


def test_an_edition_becomes_a_file_that_the_hub_takes(ran: Path, now: datetime, tmp_path: Path) -> None:
    """An exported file stands where the hub wants it, says what is missing and why, and passes validation."""
    day = round_of(FLUSIGHT, now)
    tasks = moved(tasks_of("flusight"), days=(day - ROUND["flusight"]).days)
    folder = hub_folder(tmp_path / "hub", "flusight", tasks=tasks)
    output = folder / "model-output"
    told = hub("export", "flusight", "--team-model", MODEL, "--output", str(output), "--json", home=ran)
    assert told.returncode == 0, told.stderr
    (file,) = json.loads(told.stdout)["files"]
    path = output / MODEL / f"{day}-{MODEL}.csv"
    assert (file["file"], file["round"]) == (str(path), str(day))
    assert file["rows"] == len(STATES) * 4 * (23 + 5)
    assert {one["location"] for one in file["missing"] if one["target"] == "wk inc flu hosp"} == set(
        FLUSIGHT.places
    ) - set(STATES)
    said = hub("validate", str(path), "--hub-folder", str(folder), "--at", f"{day - timedelta(days=3)}", home=ran)
    assert said.returncode == 0, said.stdout
    assert f"{path.name} is valid." in said.stdout
    again = hub("export", "flusight", "--team-model", MODEL, "--output", str(tmp_path / "again"), home=ran)
    assert (tmp_path / "again" / MODEL / path.name).read_bytes() == path.read_bytes()
    assert "missing  wk inc flu hosp: US, 01, 02" in again.stdout
    assert "It is not forecast." in again.stdout
    assert "peak inc flu hosp" in again.stdout


def test_parquet_is_written_on_request(ran: Path, now: datetime, tmp_path: Path) -> None:
    """`--format parquet` writes the same rows as Parquet."""
    names = ("export", "flusight", "--team-model", MODEL, "--output", str(tmp_path))
    assert hub(*names, "--format", "parquet", home=ran).returncode == 0
    assert hub(*names, home=ran).returncode == 0
    stem = tmp_path / MODEL / f"{round_of(FLUSIGHT, now)}-{MODEL}"
    text = pl.read_csv(f"{stem}.csv", infer_schema=False)
    assert pl.read_parquet(f"{stem}.parquet")["value"].to_list() == text["value"].cast(pl.Float64).to_list()


WRONG = {
    "an unknown hub": (("nowcast",), "No hub is called"),
    "no model's name": (("flusight", "--team-model", "Ours"), "no model's identifier"),
    "too long a name": (("flusight", "--team-model", "Ours-longer_than_allowed"), "14 characters each"),
    "a round on a Sunday": (("flusight", "--round", "2025-11-23"), "Rounds of flusight are dated on a Saturday"),
    "a word as a round": (("flusight", "--round", "next"), "is no day"),
    "a format that is none": (("flusight", "--format", "xlsx"), "neither csv nor parquet"),
    "a format that the hub does not take": (("respicast", "--format", "parquet"), "respicast takes csv"),
    "edition and backtest": (("flusight", "--edition", "1", "--backtest", "."), "cannot both be written"),
    "a backtest without forecasts": (("flusight", "--backtest", "{empty}"), "holds no forecasts of a backtest"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_call_writes_nothing(wrong: str, ran: Path, tmp_path: Path) -> None:
    """What no hub knows is a wrong call: exit code 2, the reason in words, and nothing is written."""
    given, said = WRONG[wrong]
    (tmp_path / "empty").mkdir()
    typed = [one.replace("{empty}", str(tmp_path / "empty")) for one in given]
    named = [] if "--team-model" in typed else ["--team-model", MODEL]
    ended = hub("export", *typed, *named, "--output", str(tmp_path / "out"), home=ran, COLUMNS="200")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in " ".join(ended.stderr.split())
    assert not (tmp_path / "out").exists()


def test_what_the_edition_does_not_have_is_no_file(ran: Path, tmp_path: Path) -> None:
    """A hub of another disease ends with 1 and says what it asks for; an edition that does not exist ends with 4."""
    names = ("--team-model", MODEL, "--output", str(tmp_path / "out"))
    other = hub("export", "covid", *names, home=ran)
    assert (other.returncode, "covid asks for covid_admissions" in other.stderr) == (1, True)
    missing = hub("export", "flusight", *names, "--edition", "9", home=ran)
    assert (missing.returncode, "edition-unknown" in missing.stderr) == (4, True)
    assert not (tmp_path / "out").exists()


def backtest_folder(folder: Path) -> Path:
    """Write the result of a backtest: two cutoffs of one round, and one of the next without the hub's signal."""
    newest = ROUND["covid"] - timedelta(days=7)
    for name, cutoff, median in (("1", "2025-11-17", 10.0), ("2", "2025-11-19", 99.0)):
        table = forecasts(signal_of(COVID, 0), ["USA"], last=newest, medians=np.array([median]))
        frame = frame_of(table).with_columns(cutoff=pl.lit(datetime.fromisoformat(cutoff).replace(tzinfo=UTC)))
        frame.write_parquet(folder / f"{name}.parquet")
    other = forecasts(signal_of(FLUSIGHT, 0), ["USA"], last=newest)
    frame = frame_of(other).with_columns(cutoff=pl.lit(datetime(2025, 11, 26, tzinfo=UTC)))
    frame.write_parquet(folder / "3.parquet")
    return folder


def test_a_backtest_becomes_a_file_a_round(tmp_path: Path) -> None:
    """Of several cutoffs of a round the last is written; a round of which nothing is forecast is named."""
    (tmp_path / "result").mkdir()
    result = backtest_folder(tmp_path / "result")
    names = ("export", "covid", "--backtest", str(result), "--team-model", MODEL, "--output", str(tmp_path / "out"))
    told = hub(*names, "--json", home=tmp_path / "home")
    assert told.returncode == 0, told.stderr
    said = json.loads(told.stdout)
    assert [one["round"] for one in said["files"]] == ["2025-11-22"]
    assert said["rounds_left_out"][0]["round"] == "2025-11-29"
    rows = pl.read_csv(said["files"][0]["file"], infer_schema=False)
    assert rows.filter(pl.col("output_type_id") == "0.5")["value"].to_list() == ["99", "108.9", "118.8", "128.7"]
    only = hub(*names, "--round", "2025-11-29", home=tmp_path / "home")
    assert (only.returncode, "error (hub-nothing)" in only.stderr) == (1, True)


def test_a_mistake_ends_with_1_and_is_said_as_json(tmp_path: Path) -> None:
    """`validate` ends with 1 for a wrong file; JSON names the check, the count and the places."""
    folder = hub_folder(tmp_path / "hub", "covid")
    path = folder / "model-output" / MODEL / f"{ROUND['covid']}-{MODEL}.csv"
    path.write_bytes(csv_of(valid_text("covid").with_columns(pl.col("location").str.replace("^0", ""))))
    names = ("validate", str(path), "--hub-folder", str(folder), "--at", "2025-11-19T12:00Z")
    ended = hub(*names, "--json", home=tmp_path / "home")
    assert ended.returncode == 1
    said = json.loads(ended.stdout)
    failed = [one for one in said["checks"] if one["outcome"] == "fail"]
    assert (said["valid"], [one["check"] for one in failed]) == (False, ["valid_vals"])
    assert failed[0]["where"][0].endswith("location '1'; '01' is asked for")
    assert failed[0]["count"] == 7 * 2 * 4 * 23  # places from 01 to 09, two targets, four weeks
    text = hub(*names, "--checks", "file", home=tmp_path / "home").stdout
    assert "valid_vals" not in text
    assert "is valid." in text
    unknown = hub(*names, "--checks", "spelling", home=tmp_path / "home")
    assert (unknown.returncode, "No check is called 'spelling'" in " ".join(unknown.stderr.split())) == (2, True)


def test_a_folder_that_is_no_hub_is_not_valid_and_nothing_breaks(tmp_path: Path) -> None:
    """A missing file in a missing hub is told check by check."""
    ended = hub("validate", "nothing.csv", "--hub-folder", str(tmp_path / "none"), home=tmp_path / "home")
    assert ended.returncode == 1
    assert "hub-config/tasks.json" in ended.stdout
    assert "There is no file nothing.csv" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_scores_are_those_of_the_formula(tmp_path: Path) -> None:
    """A file scored beside a baseline has the mean WIS of its quantiles, and its ratio to the baseline's."""
    ours, wide = (tables_of_hub(COVID)[0], tables_of_hub(COVID)[0])
    text = valid_text("covid").filter(pl.col("target") == "wk inc covid hosp")
    doubled = text.with_columns((pl.col("value").cast(pl.Float64) * 2).cast(pl.String).alias("value"))
    for model, rows in ((MODEL, text), ("Hub-baseline", doubled)):
        (tmp_path / model).mkdir()
        (tmp_path / model / f"{ROUND['covid']}-{model}.csv").write_bytes(csv_of(rows))
    ends = sorted({date.fromisoformat(one) for one in text["target_end_date"]})
    truth = pl.DataFrame({"location": [code for code in COVID.places for _ in ends], "target_end_date": ends * 53})
    observed = np.linspace(5, 90, len(truth))
    truth.with_columns(value=observed).write_parquet(tmp_path / "truth.parquet")
    ended = hub(
        "score", str(tmp_path / MODEL), "--truth", str(tmp_path / "truth.parquet"),
        "--baseline", str(tmp_path / "Hub-baseline"), "--json", home=tmp_path / "home",
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert (said["baseline"], said["incomplete"], said["not_known_yet"]) == ("Hub-baseline", 0, 0)
    found = {one["model_id"]: one for one in said["scores"]}
    quantiles = np.floor(ours.quantiles * 100 + 0.5) / 100
    own = weighted_interval_score(quantiles, observed.reshape(53, 4)).mean()
    twice = weighted_interval_score(2 * quantiles, observed.reshape(53, 4)).mean()
    assert found[MODEL]["wis"] == pytest.approx(own, rel=1e-12)
    assert found[MODEL]["relative_wis"] == pytest.approx(own / twice, rel=1e-12)
    assert found["Hub-baseline"]["relative_wis"] == 1.0
    assert found[MODEL]["n"] == len(wide) * 4
    alone = hub("score", str(tmp_path / MODEL), "--truth", str(tmp_path / "truth.parquet"), home=tmp_path / "home")
    assert (alone.returncode, "Rel. WIS" in alone.stdout, MODEL in alone.stdout) == (0, False, True)


def test_what_cannot_be_scored_is_said(tmp_path: Path) -> None:
    """A truth of other weeks, two baselines in one folder and a file that is no table end with 1 and a reason."""
    path = tmp_path / f"{ROUND['covid']}-{MODEL}.csv"
    path.write_bytes(csv_of(valid_text("covid")))
    truth = tmp_path / "truth.csv"
    truth.write_text("location,target_end_date,value\nUS,2020-01-04,3\n", encoding="utf-8")
    ended = hub("score", str(path), "--truth", str(truth), home=tmp_path / "home")
    assert (ended.returncode, "error (hub-nothing): None of 424 forecasts" in ended.stderr) == (1, True)
    (tmp_path / "many").mkdir()
    for model in ("A-b", "C-d"):
        (tmp_path / "many" / f"2025-11-22-{model}.csv").write_bytes(path.read_bytes())
    two = hub("score", str(path), "--truth", str(truth), "--baseline", str(tmp_path / "many"), home=tmp_path / "home")
    assert (two.returncode, "holds 2 models" in two.stderr) == (1, True)
    none = hub("score", str(truth), "--truth", str(truth), home=tmp_path / "home")
    assert (none.returncode, "truth.csv has no column reference_date" in none.stderr) == (1, True)
