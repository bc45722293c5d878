"""`neuralbrain alerts`: lists, one, acknowledging, trying channels, and what came true."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from listeners import answering, listening
from same_process import command, opened

from neuralbrain.domain.journal import CycleStart
from neuralbrain.lock.process import this_runner
from republished import publish_again

TAKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(scope="module")
def alarmed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home in which Angola's risk reached RED."""
    home = tmp_path_factory.mktemp("alarmed") / "home"
    with opened(home) as here:
        with here.lease() as lease:
            here.cycle(lambda _name, _record: None).run(CycleStart(trigger="manual", holder=lease.holder))
        here.alerting.look()
        publish_again(here.editions, here.lease(), at=here.clock.now(), risk_score={"AGO": 91.0})
        here.alerting.look()
    return home


def test_what_is_open_is_listed_with_its_reason(alarmed_home):
    """The list names region, state and the number; as JSON it is what the API says."""
    said = command("alerts", "list", home=alarmed_home)
    assert said.returncode == 0
    assert "Angola" in said.stdout
    assert "91 of" in " ".join(said.stdout.split())
    told = json.loads(command("alerts", "list", "--json", home=alarmed_home).stdout)
    assert [(one["region"], one["rule"], one["state"]) for one in told] == [("AGO", "risk-red", "open")]
    assert command("alerts", "list", "--state", "ended", home=alarmed_home).stdout == "There is no such alert.\n"
    assert command("alerts", "list", "--region", "Nowhere", home=alarmed_home).returncode == 4


def test_an_alert_is_shown_and_acknowledged(alarmed_home, tmp_path):
    """Whoever acknowledges stands in its history, with the note; another number is not found."""
    home = shutil.copytree(alarmed_home, tmp_path / "copied")
    done = command("alerts", "acknowledge", "1", "--note", "Seen.", "--json", home=home)
    assert done.returncode == 0
    shown = command("alerts", "show", "1", home=home)
    assert "raised" in shown.stdout
    assert "acknowledged by" in " ".join(shown.stdout.split())
    assert json.loads(done.stdout)["acknowledged"]["note"] == "Seen."
    assert command("alerts", "show", "2", home=home).returncode == 4
    assert command("alerts", "acknowledge", "2", "--note", "Seen.", home=home).returncode == 4


def test_the_record_is_shown(alarmed_home):
    """Each rule about regions has its row; what waits is counted, and nothing is claimed of it."""
    told = json.loads(command("alerts", "record", "--json", home=alarmed_home).stdout)
    red = told["rules"][0]
    assert (red["rule"], red["raised"], red["waiting"], red["precision"]) == ("risk-red", 1, 1, None)
    assert "None is judged yet" in command("alerts", "record", home=alarmed_home).stdout


def test_channels_are_tried(alarmed_home):
    """Each channel says what came back; one that fails ends in 1, none or an unknown one in 2; no URL is said."""
    requests: list[bytes] = []
    with listening(answering(TAKEN, requests=requests)) as port:
        well = {"webhook": f"http://127.0.0.1:{port}/canary", "secret": "0123456789abcdef"}
        away = {"webhook": "http://127.0.0.1:9/canary", "secret": "0123456789abcdef"}
        table = json.dumps({"channels": {"well": well, "away": away}})
        one = command("alerts", "test", "--channel", "well", home=alarmed_home, NEURALBRAIN_ALERTS=table)
        both = command("alerts", "test", "--json", home=alarmed_home, NEURALBRAIN_ALERTS=table)
        third = command("alerts", "test", "--channel", "third", home=alarmed_home, NEURALBRAIN_ALERTS=table)
    assert (one.returncode, one.stdout) == (0, "well: It was taken (HTTP 200).\n")
    assert both.returncode == 1
    assert [(one["channel"], one["arrived"]) for one in json.loads(both.stdout)] == [("well", True), ("away", False)]
    assert b'"test": true' in requests[0]
    assert third.returncode == 2
    assert command("alerts", "test", home=alarmed_home).returncode == 2
    assert "canary" not in one.stdout + both.stdout + third.stderr + both.stderr


def test_a_run_tells_of_alerts_and_never_fails_by_them(alarmed_home, tmp_path):
    """A cycle on the command line sends what is due; a receiver that is away changes nothing of its exit code."""
    home = shutil.copytree(alarmed_home, tmp_path / "copied")
    requests: list[bytes] = []
    with opened(home) as here:
        publish_again(here.editions, here.lease(), at=here.clock.now(), risk_score={"AGO": 91.0, "ZMB": 93.0})
    with listening(answering(TAKEN, requests=requests)) as port:
        hook = {"webhook": f"http://127.0.0.1:{port}/", "secret": "0123456789abcdef"}
        gone = {"webhook": "http://127.0.0.1:9/", "secret": "0123456789abcdef"}
        table = json.dumps({"channels": {"gone": gone, "ops": hook}})
        ran = command("run", "--json", home=home, NEURALBRAIN_ALERTS=table)
    assert ran.returncode == 0
    assert len(requests) == 1
    assert b"Zambia" in requests[0]


def test_a_run_leaves_alerts_to_a_service(alarmed_home, tmp_path):
    """While a service runs, its settings and channels count: a run beside it neither looks nor sends."""
    home = shutil.copytree(alarmed_home, tmp_path / "copied")
    with opened(home) as here:
        process = this_runner(pid=os.getpid(), lease_until=0.0, since=here.clock.now())
        here.services.begin(process, address="127.0.0.1:8000", version="1")
        edition = publish_again(here.editions, here.lease(), at=here.clock.now(), risk_score={"ZMB": 93.0})
    assert command("run", "--json", home=home).returncode == 0
    with opened(home) as here:
        assert here.alerts.next_look().edition == edition
