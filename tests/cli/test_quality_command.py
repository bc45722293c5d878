"""`neuralbrain quality`: what the checks find, the worst first, and how many rows could not be used."""

from __future__ import annotations

import json

import pytest
from feed_home import serving, settings_of
from same_process import command


def told(home, *arguments, **environment):
    """Return what the command told as JSON, by feed."""
    said = command("quality", *arguments, "--json", home=home, **environment)
    assert said.returncode == 0, said.stderr
    return {one["feed"]: one for one in json.loads(said.stdout)["feeds"]}


def test_marks_of_the_sample(ran):
    """Each mark says how bad it is, which check it is from, which region and days, and what the check looks for."""
    one = told(ran, "cholera-africa")["cholera-africa"]
    assert one["series"] == 30
    gap = next(mark for mark in one["marks"] if (mark["check"], mark["region"]) == ("gaps", "AGO"))
    assert (gap["first_date"], gap["last_date"], gap["count"], gap["severity"]) == (
        "2025-08-10",
        "2025-08-10",
        1,
        "note",
    )
    order = [mark["severity"] for mark in one["marks"]]
    assert order == sorted(order, key=["error", "warning", "note"].index)


def test_for_people(ran):
    """The worst are shown first, as many as asked for, each check is explained once, and a line a feed sums them up."""
    said = command("quality", "--limit", "3", home=ran, COLUMNS="120").stdout
    assert said.count("zeros-for-blanks: ") == 1
    assert "more are left out; --limit shows more, --json all." in said
    assert "cholera-africa: 30 series, 0 errors, " in said
    assert len([line for line in said.splitlines() if line.startswith(" warning")]) == 3


def test_one_region(ran):
    """With --region only marks on it are shown, by any of its names."""
    marks = told(ran, "--region", "Angola")["cholera-africa"]["marks"]
    assert {mark["region"] for mark in marks} == {"AGO"}
    failed = command("quality", "--region", "Anglola", "--json", home=ran)
    assert (failed.returncode, json.loads(failed.stderr)["error"]["code"]) == (4, "region-unknown")


def test_rejected_rows_are_counted_by_code(home):
    """Rows that could not be used are counted by why, and are marks of their own; on a past day they are not."""
    with serving("who-covid") as server:
        settings = settings_of(server)
        command("ingest", home=home, **settings)
    one = told(home, **settings)["who-covid"]
    assert one["rejected_by_code"] == {"date-impossible": 1, "location-unknown": 1, "value-negative": 1}
    assert [mark["check"] for mark in one["marks"]].count("rejected-rows") == 3
    assert "rejected rows: 1 date-impossible, 1 location-unknown" in command("quality", home=home, **settings).stdout
    then = told(home, "--as-of", "2026-03-20", **settings)["who-covid"]
    assert then == {"feed": "who-covid", "series": 0, "rejected_by_code": {}, "marks": []}
    assert (
        "who-covid: nothing is known of it."
        in command("quality", "--as-of", "2026-03-20", home=home, **settings).stdout
    )


def test_nothing_is_changed_and_nobody_asked(home):
    """Looking at a feed asks nobody and leaves what is kept as it is."""
    with serving("who-covid") as server:
        settings = settings_of(server)
        command("ingest", home=home, **settings)
        server.forget()
        before = command("series", "Namibia", "--revisions", "--json", home=home, **settings).stdout
        told(home, **settings)
        assert command("series", "Namibia", "--revisions", "--json", home=home, **settings).stdout == before
        assert server.asked == ()


@pytest.mark.parametrize("width", [30, 60, 100])
def test_it_fits(ran, width):
    """Columns leave one by one, and what is found is never cut."""
    said = command("quality", "cholera-africa", "--limit", "5", home=ran, COLUMNS=str(width)).stdout
    assert max(map(len, said.splitlines())) <= width
    assert "…" not in said
    assert "warning" in said


def test_unknown_feed_and_day(home):
    """A name that is no feed is exit code 4, a day that is none exit code 2."""
    assert command("quality", "cholera-afrika", home=home).returncode == 4
    assert command("quality", "--as-of", "soon", home=home).returncode == 2
