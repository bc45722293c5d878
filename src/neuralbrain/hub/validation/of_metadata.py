"""Checks of a model's metadata file."""

from __future__ import annotations

import re

from neuralbrain.hub.validation.evidence import Evidence
from neuralbrain.hub.validation.of_files import METADATA_ENDINGS
from neuralbrain.hub.validation.verdict import PASSED, Verdict, failed, skipped

FOLDER = "model-metadata"
MOST_MODELS = 2  # of one team, as the hubs' own validator has it unless a hub says otherwise
NAME = re.compile(r"(?P<team>[A-Za-z0-9_]+)-(?P<model>[A-Za-z0-9_]+)")


def metadata_schema_exists(evidence: Evidence) -> Verdict:
    """Fail where the hub has no schema of metadata."""
    return PASSED if evidence.metadata_schema is not None else failed(evidence.metadata_schema_fault)


def metadata_file_exists(evidence: Evidence) -> Verdict:
    """Fail where there is no such file."""
    return PASSED if evidence.exists else failed(f"There is no file {evidence.name} in the folder {evidence.folder}.")


def metadata_file_ext(evidence: Evidence) -> Verdict:
    """Fail where the file is not YAML by its name."""
    if f".{evidence.ending}" in METADATA_ENDINGS:
        return PASSED
    return failed(f"The name {evidence.name} does not end in .yml or .yaml. Name it so.")


def metadata_file_location(evidence: Evidence) -> Verdict:
    """Fail where the file does not lie in the hub's folder of metadata."""
    return PASSED if evidence.folder == FOLDER else failed(f"It lies in {evidence.folder}. Move it to {FOLDER}.")


def metadata_matches_schema(evidence: Evidence) -> Verdict:
    """Fail where the file does not keep the hub's schema of metadata."""
    if evidence.metadata is None:
        if evidence.metadata_unread:
            return skipped(f"It is written in a way that is not read here: {evidence.metadata_fault}.")
        return failed(evidence.metadata_fault or "It says nothing.")
    from neuralbrain.hub.json_schema import SchemaNotUsedError, broken_rules  # noqa: PLC0415 - a file of values needs none

    broken: list[str] = []
    unused = ""
    try:
        broken.extend(broken_rules(evidence.metadata, evidence.metadata_schema))
    except SchemaNotUsedError as error:
        unused = str(error)
    if broken:
        return failed("The file must keep hub-config/model-metadata-schema.json. Mend these.", sorted(broken))
    return skipped(f"The hub's schema of metadata cannot be used: {unused}.") if unused else PASSED


def metadata_file_name(evidence: Evidence) -> Verdict:
    """Fail where the file is named otherwise than the model that it describes."""
    said = evidence.metadata if isinstance(evidence.metadata, dict) else {}
    if "team_abbr" in said and "model_abbr" in said:
        model_id = f"{said['team_abbr']}-{said['model_abbr']}"
    elif "model_id" in said:
        model_id = str(said["model_id"])
    else:
        return failed("It says neither team_abbr and model_abbr nor model_id. Add them.")
    if evidence.stem == model_id:
        return PASSED
    return failed(f"It describes {model_id}. Name it {model_id}.{evidence.ending}.")


def opt_check_metadata_team_max_model_n(evidence: Evidence) -> Verdict:
    """Fail where the team has more models than hubs allow; only made where it is asked for by name."""
    found = NAME.fullmatch(evidence.stem)
    if found is None:
        return skipped("The file's name names no team.")
    own = sorted(one for one in evidence.metadata_names if one.startswith(f"{found['team']}-"))
    return PASSED if len(own) <= MOST_MODELS else failed(f"A team may have {MOST_MODELS} models.", own)
