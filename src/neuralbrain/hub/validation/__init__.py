"""Checks of files against what a hub asks for, by the identifiers that the hubverse gave them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from neuralbrain.hub.validation.checks import CHECKS, METADATA_CHECKS, chosen_checks, is_valid, results_of
from neuralbrain.hub.validation.gather import evidence_of, is_metadata, metadata_evidence_of
from neuralbrain.hub.validation.verdict import CheckResult, Outcome, Verdict

__all__ = ["CHECKS", "METADATA_CHECKS", "CheckResult", "Outcome", "Verdict", "is_valid", "validate"]


def validate(path: Path, *, hub_folder: Path, now: datetime, checks: Collection[str] = ()) -> tuple[CheckResult, ...]:
    """Return what each check says of a file of model output, or of a metadata file.

    Args:
        path: The file.
        hub_folder: The folder of the hub, or of a copy: the one that holds hub-config.
        now: The moment at which it would be handed in.
        checks: Names or groups of checks; all but those on request where none is named.

    Raises:
        HubError: If a check is named that does not exist. Nothing in the file or in the hub raises.
    """
    if is_metadata(path):
        chosen = chosen_checks(METADATA_CHECKS, checks)
        return results_of(chosen, metadata_evidence_of(path, hub_folder=hub_folder, now=now))
    return results_of(chosen_checks(CHECKS, checks), evidence_of(path, hub_folder=hub_folder, now=now))
