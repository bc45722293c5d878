"""A model's metadata file, held against the hub's schema of it."""

from __future__ import annotations

import itertools
import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hub_folders import IN_TIME, METADATA, METADATA_SCHEMA, MODEL, hub_folder

from neuralbrain.hub.validation import CheckResult, validate


def looked(
    folder: Path,
    text: str = METADATA,
    *,
    name: str = f"{MODEL}.yml",
    within: str = "model-metadata",
    beside: int = 0,
    schema: Any = METADATA_SCHEMA,
) -> Mapping[str, CheckResult]:
    """Return what each check says of a metadata file."""
    home = hub_folder(folder / "hub", "covid")
    (home / "hub-config" / "model-metadata-schema.json").write_text(json.dumps(schema), encoding="utf-8")
    (home / "model-metadata" / f"{MODEL}.yml").unlink()
    path = home / within / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    for one in range(beside):
        (path.parent / f"Ours-other{one}.yml").write_text(METADATA, encoding="utf-8")
    names = ("metadata", "opt_check_metadata_team_max_model_n") if beside else ()
    return {one.check: one for one in validate(path, hub_folder=home, now=IN_TIME, checks=names)}


def failing(results: Mapping[str, CheckResult]) -> dict[str, tuple[str, ...]]:
    """Return the checks that failed and where."""
    return {name: one.verdict.where for name, one in results.items() if one.verdict.outcome.value == "fail"}


def test_a_file_that_keeps_the_schema_is_valid(tmp_path: Path) -> None:
    """Metadata as the hub's schema asks for them pass every check."""
    results = looked(tmp_path)
    assert {one.verdict.outcome.value for one in results.values()} == {"pass"}
    assert list(results) == ["metadata_schema_exists", "metadata_file_exists", "metadata_file_ext",
                             "metadata_file_location", "metadata_matches_schema", "metadata_file_name"]  # fmt: skip


MISTAKES = {
    "a required field lacks": ("team_name: Our team\n", "", ("'team_name' is a required property",)),
    "an unknown licence": ("CC-BY-4.0", "MIT", ("license: 'MIT' is not one of ['CC0-1.0', 'CC-BY-4.0']",)),
    "a flag in words": (
        "designated_model: true", "designated_model: 'true'", ("designated_model: 'true' is not of type 'boolean'",),
    ),
    "a contributor without an address": (
        "    email: a.person@example.org\n", "", ("model_contributors[0]: 'email' is a required property",),
    ),
    "a number as a name": ("team_name: Our team", "team_name: 7", ("team_name: 7 is not of type 'string'",)),
    "methods too long": (
        "Pooled over places, with\n  calibrated intervals.", "x" * 201,
        (f"methods: '{'x' * 99}…{'x' * 87}' is too long (maxLength 200)",),
    ),
    "two mistakes": (
        "team_name: Our team\nteam_abbr: Ours", "team_name: 7\nteam_abbr: a b",
        ("team_abbr: 'a b' does not match '^[a-zA-Z0-9_]+$'", "team_name: 7 is not of type 'string'"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_does_not_keep_the_schema_is_said(mistake: str, tmp_path: Path) -> None:
    """Each thing that does not keep the schema is named with its place in the file."""
    before, after, where = MISTAKES[mistake]
    assert before in METADATA
    assert failing(looked(tmp_path, METADATA.replace(before, after))) == {"metadata_matches_schema": where}


def test_names_folders_and_endings_are_checked(tmp_path: Path) -> None:
    """Another model's name, another folder and another ending are caught."""
    assert set(failing(looked(tmp_path / "a", name="Ours-other.yml"))) == {"metadata_file_name"}
    assert set(failing(looked(tmp_path / "b", within="metadata"))) == {"metadata_file_location"}
    assert set(failing(looked(tmp_path / "c", name=f"{MODEL}.txt"))) == {"metadata_file_ext"}


def test_how_many_models_a_team_has_is_checked_on_request(tmp_path: Path) -> None:
    """Three models of a team are too many where that is asked for by name, two are not."""
    assert failing(looked(tmp_path / "two", beside=1)) == {}
    assert set(failing(looked(tmp_path / "three", beside=2))) == {"opt_check_metadata_team_max_model_n"}


def test_what_is_no_yaml_fails_and_what_is_not_read_is_skipped(tmp_path: Path) -> None:
    """A file that is no YAML fails with its line; one that needs more of YAML than is read here is skipped and said."""
    broken = looked(tmp_path / "a", METADATA.replace("license: CC-BY-4.0", "license CC-BY-4.0"))
    assert "line 10" in broken["metadata_matches_schema"].verdict.message
    anchored = looked(tmp_path / "b", METADATA.replace("name: Our team", "name: &us Our team"))
    assert anchored["metadata_matches_schema"].verdict.outcome.value == "skipped"
    assert "line 2" in anchored["metadata_matches_schema"].verdict.message


BOMB = "a: &a [x, x]\n" + "".join(f"{two}: &{two} [*{one}, *{one}]\n" for one, two in itertools.pairwise("abcdefghij"))

UNREAD = {
    "aliases that grow without end": (BOMB, "line 1: anchors, tags and aliases are not read"),
    "lists within lists": ("team_name: " + "[" * 50_000, "line 1: it is nested too deeply"),
    "lists below lists": ("- " * 50_000, "line 1: it is nested too deeply"),
    "a book": ("x" * 1_000_000, "more than 100,000 characters are not read"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_would_take_too_long_is_not_checked(name: str, tmp_path: Path) -> None:
    """A file made to keep a reader busy is said to be unread, and neither passes nor ends the validator."""
    text, said = UNREAD[name]
    verdict = looked(tmp_path, text)["metadata_matches_schema"].verdict
    assert (verdict.outcome.value, said in verdict.message) == ("skipped", True), verdict.message


def test_a_field_that_is_there_twice_fails(tmp_path: Path) -> None:
    """A file that says two things of one field fails with the line of the second, whatever the schema says."""
    verdict = looked(tmp_path, f"{METADATA}license: MIT\n", schema=True)["metadata_matches_schema"].verdict
    assert (verdict.outcome.value, "line 16: license is there twice" in verdict.message) == ("fail", True)


def test_no_schema_is_fetched(tmp_path: Path) -> None:
    """A schema that refers to another on the network is said to be of no use, and nobody is asked for the other."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/schema.json"
        verdict = looked(tmp_path, schema={"$ref": address})["metadata_matches_schema"].verdict
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert verdict.outcome.value == "skipped"
    assert address in verdict.message
    assert "nothing is fetched" in verdict.message


def test_what_can_be_held_of_a_schema_is(tmp_path: Path) -> None:
    """A mistake that is found fails, though another part of the schema cannot be used."""
    schema = {"required": ["nothing"], "properties": {"license": {"$ref": "elsewhere.json"}}}
    assert failing(looked(tmp_path, schema=schema)) == {
        "metadata_matches_schema": ("'nothing' is a required property",)
    }


@pytest.mark.parametrize(
    "schema", [7, [], {"type": "text"}, {"pattern": "("}, {"$ref": "#"}, {"$schema": "https://x/y"}]
)
def test_a_schema_that_is_none_passes_nothing(schema: Any, tmp_path: Path) -> None:
    """Where the hub's schema cannot be used the file is not said to keep it."""
    verdict = looked(tmp_path, schema=schema)["metadata_matches_schema"].verdict
    assert verdict.outcome.value == "skipped"
    assert "The hub's schema of metadata cannot be used" in verdict.message


def test_a_hub_without_a_schema_is_said(tmp_path: Path) -> None:
    """Where the hub has no schema of metadata that is what fails, and nothing is held against it."""
    home = hub_folder(tmp_path / "hub", "covid")
    (home / "hub-config" / "model-metadata-schema.json").unlink()
    results = validate(home / "model-metadata" / f"{MODEL}.yml", hub_folder=home, now=IN_TIME)
    assert set(failing({one.check: one for one in results})) == {"metadata_schema_exists"}
