"""A model's metadata file, held against the hub's schema of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hub_folders import IN_TIME, METADATA, MODEL, hub_folder

from neuralbrain.hub.validation import CheckResult, validate


def looked(
    folder: Path, text: str = METADATA, *, name: str = f"{MODEL}.yml", within: str = "model-metadata", beside: int = 0
) -> Mapping[str, CheckResult]:
    """Return what each check says of a metadata file."""
    home = hub_folder(folder / "hub", "covid")
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
    "a required field lacks": ("team_name: Our team\n", "", ("team_name lacks",)),
    "an unknown licence": ("CC-BY-4.0", "MIT", ("license is 'MIT', and must be one of CC0-1.0, CC-BY-4.0",)),
    "a flag in words": ("designated_model: true", "designated_model: 'true'", ("designated_model is no boolean",)),
    "a contributor without an address": (
        "    email: a.person@example.org\n",
        "",
        ("model_contributors[0].email lacks",),
    ),
    "a number as a name": ("team_name: Our team", "team_name: 7", ("team_name is no string",)),
    "methods too long": ("Pooled over places", "x" * 190, ("methods has 218 characters, and may have 200",)),
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


def test_a_hub_without_a_schema_is_said(tmp_path: Path) -> None:
    """Where the hub has no schema of metadata that is what fails, and nothing is held against it."""
    home = hub_folder(tmp_path / "hub", "covid")
    (home / "hub-config" / "model-metadata-schema.json").unlink()
    results = validate(home / "model-metadata" / f"{MODEL}.yml", hub_folder=home, now=IN_TIME)
    assert set(failing({one.check: one for one in results})) == {"metadata_schema_exists"}
