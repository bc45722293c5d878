"""A real service that is told over HTTP to run a cycle: it begins one, no second beside it, and serves what comes."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from served import SHORT_PAST, Got, application_over, ask

from neuralbrain.domain.token import Scope

pytestmark = pytest.mark.slow
SERVE = [sys.executable, "-m", "neuralbrain", "serve", "--port", "0"]


def test_a_cycle_is_run_while_the_schedule_is_paused(copied: Path) -> None:
    """The answer names the cycle before it has ended; another one is refused meanwhile; its edition is served."""
    here = application_over(copied)
    token, _ = here.tokens.create("night", scope=Scope.OPERATE, lasts=None, actor="test")
    here.slots.change(interval_seconds=None, paused=True, reason="A test.", actor="test")
    environment = {
        **os.environ,
        "NEURALBRAIN_HOME": str(copied),
        "NEURALBRAIN_SAMPLE_UNTIL": str(SHORT_PAST),
        "NEURALBRAIN_CHANGES_PER_MINUTE": "1000",
    }
    process = subprocess.Popen(SERVE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])

        def asked(path: str, *, method: str = "GET", body: str | None = None) -> Got:
            fields = {"authorization": f"Bearer {token}", "content_type": "application/json"}
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                return ask(connection, path, method=method, body=body, **fields)

        begun = asked("/api/cycles", method="POST", body=json.dumps({"again": True}))
        assert (begun.status, begun.headers["location"]) == (202, "/api/cycles/2"), begun.body
        second = asked("/api/cycles", method="POST")
        assert (second.status, second.body["code"]) == (409, "runner-busy")
        limit = time.monotonic() + 60
        while (cycle := asked(begun.headers["location"]).body)["outcome"] is None and time.monotonic() < limit:
            time.sleep(0.2)  # another process works: there is nothing to inject
        assert (cycle["trigger"], cycle["outcome"], cycle["edition"]) == ("manual", "done", 2)
        while asked("/api/forecasts/global").body["edition"]["number"] != 2:
            assert time.monotonic() < limit
            time.sleep(0.2)
        assert asked("/api/health/control/stop", method="POST").body["enabled"] is False
        process.send_signal(signal.SIGTERM)
        _, logged = process.communicate(timeout=30)
        assert (process.returncode, token in logged) == (0, False), logged
        assert here.damages() == []
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
        here.close()
