"""Reads a hub's ``hub-config``: tasks.json of schema versions 3 to 6 and admin.json."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from neuralbrain.errors import HubError, printable
from neuralbrain.hub.tasks import (
    OUTPUT_TYPES,
    WITHOUT_IDENTIFIER,
    DueDates,
    HubConfig,
    Kind,
    ModelTask,
    OutputType,
    Round,
    SampleRules,
    Target,
    Values,
)

FOLDER = "hub-config"
TASKS, ADMIN = "tasks.json", "admin.json"
SCHEMA = re.compile(r"/(v(\d+)\.\d+\.\d+)/")
VERSIONS = range(3, 7)  # v3 has samples as they are now; v4 moved the identifiers into "required" alone
FORMATS = ("csv", "parquet", "arrow")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_KINDS = {
    "character": Kind.TEXT,
    "double": Kind.NUMBER,
    "integer": Kind.INTEGER,
    "Date": Kind.DATE,
    "logical": Kind.FLAG,
}


def read_config(hub_folder: Path) -> HubConfig:
    """Return what a hub asks for.

    Raises:
        HubError: Naming the file, and the place in it that is not as the hubverse documents it.
    """
    folder = hub_folder / FOLDER
    return config_of(_json(folder / TASKS), _json(folder / ADMIN))


def config_of(tasks: Any, admin: Any) -> HubConfig:  # noqa: ANN401 - whatever the files hold
    """Return what the contents of tasks.json and admin.json say.

    Raises:
        HubError: Naming the file, and the place in it that is not as the hubverse documents it.
    """
    at = TASKS
    said = _mapping(tasks, at)
    schema = SCHEMA.search(_text(said.get("schema_version"), f"{at}: schema_version"))
    if schema is None or int(schema[2]) not in VERSIONS:
        raise _wrong(f"{at}: schema_version", f"names none of v{VERSIONS[0]} to v{VERSIONS[-1]}")
    derived = tuple(_texts(said.get("derived_task_ids"), f"{at}: derived_task_ids"))
    rounds = _items(said.get("rounds"), f"{at}: rounds")
    kind = said.get("output_type_id_datatype", "auto")
    own, zone = _mapping(admin, ADMIN), _text(_mapping(admin, ADMIN).get("timezone"), f"{ADMIN}: timezone")
    return HubConfig(
        schema=schema[1],
        rounds=tuple(
            _round(one, f"{at}: rounds[{place}]", derived=derived, version=int(schema[2]))
            for place, one in enumerate(rounds)
        ),
        identifier_kind=None if kind == "auto" else _KINDS.get(str(kind)),
        formats=_formats(own.get("file_format"), f"{ADMIN}: file_format"),
        zone=_zone(zone),
        model_output=_text(own.get("model_output_dir", "model-output"), f"{ADMIN}: model_output_dir"),
    )


def _json(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise HubError(
            f"The hub's folder has no {FOLDER}/{path.name}.",
            remedy="Name the folder of the hub itself, the one that holds hub-config.",
            code="hub-config",
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise HubError(
            f"{FOLDER}/{path.name} is no JSON that can be read: {printable(str(error), longest=120)}.",
            remedy="Fetch the hub's files again.",
            code="hub-config",
        ) from error


def _round(said: Any, at: str, *, derived: tuple[str, ...], version: int) -> Round:  # noqa: ANN401
    told = _mapping(said, at)
    name, from_column = _text(told.get("round_id"), f"{at}.round_id"), told.get("round_id_from_variable")
    if not isinstance(from_column, bool):
        raise _wrong(f"{at}.round_id_from_variable", "is neither true nor false")
    tasks = tuple(
        _task(one, f"{at}.model_tasks[{place}]", version=version)
        for place, one in enumerate(_items(told.get("model_tasks"), f"{at}.model_tasks"))
    )
    own = told.get("derived_task_ids")
    follows = derived if own is None else tuple(_texts(own, f"{at}.derived_task_ids"))
    for place, task in enumerate(tasks):
        if from_column and name not in task.columns:
            raise _wrong(f"{at}.model_tasks[{place}].task_ids", f"has no {name}, which holds the round")
    columns = {column for task in tasks for column in task.columns}
    if lacking := next((one for one in follows if one not in columns), None):
        raise _wrong(f"{at}.derived_task_ids", f"names {lacking}, and no task has it")
    formats = told.get("file_format")
    return Round(
        name=name,
        from_column=from_column,
        tasks=tasks,
        due=_due(told.get("submissions_due"), f"{at}.submissions_due", columns=columns),
        formats=None if formats is None else _formats(formats, f"{at}.file_format"),
        derived=follows,
    )


def _task(said: Any, at: str, *, version: int) -> ModelTask:  # noqa: ANN401
    told = _mapping(said, at)
    columns = _mapping(told.get("task_ids"), f"{at}.task_ids")
    outputs = _mapping(told.get("output_type"), f"{at}.output_type")
    if not columns or not outputs:
        raise _wrong(at, "asks for no task or for no output type")
    return ModelTask(
        columns={name: _values(one, f"{at}.task_ids.{name}") for name, one in columns.items()},
        outputs=tuple(_output(name, one, f"{at}.output_type.{name}", version=version) for name, one in outputs.items()),
        targets=tuple(
            _target(one, f"{at}.target_metadata[{place}]")
            for place, one in enumerate(_items(told.get("target_metadata"), f"{at}.target_metadata"))
        ),
    )


def _output(name: str, said: Any, at: str, *, version: int) -> OutputType:  # noqa: ANN401
    if name not in OUTPUT_TYPES:
        raise _wrong(at, f"is none of the output types {', '.join(OUTPUT_TYPES)}")
    told = _mapping(said, at)
    value = _mapping(told.get("value"), f"{at}.value")
    identifiers = Values(required=(), optional=())
    named = told.get("output_type_id")
    if name != "sample" and name not in WITHOUT_IDENTIFIER:
        identifiers = _values(named, f"{at}.output_type_id")
    older = bool(named) and _mapping(named, f"{at}.output_type_id").get("required") is not None
    is_required = told.get("is_required", older if version < 4 else None)
    if not isinstance(is_required, bool):
        raise _wrong(f"{at}.is_required", "is neither true nor false")
    kind = value.get("type")
    if kind not in {"double", "integer"}:
        raise _wrong(f"{at}.value.type", "is neither double nor integer")
    return OutputType(
        name=name,
        identifiers=identifiers,
        required=is_required,
        whole=kind == "integer",
        minimum=_limit(value.get("minimum"), f"{at}.value.minimum"),
        maximum=_limit(value.get("maximum"), f"{at}.value.maximum"),
        samples=_samples(told, at) if name == "sample" else None,
    )


def _samples(told: Mapping[str, Any], at: str) -> SampleRules:
    rules = _mapping(told.get("output_type_id_params"), f"{at}.output_type_id_params")
    fewest, most = rules.get("min_samples_per_task"), rules.get("max_samples_per_task")
    if not isinstance(fewest, int) or not isinstance(most, int) or not 0 < fewest <= most:
        raise _wrong(f"{at}.output_type_id_params", "does not say how many samples a task has")
    compound = rules.get("compound_taskid_set")
    longest = rules.get("max_length")
    return SampleRules(
        fewest=fewest,
        most=most,
        compound_tasks=None if compound is None else tuple(_texts(compound, f"{at}.compound_taskid_set")),
        longest=longest if isinstance(longest, int) else None,
    )


def _target(said: Any, at: str) -> Target:  # noqa: ANN401
    told = _mapping(said, at)
    keys = told.get("target_keys") or {}
    return Target(
        keys={
            name: _as_text(value[0] if isinstance(value, list) and len(value) == 1 else value)
            for name, value in _mapping(keys, f"{at}.target_keys").items()
        },
        unit=str(told.get("target_units", "")),
        time_unit=str(told.get("time_unit", "")),
    )


def _due(said: Any, at: str, *, columns: set[str]) -> DueDates:  # noqa: ANN401
    told = _mapping(said, at)
    first, last, relative = told.get("start"), told.get("end"), told.get("relative_to")
    if relative is not None:
        if relative not in columns:
            raise _wrong(f"{at}.relative_to", "names no column of a task")
        days = (_whole(first, f"{at}.start"), _whole(last, f"{at}.end"))
        return DueDates(relative_to=str(relative), first=days[0], last=days[1])
    return DueDates(relative_to="", first=_date(first, f"{at}.start"), last=_date(last, f"{at}.end"))


def _values(said: Any, at: str) -> Values:  # noqa: ANN401
    told = _mapping(said, at)
    required, optional = (_scalars(told.get(name), f"{at}.{name}") for name in ("required", "optional"))
    both = [*required, *optional]
    if twice := next((one for one in both if both.count(one) > 1), None):
        raise _wrong(at, f"has {twice!r} twice")
    written = [_as_text(one) for one in both if one != "NA"]
    return Values(
        required=tuple(_as_text(one) for one in required if one != "NA"),
        optional=tuple(_as_text(one) for one in optional if one != "NA"),
        kind=_kind_of(both if written else []),
    )


def _kind_of(values: list[Any]) -> Kind:
    if not values:
        return Kind.TEXT
    if all(isinstance(one, bool) for one in values):
        return Kind.FLAG
    if all(_is_whole(one) for one in values):
        return Kind.INTEGER
    if all(isinstance(one, int | float) for one in values):
        return Kind.NUMBER
    return Kind.DATE if all(isinstance(one, str) and DAY.fullmatch(one) for one in values) else Kind.TEXT


def _as_text(value: Any) -> str:  # noqa: ANN401
    """Return a value as files have it: 0.1 for 0.10, 1 for 1.0."""
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.12g}" if isinstance(value, int | float) else str(value)


def _scalars(said: Any, at: str) -> list[Any]:  # noqa: ANN401
    if said is None:
        return []
    if not isinstance(said, list) or not all(isinstance(one, str | int | float | bool) for one in said):
        raise _wrong(at, "is neither null nor a list of values")
    return said


def _formats(said: Any, at: str) -> tuple[str, ...]:  # noqa: ANN401
    formats = tuple(_texts([said] if isinstance(said, str) else said, at))
    if not formats or not set(formats) <= set(FORMATS):
        raise _wrong(at, f"names none of {', '.join(FORMATS)}")
    return formats


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _wrong(f"{ADMIN}: timezone", f"names no time zone: {printable(name, longest=60)!r}") from None


def _limit(said: Any, at: str) -> float | None:  # noqa: ANN401
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise _wrong(at, "is no number")
    return float(said)


def _date(said: Any, at: str) -> date:  # noqa: ANN401
    try:
        return date.fromisoformat(said if isinstance(said, str) else "")
    except ValueError:
        raise _wrong(at, "is no date") from None


def _whole(said: Any, at: str) -> int:  # noqa: ANN401
    if not isinstance(said, int) or isinstance(said, bool):
        raise _wrong(at, "is no whole number")
    return said


def _is_whole(said: Any) -> bool:  # noqa: ANN401
    return isinstance(said, int) and not isinstance(said, bool)


def _mapping(said: Any, at: str) -> Mapping[str, Any]:  # noqa: ANN401
    if not isinstance(said, dict):
        raise _wrong(at, "is no object")
    return said


def _items(said: Any, at: str) -> list[Any]:  # noqa: ANN401
    if not isinstance(said, list) or not said:
        raise _wrong(at, "is no list, or an empty one")
    return said


def _text(said: Any, at: str) -> str:  # noqa: ANN401
    if not isinstance(said, str) or not said:
        raise _wrong(at, "is no text")
    return said


def _texts(said: Any, at: str) -> list[str]:  # noqa: ANN401
    if said is None:
        return []
    if isinstance(said, str):
        return [said]  # a list of one is often written without its brackets
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise _wrong(at, "is no list of texts")
    return said


def _wrong(at: str, why: str) -> HubError:
    return HubError(
        f"{FOLDER}/{at} {why}.", remedy="Fetch the hub's files again, or tell those who keep it.", code="hub-config"
    )
