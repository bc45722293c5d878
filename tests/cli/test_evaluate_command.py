"""`neuralbrain evaluate`: the track record for people, as JSON and as a picture."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from same_process import command

from replayed import replay


@pytest.fixture(scope="module")
def weeks_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home in which six weeks of the sample went by."""
    home = tmp_path_factory.mktemp("weeks") / "home"
    assert [one.outcome.value for one in replay(home, weeks=6)] == ["done"] * 6
    return home


@pytest.fixture
def weeks(weeks_home: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return Path(shutil.copytree(weeks_home, tmp_path / "weeks"))


def test_for_people(weeks):
    """A row a provider and one for all, the claims, and what has no truth yet."""
    said = command("evaluate", home=weeks, COLUMNS="140")
    assert said.returncode == 0, said.stderr
    for words in ("Provider", "local", "all", "Rel. WIS", "In 95 %", "confidence", "trend: stable", "have no truth"):
        assert words in said.stdout, words


def test_as_json_it_is_the_same_record(weeks):
    """JSON has scores, coverage and claims of each group; a region is asked for by any name."""
    told = json.loads(command("evaluate", "--by", "region", "--json", home=weeks).stdout)
    assert told["scored"] == sum(one["values"] for one in told["groups"]) > 0
    assert {"means", "intervals", "claims"} <= told["groups"][0].keys()
    one = told["groups"][0]
    alone = json.loads(command("evaluate", "--region", one["key"].lower(), "--json", home=weeks).stdout)
    assert alone["overall"]["means"] == pytest.approx(one["means"]), "sums may be taken in another order"


def test_narrow(weeks):
    """On a narrow screen columns leave, and no number is cut."""
    said = command("evaluate", "--by", "horizon", home=weeks, COLUMNS="60").stdout
    assert "Rel. WIS" in said
    assert "…" not in said


def test_drawn(weeks, tmp_path):
    """The picture is XML that a screen reader can read, or a .png; any other ending is refused."""
    svg, png = tmp_path / "record.svg", tmp_path / "record.png"
    assert command("evaluate", "--plot", str(svg), home=weeks).returncode == 0
    root = ET.parse(svg).getroot()
    assert root.get("role") == "img"
    assert len(root.findall("{http://www.w3.org/2000/svg}polyline")) >= 4
    assert command("evaluate", "--plot", str(png), home=weeks).returncode == 0
    assert png.read_bytes().startswith(b"\x89PNG")
    assert command("evaluate", "--plot", "record.txt", home=weeks).returncode == 2


def test_nothing_yet_and_nobody(home):
    """An empty record is said in a sentence; a provider that is not there is an error with its code."""
    said = command("evaluate", home=home)
    assert (said.returncode, said.stdout.startswith("Nothing that was forecast can be scored")) == (0, True)
    failed = command("evaluate", "--provider", "nobody", "--json", home=home)
    assert (failed.returncode, json.loads(failed.stderr)["error"]["code"]) == (4, "provider-unknown")
