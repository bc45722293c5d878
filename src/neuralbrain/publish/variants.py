"""Other ways to say an edition's answers: some fields, some rows, another format; from the same published rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from neuralbrain.publish.as_json import as_bytes
from neuralbrain.publish.bodies import ALL, CHART, REGION, SUMMARY, WORLD, EditionBodies
from neuralbrain.publish.body import JSON, Body, etag_of
from neuralbrain.publish.columns import CSV_TYPE, PARQUET_TYPE, Column, as_csv, as_parquet
from neuralbrain.publish.cursor import cursor_of
from neuralbrain.publish.field_choice import names_in, picked, require_known
from neuralbrain.publish.forecast_columns import (
    CHART_COLUMNS,
    FORECAST_COLUMNS,
    SUMMARY_COLUMNS,
    SUMMARY_LISTS,
    Row,
    chart_rows,
    forecast_rows,
    summary_rows,
)
from neuralbrain.publish.geojson import MEDIA_TYPE as GEOJSON_TYPE
from neuralbrain.publish.geojson import feature_of

CURSOR = "forecasts"
OWN_WORDS = ("edition",)  # never left out: whatever is said names its edition
COLUMNS = {ALL: FORECAST_COLUMNS, REGION: FORECAST_COLUMNS, WORLD: FORECAST_COLUMNS}
COLUMNS |= {CHART: CHART_COLUMNS, SUMMARY: SUMMARY_COLUMNS}


class Format(StrEnum):
    """What an answer is written as."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    GEOJSON = "geojson"


MEDIA_TYPES = {Format.JSON: JSON, Format.CSV: CSV_TYPE, Format.PARQUET: PARQUET_TYPE, Format.GEOJSON: GEOJSON_TYPE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to ask for an answer of an edition.

    Args:
        resource: One of ``all``, ``global``, ``summary``, ``region`` and ``chart``.
        region: For the last two, any name or code of it.
        signal: Another signal than the primary one; of ``all`` only this one.
        fields: Only these, by name; all where none is named.
        format: What it is written as.
        start: For ``all``: how many rows are left out first.
        limit: For ``all``: how many rows at most; None for all.
    """

    resource: str
    region: str = ""
    signal: str | None = None
    fields: tuple[str, ...] = ()
    format: Format = Format.JSON
    start: int = 0
    limit: int | None = None

    @property
    def is_whole(self) -> bool:
        """Return whether it is the answer as it is made for everybody."""
        said_otherwise = self.fields or self.format is not Format.JSON or self.start or self.limit is not None
        return not said_otherwise and (self.resource != ALL or self.signal is None)


def body_of(bodies: EditionBodies, asked: Variant) -> Body:
    """Return an answer as it is asked for; what everybody asks for is handed out, others are made and kept.

    Raises:
        UnknownRegionError: If no region is called so, or the edition has no forecast of it or of that signal.
        QueryError: If a field is named that there is not.
        StoreError: If the past of a chart cannot be read.
    """
    whole = None if asked.resource == ALL else _whole(bodies, asked)
    if asked.is_whole:
        return bodies.all() if whole is None else whole
    # A region that is asked for by another name is no other variant.
    key = (asked.resource, "" if whole is None else whole.etag, asked.signal, asked.fields, asked.format)
    return bodies.variant((*key, asked.start, asked.limit), lambda: _made(bodies, asked, whole))


def _whole(bodies: EditionBodies, asked: Variant) -> Body:
    match asked.resource:
        case "global":
            return bodies.world()
        case "summary":
            return bodies.summary()
        case "region":
            return bodies.region(asked.region, asked.signal)
        case "chart":
            return bodies.chart(asked.region, asked.signal)
        case other:
            raise ValueError(f"there is no answer {other!r}")


def _made(bodies: EditionBodies, asked: Variant, whole: Body | None) -> Body:
    if whole is None:
        content, more = _of_all(bodies, asked)
    else:
        content, more = _of_one(bodies, asked, json.loads(whole.content)), None
    place = asked.resource if not asked.region else f"{asked.resource}-{asked.region}"
    named = "".join(one if one.isalnum() and one.isascii() else "-" for one in place)
    return Body(
        content=content,
        etag=etag_of(bodies.header.number, content),
        media_type=MEDIA_TYPES[asked.format],
        name="" if asked.format is Format.JSON else f"{named}-edition-{bodies.header.number}.{asked.format.value}",
        more=more,
    )


def _of_all(bodies: EditionBodies, asked: Variant) -> tuple[bytes, int | None]:
    """Return some of the rows, and where they go on."""
    places = bodies.places(asked.signal)
    end = len(places) if asked.limit is None else asked.start + asked.limit
    chosen, more = places[asked.start : end], end if end < len(places) else None
    rows = [bodies.row(place) for place in chosen]
    if asked.format in {Format.CSV, Format.PARQUET}:
        read = (json.loads(row) for row in rows)
        return _file(asked, lambda: forecast_rows(read, json.loads(bodies.block))), more
    if asked.fields and places:
        require_known(asked.fields, names_in(json.loads(bodies.row(places[0]))))
    shown = rows if not asked.fields else [as_bytes(picked(json.loads(row), asked.fields)) for row in rows]
    cursor = None if more is None else cursor_of(CURSOR, bodies.header.number, more)
    if asked.format is Format.GEOJSON:
        codes = [bodies.edition.tables[place.table].regions[place.position] for place in chosen]
        return _collection(codes, shown, bodies.block, cursor), more
    refusals = as_bytes(bodies.refusals() if not asked.start else [])
    said = [b'{"edition":', bodies.block, b',"regions":[', b",".join(shown), b'],"refusals":', refusals]
    return b"".join([*said, b',"next_cursor":', as_bytes(cursor), b"}"]), more


def _of_one(bodies: EditionBodies, asked: Variant, said: dict[str, Any]) -> bytes:
    if asked.format in {Format.CSV, Format.PARQUET}:
        match asked.resource:
            case "chart":
                return _file(asked, lambda: chart_rows(said))
            case "summary":
                return _file(asked, lambda: summary_rows(said))
        return _file(asked, lambda: forecast_rows([said], said["edition"]))
    if asked.format is Format.GEOJSON and asked.resource == SUMMARY:
        return _summary_collection(bodies, asked, said)
    require_known(asked.fields, names_in(said))
    chosen = picked(said, (*asked.fields, *OWN_WORDS) if asked.fields else ())
    if asked.format is Format.JSON:
        return as_bytes(chosen)
    del chosen["edition"]
    return _collection([said["region"]], [as_bytes(chosen)], bodies.block, None)


def _summary_collection(bodies: EditionBodies, asked: Variant, said: dict[str, Any]) -> bytes:
    """Return the regions of the summary's lists, each with the name of its list."""
    regions = [{"list": name, **region} for name in SUMMARY_LISTS for region in said[name]]
    if regions:
        require_known(asked.fields, names_in(regions[0]))
    shown = [as_bytes(picked(region, asked.fields)) for region in regions]
    return _collection([region["region"] for region in regions], shown, bodies.block, None)


def _collection(codes: Sequence[str], properties: Sequence[bytes], block: bytes, cursor: str | None) -> bytes:
    features = b",".join(feature_of(code, one) for code, one in zip(codes, properties, strict=True))
    opening = b'{"type":"FeatureCollection","edition":' + block
    return opening + b',"next_cursor":' + as_bytes(cursor) + b',"features":[' + features + b"]}"


def _file(asked: Variant, rows: Callable[[], Iterable[Row]]) -> bytes:
    """Return a table as a file, of the named columns alone; the edition's number is always among them."""
    columns: tuple[Column, ...] = COLUMNS[asked.resource]
    # A column bears the last word of a field: context.signal is signal.
    wanted = tuple(name.removeprefix("context.") for name in asked.fields)
    require_known(wanted, [one.name for one in columns])
    chosen = tuple(one for one in columns if not wanted or one.name in {*wanted, *OWN_WORDS})
    return as_csv(chosen, rows()) if asked.format is Format.CSV else as_parquet(chosen, rows())
