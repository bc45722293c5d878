"""Asks a service whatever its own OpenAPI document allows and much that it forbids, and holds the answers to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from requests import Session
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from served import Service, call

CHECKS = [
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
STREAM = "/api/events"  # asked with seconds=0 alone: else it does not end
BUSY = 503
NOT_HERE = ("cycle-not-begun",)  # what the service around the API does, and this one has none
SETTINGS = settings(database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
TOO_LONG, LONGEST_LINE = (414, 431), 30_000  # statuses and bytes: the server takes no longer head of a request
LONGEST_SHOWN = 1_000  # characters of a request that a fault is shown with
LEFT_OUT = 3  # for each value that is left as it was made up so many are real ones
ASKED_WITH: tuple[dict[str, str], ...] = (
    *({}, {}, {"If-None-Match": "*"}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip"}),
    *({"Accept": "text/csv"}, {"Accept": "application/vnd.apache.parquet"}, {"Accept": "application/geo+json"}),
)
REAL: dict[str, tuple[Any, ...]] = {
    "region": ("ZMB", "MWI", "Zambia", "mozambique", "WORLD", "US-CA", "Atlantis"),
    "signal": ("cholera_cases", "cholera_deaths", "covid_cases"),
    "number": (1, 2, 3, 4, 9),
    "edition": (1, 2, 3, 4, 9),
    "from": (1, 2, 9),
    "to": (2, 3, 9),
    "before": (1, 2, 30),
    "provider": ("local", "openai", "gemini", "nobody"),
    "source": ("cholera-africa", "nothing"),
    "as_of": ("2023-09-30", "2100-01-01", "2026-01-01T00:00:00Z"),
    "since": ("2023-01-01", "2022-06-01"),
    "target_date": ("2023-09-24", "2023-09-03"),
    "fields": (["region,risk_score"], ["context.signal"], ["nothing"]),
    "search": ("zam", "united"),
    "by": ("region", "provider"),
    "limit": (1, 5, 1000),
    "types": ("edition-published,cycle-ended",),
}
NAMES: dict[str, tuple[str, ...]] = {
    "/api/sources/{name}": ("cholera-africa", "nothing"),
    "/api/health/provider/{name}": ("local", "openai", "nobody"),
    "/api/tokens/{name}/revoke": ("spare", "nobody"),
}
LISTS = ("/api/forecasts/all", "/api/editions", "/api/regions", "/api/signals", "/api/series/ZMB/cholera_cases")


@dataclass
class Tally:
    """What came back.

    Args:
        cases: How many were asked.
        statuses: How often each status came.
        by_operation: How many cases each operation was asked.
        faults: What is wrong, each kind once: what it is to one request that shows it.
    """

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    by_operation: Counter[str] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Target:
    """A service, and how it is asked.

    Args:
        name: What its store is like.
        service: The service.
        token: What every request carries; empty for none.
        may_be_busy: Whether it may answer that it cannot read or write its store.
    """

    name: str
    service: Service
    token: str = ""
    may_be_busy: bool = False

    @property
    def address(self) -> str:
        """Return where the service is."""
        return f"http://127.0.0.1:{self.service.port}"


class Fuzz:
    """Makes requests up from a document, the same ones from the same seed.

    Args:
        document: What the service says of itself.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        found = list(schemathesis.openapi.from_dict(dict(document)).get_all_operations())
        self._made = [st.sampled_from(GenerationMode).flatmap(one.ok().as_strategy) for one in found]
        self.operations = [f"{one.ok().method.upper()} {one.ok().path}" for one in found]

    def ask(self, target: Target, *, cases: int, chance: int) -> Tally:
        """Ask so many cases, each operation about as many, and return what came back; no fault ends it.

        Args:
            target: What is asked.
            cases: How many.
            chance: The seed of everything that is made up.
        """
        with Session() as session:
            session.trust_env = False
            asking = _Asking(target, session, cursors=_cursors(target.service))
            each = cases // len(self._made)
            for place, made in enumerate(self._made if each else ()):
                asking.ask_some(made, most=each, chance=chance + place)
            # An operation without parameters has few cases: what is left over goes to all.
            asking.ask_some(st.one_of(self._made), most=cases - asking.tally.cases, chance=chance - 1)
        return asking.tally


@dataclass
class _Asking:
    """Asks one target, and notes what comes back."""

    target: Target
    session: Session
    cursors: tuple[str, ...]
    tally: Tally = field(default_factory=Tally)

    def ask_some(self, made: st.SearchStrategy[Case], *, most: int, chance: int) -> None:
        """Ask at most so many of those that can be made up; fewer where there are not so many."""
        if most == 0:
            return
        simplest = True

        @seed(chance)
        @settings(SETTINGS, max_examples=most + 1)
        @given(case=made, data=st.data())
        def ask_one(case: Case, data: st.DataObject) -> None:
            nonlocal simplest
            self.make_real(case, data)
            fields = data.draw(st.sampled_from(ASKED_WITH))
            if not simplest:
                self.ask(case, fields)
            simplest = False  # that is always made up first, and would be all that is asked where few are

        ask_one()

    def make_real(self, case: Case, data: st.DataObject) -> None:
        """Put real names and numbers into most cases that keep to the document: else nearly all are unknown."""
        if case.path == STREAM:
            case.query = {**case.query, "seconds": 0}
        if case.meta is None or not case.meta.generation.mode.is_positive:
            return
        values: dict[str, tuple[Any, ...]] = {**REAL, "cursor": self.cursors, "name": NAMES.get(case.path, ("nobody",))}
        for part in (case.path_parameters, case.query):
            for name in sorted(set(part) & set(values)):
                if data.draw(st.integers(0, LEFT_OUT)):
                    part[name] = data.draw(st.sampled_from(values[name]))

    def ask(self, case: Case, fields: Mapping[str, str]) -> None:
        """Ask one case, and note its answer and what is wrong with it."""
        what, tally = f"{case.operation.method.upper()} {case.path}", self.tally
        headers = {**fields, **({"Authorization": f"Bearer {self.target.token}"} if self.target.token else {})}
        tally.cases += 1
        tally.by_operation[what] += 1
        try:
            response = case.call(base_url=self.target.address, session=self.session, headers=headers)
        except requests.RequestException as error:
            tally.faults.setdefault(f"{what}: no answer, {type(error).__name__}", self._shown(case))
            return
        status = response.status_code
        tally.statuses[status] += 1
        if status in TOO_LONG and len(str(response.request.url)) > LONGEST_LINE:
            return  # the server refuses such a line itself: the API never sees it
        if status >= 500 and not self._may_be_busy(status, response.content):
            tally.faults.setdefault(f"{what}: {status}", f"{self._shown(case)}\n{response.content[:300]!r}")
        checks = [one for one in CHECKS if case.path != STREAM or one is not response_schema_conformance]
        try:
            case.validate_response(response, checks=checks, headers=headers)
        except FailureGroup as group:
            for one in group.exceptions:
                said = f"{self._shown(case)}\n{one}\n{response.content[:300]!r}"
                tally.faults.setdefault(f"{what}: {type(one).__name__} {status}", said)

    def _may_be_busy(self, status: int, content: bytes) -> bool:
        return status == BUSY and (self.target.may_be_busy or any(code.encode() in content for code in NOT_HERE))

    def _shown(self, case: Case) -> str:
        """Return a request as a command that asks it again."""
        return case.as_curl_command(base_url=self.target.address)[:LONGEST_SHOWN]


def _cursors(service: Service) -> tuple[str, ...]:
    """Return where each list goes on behind its first entry, and a cursor of none."""
    pages = [call(service.api, path, query="limit=1") for path in LISTS]
    found = [one.body["next_cursor"] for one in pages if one.status == 200]
    return (*(one for one in found if one), "nowhere")
