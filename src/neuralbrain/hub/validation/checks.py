"""Every check, in the order in which they are made, and what each needs to have passed before it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from neuralbrain.errors import HubError, printable
from neuralbrain.hub.validation import of_columns, of_files, of_hubs, of_metadata, of_samples, of_tasks, of_values
from neuralbrain.hub.validation.evidence import Evidence
from neuralbrain.hub.validation.verdict import CheckResult, Outcome, Verdict, failed, skipped


class Group(StrEnum):
    """What a check is about."""

    FILE = "file"
    CONTENT = "content"
    SAMPLES = "samples"
    OPTIONAL = "optional"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check.

    Args:
        look: What looks at the evidence; its name is the check's identifier, as the hubverse gave it.
        group: What it is about.
        needs: The checks without which it cannot look.
        on_request: Whether it is made only where it is asked for by name.
    """

    look: Callable[[Evidence], Verdict]
    group: Group
    needs: tuple[str, ...] = ()
    on_request: bool = False

    @property
    def identifier(self) -> str:
        """Return the name that the hubverse gave it."""
        return self.look.__name__


def _checks(group: Group, needs: tuple[str, ...], *looks: Callable[[Evidence], Verdict]) -> tuple[Check, ...]:
    return tuple(Check(look=one, group=group, needs=needs) for one in looks)


_CONFIG = ("valid_config",)
_NAMED = ("valid_config", "file_name")
_ROUND = ("valid_config", "file_name", "round_id_valid")
_READ = (*_ROUND, "file_exists", "file_read")
_COLUMNS = (*_READ, "colnames")
_ONE_ROUND = (*_COLUMNS, "unique_round_id", "match_round_id")

CHECKS: tuple[Check, ...] = (
    *_checks(Group.FILE, (), of_files.valid_config, of_files.file_exists, of_files.file_name),
    *_checks(Group.FILE, ("file_name",), of_files.file_location, of_files.file_n),
    *_checks(Group.FILE, _NAMED, of_files.round_id_valid, of_files.metadata_exists),
    *_checks(Group.FILE, _CONFIG, of_files.file_format),
    *_checks(Group.FILE, ("file_exists",), of_files.file_read),
    *_checks(Group.FILE, _ROUND, of_files.submission_time),
    *_checks(Group.CONTENT, _READ, of_columns.colnames, of_columns.valid_round_id_col),
    *_checks(Group.CONTENT, (*_READ, "valid_round_id_col"), of_columns.unique_round_id),
    *_checks(Group.CONTENT, (*_READ, "valid_round_id_col", "unique_round_id"), of_columns.match_round_id),
    *_checks(Group.CONTENT, _COLUMNS, of_columns.col_types),
    *_checks(Group.CONTENT, _COLUMNS, of_tasks.valid_vals, of_tasks.derived_task_id_vals, of_tasks.rows_unique),
    *_checks(Group.CONTENT, _ONE_ROUND, of_tasks.req_vals),
    *_checks(
        Group.CONTENT, _COLUMNS, of_values.value_col_valid, of_values.value_col_non_desc, of_values.value_col_sum1
    ),
    *_checks(Group.SAMPLES, _COLUMNS, of_samples.spl_mt_unique),
    *_checks(
        Group.SAMPLES,
        (*_COLUMNS, "valid_vals", "spl_mt_unique"),
        of_samples.spl_compound_taskid_set,
        of_samples.spl_compound_tid,
        of_samples.spl_non_compound_tid,
        of_samples.spl_n,
    ),
    *_checks(Group.OPTIONAL, _COLUMNS, of_hubs.opt_check_tbl_horizon_timediff, of_hubs.opt_check_tbl_counts_lt_popn),
)
"""The checks of a file of model output."""

METADATA_CHECKS: tuple[Check, ...] = (
    *_checks(Group.METADATA, (), of_metadata.metadata_schema_exists, of_metadata.metadata_file_exists),
    *_checks(
        Group.METADATA,
        ("metadata_file_exists",),
        of_metadata.metadata_file_ext,
        of_metadata.metadata_file_location,
    ),
    *_checks(
        Group.METADATA,
        ("metadata_schema_exists", "metadata_file_exists", "metadata_file_ext"),
        of_metadata.metadata_matches_schema,
    ),
    *_checks(Group.METADATA, ("metadata_file_ext", "metadata_matches_schema"), of_metadata.metadata_file_name),
    Check(look=of_metadata.opt_check_metadata_team_max_model_n, group=Group.METADATA, on_request=True),
)
"""The checks of a metadata file."""


def chosen_checks(checks: Sequence[Check], names: Collection[str]) -> tuple[Check, ...]:
    """Return the checks of some names or groups, and those that they need; all but those on request without names.

    Raises:
        HubError: If a name is neither a check's nor a group's.
    """
    if not names:
        return tuple(one for one in checks if not one.on_request)
    known = {one.identifier for one in (*CHECKS, *METADATA_CHECKS)} | {one.value for one in Group}
    if unknown := next((one for one in names if one not in known), None):
        raise HubError(
            f"No check is called {printable(unknown, longest=60)!r}.",
            remedy=f"Name one of {', '.join(sorted(known))}.",
            code="hub-unknown",
        )
    wanted = {
        one.identifier for one in checks if one.identifier in names or (one.group in names and not one.on_request)
    }
    wanted |= {need for one in checks if one.identifier in wanted for need in one.needs}
    return tuple(one for one in checks if one.identifier in wanted)


def results_of(checks: Sequence[Check], evidence: Evidence) -> tuple[CheckResult, ...]:
    """Return what each check says, in their order; one that cannot look is skipped, one that breaks has failed."""
    verdicts: dict[str, Verdict] = {}
    unusable: set[str] = set()  # checks that failed, or could not look because of one that did
    for check in checks:
        lacking = next((one for one in check.needs if one in unusable), None)
        verdict = _looked(check, evidence) if lacking is None else skipped(f"It needs {lacking} to pass.")
        verdicts[check.identifier] = verdict
        if lacking is not None or verdict.outcome is Outcome.FAILED:
            unusable.add(check.identifier)
    return tuple(CheckResult(check=name, verdict=verdict) for name, verdict in verdicts.items())


def is_valid(results: Sequence[CheckResult]) -> bool:
    """Return whether no check failed."""
    return not any(one.verdict.outcome is Outcome.FAILED for one in results)


def _looked(check: Check, evidence: Evidence) -> Verdict:
    try:
        return check.look(evidence)
    except Exception as error:  # noqa: BLE001 - the edge of a check: a fault of its own must not end the others
        said = printable(f"{type(error).__name__}: {error}", longest=200)
        return failed(f"The check itself broke, so the file was not looked at: {said}. Please report it.")
