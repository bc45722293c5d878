"""Which names in an answer are the model that was asked for."""

from __future__ import annotations

import pytest

from neuralbrain.providers.model_names import is_same_model


@pytest.mark.parametrize(
    ("asked", "answered", "same"),
    [
        ("gpt-x", "gpt-x", True),
        ("gpt-x", "GPT-X", True),
        ("gpt-x", "", True),
        ("gpt-x", "gpt-x-2026-10-26", True),
        ("gpt-x", "gpt-x-20261026", True),
        ("gpt-x", "gpt-x-0613", True),
        ("gemini-3.8-flash", "models/gemini-3.8-flash-001", True),
        ("gpt-x", "gpt-x-mini", False),
        ("gpt-x", "gpt-x-mini-2026-10-26", False),
        ("gpt-x-mini", "gpt-x", False),
        ("gpt-x", "gpt-x-12", False),
        ("gemini-3.8-flash", "gemini-3.9-flash", False),
        ("openai/gpt-oss-120b:cerebras", "openai/gpt-oss-120b", True),
        ("openai/gpt-oss-120b:cerebras", "gpt-oss-120b", True),
        ("openai/gpt-oss-120b:cerebras", "openai/gpt-oss-120b:cerebras", True),
        ("openai/gpt-oss-120b:cerebras", "openai/gpt-oss-120b:together", False),
        ("openai/gpt-oss-120b:cerebras", "openai/gpt-oss-20b", False),
        ("@cf/openai/gpt-oss-120b", "gpt-oss-120b", True),
        ("llama3", "llama3:latest", True),
        ("llama3:8b", "llama3:70b", False),
    ],
)
def test_names_of_models(asked: str, answered: str, same: bool) -> None:
    """Snapshots, folders and a router's host are the same model; another size or generation is not."""
    assert is_same_model(asked, answered) is same
