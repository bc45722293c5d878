"""A test that never failed proves nothing: each guard is taken out of a copy, and its test must fail there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# invariant, file, the guard, what stands there instead, the test that must fail
GUARDS = [
    (
        "fencing: the number is compared",
        "store/lock_row.py",
        "if (state.number, state.provider) == (number, provider) and",
        "if state.provider == provider and",
        "story/test_invariants.py::test_fencing",
    ),
    (
        "fencing: the runner lease is compared",
        "store/lock_row.py",
        "and holder in (None, runner):",
        "and holder != '':",
        "story/test_invariants.py::test_fencing_by_holder_alone",
    ),
    (
        "fencing: replies are compared too",
        "store/replies.py",
        "            require_number(connection, number=lock_number, provider=provider)\n",
        "",
        "test_orchestrator.py::test_fencing_of_replies",
    ),
    (
        "fencing: a takeover grows the number",
        "lock/transition.py",
        "taken = replace(state, number=state.number + 1, runner=me)",
        "taken = replace(state, runner=me)",
        "lock/test_transition.py::test_runner_claim",
    ),
    (
        "one-author: the database checks references",
        "store/database.py",
        "PRAGMA foreign_keys=ON",
        "PRAGMA foreign_keys=OFF",
        "story/test_invariants.py::test_one_author_is_a_foreign_key",
    ),
    (
        "one-author: words of another lock number are not taken for an answer",
        "store/replies.py",
        "                reply.c.lock_number == lock_number,\n                reply.c.number.not_in",
        "                reply.c.number.not_in",
        "test_orchestrator.py::test_the_same_question_is_not_asked_twice",
    ),
    (
        "all-or-nothing: publishing is one transaction",
        "store/database.py",
        'self._engine(begin="BEGIN IMMEDIATE", connections=1)',
        'self._engine(begin="", connections=1)',
        "story/test_invariants.py::test_all_or_nothing",
    ),
    (
        "all-or-nothing: a reader has one snapshot and checks the digest",
        "store/editions.py",
        "        require_intact(found)\n",
        "",
        "story/test_invariants.py::test_damage_is_noticed",
    ),
    (
        "no-foresight: the cutoff is a condition of the one query",
        "store/observations.py",
        "    if cutoff is not None:\n",
        "    if cutoff == 'never':\n",
        "story/test_invariants.py::test_no_foresight",
    ),
    (
        "last-good: a step that fails does not end the cycle",
        "steps.py",
        "            except NeuralBrainError as error:\n                outcome",
        "            except MemoryError as error:\n                outcome",
        "story/test_cycle.py::test_last_good",
    ),
    (
        "last-good: an unforeseen fault does not end the cycle",
        "steps.py",
        "            except Exception as error:",
        "            except MemoryError as error:",
        "story/test_cycle.py::test_a_fault_of_our_own_is_recorded_and_survived",
    ),
    (
        "accountable: a change writes its event",
        "store/lock_row.py",
        "events=decided.events",
        "events=()",
        "story/test_invariants.py::test_accountable",
    ),
    (
        "accountable: each event is bound to the one before",
        "store/audit.py",
        '"previous_digest": head.digest,\n        }\n        head',
        '"previous_digest": "",\n        }\n        head',
        "store/test_audit.py::test_an_untouched_trail_is_whole",
    ),
    (
        "keep-the-words: the reply is stored, byte for byte",
        "store/replies.py",
        "zlib.compress(answer.body, QUICK)",
        "zlib.compress(b'', QUICK)",
        "test_orchestrator.py::test_keep_the_words",
    ),
    (
        "one-provider: the lock is read before every call",
        "orchestrator.py",
        "_require(still_ours=(state.number, runner) == (turn.number, turn.runner))",
        "_require(still_ours=(state.number, runner) != (None, None))",
        "test_orchestrator.py::test_without_the_runner_lease_no_call_is_made",
    ),
    (
        "fencing: the number that was read first is the condition of the choice",
        "orchestrator.py",
        "self._lock.acquire_lock(name, reason=reason, expected_number=number)",
        "self._lock.acquire_lock(name, reason=reason)",
        "test_orchestrator.py::test_an_operator_who_comes_between_is_not_overridden",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("guard", "file", "stands", "instead", "test"), GUARDS, ids=[row[0] for row in GUARDS])
def test_without_its_guard_the_test_fails(guard, file, stands, instead, test, tmp_path: Path):
    """With one guard taken out of a copy of the source, the test that watches over it fails."""
    copy = tmp_path / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
    mutated = copy / "neuralbrain" / file
    source = mutated.read_text(encoding="utf-8")
    assert source.count(stands) == 1, f"{guard}: the guard is not where this table says"
    mutated.write_text(source.replace(stands, instead), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/{test}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (
        str(copy)
        in subprocess.run(
            [sys.executable, "-c", "import neuralbrain; print(neuralbrain.__file__)"],
            env={**os.environ, "PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    ), "the copy must be what was tested"
    assert ran.returncode == 1, f"{guard}: nothing failed\n{ran.stdout[-2000:]}"
