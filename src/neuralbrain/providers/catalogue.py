"""The table of providers: what each needs and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from neuralbrain.ports import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """One provider.

    Args:
        name: As in the order of priority.
        title: For people.
        keys: Environment variables of which each must be set.
        make: How its client is made; None where this version has none.
    """

    name: str
    title: str
    keys: tuple[str, ...] = ()
    make: Callable[[], Provider] | None = None

    def lacks(self, environment: Mapping[str, str]) -> str:
        """Return what it lacks, in one line; empty where it can be asked."""
        missing = [key for key in self.keys if not environment.get(key)]
        if missing:
            return f"{' and '.join(missing)} not set"
        return "" if self.make else f"this version has no client for {self.title}"


def _local() -> Provider:
    # Imported here: nothing that only reads the lock should load a model.
    from neuralbrain.providers.local.provider import LocalProvider  # noqa: PLC0415

    return LocalProvider()


CATALOGUE: Mapping[str, CatalogueRow] = {
    row.name: row
    for row in (
        CatalogueRow(name="openai", title="OpenAI", keys=("OPENAI_API_KEY",)),
        CatalogueRow(name="gemini", title="Google Gemini", keys=("GEMINI_API_KEY",)),
        CatalogueRow(name="groq", title="Groq", keys=("GROQ_API_KEY",)),
        CatalogueRow(
            name="cloudflare",
            title="Cloudflare Workers AI",
            keys=("CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN"),
        ),
        CatalogueRow(name="huggingface", title="Hugging Face", keys=("HF_TOKEN",)),
        CatalogueRow(name="local", title="the statistical forecaster on this machine", make=_local),
    )
}


def make(name: str) -> Provider:
    """Return a provider's client.

    Raises:
        KeyError: For an unknown name, or one that lacks something.
    """
    build = CATALOGUE[name].make
    if build is None:
        raise KeyError(name)
    return build()
