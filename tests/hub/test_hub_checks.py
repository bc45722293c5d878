"""How checks are chosen and made: each by its identifier, after those that it needs, and none can end the others."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hub_folders import IN_TIME, MODEL, ROUND, hub_folder, tasks_of
from submissions import csv_of, failed, parquet_of, valid_rows, valid_text

from neuralbrain.errors import HubError
from neuralbrain.hub.validation import CHECKS, METADATA_CHECKS, validate
from neuralbrain.hub.validation.checks import Check, Group, chosen_checks, is_valid, results_of
from neuralbrain.hub.validation.evidence import Evidence
from neuralbrain.hub.validation.verdict import SHOWN, Outcome, Verdict, unless

HUBVERSE = {
    *("valid_config", "submission_time", "file_exists", "file_name", "file_location", "round_id_valid", "file_format"),
    *("file_n", "metadata_exists", "file_read", "valid_round_id_col", "unique_round_id", "match_round_id", "colnames"),
    *("col_types", "valid_vals", "derived_task_id_vals", "rows_unique", "req_vals", "value_col_valid"),
    *("value_col_non_desc", "value_col_sum1", "spl_mt_unique", "spl_compound_taskid_set", "spl_compound_tid"),
    *("spl_non_compound_tid", "spl_n", "opt_check_tbl_horizon_timediff", "opt_check_tbl_counts_lt_popn"),
    *("metadata_schema_exists", "metadata_file_exists", "metadata_file_ext", "metadata_file_location"),
    *("metadata_matches_schema", "metadata_file_name", "opt_check_metadata_team_max_model_n"),
}
"""Identifiers of the hubs' own validator."""


def test_the_identifiers_are_those_of_the_hubs() -> None:
    """Every check has an identifier of the hubs' own validator, each once, and a docstring that says when it fails."""
    names = [one.identifier for one in (*CHECKS, *METADATA_CHECKS)]
    assert (len(names), set(names)) == (len(set(names)), HUBVERSE)
    assert all((one.look.__doc__ or "").startswith("Fail where ") for one in (*CHECKS, *METADATA_CHECKS))


@pytest.mark.parametrize("checks", [CHECKS, METADATA_CHECKS], ids=["output", "metadata"])
def test_what_a_check_needs_stands_before_it(checks: tuple[Check, ...]) -> None:
    """Each check comes after all that it needs, and needs only checks of the same file."""
    for place, one in enumerate(checks):
        assert set(one.needs) <= {other.identifier for other in checks[:place]}


def test_checks_are_chosen_by_name_or_group_with_what_they_need() -> None:
    """A name or a group brings along what it needs; nothing named is every check but those on request."""
    names = [one.identifier for one in chosen_checks(CHECKS, ["value_col_sum1"])]
    assert names == ["valid_config", "file_exists", "file_name", "round_id_valid", "file_read", "colnames",
                     "value_col_sum1"]  # fmt: skip
    assert {one.group for one in chosen_checks(CHECKS, ["file"])} == {Group.FILE}
    assert len(chosen_checks(CHECKS, [])) == len(CHECKS)
    assert len(chosen_checks(METADATA_CHECKS, [])) == len(METADATA_CHECKS) - 1
    with pytest.raises(HubError, match="No check is called 'spelling'"):
        chosen_checks(CHECKS, ["file", "spelling"])


def breaks(evidence: Evidence) -> Verdict:
    """Fail where it is called, by a fault of its own."""
    raise ZeroDivisionError(evidence.name)


def passes(evidence: Evidence) -> Verdict:
    """Fail where there is no name."""
    return unless([] if evidence.name else ["here"], "Name it.")


def test_a_check_that_breaks_has_failed_and_ends_nothing() -> None:
    """A check with a fault of its own fails with words that say so; the next is made, one that needs it is skipped."""
    checks = (
        Check(look=breaks, group=Group.FILE),
        Check(look=passes, group=Group.FILE),
        replace(Check(look=passes, group=Group.FILE), needs=("breaks",)),
    )
    evidence = Evidence(name="x.csv", folder="", exists=True, now=IN_TIME)
    first = results_of(checks[:2], evidence)
    assert [one.verdict.outcome for one in first] == [Outcome.FAILED, Outcome.PASSED]
    assert "The check itself broke" in first[0].verdict.message
    assert "ZeroDivisionError" in first[0].verdict.message
    assert not is_valid(first)
    then = results_of((checks[0], checks[2]), evidence)
    assert then[1].verdict.message == "It needs breaks to pass."


def test_only_the_first_places_are_shown_and_all_are_counted() -> None:
    """A verdict holds a handful of places and how many there are."""
    verdict = unless([str(one) for one in range(100)], "Mend them.")
    assert (len(verdict.where), verdict.count) == (SHOWN, 100)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_no_damage_to_a_file_ends_the_validator(kind: str, tmp_path: Path) -> None:
    """Whatever bytes a file holds, each check ends in an outcome and none breaks."""
    home = hub_folder(tmp_path / "hub", "covid")
    path = home / "model-output" / MODEL / f"{ROUND['covid']}-{MODEL}.{kind}"
    whole = csv_of(valid_text("covid")[:400]) if kind == "csv" else parquet_of(valid_rows("covid")[:400])
    dice = random.Random(5)
    for _ in range(40):
        content = bytearray(whole[: dice.randrange(len(whole)) if dice.random() < 0.3 else len(whole)])
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(max(len(content), 1))
            content[at : at + dice.randrange(3)] = bytes(dice.choices(b'\x00,"\n-9x\xff', k=dice.randrange(4)))
        path.write_bytes(content)
        results = validate(path, hub_folder=home, now=IN_TIME)
        assert len(results) == len(CHECKS)
        assert not any("itself broke" in one.verdict.message for one in results)


def spoilt(value: Any, dice: random.Random) -> Any:
    """Return JSON with one thing in it replaced by something else."""
    if not isinstance(value, dict | list) or not value or dice.random() < 0.1:
        return dice.choice([None, [], {}, "x", -1, 2.5, True, ["06", 6], {"required": "all"}])
    changed = dict(value) if isinstance(value, dict) else list(value)
    key: Any = dice.choice(list(value)) if isinstance(value, dict) else dice.randrange(len(value))
    changed[key] = spoilt(value[key], dice)
    return changed


def test_no_config_ends_the_validator(tmp_path: Path) -> None:
    """Whatever stands in a hub's tasks, each check ends in an outcome and none breaks."""
    home = hub_folder(tmp_path / "hub", "flusight")
    path = home / "model-output" / MODEL / f"{ROUND['flusight']}-{MODEL}.csv"
    path.write_bytes(csv_of(valid_text("flusight")[:200]))
    dice, refused = random.Random(7), 0
    for _ in range(60):
        tasks = spoilt(tasks_of("flusight"), dice)
        (home / "hub-config" / "tasks.json").write_text(json.dumps(tasks), encoding="utf-8")
        results = {one.check: one for one in validate(path, hub_folder=home, now=IN_TIME)}
        assert not any("itself broke" in one.verdict.message for one in results.values())
        refused += "valid_config" in failed(results)
    assert refused > 10
