"""Checks of a file as such: its name, its folder, its time, whether it can be read."""

from __future__ import annotations

from datetime import date

from neuralbrain.hub.validation.evidence import Evidence
from neuralbrain.hub.validation.verdict import PASSED, Verdict, failed, skipped, unless

NAME_RULE = "Name it ROUND-TEAM-MODEL.csv or .parquet, such as 2025-11-22-Ours-local.csv"
METADATA_ENDINGS = (".yml", ".yaml")


def valid_config(evidence: Evidence) -> Verdict:
    """Fail where the hub's config cannot be read as the hubverse documents it."""
    return PASSED if evidence.config is not None else failed(evidence.config_fault)


def file_exists(evidence: Evidence) -> Verdict:
    """Fail where there is no such file."""
    return PASSED if evidence.exists else failed(f"There is no file {evidence.name} in the folder {evidence.folder}.")


def file_name(evidence: Evidence) -> Verdict:
    """Fail where the name does not say round, team and model."""
    if evidence.named is not None:
        return PASSED
    return failed(f"The name {evidence.name} does not say round, team and model. {NAME_RULE}.")


def file_location(evidence: Evidence) -> Verdict:
    """Fail where the file does not lie in the folder of its model."""
    named = evidence.named
    if named is None or evidence.folder == named.model_id:
        return PASSED
    return failed(f"It lies in {evidence.folder or 'no folder'}. Move it to a folder called {named.model_id}.")


def round_id_valid(evidence: Evidence) -> Verdict:
    """Fail where the hub has no round as the name says."""
    named, config = evidence.named, evidence.asked
    if named is None or config.round_of(named.round_id) is not None:
        return PASSED
    known = [one for told in config.rounds for one in told.identifiers]
    near = sorted(known, key=lambda one: (abs(_days(one) - _days(named.round_id)), one))[:3]
    return failed(f"The hub has no round {named.round_id}. The nearest are {', '.join(near)}.")


def file_format(evidence: Evidence) -> Verdict:
    """Fail where the hub does not take files of that kind."""
    config = evidence.asked
    told = None if evidence.named is None else config.round_of(evidence.named.round_id)
    formats = config.formats if told is None or told.formats is None else told.formats
    if evidence.ending in formats:
        return PASSED
    return failed(f"The hub takes no .{evidence.ending} in this round. Write it as {' or '.join(formats)}.")


def file_n(evidence: Evidence) -> Verdict:
    """Fail where the model's folder holds another file of the same round."""
    others = [one for one in evidence.beside if one != evidence.name and one.partition(".")[0] == evidence.stem]
    return unless(others, "A model has one file a round. Keep one of them.")


def metadata_exists(evidence: Evidence) -> Verdict:
    """Fail where the hub holds no metadata of the model."""
    named = evidence.named
    if named is None or any(f"{named.model_id}{ending}" in evidence.metadata_names for ending in METADATA_ENDINGS):
        return PASSED
    return failed(f"The hub knows no such model. Add model-metadata/{named.model_id}.yml first.")


def file_read(evidence: Evidence) -> Verdict:
    """Fail where the file is no table."""
    return PASSED if evidence.table is not None else failed(evidence.table_fault)


def submission_time(evidence: Evidence) -> Verdict:
    """Fail where files of the round are not taken now."""
    due, zone = evidence.round.due, evidence.asked.zone
    window = due.window(_dated(evidence), zone)
    if window is None:
        return skipped(f"The file does not say one {due.relative_to}, from which the days are counted.")
    opens, closes = window
    if opens <= evidence.now <= closes:
        return PASSED
    late = "It is too late" if evidence.now > closes else "It is too early"
    said = [f"{one.astimezone(zone):%Y-%m-%d %H:%M %Z}" for one in (opens, closes)]
    return failed(f"{late}: files of this round are taken from {said[0]} to {said[1]}.")


def _dated(evidence: Evidence) -> date | None:
    """Return the date that days are counted from: the file's own where it has one, else that of its name."""
    column, named = evidence.round.due.relative_to, evidence.named
    said: list[str] = []
    if evidence.table is not None and column in evidence.text.columns:
        said = evidence.text[column].drop_nulls().unique().to_list()
    elif named is not None:
        said = [named.round_id]
    try:
        return date.fromisoformat(said[0]) if len(said) == 1 else None
    except ValueError:
        return None


def _days(identifier: str) -> int:
    try:
        return date.fromisoformat(identifier).toordinal()
    except ValueError:
        return 0
