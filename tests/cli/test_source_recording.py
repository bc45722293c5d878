"""`neuralbrain sources record`: what a feed answers becomes a sample that the contract suite can run on."""

from __future__ import annotations

import json
import tomllib

import pytest
from feed_home import serving, settings_of
from feed_samples import load
from feed_server import FeedServer, bytes_instead, status
from same_process import command, opened

from neuralbrain.sources.catalogue import KEY_VARIABLES

KEY = "canary-key-of-a-feed-0001"
EACH = ("who-covid", "nhsn", "flunet", "delphi-ilinet", "disease-sh", "erviss")


def recorded(home, folder, server, *arguments, **environment):
    """Return what recording a feed told."""
    name = server.sample.name
    settings = settings_of(server) | environment
    said = command("sources", "record", name, "--to", str(folder), "--json", *arguments, home=home, **settings)
    assert said.returncode == 0, said.stderr + said.stdout
    return json.loads(said.stdout)


@pytest.mark.parametrize("name", EACH)
def test_a_recorded_sample_gives_what_it_says(home, tmp_path, name):
    """Served again, a recorded sample is read to exactly what its manifest expects, which is what was served before."""
    folder = tmp_path / "sample"
    with serving(name) as server:
        told = recorded(home, folder, server)
        before = server.sample.expect
    again = load(folder)
    assert again.name == name
    for count in ("rows", "releases", "rejected", "places"):
        assert again.expect[count] == before[count], count
        assert told["expect"][count] == before[count]
    with FeedServer(again) as server:
        said = command("ingest", name, "--json", home=home, **settings_of(server))
        (one,) = json.loads(said.stdout)["feeds"]
        assert {two.status for two in server.asked} <= {200, 404}
    assert (one["failed"], one["values"], one["rejected"]) == (False, again.expect["rows"], again.expect["rejected"])
    value = again.expect["value"]
    with opened(home) as here:
        known = here.observations.revisions(name, signal=value["signal"], location=value["location"])
    assert value["value"] in known.value[known.target_date.astype(str) == value["target_date"]].tolist()


def test_the_manifest_says_that_it_is_real_and_when(home, tmp_path):
    """It says that nothing is made up, when it was read, and the settings that decide what is asked for."""
    with serving("flunet") as server:
        recorded(home, tmp_path / "new", server)
    manifest = tomllib.loads((tmp_path / "new" / "manifest.toml").read_text(encoding="utf-8"))
    assert manifest["synthetic"] is False
    assert manifest["read_at"].utcoffset().total_seconds() == 0
    assert manifest["settings"] == {"since": "2026-01-05"}
    assert "base_url" not in (tmp_path / "new" / "manifest.toml").read_text(encoding="utf-8")


def test_it_replaces_the_sample_of_the_same_feed(home, tmp_path):
    """Files of the sample before are gone, what nobody named stays, and the change that must be refused is kept."""
    folder = tmp_path / "who-covid"
    folder.mkdir()
    (folder / "old.csv").write_text("x", encoding="utf-8")
    (folder / "README.txt").write_text("x", encoding="utf-8")
    (tmp_path / "outside.csv").write_text("x", encoding="utf-8")
    (folder / "manifest.toml").write_text(
        'name = "who-covid"\n[[answer]]\npath = "/old"\nfile = "old.csv"\n[[answer]]\npath = "/x"\n'
        'file = "../outside.csv"\n[expect]\ndrift = { file = "old.csv", old = "Date_reported", new = "Date" }\n',
        encoding="utf-8",
    )
    with serving("who-covid") as server:
        told = recorded(home, folder, server)
    assert {one.name for one in folder.iterdir()} == {"manifest.toml", "README.txt", "WHO-COVID-19-global-data.csv"}
    assert (tmp_path / "outside.csv").exists()
    assert told["drift"] == {"file": "WHO-COVID-19-global-data.csv", "old": "Date_reported", "new": "Date"}
    assert load(folder).expect["drift"] == told["drift"]


def test_older_vintages_are_recorded_beside(home, tmp_path):
    """With --since the dated copies are recorded too, and what the first reading gives is said without them."""
    with serving("erviss") as server:
        told = recorded(home, tmp_path / "new", server, "--since", "2026-03-19")
        expected = server.sample.expect["rows"]
    assert "2026-03-20_ILIARIRates.csv" in {one["file"] for one in told["files"]}
    assert told["expect"]["rows"] == expected


def test_a_key_is_sent_and_not_recorded(home, tmp_path):
    """The feed gets its key, and no file of the sample holds it."""
    with serving("delphi-ilinet") as server:
        variable = KEY_VARIABLES["delphi-ilinet"]
        recorded(home, tmp_path / "new", server, **{variable: KEY})
        assert all(KEY in f"{one.headers} {one.query}" for one in server.asked)
    assert not any(KEY.encode() in one.read_bytes() for one in (tmp_path / "new").iterdir())


def test_what_cannot_be_had_leaves_everything_as_it_was(home, tmp_path):
    """Where one answer fails, nothing is written, and that is exit code 1 with its code."""
    with serving("disease-sh") as server:
        server.script(lambda right: right, status(404))
        said = command(
            "sources", "record", "disease-sh", "--to", str(tmp_path / "new"), home=home, **settings_of(server)
        )
    assert said.returncode == 1
    assert "Nothing was written." in said.stdout
    assert "(source-missing)" in said.stdout
    assert not (tmp_path / "new").exists()


def test_what_cannot_be_read_is_written_all_the_same(home, tmp_path):
    """Answers of another shape are what is to be looked at: they are written, and that is exit code 1."""
    with serving("who-covid") as server:
        server.always(bytes_instead(lambda body: body.replace(b"Date_reported", b"Date")))
        folder = tmp_path / "new"
        said = command("sources", "record", "who-covid", "--to", str(folder), home=home, **settings_of(server))
    assert said.returncode == 1
    assert "(source-schema)" in said.stdout
    assert (folder / "WHO-COVID-19-global-data.csv").exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("who-covid", {"notes.txt": "x"}, "holds no sample"),
        ("who-covid", {"manifest.toml": 'name = "nhsn"'}, "another feed"),
        ("who-covid", {"manifest.toml": "name = "}, "holds no sample"),
        ("cholera-africa", {}, "read from this machine"),
    ],
)
def test_what_it_refuses(home, tmp_path, name, content, words):
    """A folder with anything else in it, and a feed of this machine, are exit code 2; nobody is asked."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for file, text in content.items():
        (folder / file).write_text(text, encoding="utf-8")
    with serving("who-covid") as server:
        said = command("sources", "record", name, "--to", str(folder), "--json", home=home, **settings_of(server))
        assert server.asked == ()
    assert said.returncode == 2
    assert words in json.loads(said.stderr)["error"]["message"]
    assert {one.name for one in folder.iterdir()} == set(content)
