"""One call after another by client libraries of others, in a process and an environment of their own.

``python peer_calls.py`` takes the question as a line of JSON (``base_url``, ``key`` and ``body``) and says which
libraries it has; then it makes a call for each line that names one, and says its wall and processor time in seconds.
Nothing of the project is imported: its environment is the libraries' own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

Question = dict[str, Any]
Call = Callable[[], str]


def of_openai(asked: Question) -> Call:
    """Return a call by OpenAI's own library."""
    from openai import OpenAI  # noqa: PLC0415 - it may not be there

    client = OpenAI(base_url=asked["base_url"], api_key=asked["key"], max_retries=0)

    def call() -> str:
        return client.chat.completions.create(**asked["body"]).choices[0].message.content or ""

    return call


def of_pydantic_ai(asked: Question) -> Call:
    """Return a call by pydantic-ai, one request and no agent around it."""
    from openai import AsyncOpenAI  # noqa: PLC0415 - it may not be there
    from pydantic_ai.direct import model_request_sync  # noqa: PLC0415 - the same
    from pydantic_ai.messages import ModelRequest, SystemPromptPart, UserPromptPart  # noqa: PLC0415 - the same
    from pydantic_ai.models import ModelRequestParameters  # noqa: PLC0415 - the same
    from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415 - the same
    from pydantic_ai.output import OutputObjectDefinition  # noqa: PLC0415 - the same
    from pydantic_ai.providers.openai import OpenAIProvider  # noqa: PLC0415 - the same

    body = asked["body"]
    client = AsyncOpenAI(base_url=asked["base_url"], api_key=asked["key"], max_retries=0)
    model = OpenAIChatModel(body["model"], provider=OpenAIProvider(openai_client=client))
    form = body["response_format"]["json_schema"]
    wanted = OutputObjectDefinition(json_schema=form["schema"], name=form["name"], strict=form["strict"])
    parameters = ModelRequestParameters(output_mode="native", output_object=wanted)
    system, user = (one["content"] for one in body["messages"])

    def call() -> str:
        said = model_request_sync(
            model,
            [ModelRequest(parts=[SystemPromptPart(content=system), UserPromptPart(content=user)])],
            model_request_parameters=parameters,
            model_settings={"max_tokens": body["max_completion_tokens"]},
        )
        return "".join(getattr(part, "content", "") for part in said.parts)

    return call


LIBRARIES: dict[str, Callable[[Question], Call]] = {"openai": of_openai, "pydantic-ai": of_pydantic_ai}


def main() -> None:
    """Make calls until standard input is closed."""
    asked: Question = json.loads(sys.stdin.readline())
    calls: dict[str, Call] = {}
    for name, made in LIBRARIES.items():
        try:
            calls[name] = made(asked)
        except ImportError:
            continue
    print(json.dumps(list(calls)), flush=True)
    for line in sys.stdin:
        call = calls[line.strip()]
        began, at_work = perf_counter(), process_time()
        words = call()
        taken = (perf_counter() - began, process_time() - at_work)
        if not words:
            raise RuntimeError(f"{line.strip()} got no answer")
        print(json.dumps(taken), flush=True)


if __name__ == "__main__":
    main()
