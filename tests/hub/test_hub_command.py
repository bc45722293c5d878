"""`neuralbrain hub` as a person and a script meet it: written, checked and scored from one end to the other."""

from __future__ import annotations

import csv
import json
import subprocess
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hub_folders import MODEL, ROUND, forecasts, hub_folder, moved, signal_of, tables_of_hub, tasks_of
from same_process import command
from submissions import csv_of, valid_text

from neuralbrain.backtest.folder import ResultFolder
from neuralbrain.backtest.replay import frame_at
from neuralbrain.clock import SystemClock
from neuralbrain.evaluate.scores import weighted_interval_score
from neuralbrain.hub.hubs import COVID, FLUSIGHT, RESPICAST, HubProfile
from neuralbrain.hub.rounds import round_of, target_end_date

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
    "a folder of no backtest": (("flusight", "--backtest", "{empty}"), "is no backtest: its backtest.json is missing"),
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


def end_of(day: str) -> datetime:
    """Return the end of a day, UTC."""
    return datetime.fromisoformat(f"{day}T23:59:59.999999+00:00")


def backtest_folder(
    folder: Path, profile: HubProfile, medians: dict[str, float], *, region: str = "USA", target: int = 0
) -> Path:
    """Write the result of a backtest: a median for each day; NaN leaves its cutoff without forecasts."""
    folder.mkdir(exist_ok=True)
    cutoffs = [str(end_of(day)) for day in medians]
    (folder / "backtest.json").write_text(json.dumps({"cutoffs": cutoffs}), encoding="utf-8")
    newest = target_end_date(profile, ROUND[profile.name], horizon=profile.targets[target].expected[0] - 1)
    for day, median in medians.items():
        if np.isfinite(median):
            table = forecasts(signal_of(profile, target), [region], last=newest, medians=np.array([median]))
            table = replace(table, cutoff=end_of(day))
            ResultFolder(folder).write(end_of(day), frame_at([table], contaminated=False), about={})
    return folder


def test_a_backtest_becomes_a_file_a_round(tmp_path: Path) -> None:
    """Of several cutoffs of a round the last in time is written; what is late, older or missing is named."""
    days = {"2025-11-17": 10.0, "2025-11-19": 99.0, "2025-11-20": 500.0, "2025-11-27": 7.0, "2025-12-03": np.nan}
    result = backtest_folder(tmp_path / "result", COVID, days)
    (result / ".unfinished-1-20251119T235959.999999Z.parquet").write_bytes(b"half")
    names = ("export", "covid", "--backtest", str(result), "--team-model", MODEL, "--output", str(tmp_path / "out"))
    told = hub(*names, "--json", home=tmp_path / "home")
    assert told.returncode == 0, told.stderr
    said = json.loads(told.stdout)
    assert [one["round"] for one in said["files"]] == ["2025-11-22"]
    assert [(one["cutoff"][:10], one["round"], one["message"]) for one in said["cutoffs_left_out"]] == [
        ("2025-11-17", "2025-11-22", "A later one of the same round is written."),
        ("2025-11-20", "2025-11-22", "It was made after the deadline."),
        ("2025-11-27", "2025-11-29", "It was made after the deadline."),
    ]
    assert said["cutoffs_unfinished"] == ["2025-12-03T23:59:59.999999Z"]
    rows = pl.read_csv(said["files"][0]["file"], infer_schema=False)
    assert rows.filter(pl.col("output_type_id") == "0.5")["value"].to_list() == ["99", "108.9", "118.8", "128.7"]
    printed = " ".join(hub(*names, home=tmp_path / "home").stdout.split())
    assert "2 cutoffs left out: It was made after the deadline." in printed
    assert "1 cutoff of the backtest without forecasts; run it again." in printed
    only = hub(*names, "--round", "2025-11-29", home=tmp_path / "home")
    assert (only.returncode, "Each cutoff is after the deadline" in only.stderr) == (1, True)


def test_a_round_of_which_nothing_is_forecast_is_named(tmp_path: Path) -> None:
    """Forecasts of another signal make no file of their round; without any forecasts the call is wrong."""
    result = backtest_folder(tmp_path / "result", COVID, {"2025-11-19": 9.0})
    names = ("--backtest", str(result), "--team-model", MODEL, "--output", str(tmp_path / "out"))
    other = hub("export", "rsv", *names, home=tmp_path / "home")
    assert (other.returncode, "rsv asks for rsv_admissions" in other.stderr) == (1, True)
    backtest_folder(result, COVID, {"2025-11-26": np.nan})
    none = hub("export", "covid", *names, home=tmp_path / "home")
    assert (none.returncode, "holds no forecasts of a backtest" in " ".join(none.stderr.split())) == (2, True)
    assert not (tmp_path / "out").exists()


def test_a_wednesday_of_a_backtest_is_of_the_european_round_of_that_day(tmp_path: Path) -> None:
    """The end of Wednesday UTC, Thursday in Paris, gives that Wednesday's round all horizons that are forecast."""
    result = backtest_folder(tmp_path / "result", RESPICAST, {"2025-11-19": 50.0}, region="DEU")
    names = ("export", "respicast", "--backtest", str(result), "--team-model", MODEL, "--output", str(tmp_path / "out"))
    told = hub(*names, "--json", home=tmp_path / "home")
    assert told.returncode == 0, told.stderr
    (file,) = json.loads(told.stdout)["files"]
    assert file["round"] == "2025-11-19"
    rows = pl.read_csv(file["file"], infer_schema=False)
    assert sorted(set(rows["horizon"])) == [str(one) for one in RESPICAST.targets[0].expected]


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
