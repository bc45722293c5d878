"""One model's file of one round, as bytes that are the same for the same forecasts."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.errors import HubError
from neuralbrain.hub.hubs import FileFormat, HubProfile
from neuralbrain.hub.rows import RoundRows, rows_of

MODEL_ID = re.compile(r"(?P<team>[A-Za-z0-9_]+)-(?P<model>[A-Za-z0-9_]+)")
NOT_AVAILABLE = "NA"  # how hubs write that a row has no identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundFile:
    """A file of model output.

    Args:
        folder: The folder of the model, below the hub's ``model-output``.
        name: Its name there.
        content: Its bytes.
        said: The rows in it, and what is missing.
    """

    folder: str
    name: str
    content: bytes
    said: RoundRows


def require_model_id(model_id: str, hub: HubProfile) -> str:
    """Return a model's identifier as it was given, if a hub can take it.

    Raises:
        HubError: If it is not ``team-model`` of letters, digits and underscores, or one of the two is too long.

    >>> from neuralbrain.hub.hubs import FLUSIGHT
    >>> require_model_id("Ours-local", FLUSIGHT)
    'Ours-local'
    """
    found = MODEL_ID.fullmatch(model_id)
    if found is None:
        raise HubError(
            f"{model_id[:60]!r} is no model's identifier.",
            remedy="Write TEAM-MODEL: letters, digits and underscores, with one hyphen between the two.",
            code="hub-model-id",
        )
    long = next((one for one in found.groups() if hub.longest_name is not None and len(one) > hub.longest_name), None)
    if long is not None:
        raise HubError(
            f"{long[:60]!r} is too long a name for {hub.name}.",
            remedy=f"A team's and a model's short name may have {hub.longest_name} characters each.",
            code="hub-model-id",
        )
    return model_id


def round_file(
    tables: Sequence[ForecastTable], *, hub: HubProfile, model_id: str, round_date: date, file_format: FileFormat
) -> RoundFile:
    """Return the file that answers a round of a hub with our forecasts.

    Args:
        tables: Forecasts of one cutoff.
        hub: Which hub.
        model_id: ``team-model``.
        round_date: Which round.
        file_format: As what.

    Raises:
        HubError: If the hub takes no such file, model or round, or the forecasts answer nothing of it.
    """
    require_model_id(model_id, hub)
    if file_format not in hub.formats:
        raise HubError(
            f"{hub.name} takes no file of the kind {file_format.value}.",
            remedy=f"Use {' or '.join(hub.formats)}.",
            code="hub-file",
        )
    said = rows_of(tables, hub, round_date)
    if said.rows.is_empty():
        raise HubError(_why_nothing(said), remedy=_remedy(said), code="hub-nothing")
    content = as_csv(said.rows) if file_format is FileFormat.CSV else as_parquet(said.rows)
    return RoundFile(
        folder=model_id, name=f"{round_date}-{model_id}.{file_format.value}", content=content, said=said
    )  # fmt: skip


def _why_nothing(said: RoundRows) -> str:
    if said.missing:
        one = said.missing[0]
        return (
            f"Nothing of what {said.hub.name} asks for on {said.round_date} is forecast; of {one.location}: {one.why}"
        )
    signals = dict.fromkeys(one.signal for one in said.hub.targets)
    return f"{said.hub.name} asks for {', '.join(signals)}, and none of them is forecast."


def _remedy(said: RoundRows) -> str:
    if said.missing:
        return "Name the round of these forecasts with --round, or leave it out."
    return "Add a feed that reports them to the setting sources; `neuralbrain sources list` shows which there are."


def as_csv(rows: pl.DataFrame) -> bytes:
    """Return rows as CSV: ISO dates, whole numbers without a point, no exponent, NA where there is no identifier."""
    values = [np.format_float_positional(one, trim="-") for one in rows["value"].to_list()]
    text = rows.with_columns(
        pl.Series("value", values, dtype=pl.String), pl.col("output_type_id").fill_null(NOT_AVAILABLE)
    )
    return text.write_csv(line_terminator="\n").encode()


def as_parquet(rows: pl.DataFrame) -> bytes:
    """Return rows as Parquet with the column types of the hub's schema."""
    written = io.BytesIO()
    rows.write_parquet(written, compression="zstd", statistics=False)
    return written.getvalue()
