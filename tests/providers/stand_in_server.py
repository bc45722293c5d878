"""Five providers on one loopback port, with real sockets: they answer, refuse and misbehave as they are told.

In a test::

    with StandInServer(answer=lambda body: {"forecasts": []}) as server:
        server.script("openai", "rate_limit", "drip", ANSWER)   # the next three calls, then the standing behaviour
        server.always("groq", "quota")
        ...  # POST to server.url("openai") + "/chat/completions"
        assert [asked.provider for asked in server.asked] == ["openai"]

From another process: ``python stand_in_server.py --log asked.jsonl`` prints its address, and ``POST /-/script`` with
``{"provider": "openai", "names": ["drip"], "always": false}`` does what the methods do; ``GET /-/asked`` tells who
was asked.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from provider_cases import PROVIDERS, Case, cases, completion
from socket_faults import FAULTS, Line, misuse

ANSWER = "answer"
"""The name of the behaviour that is none: an answer made from the request."""
ACCOUNT = "account-7"
KEYS: Mapping[str, str] = {
    "openai": "sk-canary-openai-0001",
    "gemini": "AIzaCanaryGemini0002",
    "groq": "gsk_canarygroq0003",
    "cloudflare": "canary-cloudflare-0004",
    "huggingface": "hf_canaryhuggingface0005",
}
ROOTS: Mapping[str, str] = {
    "openai": "/openai/v1",
    "gemini": "/gemini/v1beta/openai",
    "groq": "/groq/openai/v1",
    "cloudflare": f"/cloudflare/client/v4/accounts/{ACCOUNT}/ai/v1",
    "huggingface": "/huggingface/v1",
}
MODELS: Mapping[str, str] = {
    "openai": "gpt-6.1-terra",
    "gemini": "gemini-3.8-flash",
    "groq": "openai/gpt-oss-120b",
    "cloudflare": "@cf/openai/gpt-oss-120b",
    "huggingface": "openai/gpt-oss-120b:cerebras",
}
MOST_BODY = 64 * 2**20

Answerer = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call that was made.

    Args:
        number: In the order in which calls began.
        provider: Who was asked.
        method: The HTTP method.
        path: Without the query.
        key: The key that was given, empty for none.
        behaviour: What was done with the call.
        started: When it began, in the seconds of ``time.monotonic``, which all processes of a machine share.
        ended: When it was over; None while it is not.
        status: The HTTP status, 0 where none was sent in due form.
        body: The request's JSON, None where it has none.
    """

    number: int
    provider: str
    method: str
    path: str
    key: str
    behaviour: str
    started: float
    ended: float | None = None
    status: int = 0
    body: Any = None


class StandInServer:
    """A server that stands in for the five providers.

    Args:
        answer: Makes the content of a normal answer from the request's JSON: text is taken as it is, anything else
            becomes JSON text.
        log_path: Where each begin and end of a call is appended as a line of JSON, without the key itself.
        keys: The key that each provider accepts.
        port: 0 for one that is free.
    """

    def __init__(
        self,
        answer: Answerer | None = None,
        *,
        log_path: Path | None = None,
        keys: Mapping[str, str] = KEYS,
        port: int = 0,
    ) -> None:
        self.answer: Answerer = answer or (lambda _body: {"forecasts": []})
        self.keys = dict(keys)
        self.closing = threading.Event()
        self._log_path = log_path
        self._lock = threading.Lock()
        self._asked: dict[int, Asked] = {}
        self._scripts: dict[str, deque[str]] = {name: deque() for name in PROVIDERS}
        self._standing: dict[str, str] = dict.fromkeys(PROVIDERS, ANSWER)
        self._server = _Server(("127.0.0.1", port), partial(_Call, self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def address(self) -> str:
        """Return scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Return every call so far, in the order in which they began."""
        with self._lock:
            return tuple(self._asked.values())

    @property
    def most_at_once(self) -> int:
        """Return how many calls were being worked on at the same time at most."""
        ends = [(one.started, 1) for one in self.asked] + [(one.ended, -1) for one in self.asked if one.ended]
        running = most = 0
        for _, step in sorted(ends):
            running += step
            most = max(most, running)
        return most

    def url(self, provider: str) -> str:
        """Return the base URL that speaks the chat completions of a provider."""
        return self.address + ROOTS[provider]

    def script(self, provider: str, *names: str) -> None:
        """Say what the next calls of a provider get, one after the other."""
        self._require(provider, names)
        with self._lock:
            self._scripts[provider].extend(names)

    def always(self, provider: str, name: str) -> None:
        """Say what every call of a provider gets that no script is about."""
        self._require(provider, (name,))
        with self._lock:
            self._standing[provider] = name

    def forget(self) -> None:
        """Forget calls and scripts: everything answers."""
        with self._lock:
            self._asked.clear()
            for name in PROVIDERS:
                self._scripts[name].clear()
                self._standing[name] = ANSWER

    def close(self) -> None:
        """End every call and the server."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def begin(self, provider: str, call: BaseHTTPRequestHandler, *, key: str, body: Any, chat: bool) -> Asked:
        """Record that a call began, and say what is to be done with it; only completions are scripted."""
        with self._lock:
            script = self._scripts[provider]
            behaviour = ANSWER if not chat else script.popleft() if script else self._standing[provider]
            asked = Asked(
                number=len(self._asked) + 1,
                provider=provider,
                method=call.command,
                path=call.path.partition("?")[0],
                key=key,
                behaviour=behaviour,
                started=time.monotonic(),
                body=body,
            )
            self._asked[asked.number] = asked
            self._write("begin", asked)
            return asked

    def end(self, asked: Asked, *, status: int) -> None:
        """Record that a call is over."""
        with self._lock:
            ended = replace(asked, ended=time.monotonic(), status=status)
            if asked.number in self._asked:
                self._asked[asked.number] = ended
            self._write("end", ended)

    def _write(self, event: str, asked: Asked) -> None:
        if self._log_path is None:
            return
        line = {**asdict(asked), "event": event, "key": hashlib.sha256(asked.key.encode()).hexdigest()[:12]}
        del line["body"]
        with self._log_path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")

    def _require(self, provider: str, names: tuple[str, ...]) -> None:
        unknown = [name for name in names if name not in {ANSWER, *FAULTS, *cases(provider)}]
        if unknown:
            raise ValueError(f"{provider} cannot do {unknown}")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away are what this server is for."""


class _Call(BaseHTTPRequestHandler):
    """One call to the stand-in."""

    protocol_version = "HTTP/1.1"

    def __init__(self, stand_in: StandInServer, *arguments: Any) -> None:
        self.stand_in = stand_in
        super().__init__(*arguments)

    def log_message(self, *_arguments: Any) -> None:
        """Write nothing to standard error."""

    def do_GET(self) -> None:
        """Answer models, probes and what was asked."""
        self._answer()

    def do_POST(self) -> None:
        """Answer completions, and take orders."""
        self._answer()

    def _answer(self) -> None:
        self.close_connection = True
        body = self._body()
        path = self.path.partition("?")[0]
        if path.startswith("/-/"):
            self._control(path, body)
            return
        provider = path.split("/")[1]
        if provider not in PROVIDERS:
            self._send(Case(status=404, body=b"{}", kind=None, rule=""))
            return
        chat = path.endswith("/chat/completions") or "/ai/run/" in path
        asked = self.stand_in.begin(provider, self, key=self._key(provider), body=body, chat=chat)
        status = 0
        try:
            if asked.behaviour in FAULTS:
                misuse(FAULTS[asked.behaviour], Line(connected=self.connection, closing=self.stand_in.closing))
            else:
                case = self._case(asked, path, chat=chat)
                status = case.status
                with contextlib.suppress(OSError):
                    self._send(case)
        finally:
            self.stand_in.end(asked, status=status)

    def _case(self, asked: Asked, path: str, *, chat: bool) -> Case:
        provider = asked.provider
        known = cases(provider)
        free = provider == "huggingface" and path == f"{ROOTS[provider]}/models"  # readable without a key
        if not free and asked.key != self.stand_in.keys[provider]:
            return known["invalid_key"]
        if asked.behaviour != ANSWER:
            return known[asked.behaviour]
        if provider == "cloudflare" and "/accounts/" in path and f"/accounts/{ACCOUNT}/" not in path:
            return known["wrong_account"]
        if not chat:
            return _probe(provider, path) or known["model_gone"]
        given = asked.body if isinstance(asked.body, dict) else {}
        content = self.stand_in.answer(given)
        if "/ai/run/" in path:
            native = {"result": {"response": content}, "success": True, "errors": [], "messages": []}
            return _success(native)
        text = content if isinstance(content, str) else json.dumps(content)
        model = str(given.get("model", MODELS[provider]))
        return Case(status=200, body=completion(text, model=model), kind=None, rule="answered")

    def _send(self, case: Case) -> None:
        self.send_response(case.status)
        self.send_header("Content-Type", case.content_type)
        self.send_header("X-Request-Id", f"req_{id(self):x}")
        for name, value in case.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(case.body)))
        self.end_headers()
        self.wfile.write(case.body)

    def _control(self, path: str, body: Any) -> None:
        if path == "/-/asked":
            asked = [{**asdict(one), "body": None} for one in self.stand_in.asked]
            self._send(_success(asked))
        elif path == "/-/script" and isinstance(body, dict):
            if body.get("always"):
                self.stand_in.always(body["provider"], body["names"][0])
            else:
                self.stand_in.script(body["provider"], *body["names"])
            self._send(_success({}))
        elif path == "/-/forget":
            self.stand_in.forget()
            self._send(_success({}))
        else:
            self._send(Case(status=404, body=b"{}", kind=None, rule=""))

    def _body(self) -> Any:
        length = int(self.headers.get("content-length") or 0)
        given = self.rfile.read(min(length, MOST_BODY))
        try:
            return json.loads(given) if given else None
        except ValueError:
            return None

    def _key(self, provider: str) -> str:
        google = self.headers.get("x-goog-api-key")
        if provider == "gemini" and google:
            return google
        scheme, _, key = (self.headers.get("authorization") or "").partition(" ")
        return key if scheme.lower() == "bearer" else ""


def _probe(provider: str, path: str) -> Case | None:
    """Return what a question that costs nothing gets, None for a path that the provider does not have."""
    model = MODELS[provider]
    described = {"id": model, "object": "model", "created": 1, "owned_by": provider}
    listed: Any = {"object": "list", "data": [described]}
    wrapped = {"success": True, "errors": [], "messages": []}
    said: dict[str, Case] = {
        f"{ROOTS['openai']}/models": _success(listed),
        f"{ROOTS['openai']}/models/{model}": _success({**described, "shutdown_date": None}),
        f"{ROOTS['gemini']}/models": _success(listed),
        f"{ROOTS['groq']}/models": _success(listed),
        f"{ROOTS['cloudflare']}/models": cases("cloudflare")["wrong_endpoint"],
        f"/cloudflare/client/v4/accounts/{ACCOUNT}/ai/models/search": _success(wrapped | {"result": [{"name": model}]}),
        "/cloudflare/client/v4/user/tokens/verify": _success(wrapped | {"result": {"status": "active"}}),
        f"{ROOTS['huggingface']}/models": _success(listed),
        "/huggingface/api/whoami-v2": _success({"type": "user", "name": "x", "auth": {"type": "access_token"}}),
    }
    return said.get(path)


def _success(said: Any) -> Case:
    return Case(status=200, body=json.dumps(said).encode(), kind=None, rule="answered")


def main() -> None:
    """Serve until standard input is closed."""
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--log", type=Path)
    given = options.parse_args()
    with StandInServer(port=given.port, log_path=given.log) as server:
        sys.stdout.write(server.address + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
