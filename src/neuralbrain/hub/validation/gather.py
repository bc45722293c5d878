"""Reads all that the checks of a file look at, so that they themselves read nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from neuralbrain.errors import HubError, printable
from neuralbrain.hub.config import FOLDER, read_config
from neuralbrain.hub.text_table import text_table
from neuralbrain.hub.validation.evidence import Evidence
from neuralbrain.hub.validation.of_files import METADATA_ENDINGS

METADATA_FOLDER = "model-metadata"
METADATA_SCHEMA = "model-metadata-schema.json"
POPULATIONS = ("auxiliary-data", "locations.csv")
LARGEST = 2**30  # bytes; a file of model output has a few million at most


def is_metadata(path: Path) -> bool:
    """Return whether a file describes a model, by its ending or its folder."""
    return path.suffix in METADATA_ENDINGS or path.parent.name == METADATA_FOLDER


def evidence_of(path: Path, *, hub_folder: Path, now: datetime) -> Evidence:
    """Return what there is to look at of a file of model output; what cannot be read is said in it, not raised.

    Args:
        path: The file.
        hub_folder: The folder of the hub, or of a copy: the one that holds hub-config.
        now: The moment at which it would be handed in.
    """
    config, config_fault = _said(lambda: read_config(hub_folder))
    table, table_fault = _said(lambda: text_table(_bytes(path), name=path.name)) if path.is_file() else (None, "")
    return Evidence(
        name=path.name,
        folder=path.absolute().parent.name,
        exists=path.is_file(),
        now=now,
        config=config,
        config_fault=config_fault,
        table=table,
        table_fault=table_fault,
        beside=_names(path.parent),
        metadata_names=_names(hub_folder / METADATA_FOLDER),
        populations=_populations(hub_folder),
    )


def metadata_evidence_of(path: Path, *, hub_folder: Path, now: datetime) -> Evidence:
    """Return what there is to look at of a metadata file."""
    schema, schema_fault = _said(lambda: _json(hub_folder / FOLDER / METADATA_SCHEMA))
    said, fault, unread = _metadata(path)
    return Evidence(
        name=path.name,
        folder=path.absolute().parent.name,
        exists=path.is_file(),
        now=now,
        metadata_names=_names(hub_folder / METADATA_FOLDER),
        metadata=said,
        metadata_fault=fault,
        metadata_unread=unread,
        metadata_schema=schema,
        metadata_schema_fault=schema_fault,
    )


def _said(read: Callable[[], Any]) -> tuple[Any, str]:
    try:
        return read(), ""
    except HubError as error:
        return None, str(error)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise HubError(f"{path.name} is larger than a gigabyte.", remedy="Leave out what the hub does not ask for.")
        return path.read_bytes()
    except OSError as error:
        raise HubError(f"{path.name} cannot be read: {error.strerror}.", remedy="Look at its rights.") from error


def _json(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise HubError(
            f"The hub has no {FOLDER}/{path.name}.", remedy="Fetch the hub's files again.", code="hub-config"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise HubError(
            f"{FOLDER}/{path.name} is no JSON that can be read: {printable(str(error), longest=120)}.",
            remedy="Fetch the hub's files again.",
            code="hub-config",
        ) from error


def _metadata(path: Path) -> tuple[Any, str, bool]:
    """Return what a metadata file says, what is wrong with it, and whether it may be right all the same."""
    from neuralbrain.hub.yaml_text import LONGEST, NotReadError, yaml_value  # noqa: PLC0415 - a file of values needs none

    try:
        with path.open(encoding="utf-8") as file:
            return yaml_value(file.read(LONGEST + 1)), "", False
    except FileNotFoundError:
        return None, "", False
    except NotReadError as error:
        return None, printable(str(error), longest=200), True
    except (OSError, ValueError) as error:
        return None, f"It is no YAML that can be read: {printable(str(error), longest=200)}.", False


def _names(folder: Path) -> tuple[str, ...]:
    try:
        return tuple(sorted(one.name for one in folder.iterdir() if one.is_file()))
    except OSError:
        return ()


def _populations(hub_folder: Path) -> Mapping[str, float] | None:
    path = hub_folder.joinpath(*POPULATIONS)
    try:
        table = pl.read_csv(path.read_bytes(), infer_schema=False)
    except (OSError, pl.exceptions.PolarsError):
        return None
    if not {"location", "population"} <= set(table.columns):
        return None
    people = table.select("location", pl.col("population").cast(pl.Float64, strict=False)).drop_nulls()
    return dict(people.iter_rows())
