"""Checks of the columns: which there are, of what type, and that they speak of one round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

import polars as pl

from neuralbrain.hub.tasks import Kind
from neuralbrain.hub.validation.evidence import NUMBER, STANDARD, Evidence
from neuralbrain.hub.validation.verdict import PASSED, Verdict, failed, skipped, unless


def colnames(evidence: Evidence) -> Verdict:
    """Fail where a column lacks, or one is there that the hub does not ask for."""
    expected, there = (*evidence.round.columns, *STANDARD), evidence.text.columns
    wrong = [f"{one} lacks" for one in expected if one not in there]
    wrong += [f"{one} is not asked for" for one in there if one not in expected]
    return unless(wrong, f"The columns must be {', '.join(expected)}, in any order, and no other.")


def valid_round_id_col(evidence: Evidence) -> Verdict:
    """Fail where the column that holds the round is not there."""
    if not evidence.round.from_column:
        return skipped("The hub's rounds are not held by a column.")
    name = evidence.round.name
    return PASSED if name in evidence.text.columns else failed(f"There is no column {name}. Add it.")


def unique_round_id(evidence: Evidence) -> Verdict:
    """Fail where the file speaks of several rounds, or of none."""
    if not evidence.round.from_column:
        return skipped("The hub's rounds are not held by a column.")
    column = evidence.text[evidence.round.name]
    rounds = sorted(column.unique().drop_nulls().to_list())
    if column.null_count():
        row = int(column.is_null().arg_true().item(0))
        return failed(
            f"A row has no {evidence.round.name}. Fill it in.", [evidence.line(row)], count=column.null_count()
        )
    return PASSED if len(rounds) == 1 else failed("A file is of one round. Write one file each.", rounds)


def match_round_id(evidence: Evidence) -> Verdict:
    """Fail where the file speaks of another round than its name."""
    if not evidence.round.from_column:
        return skipped("The hub's rounds are not held by a column.")
    named, said = evidence.named, evidence.text[evidence.round.name].unique().drop_nulls().to_list()
    if named is None or said == [named.round_id]:
        return PASSED
    return failed(f"The file is named {named.round_id} and its {evidence.round.name} is {said[0]}. Change one of them.")


def col_types(evidence: Evidence) -> Verdict:
    """Fail where a column is of another type than the hub's schema says, or holds a value that is not of it."""
    kinds = {one: evidence.kind(one) for one in evidence.round.columns}
    kinds |= {"output_type": Kind.TEXT, "output_type_id": evidence.identifier_kind, "value": _value_kind(evidence)}
    if evidence.table is not None and evidence.table.is_typed:
        return _of_parquet(evidence.table.kinds, kinds)
    wrong = []
    for name, kind in kinds.items():
        if name == "value":
            continue  # a check of its own
        for text in evidence.text[name].unique(maintain_order=True).drop_nulls():
            if not IS_OF[kind](text):
                row = int((evidence.text[name] == text).arg_true().item(0))
                wrong.append(f"{evidence.line(row)}: {name} is {text!r}, and must be {kind.value}")
    return unless(wrong, "Write dates as 2025-11-22, whole numbers without a point.")


def _of_parquet(there: Mapping[str, pl.DataType], kinds: Mapping[str, Kind]) -> Verdict:
    wrong = [
        f"{name} is {there[name]}, and must be {SCHEMA_WORDS[kind]}"
        for name, kind in kinds.items()
        if not isinstance(there[name], AS_PARQUET[kind]) and there[name] != pl.Null
    ]
    return unless(wrong, "Write the columns of the Parquet file with the types of the hub's schema.")


def _value_kind(evidence: Evidence) -> Kind:
    whole = all(one.whole for told in evidence.asked.rounds for task in told.tasks for one in task.outputs)
    return Kind.INTEGER if whole else Kind.NUMBER


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isascii() and text.removeprefix("-").isdigit()


IS_OF: Mapping[Kind, Callable[[str], bool]] = MappingProxyType(
    {
        Kind.DATE: _is_date,
        Kind.INTEGER: _is_whole,
        Kind.NUMBER: lambda text: NUMBER.fullmatch(text) is not None,
        Kind.FLAG: lambda text: text.lower() in {"true", "false"},
        Kind.TEXT: lambda _text: True,
    }
)
AS_PARQUET: Mapping[Kind, tuple[type[pl.DataType], ...]] = MappingProxyType(
    {
        Kind.DATE: (pl.Date,),
        Kind.INTEGER: (pl.Int8, pl.Int16, pl.Int32, pl.Int64),
        Kind.NUMBER: (pl.Float64, pl.Float32),
        Kind.FLAG: (pl.Boolean,),
        Kind.TEXT: (pl.String,),
    }
)
SCHEMA_WORDS: Mapping[Kind, str] = MappingProxyType(
    {Kind.DATE: "date32", Kind.INTEGER: "int32", Kind.NUMBER: "double", Kind.FLAG: "bool", Kind.TEXT: "string"}
)
