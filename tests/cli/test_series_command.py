"""`neuralbrain series`: what is known of a region, on any day, in any form, with whose it is."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from xml.etree import ElementTree

import polars as pl
import pytest
from feed_home import serving, settings_of
from same_process import command

from neuralbrain.domain.location import LOCATIONS

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def revised(tmp_path_factory):
    """Return a home and settings in which values of Austria are known from a dated copy and from a later reading."""
    home = tmp_path_factory.mktemp("revised") / "home"
    with serving("erviss") as server:
        settings = settings_of(server)
        assert command("ingest", "--since", "2026-03-19", home=home, **settings).returncode == 0
    return home, settings


@pytest.fixture(scope="module")
def covid(tmp_path_factory):
    """Return a home and settings in which the sample of worldwide cases and deaths was read."""
    home = tmp_path_factory.mktemp("covid") / "home"
    with serving("who-covid") as server:
        settings = settings_of(server)
        assert command("ingest", home=home, **settings).returncode == 0
    return home, settings


def shown(where, *arguments, **environment):
    """Return what the command printed."""
    home, settings = where
    said = command("series", *arguments, home=home, **settings, **environment)
    assert said.returncode == 0, said.stderr
    return said.stdout


def refused(where, *arguments):
    """Return the exit code and the error that a command ended with."""
    home, settings = where
    said = command("series", *arguments, "--json", home=home, **settings)
    return said.returncode, json.loads(said.stderr)["error"]


def values_in(where, *arguments):
    """Return day to value, as JSON has them."""
    return {one["target_date"]: one["value"] for one in json.loads(shown(where, *arguments, "--json"))["values"]}


def test_a_table_with_a_picture(revised):
    """A row a week with its last day, its value, since when it is known and a bar; then source, credit and licence."""
    said = shown(revised, "Finland")
    assert "Finland (FIN)  ili consultations, weekly, in percent, known now" in said
    rows = {line.split()[0]: line for line in said.splitlines() if line.startswith(" 2026-W")}
    assert list(rows) == ["2026-W09", "2026-W10", "2026-W11", "2026-W12"]
    assert "2026-03-01  0.625 %  2026-03-20 00:00 UTC" in rows["2026-W09"]
    assert rows["2026-W09"].count("█") == 40  # the highest value
    assert rows["2026-W11"].count("█") == 24  # 0.375 of 0.625
    for words in ("Source    erviss:", "Credit    European Respiratory Virus", "Licence   EUPL-1.2"):
        assert words in said


def test_what_was_known_on_a_day(revised):
    """A day means its end: before a copy nothing is known, on its day the values of then, later those of now."""
    assert values_in(revised, "AUT", "--as-of", "2026-03-19") == {}
    then = {"2026-03-01": 2390.4, "2026-03-08": 2055.1, "2026-03-15": 1699.9}
    assert values_in(revised, "AUT", "--as-of", "2026-03-20") == then
    assert values_in(revised, "AUT", "--as-of", "2026-03-20T00:00:00+01:00") == {}
    assert values_in(revised, "AUT") == {**then, "2026-03-15": 1748.4, "2026-03-22": 1530.5}
    assert "Nothing was known of it then." in shown(revised, "AUT", "--as-of", "2026-03-19")
    assert "as known by 2026-03-20 23:59 UTC" in shown(revised, "AUT", "--as-of", "2026-03-20")


def test_each_revision_with_when_it_became_known(revised):
    """With --revisions a value that was revised has a row each time, with how much it changed."""
    said = shown(revised, "AUT", "--revisions")
    rows = [line for line in said.splitlines() if "2026-03-15" in line]
    assert len(rows) == 2
    assert "1,700" in rows[0]
    assert "1,748  +2.9 %" in rows[1]  # 1748.4 / 1699.9 - 1
    told = json.loads(shown(revised, "AUT", "--revisions", "--json"))["revisions"]
    assert [one["value"] for one in told if one["target_date"] == "2026-03-15"] == [1699.9, 1748.4]
    until = json.loads(shown(revised, "AUT", "--revisions", "--as-of", "2026-03-20", "--json"))["revisions"]
    assert [one["value"] for one in until] == [2390.4, 2055.1, 1699.9]


def test_only_the_last_weeks(revised):
    """--weeks counts back from the newest value; the table says how many earlier ones it leaves out."""
    assert list(values_in(revised, "AUT", "--weeks", "2")) == ["2026-03-15", "2026-03-22"]
    assert next(iter(values_in(revised, "AUT", "--weeks", "100000"))) == "2026-03-01"
    assert "2 earlier ones are left out" in shown(revised, "AUT", "--weeks", "2")


def test_a_table_shows_half_a_year_unless_told(ran):
    """The table has 26 weeks, the other forms all; a week that was not reported is a row that says so."""
    assert command("series", "Angola", home=ran).stdout.count("\n 202") == 26
    said = command("series", "Angola", "--weeks", "60", home=ran, COLUMNS="120").stdout
    assert "not reported" in next(line for line in said.splitlines() if "2025-08-10" in line)
    assert len(json.loads(command("series", "Angola", "--json", home=ran).stdout)["values"]) == 60


def test_the_primary_signal_and_what_else_there_is(covid):
    """Without a signal the primary one is shown, and the others are named with their feed."""
    said = shown(covid, "France")
    assert "covid cases" in said
    assert "Also      covid_deaths (who-covid)" in said
    told = json.loads(shown(covid, "FRA", "covid_deaths", "--json"))
    assert told["signal"] == "covid_deaths"
    assert [one["signal"] for one in told["other_series"]] == ["covid_cases"]


def test_of_two_feeds_the_first_of_the_settings_answers(home):
    """Where two feeds report a region the order of the settings decides, and --source names the other one."""
    with serving("erviss") as first, serving("flunet") as second:
        tables = [json.loads(settings_of(one)["NEURALBRAIN_FEEDS"]) for one in (first, second)]
        feeds = {"NEURALBRAIN_FEEDS": json.dumps(tables[0] | tables[1])}
        orders = [feeds | {"NEURALBRAIN_SOURCES": order} for order in ("flunet,erviss", "erviss,flunet")]
        assert command("ingest", home=home, **orders[0]).returncode == 0
    told = [json.loads(shown((home, order), "Czechia", "--json")) for order in orders]
    assert [one["source"] for one in told] == ["flunet", "erviss"]
    assert "erviss" in {one["source"] for one in told[0]["other_series"]}
    named = json.loads(shown((home, orders[0]), "Czechia", "--source", "erviss", "--json"))
    assert named["source"] == "erviss"


@pytest.mark.parametrize(
    ("arguments", "code", "remedy"),
    [
        (("Finnland",), "region-unknown", "Finland (FIN)"),
        (("Fiji",), "region-not-covered", "sources list"),
        (("Finland", "ili_consultation"), "signal-unknown", "ili_consultations"),
        (("Germany", "ili_rate"), "signal-unknown", "ari_rate"),
        (("Finland", "--source", "ervis"), "source-unknown", "erviss"),
        (("Finland", "--source", "nhsn"), "region-not-covered", "erviss"),
    ],
)
def test_errors_help(revised, arguments, code, remedy):
    """What is not known is exit code 4, with what was probably meant."""
    exit_code, error = refused(revised, *arguments)
    assert (exit_code, error["code"]) == (4, code)
    assert remedy in error["remedy"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("AUT", "--as-of", "2026"), "YYYY-MM-DD"),
        (("AUT", "--as-of", "2026-03-20T12:00:00"), "zone"),
        (("AUT", "--plot", "x.pdf"), ".svg"),
        (("AUT", "--format", "csv"), "--format csv"),
        (("AUT", "--plot", "no/such/folder/x.svg"), "cannot be written: No such file or directory"),
        (("AUT", "--out", "no/such/folder/x.json"), "cannot be written: No such file or directory"),
    ],
)
def test_wrong_calls(revised, arguments, words):
    """What cannot be meant is exit code 2, and says what can."""
    exit_code, error = refused(revised, *arguments)
    assert exit_code == 2
    assert words in error["message"]


def test_a_file_of_an_unknown_kind_needs_a_format(revised, tmp_path):
    """What a file is to be is said by its ending or by --format; else nothing is written."""
    home, settings = revised
    said = command("series", "AUT", "--out", str(tmp_path / "x.doc"), home=home, **settings)
    assert said.returncode == 2
    assert "--format" in said.stderr
    assert list(tmp_path.iterdir()) == []


def test_csv_and_parquet_say_the_same(revised, tmp_path):
    """As CSV and as Parquet each row has its value and its licence; a file is written whole, and nothing printed."""
    text = shown(revised, "AUT", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [float(one["value"]) for one in rows] == [2390.4, 2055.1, 1748.4, 1530.5]
    assert {one["licence"] for one in rows} == {"EUPL-1.2 (the licence text in ECDC's data repository)"}
    assert shown(revised, "AUT", "--out", str(tmp_path / "a.parquet")) == ""
    table = pl.read_parquet(tmp_path / "a.parquet")
    assert table.columns == list(rows[0])
    assert table["value"].to_list() == [2390.4, 2055.1, 1748.4, 1530.5]
    assert table.schema["target_date"] == pl.Date
    assert table.schema["as_of"] == pl.Datetime("us", "UTC")
    shown(revised, "AUT", "--out", str(tmp_path / "a.csv"), "--revisions")
    assert len((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()) == 6
    shown(revised, "AUT", "--out", str(tmp_path / "a.json"))
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["region"] == "AUT"
    assert {one.name for one in tmp_path.iterdir()} == {"a.parquet", "a.csv", "a.json"}


def test_a_withdrawn_value_is_none(home):
    """A value that the source withdrew is shown as withdrawn, null in JSON and an empty cell in CSV, never 0."""
    with serving("who-covid") as server:
        settings = settings_of(server)
        command("ingest", home=home, **settings)
        body = server.bodies["WHO-COVID-19-global-data.csv"]
        kept = [line for line in body.split(b"\n") if not line.startswith(b"2026-03-01,NA,")]
        server.bodies["WHO-COVID-19-global-data.csv"] = b"\n".join(kept)
        command("ingest", home=home, **settings)
    where = (home, settings)
    assert "withdrawn" in shown(where, "Namibia")
    assert values_in(where, "Namibia")["2026-03-01"] is None
    rows = list(csv.DictReader(io.StringIO(shown(where, "Namibia", "--format", "csv"))))
    assert [one["value"] for one in rows if one["target_date"] == "2026-03-01"] == [""]
    shown(where, "Namibia", "--out", str(home / "n.parquet"))
    assert pl.read_parquet(home / "n.parquet")["value"].to_list() == [2.0, None, 1.0, 0.0]


def test_a_picture_as_svg_and_as_png(revised, tmp_path):
    """The picture names region, signal, source, licence and the day of knowledge, in words that a reader can read."""
    drawn = tmp_path / "a.svg"
    said = shown(revised, "AUT", "--plot", str(drawn), "--as-of", "2026-03-20")
    assert f"Drawn     {drawn}" in said
    root = ElementTree.fromstring(drawn.read_text(encoding="utf-8"))
    words = " ".join(one.text or "" for one in root.iter(f"{SVG}text"))
    for part in (
        "Austria: ili rate",
        "per 100,000 inhabitants",
        "European Respiratory",
        "EUPL-1.2",
        "2026-03-20 23:59",
    ):
        assert part in words
    assert root.get("role") == "img"
    assert "3 values from 2026-03-01 to 2026-03-15" in (root.find(f"{SVG}desc").text or "")
    shown(revised, "AUT", "--plot", str(tmp_path / "a.PNG"))
    png = (tmp_path / "a.PNG").read_bytes()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")) == (1920, 960)


def test_a_picture_of_words_needs_a_font():
    """Where a machine has none of the fonts a .png is refused, and the words name .svg: no picture without words."""
    from typer import BadParameter

    from neuralbrain.cli.png import png_of

    with pytest.raises(BadParameter, match=r"\.svg"):
        png_of('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', fonts="No Such Font Anywhere")


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100])
def test_a_narrow_screen_cuts_no_number(revised, width):
    """Columns leave one by one, and period and value are whole at every width."""
    said = shown(revised, "AUT", COLUMNS=str(width))
    for period, value in (("2026-W09", "2,390"), ("2026-W12", "1,530")):
        assert any(period in line and value in line for line in said.splitlines())
    if width >= 40:
        assert max(map(len, said.splitlines())) <= width


def test_a_plain_encoding_gets_plain_bars(revised, monkeypatch):
    """Where the output cannot carry blocks, bars are drawn from letters that every encoding has."""
    from neuralbrain.cli import series_view

    monkeypatch.setattr(series_view, "carries", lambda _letters: False)
    assert "####" in shown(revised, "AUT")


def test_a_file_keeps_what_a_device_is(revised):
    """What is written to a device goes through it; the device is not replaced by a file."""
    assert shown(revised, "AUT", "--out", "/dev/null", "--format", "csv") == ""
    from pathlib import Path

    assert Path("/dev/null").is_char_device()


def test_what_nobody_reports_follows_from_the_parts(ran, tmp_path):
    """A nation whose states alone report is their mean by population where all report, and every form says so."""
    said = command("series", "USA", "pertussis_rate", "--weeks", "4", home=ran, COLUMNS="120").stdout
    assert "Derived   United States is the mean of its 51 parts by population" in said
    assert "not by all parts" in said
    told = json.loads(command("series", "USA", "--json", home=ran).stdout)
    assert (told["signal"], told["source"], len(told["derived"]["parts"])) == ("pertussis_rate", "pertussis-us", 51)
    day = told["values"][-1]["target_date"]
    table = command("series", "USA", "--format", "csv", "--plot", str(tmp_path / "a.svg"), home=ran).stdout
    rows = list(csv.DictReader(io.StringIO(table)))
    assert rows[-1]["as_of"] == ""
    assert "mean of its 51 parts" in rows[-1]["attribution"]
    assert "put together from its parts" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    of_states, inhabitants = 0.0, 0
    for code in told["derived"]["parts"]:
        state = json.loads(command("series", code, "--json", home=ran).stdout)
        value = next(one["value"] for one in state["values"] if one["target_date"] == day)
        of_states += value * LOCATIONS[code].population
        inhabitants += LOCATIONS[code].population
    assert told["values"][-1]["value"] == pytest.approx(of_states / inhabitants)


def test_a_sum_of_some_is_no_sum(ran):
    """The world of which fifteen countries report has no value, and it is said who is missing."""
    told = json.loads(command("series", "World", "cholera_cases", "--json", home=ran).stdout)
    assert told["values"] == []
    assert "FRA" in told["derived"]["missing"]
    assert "Nothing is known of it." in command("series", "World", "cholera_cases", home=ran).stdout
    assert command("series", "USA", "--revisions", home=ran).returncode == 2
    assert told["other_series"][0]["signal"] == "cholera_deaths"


@pytest.fixture(scope="module")
def young(tmp_path_factory):
    """Return a home and settings with 30 weekly releases, whose newest value always is half of what it will be."""
    folder = tmp_path_factory.mktemp("young")
    weeks = [date(2025, 1, 4) + timedelta(days=7 * week) for week in range(60)]
    rows = ["location,target_end_date,as_of,target,observation"]
    for number in range(30, 60):
        known = weeks[number] + timedelta(days=4)
        for place, size in (("06", 400), ("36", 200)):
            values = [size + 10 * (week % 7) for week in range(number)] + [size // 2 + 5 * (number % 7)]
            rows += [
                f"{place},{day},{known},wk inc flu hosp,{n}" for day, n in zip(weeks[: number + 1], values, strict=True)
            ]
    (folder / "target-data").mkdir()
    (folder / "target-data" / "time-series.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    feeds = json.dumps({"mine": {"adapter": "hub", "path": str(folder)}})
    settings = {"NEURALBRAIN_SOURCES": "mine", "NEURALBRAIN_FEEDS": feeds}
    home = folder / "home"
    assert command("ingest", home=home, **settings).returncode == 0
    return home, settings


def test_how_complete_the_newest_value_is_stands_beside_it(young):
    """A newest value of which half is reported yet says 50 %, older ones nothing; what checks mark stands below."""
    table = shown(young, "US-CA", "--weeks", "8")
    rows = [line for line in table.splitlines() if line.startswith(" 202")]
    assert "50%" in rows[-1]
    assert all("%" not in line for line in rows[:-1])
    told = json.loads(shown(young, "US-CA", "--json"))
    assert told["values"][-1]["completeness"] == pytest.approx(0.5, abs=0.02)
    assert told["marks"]
    assert all(one["message"][:40] in table for one in told["marks"][:3])
