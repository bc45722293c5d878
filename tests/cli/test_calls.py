"""How a command is called: help that always works, calls that are refused, and an interruption."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest
from command_line import COMMAND, surroundings
from same_process import command as neuralbrain


@pytest.mark.parametrize("command", [[], ["run"], ["lock"], ["lock", "status"]], ids=" ".join)
def test_help_works_with_a_wrong_setting(tmp_path, command: list[str]):
    """Help is shown whatever the settings are, and says what is wrong with them."""
    shown = neuralbrain(*command, "--help", home=tmp_path / "h", NEURALBRAIN_SORCES="x")
    assert shown.returncode == 0, shown.stderr
    assert "Usage" in shown.stdout
    assert "NEURALBRAIN_SORCES" in shown.stdout
    assert neuralbrain("lock", "status", home=tmp_path / "h", NEURALBRAIN_SORCES="x").returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["editions", "show", "99999999999999999999"],
        ["editions", "show", "0"],
        ["editions", "withdraw", "1", "--reason", " \t"],
        ["runn"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_a_usage_error(ran, arguments: list[str]):
    """A call that cannot be meant ends with exit code 2 and a sentence."""
    failed = neuralbrain(*arguments, home=ran)
    assert (failed.returncode, failed.stdout) == (2, "")
    assert "Error: " in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["forecast", "Angola", "--edition", "99999999999999999999"],
        ["editions", "withdraw", "99999999999999999999", "--reason", "x"],
        ["editions", "show", "one"],
        ["editions", "list", "--limit", "0"],
        ["editions", "withdraw", "1", "--reason", ""],
        ["run", "--agian"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_json_where_that_is_asked_for(ran, arguments: list[str]):
    """With --json a wrong call is told as one JSON document on standard error, with the same exit code."""
    failed = neuralbrain(*arguments, "--json", home=ran)
    assert (failed.returncode, failed.stdout) == (2, "")
    said = json.loads(failed.stderr)["error"]
    assert said["code"] == "usage"
    assert said["message"]
    assert "--help" in said["remedy"]


def test_a_largest_number_is_only_unknown(ran):
    """The largest number that an edition can have is no wrong call: there is only no such edition."""
    assert neuralbrain("editions", "show", str(2**63 - 1), home=ran).returncode == 4


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.slow
def test_an_interrupted_run_says_one_sentence(tmp_path):
    """Ctrl-C in the middle of a cycle ends it with exit code 130 and one sentence, and publishes nothing."""
    home = tmp_path / "h"
    with subprocess.Popen(
        [*COMMAND, "run"], env=surroundings(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()  # the first step has ended
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert said == "Stopped. Nothing half-done was published.\n"
    assert running.returncode == 130
    assert neuralbrain("verify", home=home).returncode == 0


def test_an_interruption_while_loading_says_the_same(tmp_path):
    """Ctrl-C while the command is still being loaded ends it in the same way."""
    program = (
        "import os, signal, sys\n"
        "from neuralbrain.cli import main\n"
        "class Interrupts:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'typer':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupts())\n"
        "main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], env=surroundings(tmp_path / "h"), capture_output=True, text=True, check=False
    )
    assert ended.stderr == "Stopped. Nothing half-done was published.\n"
    assert ended.returncode == 130
