"""Small hubs made by hand, in the documented shape of three that exist, and forecasts for them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats, Measure, Signal, Unit
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.hub.hubs import COVID, FLUSIGHT, RESPICAST, RSV, HubProfile
from neuralbrain.hub.places import inhabitants
from neuralbrain.hub.rounds import target_end_date

SCHEMAS = "https://raw.githubusercontent.com/hubverse-org/schemas/main"
LEVEL_LIST = [round(one, 3) for one in LEVELS.tolist()]
CLASS_LIST = ["large_decrease", "decrease", "stable", "increase", "large_increase"]
ROUND = {"flusight": date(2025, 11, 22), "covid": date(2025, 11, 22), "rsv": date(2025, 11, 22)}
ROUND |= {"respicast": date(2025, 11, 19)}
IN_TIME = datetime(2025, 11, 19, 12, tzinfo=UTC)  # Wednesday noon: the American and the European hubs take files
PROFILES: Mapping[str, HubProfile] = {one.name: one for one in (FLUSIGHT, COVID, RSV, RESPICAST)}
MODEL = "Ours-local"

METADATA = """\
# who we are
team_name: Our team
team_abbr: Ours
model_name: "The local model: 'statistical'"
model_abbr: local
model_contributors:
  - name: A. Person
    affiliation: Somewhere
    email: a.person@example.org
license: CC-BY-4.0
designated_model: true
methods: >-
  Pooled over places, with
  calibrated intervals.
data_inputs: 'Target data''s own releases'
"""

METADATA_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "team_name": {"type": "string"},
        "team_abbr": {"type": "string", "pattern": "^[a-zA-Z0-9_]+$", "maxLength": 16},
        "model_abbr": {"type": "string", "pattern": "^[a-zA-Z0-9_]+$", "maxLength": 16},
        "model_contributors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "email": {"type": "string", "format": "email"}},
                "required": ["name", "email"],
            },
        },
        "license": {"type": "string", "enum": ["CC0-1.0", "CC-BY-4.0"]},
        "designated_model": {"type": "boolean"},
        "methods": {"type": "string", "maxLength": 200},
    },
    "required": ["team_name", "team_abbr", "model_abbr", "model_contributors", "license", "methods"],
}


def optional(values: Sequence[Any]) -> dict[str, Any]:
    """Return the values of a column of tasks, none of them required."""
    return {"required": None, "optional": list(values)}


def required(values: Sequence[Any]) -> dict[str, Any]:
    """Return the values of a column of tasks, all of them required."""
    return {"required": list(values), "optional": None}


def output(
    identifiers: Sequence[Any] | None, *, is_required: bool, kind: str = "double", maximum: float | None = None
) -> dict[str, Any]:
    """Return an output type with values of at least 0."""
    value = {"type": kind, "minimum": 0} | ({} if maximum is None else {"maximum": maximum})
    named = None if identifiers is None else list(identifiers)
    return {"output_type_id": {"required": named}, "is_required": is_required, "value": value}


def samples(count: int, *, compound: Sequence[str], longest: int = 15) -> dict[str, Any]:
    """Return an output type of samples."""
    return {
        "output_type_id_params": {
            "type": "character",
            "max_length": longest,
            "min_samples_per_task": count,
            "max_samples_per_task": count,
            "compound_taskid_set": list(compound),
        },
        "is_required": False,
        "value": {"type": "double", "minimum": 0},
    }


def saturdays(count: int, *, first: date = date(2025, 11, 1)) -> list[str]:
    """Return Saturdays, a week apart."""
    return [str(first + timedelta(weeks=one)) for one in range(count)]


def task(
    target: str,
    outputs: Mapping[str, Any],
    *,
    hub: HubProfile,
    horizons: Sequence[int] | None = None,
    unit: str = "count",
    target_required: bool = False,
) -> dict[str, Any]:
    """Return a group of tasks of one target, with every place of a hub."""
    rounds = [str(ROUND[hub.name] + timedelta(weeks=one)) for one in range(-2, 6)]
    ends = [str(target_end_date(hub, date.fromisoformat(rounds[0]), horizon=one)) for one in range(-1, 12)]
    values = [target]
    columns = {
        hub.date_column: optional(rounds),
        "target": required(values) if target_required else optional(values),
        "horizon": optional(hub.targets[0].horizons if horizons is None else horizons),
        "location": optional(list(hub.places)),
        "target_end_date": optional(ends),
    }
    about = {
        "target_id": target,
        "target_name": target,
        "target_units": unit,
        "target_keys": {"target": target},
        "target_type": "continuous",
        "is_step_ahead": True,
        "time_unit": "week",
    }
    return {"task_ids": columns, "output_type": dict(outputs), "target_metadata": [about]}


def flusight_tasks() -> dict[str, Any]:
    """Return tasks in the shape of FluSight's of 2025-26, schema v6."""
    quantiles = output(LEVEL_LIST, is_required=True, kind="integer")
    peak_week = task("peak week inc flu hosp", {}, hub=FLUSIGHT)
    peak_week["task_ids"] |= {"horizon": optional([]), "target_end_date": optional([])}
    peak_week["task_ids"]["horizon"]["optional"] = peak_week["task_ids"]["target_end_date"]["optional"] = None
    peak_week["output_type"] = {"pmf": output(saturdays(8), is_required=True, maximum=1)}
    return tasks_file(
        "v6.0.0",
        "reference_date",
        [
            task(
                "wk inc flu hosp",
                {"quantile": quantiles, "sample": samples(3, compound=["reference_date", "location"])},
                hub=FLUSIGHT,
            ),
            task(
                "wk flu hosp rate change",
                {"pmf": output(CLASS_LIST, is_required=True, maximum=1)},
                hub=FLUSIGHT,
                horizons=[0, 1, 2, 3],
                unit="rate per 100,000 population",
            ),
            task(
                "wk inc flu prop ed visits",
                {"quantile": output(LEVEL_LIST, is_required=True, maximum=1)},
                hub=FLUSIGHT,
                unit="proportion",
            ),
            peak_week,
        ],
        due=(-6, -3),
    )


def american_tasks(hub: HubProfile) -> dict[str, Any]:
    """Return tasks in the shape of the COVID-19 and RSV hubs, schema v5: nothing is required but all quantiles."""
    quantiles = output(LEVEL_LIST, is_required=False)
    drawn = samples(4, compound=["location"])
    units = ("count", "proportion")
    return tasks_file(
        "v5.0.0",
        "reference_date",
        [
            task(one.name, {"quantile": quantiles, "sample": drawn}, hub=hub, unit=unit)
            for one, unit in zip(hub.targets, units, strict=True)
        ],
        due=(-6, -3),
    )


def respicast_tasks() -> dict[str, Any]:
    """Return tasks in the shape of RespiCast's, schema v5: the quantiles are required, the median is not."""
    outputs = {"quantile": output(LEVEL_LIST, is_required=True), "median": output(None, is_required=False)}
    return tasks_file(
        "v5.0.0",
        "origin_date",
        [
            task(one, outputs, hub=RESPICAST, unit="cases per 100,000 population", target_required=True)
            for one in ("ILI incidence", "ARI incidence")
        ],
        due=(-6, 0),
    )


def tasks_file(version: str, dated: str, tasks: list[dict[str, Any]], *, due: tuple[int, int]) -> dict[str, Any]:
    """Return tasks.json of one set of rounds."""
    return {
        "schema_version": f"{SCHEMAS}/{version}/tasks-schema.json",
        "rounds": [
            {
                "round_id_from_variable": True,
                "round_id": dated,
                "model_tasks": tasks,
                "submissions_due": {"relative_to": dated, "start": due[0], "end": due[1]},
            }
        ],
        "derived_task_ids": ["target_end_date"],
    }


def tasks_of(name: str) -> dict[str, Any]:
    """Return tasks.json of a hub."""
    if name == "flusight":
        return flusight_tasks()
    return respicast_tasks() if name == "respicast" else american_tasks(PROFILES[name])


def moved(tasks: dict[str, Any], *, days: int) -> dict[str, Any]:
    """Return tasks.json with every date some days later."""

    def later(found: re.Match[str]) -> str:
        return str(date.fromisoformat(found[0]) + timedelta(days=days))

    changed: dict[str, Any] = json.loads(re.sub(r"\d{4}-\d{2}-\d{2}", later, json.dumps(tasks)))
    return changed


def admin_of(name: str) -> dict[str, Any]:
    """Return admin.json of a hub."""
    return {
        "schema_version": f"{SCHEMAS}/v5.0.0/admin-schema.json",
        "name": name,
        "file_format": ["csv"] if name == "respicast" else ["csv", "parquet"],
        "timezone": "Europe/Paris" if name == "respicast" else "US/Eastern",
        "model_output_dir": "model-output",
    }


def hub_folder(folder: Path, name: str, *, tasks: dict[str, Any] | None = None) -> Path:
    """Write a hub that knows our model, and return its folder."""
    config = folder / "hub-config"
    config.mkdir(parents=True)
    (folder / "model-output" / MODEL).mkdir(parents=True)
    (folder / "model-metadata").mkdir()
    (config / "tasks.json").write_text(json.dumps(tasks or tasks_of(name)), encoding="utf-8")
    (config / "admin.json").write_text(json.dumps(admin_of(name)), encoding="utf-8")
    (config / "model-metadata-schema.json").write_text(json.dumps(METADATA_SCHEMA), encoding="utf-8")
    (folder / "model-metadata" / f"{MODEL}.yml").write_text(METADATA, encoding="utf-8")
    if name != "respicast":
        (folder / "auxiliary-data").mkdir()
        rows = [f"{code},{inhabitants(ours)}" for code, ours in PROFILES[name].places.items()]
        text = "\n".join(["location,population", *rows, ""])
        (folder / "auxiliary-data" / "locations.csv").write_text(text, encoding="utf-8")
    return folder


def forecasts(
    signal: Signal,
    regions: Sequence[str],
    *,
    last: Mapping[str, date] | date,
    medians: Floats | None = None,
    quantiles: Floats | None = None,
    actual: Floats | None = None,
    source: str = "made",
    horizons: tuple[int, ...] = (1, 2, 3, 4),
) -> ForecastTable:
    """Return forecasts of some regions; their medians are 20, 21, 22 … unless they are given."""
    count = len(regions)
    middle = 20.0 + np.arange(count) if medians is None else medians
    spread = middle[:, None, None] * (0.5 + LEVELS) * (1 + 0.1 * np.arange(len(horizons)))[:, None]
    unknown = np.full(count, np.nan)
    days = [last if isinstance(last, date) else last[one] for one in regions]
    return ForecastTable(
        source=source,
        provider="local",
        lock_number=None,
        edition=None,
        timestamp=IN_TIME,
        cutoff=IN_TIME,
        cadence=signal.cadence,
        horizons=horizons,
        regions=tuple(regions),
        signals=(signal,) * count,
        last_dates=np.array(days, dtype="datetime64[D]"),
        actual_cases=middle.copy() if actual is None else actual,
        actual_deaths=unknown,
        quantiles=spread if quantiles is None else quantiles,
        deaths_quantiles=np.full((count, len(horizons), len(LEVELS)), np.nan),
        populations=unknown,
        confidence=unknown,
        outbreak_probability=unknown,
        outbreak_threshold=unknown,
        growth_probability=unknown,
        trend_probabilities=np.full((count, 3), np.nan),
        risk_score=unknown,
        risk_level_probabilities=np.full((count, 3), np.nan),
        volatility=unknown,
        completeness=unknown,
        findings=((),) * count,
        reasons=((),) * count,
    )


def signal_of(hub: HubProfile, target: int) -> Signal:
    """Return our signal of a hub's target."""
    one = hub.targets[target]
    return Signal(name=one.signal, unit=one.unit, measure=Measure.INCIDENT, cadence=Cadence.WEEKLY)


def tables_of_hub(hub: HubProfile) -> tuple[ForecastTable, ...]:
    """Return forecasts, made in time, of all places and targets of a hub."""
    known = {one.signal: one for one in hub.targets}.values()
    newest = target_end_date(hub, ROUND[hub.name], horizon=hub.targets[0].expected[0] - 1)
    return tuple(
        forecasts(
            Signal(name=one.signal, unit=one.unit),
            list(hub.places.values()),
            last=newest,
            medians=np.linspace(0.01, 0.2, len(hub.places)) if one.unit is Unit.SHARE else None,
        )
        for one in known
    )
