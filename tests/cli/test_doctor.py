"""The doctor: each check over facts that are made by hand, and the command over homes that are well, ill or broken."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from same_process import command, opened

from neuralbrain.cli import doctor_checks
from neuralbrain.cli.doctor_checks import CHECKS, findings_of
from neuralbrain.cli.doctor_checks.clock import clock
from neuralbrain.cli.doctor_checks.cycle import last_cycle
from neuralbrain.cli.doctor_checks.edition import edition
from neuralbrain.cli.doctor_checks.facts import Facts, FolderFacts, Newest, Provider, SettingFact
from neuralbrain.cli.doctor_checks.feeds import feeds
from neuralbrain.cli.doctor_checks.finding import Finding, State
from neuralbrain.cli.doctor_checks.folder import LITTLE_BYTES, TOO_LITTLE_BYTES, folder
from neuralbrain.cli.doctor_checks.lock import lock
from neuralbrain.cli.doctor_checks.providers import providers
from neuralbrain.cli.doctor_checks.schedule import schedule
from neuralbrain.cli.doctor_checks.service import service
from neuralbrain.cli.doctor_checks.settings import settings
from neuralbrain.cli.doctor_checks.slots import REMEDIES, slots
from neuralbrain.cli.doctor_facts import SECRET, differing, shown_value
from neuralbrain.domain.edition import EditionHeader
from neuralbrain.domain.health import HealthCheck, HealthFinding, ServiceRecord, Verdict
from neuralbrain.domain.journal import CycleRecord, Outcome, StepRecord
from neuralbrain.domain.slot import UNCHANGED_SCHEDULE, SlotCode, SlotOutcome, SlotRecord
from neuralbrain.settings import Settings

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WELL = FolderFacts(
    path=Path("/data"), exists=True, mode=0o700, writable=True, free_bytes=LITTLE_BYTES, database_exists=True,
    database_mode=0o600,
)  # fmt: skip
HEADER = EditionHeader(
    number=3, provider="local", lock_number=1, inputs_digest="", cutoff=NOW, timestamp=NOW - HOUR, forecasts=13,
    refused=0, digest="", previous_digest="",
)  # fmt: skip
LOCAL = Provider(name="local", enabled=True, lacks="")
OPENAI = Provider(name="openai", enabled=True, lacks="OPENAI_API_KEY not set")


def facts(**found: object) -> Facts:
    """Return facts of which only some were found out."""
    return Facts(**{"now": NOW, **found})  # type: ignore[arg-type]


def held(**changes: object) -> dict[str, object]:
    """Return the status of a lock."""
    status = {"locked_provider": "local", "number": 4, "reason": "test", "consecutive_failures": 0, "runner": None}
    return {**status, **changes}


def slot(hours_ago: int, outcome: SlotOutcome, code: str = "") -> SlotRecord:
    """Return a slot that ended so."""
    at = NOW - HOUR * hours_ago
    return SlotRecord(slot=at, outcome=outcome, code=code, reason="Because.", recorded_at=at)


def cycle(outcome: Outcome | None, *steps: StepRecord) -> CycleRecord:
    """Return a cycle that ended so."""
    ended = None if outcome is None else NOW
    return CycleRecord(
        number=5, trigger="manual", holder="h", slot=None, started_at=NOW - HOUR, ended_at=ended, outcome=outcome,
        edition=None, steps=steps,
    )  # fmt: skip


BROKEN = StepRecord(
    name="ask", started_at=NOW, ended_at=NOW, outcome=Outcome.FAILED, message="It broke.", code="provider-failed",
    remedy="Try again.",
)  # fmt: skip


def only(found) -> Finding:
    """Return the one finding of a check."""
    (one,) = found
    return one


def worst(found) -> Finding:
    """Return the worst finding of a check."""
    return max(found, key=lambda one: list(State).index(one.state))


def test_nothing_found_out_is_nothing_said():
    """Of facts that nobody could find out, only the clock says anything, and no check breaks."""
    assert [one.about for one in findings_of(facts())] == ["clock"]


def test_every_problem_says_what_to_do():
    """Each finding that is no ok says what it costs, and each problem what to do."""
    ill = facts(
        folder=replace(WELL, writable=False, mode=0o777, free_bytes=1),
        settings=(),
        log_level="error",
        providers=(replace(LOCAL, enabled=False), OPENAI),
        feeds=(),
        edition=Newest(header=None, any_at_all=True, newest_at=NOW + HOUR),
        lock=held(consecutive_failures=2),
        schedules=[replace(UNCHANGED_SCHEDULE, paused=True)],
        slots=[slot(1, SlotOutcome.FAILED, "x")],
        services=(),
        cycle=cycle(Outcome.FAILED, BROKEN),
    )
    found = findings_of(ill)
    problems = [one for one in found if one.state is State.PROBLEM]
    assert len(problems) == 10
    assert [one.message for one in problems if not one.remedy] == []
    assert [one.message for one in found if one.state is not State.OK and not one.costs] == []


def test_each_check_stands_in_the_list_once():
    """Every function of the checks' files is in the list, so that none is forgotten."""
    files = {one.stem for one in Path(doctor_checks.__file__).parent.glob("*.py")} - {"__init__", "facts", "finding"}
    assert {check.__module__.rpartition(".")[2] for check in CHECKS} == files
    assert len(CHECKS) == len(files)


@pytest.mark.parametrize(
    ("changes", "about", "state"),
    [
        ({}, "data folder", State.OK),
        ({"exists": False}, "data folder", State.NOTE),
        ({"writable": False}, "data folder", State.PROBLEM),
        ({"mode": 0o777}, "permissions", State.PROBLEM),
        ({"mode": 0o755}, "permissions", State.NOTE),
        ({"database_mode": 0o644}, "permissions", State.NOTE),
        ({"free_bytes": TOO_LITTLE_BYTES - 1}, "free space", State.PROBLEM),
        ({"free_bytes": LITTLE_BYTES - 1}, "free space", State.NOTE),
    ],
)
def test_the_folder(changes: dict[str, object], about: str, state: State):
    """The folder must be there, writable, nobody else's and not full; each of these is told by itself."""
    found = list(folder(facts(folder=replace(WELL, **changes))))
    assert {one.about: one.state for one in found}[about] is state
    assert [one for one in found if one.about != about and one.state is not State.OK] == []


def test_a_setting_that_takes_something_away_is_a_note():
    """A setting that is not at its default is told with its default; one that takes data away says what it costs."""
    found = list(settings(facts(settings=[SettingFact(name="port", value="0", default="8642")])))
    assert (found[0].state, found[0].message) == (State.OK, "port is 0 (default 8642).")
    found = list(settings(facts(settings=[SettingFact(name="sample_until", value="2025-01-01", default="unset")])))
    assert (found[0].state, "newer reports" in found[0].costs) == (State.NOTE, True)


@pytest.mark.parametrize(
    ("level", "state"),
    [("debug", State.NOTE), ("info", State.OK), ("warning", State.OK), ("error", State.NOTE)],
)
def test_the_level_of_the_log(level: str, state: State):
    """Too much and too little in the log are noted."""
    assert only(settings(facts(log_level=level))).state is state


def test_settings_that_differ_are_found(monkeypatch):
    """Each setting that is not at its default is found, in words; the folder is told elsewhere."""
    monkeypatch.setenv("NEURALBRAIN_DISABLED_PROVIDERS", "openai,groq")
    monkeypatch.setenv("NEURALBRAIN_LEASE_SECONDS", "240")
    found = {one.name: (one.value, one.default) for one in differing(Settings())}
    assert found == {"disabled_providers": ("openai, groq", "unset"), "lease_seconds": ("240", "180")}


@pytest.mark.parametrize("name", ["database_url", "write_token", "openai_key", "webhook", "smtp_password"])
def test_a_setting_that_may_be_secret_is_not_shown(name: str):
    """Of a setting named like a secret only that it is set is told; of today's settings one is named so."""
    assert shown_value(name, "abc") == "set, and not shown"
    assert shown_value(name, ("abc",)) == "set, and not shown"
    assert shown_value(name, None) == "unset"
    assert [one for one in Settings.model_fields if SECRET.search(one)] == ["database_url"]


@pytest.mark.parametrize(
    ("names", "state", "costs"),
    [
        ((), State.PROBLEM, "nothing is published"),
        (("cholera-africa",), State.NOTE, "No live feed is read; forecasts are of the past."),
        (("cholera-africa", "live"), State.OK, ""),
    ],
)
def test_the_feeds(names: tuple[str, ...], state: State, costs: str):
    """No feed is a problem, samples alone are noted with what that costs, and a live one is well."""
    one = only(feeds(facts(feeds=names)))
    assert one.state is state
    assert costs in one.costs


def test_what_each_provider_lacks():
    """Each provider is told with what it lacks; local alone is noted, and nobody at all is a problem."""
    found = list(providers(facts(providers=(OPENAI, LOCAL))))
    assert [one.state for one in found] == [State.NOTE, State.OK, State.NOTE]
    assert "OPENAI_API_KEY not set" in found[0].message
    assert "statistics alone" in found[2].costs
    other = replace(OPENAI, lacks="")
    assert [one.state for one in providers(facts(providers=(other, LOCAL)))] == [State.OK, State.OK]
    nobody = list(providers(facts(providers=(OPENAI, replace(LOCAL, enabled=False)))))
    assert (nobody[-1].state, nobody[-1].message) == (State.PROBLEM, "No provider can be asked.")
    without = only(list(providers(facts(providers=(replace(LOCAL, lacks="X_KEY holds a space"),))))[:1])
    assert without.remedy.startswith("Mend it")


@pytest.mark.parametrize(
    ("status", "who", "state", "words"),
    [
        (held(), (LOCAL,), State.OK, "local holds it under number 4."),
        (held(locked_provider=None), (LOCAL,), State.NOTE, "No provider holds it"),
        (held(locked_provider="openai"), (OPENAI, LOCAL), State.PROBLEM, "OPENAI_API_KEY not set"),
        (held(), (replace(LOCAL, enabled=False),), State.PROBLEM, "the settings leave it out"),
        (held(consecutive_failures=2), (LOCAL,), State.NOTE, "failed 2 times in a row"),
        (held(runner={"pid": 7, "alive": False}), (LOCAL,), State.NOTE, "Process 7 ended"),
        (held(runner={"pid": 7, "alive": True}), (LOCAL,), State.OK, "local holds it"),
    ],
)
def test_the_lock(status: dict[str, object], who: tuple[Provider, ...], state: State, words: str):
    """A holder that cannot be asked is a problem; nobody, failures and a dead runner are notes."""
    one = worst(lock(facts(lock=status, providers=who)))
    assert one.state is state
    assert words in one.message


def test_the_edition():
    """No edition is a problem with the command that makes one; old data and refusals are notes."""
    none = only(edition(facts(edition=Newest(header=None, any_at_all=False))))
    assert (none.state, none.remedy) == (State.PROBLEM, "`neuralbrain run` makes the first.")
    withdrawn = only(edition(facts(edition=Newest(header=None, any_at_all=True))))
    assert (withdrawn.state, "--again" in withdrawn.remedy) == (State.PROBLEM, True)

    def states(days: int, refused: int = 0) -> list[State]:
        newest = Newest(
            header=replace(HEADER, refused=refused), any_at_all=True, newest_report=date(2026, 4, 1) - timedelta(days)
        )
        return [one.state for one in edition(facts(edition=newest))]

    assert states(21) == [State.OK, State.OK]
    assert states(22) == [State.OK, State.NOTE]
    assert states(3, refused=2) == [State.OK, State.NOTE, State.OK]


def test_the_service():
    """No service is noted with what it costs, a running one is well, and two are noted."""
    none = only(service(facts(services=())))
    assert (none.state, none.remedy) == (State.NOTE, "Start it with `neuralbrain serve`.")
    one = ServiceRecord(
        number=1, started_at=NOW - HOUR, address="http://here", version="1", pid=7, alive=True, ended_at=None,
        end_reason="",
    )  # fmt: skip
    assert only(service(facts(services=(one,)))).state is State.OK
    assert [found.state for found in service(facts(services=(one, one)))] == [State.OK, State.OK, State.NOTE]


@pytest.mark.parametrize(("verdict", "state"), [(Verdict.DEGRADED, State.NOTE), (Verdict.FAILING, State.PROBLEM)])
def test_the_health_of_a_running_service(verdict: Verdict, state: State):
    """What the last health check found is told with its remedy, as bad as it is."""
    one = ServiceRecord(
        number=1, started_at=NOW, address="x", version="1", pid=7, alive=True, ended_at=None, end_reason=""
    )
    bad = HealthFinding(code="late", verdict=verdict, message="It is late.", remedy="Wait.")
    check = HealthCheck(at=NOW, verdict=verdict, findings=(bad,))
    found = list(service(facts(services=(one,), health=check)))[-1]
    assert (found.state, found.message, found.remedy, found.code) == (state, "It is late.", "Wait.", "late")


def test_a_paused_schedule_says_by_whom_and_why():
    """A pause is noted with who paused it, why, and how to go on."""
    assert only(schedule(facts(schedules=[UNCHANGED_SCHEDULE]))).state is State.OK
    paused = replace(UNCHANGED_SCHEDULE, number=1, since=NOW, paused=True, reason="A flood.", actor="me")
    one = only(schedule(facts(schedules=[UNCHANGED_SCHEDULE, paused])))
    assert (one.state, one.message) == (State.NOTE, "Paused since 2026-04-01 12:00 UTC by me: A flood.")
    assert "schedule resume" in one.remedy


@pytest.mark.parametrize(
    ("ended", "state", "words"),
    [
        ([slot(1, SlotOutcome.DONE), slot(2, SlotOutcome.FAILED)], State.OK, "is done"),
        ([slot(1, SlotOutcome.FAILED, "x"), slot(2, SlotOutcome.DONE)], State.PROBLEM, "failed (1 in a row)"),
        ([slot(1, SlotOutcome.FAILED), slot(2, SlotOutcome.FAILED), slot(3, SlotOutcome.SKIPPED)], State.PROBLEM,
         "failed (2 in a row)"),
        ([slot(1, SlotOutcome.SKIPPED), slot(2, SlotOutcome.SKIPPED)], State.NOTE, "skipped (at least 2 in a row)"),
    ],
)  # fmt: skip
def test_the_last_slots(ended: list[SlotRecord], state: State, words: str):
    """The newest slot counts, with how many before it ended alike."""
    one = only(slots(facts(slots=ended)))
    assert one.state is state
    assert words in one.message


@pytest.mark.parametrize("code", SlotCode)
def test_every_reason_of_a_slot_has_its_remedy(code: SlotCode):
    """Each code of a slot leads to a remedy of its own, and an unknown one to where more is said."""
    one = only(slots(facts(slots=[slot(1, SlotOutcome.SKIPPED, code.value)])))
    assert (one.remedy, one.code) == (REMEDIES[code], code.value)
    assert "cycles slots" in only(slots(facts(slots=[slot(1, SlotOutcome.FAILED, "another")]))).remedy


@pytest.mark.parametrize(
    ("record", "runner", "state", "words"),
    [
        (cycle(Outcome.DONE), None, State.OK, "ended as done"),
        (cycle(Outcome.UNCHANGED), None, State.OK, "ended as unchanged"),
        (cycle(Outcome.FAILED, BROKEN), None, State.PROBLEM, "Its step ask failed, 1 h ago: It broke."),
        (cycle(Outcome.DONE, BROKEN), None, State.NOTE, "Its step ask failed"),
        (cycle(Outcome.FAILED), None, State.PROBLEM, "ended as failed"),
        (cycle(None), None, State.NOTE, "its process ended in the middle"),
        (cycle(None), {"pid": 7, "alive": False}, State.NOTE, "its process ended in the middle"),
        (cycle(None), {"pid": 7, "alive": True}, State.OK, "It runs now"),
    ],
)
def test_the_last_cycle(record: CycleRecord, runner: dict[str, object] | None, state: State, words: str):
    """A failed cycle is a problem with its step's remedy; where it published all the same it is a note."""
    one = only(last_cycle(facts(cycle=record, lock=held(runner=runner))))
    assert one.state is state
    assert words in one.message
    if record.steps:
        assert (one.remedy, one.code) == ("Try again.", "provider-failed")


@pytest.mark.parametrize(
    "later",
    [
        {"edition": Newest(header=HEADER, any_at_all=True, newest_at=NOW + HOUR)},
        {"slots": [slot(-1, SlotOutcome.DONE)]},
        {"cycle": replace(cycle(Outcome.DONE), started_at=NOW + HOUR)},
    ],
    ids=["edition", "slot", "cycle"],
)
def test_a_clock_that_was_set_back(later: dict[str, object]):
    """A clock that stands before what is written down is a problem, and both moments are named."""
    one = only(clock(facts(**later)))
    assert one.state is State.PROBLEM
    assert "2026-04-01 12:00 UTC" in one.message
    assert "2026-04-01 13:00 UTC" in one.message
    before = facts(slots=[slot(1, SlotOutcome.DONE)], cycle=cycle(Outcome.DONE))
    assert only(clock(before)).state is State.OK


def by_about(home: Path, code: int, **environment: str) -> dict[str, dict[str, object]]:
    """Return what the command finds, the last of each subject, after it ended with that code."""
    ended = command("doctor", "--json", home=home, **environment)
    assert ended.returncode == code, ended.stdout + ended.stderr
    said = json.loads(ended.stdout)
    states = [one["state"] for one in said["findings"]]
    assert (said["problems"], said["notes"]) == (states.count("problem"), states.count("note"))
    return {one["about"]: one for one in said["findings"]}


def test_a_home_in_which_all_is_well(ran):
    """After one cycle there is no problem: exit code 0, with the SQLite in use and the pointer to `verify`."""
    found = by_about(ran, 0)
    assert "SQLite 3." in found["database"]["message"]
    assert "`neuralbrain verify`" in found["database"]["remedy"]
    assert found["edition"]["message"].startswith("Edition 1 by local is up")
    assert found["cycle 1"]["state"] == "ok"
    assert found["permissions"]["state"] == "ok"
    text = command("doctor", home=ran)
    assert text.returncode == 0
    assert text.stdout.splitlines()[-1].startswith("no problems, ")


def test_an_empty_home_is_looked_at_and_left_empty(tmp_path):
    """Before the first run there is no edition, which is a problem; nothing is made by looking."""
    home = tmp_path / "home"
    assert by_about(home, 1)["edition"]["remedy"] == "`neuralbrain run` makes the first."
    assert not home.exists()
    home.mkdir(mode=0o700)
    assert by_about(home, 1)["database"]["state"] == "note"
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "about", "code"),
    [
        ({"NEURALBRAIN_SORCES": "x"}, "settings", "settings-unknown-key"),
        ({"NEURALBRAIN_LEASE_SECONDS": "soon"}, "settings", "settings-invalid"),
        ({"NEURALBRAIN_SOURCES": "cholera-afrika"}, "settings", "settings-invalid"),
    ],
)
def test_a_wrong_setting_is_a_problem_and_the_rest_is_looked_at(
    ran, environment: dict[str, str], about: str, code: str
):
    """A wrong setting is one problem with its remedy; edition, lock and schedule are looked at all the same."""
    found = by_about(ran, 1, **environment)
    assert (found[about]["state"], found[about]["code"]) == ("problem", code)
    assert found["edition"]["state"] == "ok"
    assert found["lock"]["state"] == "ok"
    assert found["schedule"]["state"] == "ok"


def test_a_data_folder_that_is_a_file_is_a_problem(tmp_path):
    """A folder that cannot be used is one problem, and no crash."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        found = by_about(home, 1)
        assert found["settings"]["state"] == "problem"
        assert "cannot be used" in str(found["settings"]["message"])


@pytest.mark.parametrize("content", [b"", b"no database at all\n" * 300], ids=["empty", "text"])
def test_a_file_that_is_no_database(tmp_path, content: bytes):
    """A file that is no database is a problem line, not a crash; an empty one is only a home without an edition."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "neuralbrain.sqlite3").write_bytes(content)
    found = by_about(home, 1)
    if content:
        assert (found["database"]["state"], found["database"]["code"]) == ("problem", "store-damaged")
        assert "Not looked at: everything that is stored." in str(found["database"]["costs"])
    else:
        assert found["edition"]["state"] == "problem"
    assert found["provider local"]["state"] == "ok"


def test_a_damaged_edition_is_a_problem_and_the_rest_is_looked_at(copy_of_ran):
    """An edition that is not what was published is a problem; lock, schedule and cycles are looked at all the same."""
    from sqlalchemy import text

    home = copy_of_ran()
    with opened(home) as here, here.database.write() as connection:
        for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'")).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE edition SET inputs_digest = 'x'"))
    found = by_about(home, 1)
    assert (found["database"]["state"], found["lock"]["state"]) == ("ok", "ok")
    ended = json.loads(command("doctor", "--json", home=home).stdout)["findings"]
    damaged = next(one for one in ended if one["code"] == "store-damaged")
    assert (damaged["state"], damaged["costs"]) == ("problem", "Not looked at: edition.")


def test_a_folder_that_everybody_may_write_to(copy_of_ran):
    """A folder that is everybody's is a problem, and the database is not opened."""
    home = copy_of_ran()
    home.chmod(0o777)
    found = by_about(home, 1)
    assert found["permissions"]["state"] == "problem"
    assert found["database"]["code"] == "store-permissions"
    home.chmod(0o755)
    assert by_about(home, 0)["permissions"]["state"] == "note"


def test_keys_are_never_shown(ran):
    """A key that is set is told as set, or not at all, and its value stands nowhere."""
    secret = "sk-very-secret-0123456789"
    for arguments in (("doctor",), ("doctor", "--json"), ("status", "--json")):
        assert secret not in command(*arguments, home=ran, OPENAI_API_KEY=secret, HF_TOKEN=secret).stdout
    found = by_about(ran, 0, OPENAI_API_KEY=secret)
    assert "not set" not in str(found["provider openai"]["message"])


def test_a_holder_that_is_disabled_is_a_problem(ran):
    """A lock whose holder the settings leave out is a problem that names what to do."""
    found = by_about(ran, 1, NEURALBRAIN_DISABLED_PROVIDERS="local")
    assert (found["lock"]["state"], found["providers"]["state"]) == ("problem", "problem")
    assert "lock switch" in str(found["lock"]["remedy"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(copy_of_ran):
    """A folder that this user may only read is a problem, and what is stored is looked at all the same."""
    home = copy_of_ran()
    home.chmod(0o500)
    (home / "neuralbrain.sqlite3").chmod(0o400)
    found = by_about(home, 1)
    home.chmod(0o700)
    assert found["data folder"]["state"] == "problem"
    assert found["edition"]["state"] == "ok"


@pytest.mark.parametrize("width", [40, 70, 140])
def test_every_width_is_kept(ran, tmp_path, width: int):
    """On a narrow screen words wrap beside their state, and no line leaves the screen."""
    home = shutil.copytree(ran, tmp_path / "h")
    said = command("doctor", home=home, COLUMNS=str(width)).stdout.splitlines()
    assert max(map(len, said)) <= width
    assert {line.split()[0] for line in said[:-1] if line[:1].strip()} == {"ok", "note"}
