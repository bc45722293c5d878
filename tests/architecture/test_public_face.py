"""The names that a user imports, and what they give without any server."""

from __future__ import annotations

import subprocess
import sys

import pytest

import neuralbrain
from neuralbrain.domain.lock import PRIORITY, ProviderStatus


@pytest.mark.parametrize("name", neuralbrain.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    """Each name of the public face is there, is listed by ``dir`` and has a docstring."""
    assert getattr(neuralbrain, name).__doc__
    assert name in dir(neuralbrain)


def test_other_names_are_refused() -> None:
    """A name that the package does not have is an attribute error that says so."""
    with pytest.raises(AttributeError, match="no_such_name"):
        neuralbrain.no_such_name  # noqa: B018 - asking is the test


def test_each_accessor_returns_the_same_object() -> None:
    """Each accessor gives one and the same object every time, over an empty home and without a server."""
    program = (
        "import neuralbrain as n\n"
        "lock, engine = n.get_provider_lock_manager(), n.get_bottleneck_engine()\n"
        "assert type(lock) is n.ProviderLockManager and lock is n.get_provider_lock_manager()\n"
        "assert type(engine) is n.BottleneckForecastingEngine and engine is n.get_bottleneck_engine()\n"
        "assert lock.acquire_lock('local') and n.get_provider_lock_manager().is_locked('local')\n"
        "assert engine.get_cached_forecast('Angola') is None\n"
        "monitor = n.get_health_monitor()\n"
        "assert type(monitor) is n.BackgroundHealthMonitor and monitor is n.get_health_monitor()\n"
        "assert not monitor.is_running and monitor.check_now() == ()\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stderr


def test_a_provider_without_its_key_is_unconfigured() -> None:
    """Without any key, every provider but the local one is unconfigured, and nothing has to be loaded to say so."""
    program = "import neuralbrain as n; print(n.get_provider_lock_manager().get_status()['providers'])"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    expected = {name: "healthy" if name == "local" else "unconfigured" for name in PRIORITY}
    assert ended.stdout.strip() == str(expected), ended.stderr


def test_the_states_of_a_provider_are_four() -> None:
    """A provider is healthy, degraded, unavailable or unconfigured."""
    assert [one.value for one in ProviderStatus] == ["healthy", "degraded", "unavailable", "unconfigured"]
