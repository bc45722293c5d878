"""The list of providers: facts, never a key or an address."""

from __future__ import annotations

from pathlib import Path

import pytest
from served import Service, application_over, serving

from neuralbrain.api.provider_shapes import ProvidersShape
from neuralbrain.domain.lock import PRIORITY

KEY = "sk-canary-openai-0001-abcdefgh"


def test_every_provider_is_listed(reading: Service) -> None:
    """Each provider has its place, its model and what it lacks; the one on this machine lacks nothing."""
    got = reading.get("/api/providers")
    found = ProvidersShape.model_validate_json(got.content, strict=True)
    assert [(one.name, one.priority) for one in found.providers] == [(name, n) for n, name in enumerate(PRIORITY, 1)]
    openai, local = found.providers[0], found.providers[-1]
    assert (openai.configured, openai.lacks, openai.status) == (False, "OPENAI_API_KEY not set", "unconfigured")
    assert openai.model
    assert (local.configured, local.lacks, local.status, local.model) == (True, None, "healthy", None)


def test_settings_show_and_keys_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that is left out says so; neither its key nor any base URL is in the answer."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    application = application_over(tmp_path / "keyed", disabled_providers=("gemini",))
    with serving(application) as service:
        got = service.get("/api/providers")
    application.close()
    told = {one["name"]: one for one in got.body["providers"]}
    assert (told["openai"]["configured"], told["gemini"]["enabled"]) == (True, False)
    assert KEY not in got.content.decode()
    assert "http" not in got.content.decode()
