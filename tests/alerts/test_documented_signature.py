"""What docs/alerts.md tells a receiver to do accepts what we send, and nothing else."""

from __future__ import annotations

import re
import time
from pathlib import Path

from neuralbrain.alerts.channels.signature import signature

PAGE = Path(__file__).parents[2] / "docs" / "alerts.md"


def test_the_documented_check_accepts_what_is_sent():
    """The code of the page takes a signed body, and refuses another body, another secret and an old time."""
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    there: dict = {}
    exec(code[1], there)
    now, body = int(time.time()), b'{"events": []}'
    given = signature("0123456789abcdef", timestamp=now, body=body)
    is_genuine = there["is_genuine"]
    assert is_genuine("0123456789abcdef", str(now), given, body)
    assert not is_genuine("0123456789abcdef", str(now), given, b"{}")
    assert not is_genuine("another", str(now), given, body)
    old = signature("0123456789abcdef", timestamp=now - 400, body=body)
    assert not is_genuine("0123456789abcdef", str(now - 400), old, body)
