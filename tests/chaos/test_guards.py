"""A test that never failed proves nothing: each guard is taken out of a copy, and its test must fail there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from postgresql_server import NAMED, VARIABLE

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
        "fencing: where others write at the same time, the number stays as it is until the commit",
        "store/lock_row.py",
        "_SELECT_LOCKED = _SELECT.with_for_update()",
        "_SELECT_LOCKED = _SELECT",
        "chaos/test_takeover_window.py::test_a_takeover_waits_for_what_is_being_published",
    ),
    (
        "fencing: a number that falls is refused",
        "store/high_water.py",
        "if number < since.highest and",
        "if number < 0 and",
        "store/test_high_water.py::test_who_saw_more_uses_nothing_of_it",
    ),
    (
        "one-provider: another boot may be another machine",
        "lock/process.py",
        "        return one_machine\n",
        "        return True\n",
        "lock/test_lease_of_many_machines.py::test_another_boot_is_no_proof_of_death",
    ),
    (
        "accountable: a server refuses changes of history",
        "store/append_only.py",
        "BEFORE UPDATE OR DELETE OR TRUNCATE",
        "BEFORE UPDATE OR DELETE",
        "store/test_append_only.py::test_each_table_refuses_each_change",
    ),
    (
        "one-author: the database checks references",
        "store/sqlite_database.py",
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
        "store/sqlite_database.py",
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
        "store/known.py",
        "else observation.c.as_of <= cutoff)",
        "else observation.c.as_of == observation.c.as_of)",
        "story/test_invariants.py::test_no_foresight",
    ),
    (
        "last-good: a step that fails does not end the cycle",
        "steps.py",
        "        except NeuralBrainError as error:\n            return None, _Ended(",
        "        except MemoryError as error:\n            return None, _Ended(",
        "story/test_cycle.py::test_last_good",
    ),
    (
        "last-good: an unforeseen fault does not end the cycle",
        "steps.py",
        "        except BaseException as error:",
        "        except MemoryError as error:",
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
        "accountable: an event that is kept cannot be deleted",
        "store/append_only.py",
        '_IS_KEPT = "OLD.sequence > COALESCE(',
        '_IS_KEPT = "OLD.sequence > 9999 + COALESCE(',
        "store/test_audit_pruning.py::test_what_is_kept_cannot_be_deleted",
    ),
    (
        "accountable: what is at hand is not pruned",
        "store/audit_pruning.py",
        "row.audit_sequence - TRAIL_AT_HAND",
        "row.audit_sequence - LEAST",
        "store/test_audit_pruning.py::test_the_newest_stay_however_old",
    ),
    (
        "accountable: damage is not pruned away",
        "store/audit_pruning.py",
        '            raise damaged(self._database.name, what="the audit trail")\n',
        '            log.info("damaged")\n',
        "store/test_audit_pruning.py::test_damage_is_not_pruned_away",
    ),
    (
        "accountable: the kept trail begins where it was pruned to",
        "store/verify.py",
        "        if (head.audit_pruned_sequence, head.audit_pruned_digest) != (said.through, said.digest)\n",
        "        if head.audit_pruned_sequence < 0\n",
        "store/test_audit_pruning.py::test_tampering_after_a_pruning_is_noticed",
    ),
    (
        "accountable: what pruned events vouched for is still compared",
        "store/verify.py",
        "{**_by_their_chain(gone, digests)}",
        "dict.fromkeys(number for number in digests if number <= gone.edition)",
        "story/test_year_of_events.py::test_a_year_is_kept",
    ),
    (
        "tireless: a pruning that fails ends no cycle",
        "store/audit_pruning.py",
        "        except Exception:  # the edge of the pruning",
        "        except ZeroDivisionError:  # the edge of the pruning",
        "store/test_audit_pruning.py::test_what_stands_in_the_way_ends_nothing",
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
        "turn.py",
        "(state.number, runner.holder) == (self._number, self._runner)",
        "runner.holder != ''",
        "test_orchestrator.py::test_without_the_runner_lease_no_call_is_made",
    ),
    (
        "one-provider: no call outlasts the lease",
        "turn.py",
        "require(still_ours=self._around.lease_left(runner) >= self._around.limits.call_seconds)",
        "pass",
        "test_orchestrator.py::test_no_call_outlasts_the_lease",
    ),
    (
        "one-provider: the lock is not handed on while a call is in flight",
        "turn.py",
        "if flight.failed and not flight.flying:",
        "if flight.failed:",
        "test_orchestrator.py::test_a_failure_ends_calls_at_once",
    ),
    (
        "one-provider: calls in flight end before the lease goes back",
        "turn.py",
        "for _ in range(flight.flying):",
        "for _ in range(0):",
        "test_orchestrator.py::test_calls_in_flight_are_broken_off_with_the_turn",
    ),
    (
        "one-provider: the first call goes alone",
        "turn.py",
        "    alone: bool = True\n",
        "    alone: bool = False\n",
        "test_orchestrator.py::test_calls_in_flight_are_bounded",
    ),
    (
        "one-provider: a lost lease breaks off the call in flight",
        "outgoing/wire.py",
        "if self._wire.cancelled():",
        "if False:",
        "outgoing/test_transport.py::test_a_call_that_nobody_wants_ends_at_once",
    ),
    (
        "one strike is enough where the provider refuses the key",
        "domain/failure.py",
        "FailureKind.AUTHENTICATION: 1,",
        "FailureKind.AUTHENTICATION: 2,",
        "test_orchestrator.py::test_one_refusal_of_a_key_is_enough",
    ),
    (
        "who failed is left alone",
        "orchestrator.py",
        "if parked is not None and is_parked(",
        "if parked is not None and not is_parked(",
        "test_orchestrator.py::test_a_quota_is_left_alone_until_it_is_given_again",
    ),
    (
        "our own network is nobody's fault",
        "turn.py",
        "if not failure.reached and self._around.network_is_down():",
        "if False:",
        "test_orchestrator.py::test_our_own_network_is_nobodys_fault",
    ),
    (
        "fencing: the number that was read first is the condition of the choice",
        "orchestrator.py",
        "require(still_ours=self._lock.acquire_lock(name, reason=reason, expected_number=number))",
        "require(still_ours=self._lock.acquire_lock(name, reason=reason))",
        "test_orchestrator.py::test_an_operator_who_comes_between_is_not_overridden",
    ),
    (
        "tireless: a slot has one state, and the first one stays",
        "store/slots.py",
        "            if _has_state(connection, record.slot):\n                return False\n",
        "",
        "store/test_slots.py::test_the_first_state_stays",
    ),
    (
        "tireless: the database holds one state a slot",
        "store/migrations/versions/r0002_schedule.py",
        '        sa.PrimaryKeyConstraint("slot"),\n',
        "",
        "store/test_slots.py::test_one_state_is_held_by_the_database",
    ),
    (
        "tireless: an outage is caught up by the newest slot alone",
        "schedule/due.py",
        "        due=current if newest is None or newest < current else None,",
        "        due=None if newest == current else current if newest is None else _following(schedules, newest),",
        "schedule/test_loop.py::test_an_outage_is_caught_up_by_one_cycle",
    ),
    (
        "tireless: missed slots are recorded",
        "schedule/loop.py",
        "        await self._record_missed(plan, schedules, now=now)\n",
        "",
        "schedule/test_loop.py::test_an_outage_is_caught_up_by_one_cycle",
    ),
    (
        "tireless: what a cycle ran over is not run after it",
        "schedule/loop.py",
        "            self._explain(began, began + spent, SlotCode.OVERRAN)\n",
        "",
        "schedule/test_loop.py::test_an_overrun_never_overlaps",
    ),
    (
        "tireless: attempts are bounded",
        "schedule/loop.py",
        "        if attempts < MOST_ATTEMPTS:",
        "        if attempts < 99:",
        "schedule/test_loop.py::test_what_kills_its_process_is_not_tried_for_ever",
    ),
    (
        "tireless: what was published is not run again",
        "schedule/loop.py",
        "        if published is not None:\n            reason",
        "        if published == 0:\n            reason",
        "schedule/test_loop.py::test_published_before_the_crash",
    ),
    (
        "tireless: a tick that fails does not end the loop",
        "schedule/loop.py",
        "            except (Exception, asyncio.CancelledError) as error:\n",
        "            except ZeroDivisionError as error:\n",
        "schedule/test_loop_faults.py::test_ticks_that_raise_do_not_end_the_loop",
    ),
    (
        "tireless: a cycle that raises does not end the loop",
        "schedule/loop.py",
        "        except (Exception, asyncio.CancelledError) as error:  # the edge of the cycle",
        "        except ZeroDivisionError as error:  # the edge of the cycle",
        "schedule/test_loop_faults.py::test_a_runner_that_raises",
    ),
    (
        "tireless: a state that cannot be written stays owed",
        "schedule/loop.py",
        "            try:\n                await self._read(partial(self._slots.record, record))\n",
        "            del self._owed[slot]\n            try:\n"
        "                await self._read(partial(self._slots.record, record))\n                continue\n",
        "schedule/test_loop_faults.py::test_a_state_that_cannot_be_written_is_owed",
    ),
    (
        "tireless: what hangs is ended from outside",
        "schedule/supervisor.py",
        "                async with asyncio.timeout_at(min(limit, until + GRACE_SECONDS)):",
        "                async with asyncio.timeout_at(until + GRACE_SECONDS):",
        "schedule/test_supervisor.py::test_a_step_that_hangs",
    ),
    (
        "tireless: a cycle has a deadline",
        "schedule/supervisor.py",
        "                async with asyncio.timeout_at(min(limit, until + GRACE_SECONDS)):",
        "                async with asyncio.timeout_at(limit):",
        "schedule/test_supervisor.py::test_the_deadline_of_the_cycle",
    ),
    (
        "tireless: a process that was given up is killed",
        "schedule/supervisor.py",
        "            await process.kill()\n        return seen",
        "            pass\n        return seen",
        "schedule/test_supervisor.py::test_a_step_that_hangs",
    ),
    (
        "tireless: a step has a deadline",
        "steps.py",
        "            with deadline(seconds):",
        "            if True:",
        "chaos/test_step_isolation.py::test_one_feed_does_not_stop_the_other",
    ),
    (
        "tireless: a cycle that is taken up leaves out what failed",
        "steps.py",
        "        if name in self._failed_before:\n            return None\n",
        "",
        "test_steps.py::test_a_resumed_cycle_leaves_out_the_failed_step",
    ),
    (
        "tireless: only what passes by itself is tried again",
        "domain/step.py",
        "    return pauses[attempt - 2] if attempt - 2 < len(pauses) else None",
        "    return pauses[0] if pauses else None if attempt > 2 else 1.0",
        "test_steps.py::test_what_is_tried_again",
    ),
    (
        "tireless: rubbish goes no further",
        "steps.py",
        "    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):",
        "    if value is KeyError:",
        "test_steps.py::test_rubbish_goes_no_further",
    ),
    (
        "tireless: a health check that cannot be written does not end the looking",
        "health/monitor.py",
        "        except Exception as error:  # noqa: BLE001 - the edge of the look: what cannot",
        "        except ZeroDivisionError as error:  # noqa: BLE001 - the edge of the look: what cannot",
        "health/test_monitor.py::test_what_cannot_be_written",
    ),
    (
        "tireless: a clock that was set back runs no slot again",
        "store/slots.py",
        'select(func.max(slot_state.c.slot)).where(slot_state.c.slot <= bindparam("at_most"))',
        "select(func.max(slot_state.c.slot))",
        "store/test_slots.py::test_the_newest_up_to_a_moment",
    ),
    (
        "tireless: cycles that were broken off are closed once",
        "store/journal.py",
        "cycle_end.c.ended_at.is_(None)",
        "cycle.c.number > 0",
        "store/test_journal.py::test_broken_cycles_are_closed",
    ),
    (
        "tireless: the database holds one edition an hour",
        "store/migrations/versions/r0002_schedule.py",
        'op.create_index("edition_by_slot", "edition", ["slot"], unique=True)',
        'op.create_index("edition_by_slot", "edition", ["slot"], unique=False)',
        "store/test_slots.py::test_one_edition_an_hour_is_held_by_the_database",
    ),
    (
        "tireless: a spurious cancellation does not end the loop",
        "schedule/loop.py",
        "        except (Exception, asyncio.CancelledError) as error:  # the edge of the cycle",
        "        except Exception as error:  # the edge of the cycle",
        "schedule/test_loop_corners.py::test_a_cancellation_that_nobody_asked_for",
    ),
    (
        "tireless: an hour that another service is at is left to it",
        "store/slots.py",
        "return slot not in self.ended and slot not in self.running",
        "return slot not in self.ended",
        "schedule/test_loop_corners.py::test_another_service_still_runs_the_hour",
    ),
    (
        "tireless: an hour that was left open is found again",
        "schedule/loop.py",
        "since=min((*begun, *seen), default=None)",
        "since=min(seen, default=None)",
        "schedule/test_loop_corners.py::test_another_service_died_while_it_overran",
    ),
    (
        "tireless: a cycle that could not begin is begun later",
        "schedule/loop.py",
        "    return ended.cycle is None and ended.code in BEGUN_AGAIN",
        "    return ended.cycle == 0 and ended.code in BEGUN_AGAIN",
        "schedule/test_loop_faults.py::test_a_cycle_that_cannot_begin_yet_is_begun_later",
    ),
    (
        "tireless: a deadline does not break the store in the middle",
        "store/database.py",
        "            with unstruck(hold=hold):\n                yield\n",
        "            yield\n",
        "store/test_database.py::test_deadlines_leave_the_store_usable",
    ),
    (
        "tireless: a database that was replaced is opened anew",
        "store/sqlite_database.py",
        "if not self._frozen and _identity(self.path) in (self._file, None):",
        "if not self._frozen:",
        "store/test_sqlite_database.py::test_a_file_that_was_put_in_its_place_is_opened",
    ),
    (
        "reading: a request for another host is refused",
        "api/gate.py",
        'require_ours(scope["headers"], self._hosts)',
        "require_ours([], self._hosts)",
        "api/test_api_host_names.py::test_a_foreign_name_is_refused",
    ),
]


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[dict[str, Future[tuple[int, str]]]]:
    """Yield what became of each guard's test without it; as many run at a time as there are processors."""
    wanted = {item.callspec.params["guard"] for item in request.session.items if item.fspath == request.path}
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield {
            row[0]: pool.submit(run_without, *row, tmp_path_factory.mktemp("without"))
            for row in GUARDS
            if row[0] in wanted
        }


def run_without(guard: str, file: str, stands: str, instead: str, test: str, folder: Path) -> tuple[int, str]:
    """Take a guard out of a copy of the source, run its test there, and return its exit code and what it printed."""
    copy = folder / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
    mutated = copy / "neuralbrain" / file
    source = mutated.read_text(encoding="utf-8")
    assert source.count(stands) == 1, f"{guard}: the guard is not where this table says"
    mutated.write_text(source.replace(stands, instead), encoding="utf-8")
    environment = {**os.environ, VARIABLE: NAMED, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    told = subprocess.run(
        [sys.executable, "-c", "import neuralbrain; print(neuralbrain.__file__)"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(copy) in told.stdout, "the copy must be what is tested"
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/{test}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return ran.returncode, ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize("guard", [row[0] for row in GUARDS])
def test_without_its_guard_the_test_fails(guard: str, runs):
    """With one guard taken out of a copy of the source, the test that watches over it fails."""
    code, printed = runs[guard].result()
    assert code == 1, f"{guard}: nothing failed\n{printed[-2000:]}"
