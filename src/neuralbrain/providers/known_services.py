"""The five services that are known by name, with the facts of one day: models, limits, prices. They change monthly."""

from __future__ import annotations

from datetime import date

from neuralbrain.providers.dialect import DIALECTS
from neuralbrain.providers.secrets import ACCOUNT, KeyNames
from neuralbrain.providers.service import Model, ProbeKind, Service

AS_OF = date(2026, 11, 22)
OPEN_MODEL_TRAINED_UNTIL = date(2024, 6, 30)  # of gpt-oss, as its makers say; what others say of theirs is not known

# Three of the five ask the same open model, so that forecasts can be compared across a failover.

OPENAI = Service(
    name="openai",
    title="OpenAI",
    base_url="https://api.openai.com/v1",
    models=(
        Model(name="gpt-6.1-terra", context_tokens=128_000, answer_tokens=32_000, price_in=1.0, price_out=5.0),
        Model(name="gpt-6-luna", context_tokens=128_000, answer_tokens=32_000, price_in=0.10, price_out=0.50),
    ),
    dialect=DIALECTS["openai"],
    probe=ProbeKind.OPENAI,
    key=KeyNames(name="OPENAI_API_KEY"),
    as_of=AS_OF,
)
GEMINI = Service(
    name="gemini",
    title="Google Gemini",
    base_url="https://generativelanguage.googleapis.com/v1beta/openai",
    models=(
        Model(name="gemini-3.8-flash", context_tokens=128_000, answer_tokens=32_000),
        Model(name="gemini-3.5-flash-lite", context_tokens=128_000, answer_tokens=32_000),
    ),
    dialect=DIALECTS["gemini"],
    probe=ProbeKind.LIST,
    key=KeyNames(name="GEMINI_API_KEY", also=("GOOGLE_API_KEY",)),
    as_of=AS_OF,
)
GROQ = Service(
    name="groq",
    title="Groq",
    base_url="https://api.groq.com/openai/v1",
    # The model takes 131,072. Without a contract a minute's allowance is 8,000, and a request that is larger than
    # that, its answer included, is refused for ever; with a contract the setting context_tokens lifts the limit.
    models=(
        Model(
            name="openai/gpt-oss-120b",
            context_tokens=8_000,
            answer_tokens=4_000,
            trained_until=OPEN_MODEL_TRAINED_UNTIL,
        ),
        Model(
            name="openai/gpt-oss-20b", context_tokens=8_000, answer_tokens=4_000, trained_until=OPEN_MODEL_TRAINED_UNTIL
        ),
    ),
    dialect=DIALECTS["groq"],
    probe=ProbeKind.LIST,
    key=KeyNames(name="GROQ_API_KEY"),
    as_of=AS_OF,
)
CLOUDFLARE = Service(
    name="cloudflare",
    title="Cloudflare Workers AI",
    base_url="https://api.cloudflare.com/client/v4/accounts/{account}/ai/v1",
    models=(
        Model(
            name="@cf/openai/gpt-oss-120b",
            context_tokens=128_000,
            answer_tokens=16_000,
            trained_until=OPEN_MODEL_TRAINED_UNTIL,
        ),
        Model(name="@cf/google/gemma-4-26b-a4b-it"),
    ),
    dialect=DIALECTS["cloudflare"],
    probe=ProbeKind.CLOUDFLARE,
    key=KeyNames(name="CLOUDFLARE_API_TOKEN", also=("CLOUDFLARE_API_KEY",)),
    account=KeyNames(name="CLOUDFLARE_ACCOUNT_ID", form=ACCOUNT),
    as_of=AS_OF,
)
HUGGING_FACE = Service(
    name="huggingface",
    title="Hugging Face",
    base_url="https://router.huggingface.co/v1",
    # Never without the name behind the colon: the router would choose another host whenever it likes.
    models=(
        Model(
            name="openai/gpt-oss-120b:cerebras",
            context_tokens=128_000,
            answer_tokens=16_000,
            trained_until=OPEN_MODEL_TRAINED_UNTIL,
        ),
        Model(
            name="openai/gpt-oss-20b:together",
            context_tokens=128_000,
            answer_tokens=16_000,
            trained_until=OPEN_MODEL_TRAINED_UNTIL,
        ),
    ),
    dialect=DIALECTS["huggingface"],
    probe=ProbeKind.HUGGING_FACE,
    key=KeyNames(name="HF_TOKEN", also=("HUGGINGFACEHUB_API_TOKEN",)),
    as_of=AS_OF,
)

KNOWN_SERVICES = (OPENAI, GEMINI, GROQ, CLOUDFLARE, HUGGING_FACE)
"""In the default order of priority."""
