"""Lets these tests run commands as those of the command line do."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "cli"))  # `same_process` runs a command without a new process
