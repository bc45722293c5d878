"""`kill -9` between raising and sending, and between sending and noting it: nothing is lost, nothing raised twice."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from listeners import listening, read_request

from neuralbrain.alerting import CLAIMED_SECONDS
from neuralbrain.clock import SystemClock
from neuralbrain.domain.alert import AlertChoice
from neuralbrain.domain.journal import CycleStart
from neuralbrain.wiring import Application
from republished import publish_again

WORKER = Path(__file__).parent / "sending_worker.py"
TAKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class LaterClock(SystemClock):
    """The machine's clock, some time ahead."""

    def now(self):
        """Return a moment after every claim is over."""
        return super().now() + timedelta(seconds=2 * CLAIMED_SECONDS)


@pytest.mark.slow
def test_a_killed_sender_loses_nothing(home: Path, make_application: Callable[..., Application]):
    """The receiver kills the sender before it answers; the next process sends the same message, and raises nothing."""
    bodies: list[tuple[str, str]] = []
    processes: list[subprocess.Popen[bytes]] = []

    def serve(connected: socket.socket) -> None:
        head, _, content = read_request(connected).partition(b"\r\n\r\n")
        key = next(line for line in head.decode().split("\r\n") if line.lower().startswith("idempotency-key"))
        bodies.append((key, content.decode()))
        if len(bodies) == 1:
            processes[0].send_signal(signal.SIGKILL)
        else:
            connected.sendall(TAKEN)

    with listening(serve) as port:
        channels = {"ops": {"webhook": f"http://127.0.0.1:{port}/", "secret": "0123456789abcdef"}}
        table = {"channels": channels, "data_stale": False}
        here = make_application(sources=("cholera-africa",), alerts=_settings(table))
        with here.lease() as lease:
            here.cycle(lambda _name, _record: None).run(CycleStart(trigger="manual", holder=lease.holder))
        here.alerting.look()
        publish_again(here.editions, here.lease(), at=here.clock.now(), risk_score={"AGO": 91.0})
        environment = {
            **os.environ,
            "NEURALBRAIN_HOME": str(home),
            "NEURALBRAIN_ALERTS": json.dumps(table),
            "NEURALBRAIN_SOURCES": "cholera-africa",
        }
        processes.append(subprocess.Popen([sys.executable, WORKER], env=environment))
        assert processes[0].wait(60) == -signal.SIGKILL
        later = make_application(sources=("cholera-africa",), alerts=_settings(table))
        later.clock = LaterClock()
        assert later.alerting.look() == 0
        assert later.alerting.send_due() == 1
        assert later.alerting.send_due() == 0
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert [one.key.region for one in here.alert_log.list(AlertChoice(), 10)] == ["AGO"]


def _settings(table: dict):
    from neuralbrain.alert_settings import read_alert_settings

    return read_alert_settings(table)
