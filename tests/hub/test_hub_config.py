"""What a hub says in hub-config: read as documented, and refused with the place where it is not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hub_folders import IN_TIME, MODEL, ROUND, SCHEMAS, admin_of, hub_folder, tasks_of
from submissions import checked, csv_of, failed, valid_text

from neuralbrain.errors import HubError
from neuralbrain.hub.config import config_of, read_config
from neuralbrain.hub.tasks import Kind
from neuralbrain.hub.validation import validate

Spoil = Callable[[dict[str, Any], dict[str, Any]], Any]


def test_a_v6_config_is_read() -> None:
    """Rounds, values, output types, samples and days of a hub in FluSight's shape are what its file says."""
    config = config_of(tasks_of("flusight"), admin_of("flusight"))
    assert (config.schema, config.formats, config.model_output) == ("v6.0.0", ("csv", "parquet"), "model-output")
    (told,) = config.rounds
    assert (told.name, told.from_column, told.derived) == ("reference_date", True, ("target_end_date",))
    assert told.identifiers[2] == "2025-11-22"
    assert config.round_of("2025-11-22") is told
    assert config.round_of("2025-11-23") is None
    hosp, change, _, peak = told.tasks
    assert hosp.columns["horizon"].allowed == ("-1", "0", "1", "2", "3")
    assert [hosp.columns[name].kind for name in ("horizon", "location", "reference_date")] == [
        Kind.INTEGER, Kind.TEXT, Kind.DATE]  # fmt: skip
    quantile, sample = hosp.outputs
    assert (quantile.required, quantile.whole, quantile.minimum, quantile.maximum) == (True, True, 0.0, None)
    assert quantile.identifiers.required[:4] == ("0.01", "0.025", "0.05", "0.1")
    assert sample.samples is not None
    assert (sample.samples.fewest, sample.samples.compound_tasks) == (3, ("reference_date", "location"))
    assert change.outputs[0].maximum == 1.0
    assert peak.columns["horizon"].allowed == ()
    assert (hosp.targets[0].keys, hosp.targets[0].unit) == ({"target": "wk inc flu hosp"}, "count")


def test_a_v3_config_is_read() -> None:
    """The older shape, in which an output type is required where its identifiers are, is read the same."""
    tasks = json.loads(json.dumps(tasks_of("respicast")))  # no part of it stands in two places
    tasks["schema_version"] = f"{SCHEMAS}/v3.0.1/tasks-schema.json"
    for task in tasks["rounds"][0]["model_tasks"]:
        for output in task["output_type"].values():
            del output["is_required"]
        task["output_type"]["median"]["output_type_id"] = {"required": None, "optional": ["NA"]}
        task["output_type"]["quantile"]["output_type_id"]["optional"] = None
        task["target_metadata"][0]["target_keys"] = {"target": ["ILI incidence"]}
    (told,) = config_of(tasks, admin_of("respicast")).rounds
    assert [(one.name, one.required) for one in told.tasks[0].outputs] == [("quantile", True), ("median", False)]
    assert told.tasks[0].outputs[1].identifiers.allowed == ()
    assert told.tasks[0].targets[0].keys == {"target": "ILI incidence"}
    assert failed(checked(csv_of(valid_text("respicast")), hub="respicast", tasks=tasks)) == set()


def test_dates_of_a_window_may_be_given_as_they_are() -> None:
    """A round may be open from one date to another, and rounds may be named without a column."""
    tasks = tasks_of("covid")
    told = tasks["rounds"][0]
    told |= {"round_id_from_variable": False, "round_id": "round_1"}
    told["submissions_due"] = {"start": "2025-11-16", "end": "2025-11-19"}
    (read,) = config_of(tasks, admin_of("covid")).rounds
    assert (read.due.first, read.due.last, read.identifiers) == (date(2025, 11, 16), date(2025, 11, 19), ("round_1",))
    results = checked(csv_of(valid_text("covid")), hub="covid", tasks=tasks, name=f"round_1-{MODEL}.csv")
    assert failed(results) == set()
    assert results["unique_round_id"].verdict.message == "The hub's rounds are not held by a column."


def test_a_round_may_have_its_own_formats_and_derived_columns() -> None:
    """What a round says of formats and derived columns counts before what the hub says."""
    tasks = tasks_of("covid")
    tasks["rounds"][0] |= {"file_format": ["parquet"], "derived_task_ids": None}
    config = config_of(tasks, admin_of("covid"))
    assert (config.rounds[0].formats, config.rounds[0].derived) == (("parquet",), ("target_end_date",))
    tasks["rounds"][0]["derived_task_ids"] = []
    assert config_of(tasks, admin_of("covid")).rounds[0].derived == ()
    assert failed(checked(csv_of(valid_text("covid")), hub="covid", tasks=tasks)) == {"file_format"}


def first(tasks: dict[str, Any]) -> dict[str, Any]:
    """Return the first group of tasks."""
    found: dict[str, Any] = tasks["rounds"][0]["model_tasks"][0]
    return found


SPOILT: dict[str, tuple[Spoil, str]] = {
    "no rounds": (lambda tasks, _: tasks.update(rounds=[]), "tasks.json: rounds is no list"),
    "no version": (lambda tasks, _: tasks.pop("schema_version"), "schema_version is no text"),
    "version 1": (
        lambda tasks, _: tasks.update(schema_version=f"{SCHEMAS}/v1.0.0/tasks-schema.json"),
        "schema_version names none of v3 to v6",
    ),
    "the column of the round lacks": (
        lambda tasks, _: first(tasks)["task_ids"].pop("reference_date"),
        "rounds[0].model_tasks[0].task_ids has no reference_date",
    ),
    "a value twice": (
        lambda tasks, _: first(tasks)["task_ids"]["location"].update(required=["06"]),
        "model_tasks[0].task_ids.location has '06' twice",
    ),
    "values as one text": (
        lambda tasks, _: first(tasks)["task_ids"]["location"].update(optional="US"),
        "location.optional is neither null nor a list",
    ),
    "an unknown output type": (
        lambda tasks, _: first(tasks)["output_type"].update(interval={}),
        "output_type.interval is none of the output types",
    ),
    "not said whether required": (
        lambda tasks, _: first(tasks)["output_type"]["quantile"].pop("is_required"),
        "quantile.is_required is neither true nor false",
    ),
    "a value of no type": (
        lambda tasks, _: first(tasks)["output_type"]["quantile"].update(value={"minimum": 0}),
        "quantile.value.type is neither double nor integer",
    ),
    "a limit in words": (
        lambda tasks, _: first(tasks)["output_type"]["quantile"]["value"].update(minimum="zero"),
        "quantile.value.minimum is no number",
    ),
    "samples without a number": (
        lambda tasks, _: first(tasks)["output_type"]["sample"]["output_type_id_params"].pop("max_samples_per_task"),
        "does not say how many samples",
    ),
    "days from an unknown column": (
        lambda tasks, _: tasks["rounds"][0]["submissions_due"].update(relative_to="forecast_date"),
        "submissions_due.relative_to names no column",
    ),
    "days as fractions": (
        lambda tasks, _: tasks["rounds"][0]["submissions_due"].update(end=-2.5),
        "submissions_due.end is no whole number",
    ),
    "no end": (
        lambda tasks, _: tasks["rounds"][0].update(submissions_due={"start": "2025-11-16"}),
        "submissions_due.end is no date",
    ),
    "an unknown derived column": (
        lambda tasks, _: tasks.update(derived_task_ids=["epiweek"]),
        "derived_task_ids names epiweek",
    ),
    "a time zone that is none": (
        lambda _, admin: admin.update(timezone="Mars/Olympus"),
        "admin.json: timezone names no time zone",
    ),
    "a format that is none": (
        lambda _, admin: admin.update(file_format=["xlsx"]),
        "admin.json: file_format names none",
    ),
}  # fmt: skip


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_is_not_as_documented_is_refused_with_its_place(spoilt: str) -> None:
    """A config that is not as the hubverse documents it is refused, and the place in the file is named."""
    change, expected = SPOILT[spoilt]
    tasks, admin = copy.deepcopy(tasks_of("flusight")), admin_of("flusight")
    change(tasks, admin)
    with pytest.raises(HubError) as refused:
        config_of(tasks, admin)
    assert expected in refused.value.happened
    assert refused.value.error_code == "hub-config"


@pytest.mark.parametrize("said", [None, [], 3, "x", {}, {"rounds": 1}, {"schema_version": 1, "rounds": [None]}])
def test_anything_else_is_refused_and_never_breaks(said: Any) -> None:
    """JSON of any other shape is refused as a config, and no other error comes of it."""
    with pytest.raises(HubError):
        config_of(said, admin_of("covid"))
    with pytest.raises(HubError):
        config_of(tasks_of("covid"), said)


def test_files_that_are_not_there_or_no_json_are_refused(tmp_path: Path) -> None:
    """A folder without a config, and one whose config is cut off, are refused with the file's name."""
    with pytest.raises(HubError, match=r"no hub-config/tasks\.json"):
        read_config(tmp_path)
    home = hub_folder(tmp_path / "hub", "covid")
    path = home / "hub-config" / "tasks.json"
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    with pytest.raises(HubError, match=r"hub-config/tasks\.json is no JSON"):
        read_config(home)


def test_a_hub_that_cannot_be_read_fails_one_check_and_ends_nothing(tmp_path: Path) -> None:
    """Without a config that check fails, those that need it are skipped, and the others are made."""
    home = hub_folder(tmp_path / "hub", "covid")
    (home / "hub-config" / "admin.json").write_text(json.dumps([]), encoding="utf-8")
    path = home / "model-output" / MODEL / f"{ROUND['covid']}-{MODEL}.csv"
    path.write_bytes(csv_of(valid_text("covid")))
    results = {one.check: one for one in validate(path, hub_folder=home, now=IN_TIME)}
    assert failed(results) == {"valid_config"}
    assert results["valid_vals"].verdict.message == "It needs valid_config to pass."
    assert {"file_name", "file_location", "file_read"} <= {
        name for name, one in results.items() if one.verdict.outcome.value == "pass"
    }
