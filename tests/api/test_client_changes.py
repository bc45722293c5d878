"""What an operator changes through the client, against a real service; each answer fits its type."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from fitting import unfit
from served import Service, application_over, serving

from neuralbrain.client import AsyncClient, Client, InvalidError, MissingError, NotAllowedError
from neuralbrain.client.call import Method
from neuralbrain.domain.token import Scope

WHY = "Its forecasts were far off."
CHANGES: dict[str, Callable[[Any], Any]] = {
    "switch": lambda client: client.switch(provider="local", reason=WHY),
    "release": lambda client: client.release(reason=WHY),
    "pause_schedule": lambda client: client.pause_schedule(reason=WHY),
    "resume_schedule": lambda client: client.resume_schedule(reason=WHY),
    "configure_monitor": lambda client: client.configure_monitor(interval_seconds=60),
    "start_monitor": lambda client: client.start_monitor(),
    "stop_monitor": lambda client: client.stop_monitor(),
    "tokens": lambda client: client.tokens(),
    "revoke_token": lambda client: client.revoke_token("other", reason=WHY),
}


@pytest.fixture
def changed(copied: Path) -> Iterator[Service]:
    """Yield a service to be changed, where one token may do much in a minute."""
    application = application_over(copied, changes_per_minute=1000)
    with serving(application) as made:
        yield made
    application.close()


def token_of(service: Service, scope: Scope, *, name: str = "night") -> str:
    """Return a new token."""
    return service.application.tokens.create(name, scope=scope, lasts=None, actor="test")[0]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_an_operator_changes_things_through_the_client(changed: Service, kind: type[Any]) -> None:
    """Each call that changes something is done, answers what its type says, and is in the audit under the token."""
    url = f"http://127.0.0.1:{changed.port}"
    token = token_of(changed, Scope.ADMIN)
    token_of(changed, Scope.READ, name="other")

    async def awaited() -> dict[str, Any]:
        async with AsyncClient(url, token=token) as client:
            return {name: await change(client) for name, change in CHANGES.items()}

    if kind is Client:
        with Client(url, token=token) as client:
            answers = {name: change(client) for name, change in CHANGES.items()}
    else:
        answers = asyncio.run(awaited())
    methods: dict[str, Method[..., Any]] = {name: getattr(Client, name) for name in CHANGES}
    types = {name: get_args(get_type_hints(method._make)["return"])[0] for name, method in methods.items()}
    assert [bad for name, answer in answers.items() for bad in unfit(answer, types[name], name)] == []
    assert {one["actor"] for one in actors(changed)} == {"token:night"}
    assert [one["state"] for one in answers["tokens"]["tokens"]] == ["valid", "valid"]


def actors(service: Service) -> list[dict[str, Any]]:
    """Return the details of what operators did by token."""
    trail = service.application.lock.get_audit_trail(50)
    return [one["details"] for one in trail if str(one["details"].get("actor", "")).startswith("token:")]


def test_nothing_can_be_changed_before_there_is_a_token(reading: Service) -> None:
    """Where nobody has made a token, the error says that control is off."""
    with Client(f"http://127.0.0.1:{reading.port}") as nobody, pytest.raises(MissingError) as off:
        nobody.release(reason=WHY)
    assert off.value.code == "control-off"


def test_who_may_not_is_told_why(changed: Service) -> None:
    """Without a token, with a wrong one, with too small a scope and with a wrong wish, each error says which."""
    url = f"http://127.0.0.1:{changed.port}"
    reader, operator = token_of(changed, Scope.READ, name="reader"), token_of(changed, Scope.OPERATE)
    statuses = []
    for token in ("", "nbt_guessed", reader):
        with Client(url, token=token) as client, pytest.raises(NotAllowedError) as refused:
            client.release(reason=WHY)
        statuses.append(refused.value.status)
    assert statuses == [401, 401, 403]
    with Client(url, token=operator) as client, pytest.raises(InvalidError) as wrong:
        client.configure_monitor(interval_seconds=-1)
    assert "interval_seconds" in wrong.value.detail
