"""Who may read and change something over HTTP: whatever is more open than it is by default."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import timedelta

from neuralbrain.cli.doctor_checks.facts import Door, Facts
from neuralbrain.cli.doctor_checks.finding import Finding, State
from neuralbrain.cli.moments import moment_text
from neuralbrain.domain.loopback import is_loopback

SOON = timedelta(days=14)  # before a token expires: time to make another one and hand it out
WIDEST = {4: 8, 6: 32}  # bits of a network that an organisation can have; a wider one is a mistake
ANY = "*"
HERE = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))


def access(facts: Facts) -> Iterator[Finding]:
    """Return who may ask, what makes that wider than it is by default, and how the tokens are."""
    if facts.door is not None:
        yield _reading(facts, facts.door)
        yield from _wider(facts.door)
    if facts.tokens is not None:
        yield from _tokens(facts)


def _reading(facts: Facts, door: Door) -> Finding:
    valid = [one for one in facts.tokens or () if one.is_valid(facts.now)]
    if is_loopback(door.host) and not door.allowed_hosts:
        return _ok("Only this machine can read, and needs no token for it.")
    if is_loopback(door.host) or door.public_read:
        return Finding(
            about="access",
            state=State.NOTE,
            message="Reading needs no token: whoever reaches the service, or the proxy in front of it, may read.",
            costs="Forecasts, the audit trail and the health of the service are read by all of them.",
            remedy="Have the proxy ask who they are, or unset public_read and make tokens of the scope read.",
        )
    if not valid:
        return Finding(
            about="access",
            state=State.PROBLEM,
            message=f"The service is to listen on {door.host}, and there is no token that is accepted.",
            costs="It does not start there, and one that runs answers nobody.",
            remedy="Make one: `neuralbrain token create NAME --scope read`.",
        )
    return _ok(f"The service listens on {door.host}, and reading needs a token.")


def _wider(door: Door) -> Iterator[Finding]:
    if not is_loopback(door.host) and not door.hsts:
        yield _note(
            f"The service listens on {door.host} without TLS of its own.",
            costs="Tokens can be read on the way unless a reverse proxy speaks TLS.",
            remedy="Put such a proxy in front of it, listen on 127.0.0.1, and set hsts.",
        )
    if _is_open(door) and not _names_proxy(door):
        yield _note(
            "Others than this machine can ask, and trusted_proxies does not name a proxy on this machine.",
            costs="Behind such a proxy all clients count as one, and as this machine: the limits on reads and streams "
            "do not hold for them, and the wrong tokens of one lock out all.",
            remedy="Where there is one, name the address it comes from in trusted_proxies, such as 127.0.0.1.",
        )
    for network in door.trusted_proxies:
        found = ipaddress.ip_network(network)
        if found.prefixlen < WIDEST[found.version]:
            yield Finding(
                about="access",
                state=State.PROBLEM,
                message=f"trusted_proxies holds {network}, which is nearly everybody.",
                costs="Everybody can claim any address, also this machine's, and limits hold for nobody.",
                remedy="Name the address of the proxy alone.",
            )
    if ANY in door.cors_origins:
        yield _note(
            "cors_origins lets the web pages of any origin read.",
            costs="A page that a colleague opens reads through that browser whatever it reaches.",
            remedy="Name the origins that need it.",
        )
    if ANY in door.embed_ancestors:
        yield _note(
            "embed_ancestors lets any page show the embedded pages in a frame.",
            costs="A page elsewhere can dress them up as its own.",
            remedy="Name the origins that may.",
        )


def _is_open(door: Door) -> bool:
    return bool(door.allowed_hosts) or door.public_read or not is_loopback(door.host)


def _names_proxy(door: Door) -> bool:
    """Return whether a proxy is trusted that can be in front: on loopback only one on this machine can."""
    if not is_loopback(door.host):
        return bool(door.trusted_proxies)
    return any(one in ipaddress.ip_network(network) for network in door.trusted_proxies for one in HERE)


def _tokens(facts: Facts) -> Iterator[Finding]:
    valid = [one for one in facts.tokens or () if one.is_valid(facts.now)]
    if not valid:
        yield _ok("No token is accepted, so nothing can be changed over HTTP.")
        return
    yield _ok(f"Tokens that are accepted: {', '.join(f'{one.name} ({one.scope.value})' for one in valid)}.")
    for one in valid:
        if one.expires_at is None:
            yield _note(
                f"The token {one.name} never expires.",
                costs="Whoever finds it in years can still use it.",
                remedy=f"`neuralbrain token revoke {one.name}`, and make one that expires.",
            )
        elif one.expires_at - facts.now < SOON:
            yield _note(
                f"The token {one.name} expires at {moment_text(one.expires_at)}.",
                costs="Whoever uses it is refused from then on.",
                remedy="Make another one under another name, and hand it out before.",
            )


def _ok(message: str) -> Finding:
    return Finding(about="access", state=State.OK, message=message)


def _note(message: str, *, costs: str, remedy: str) -> Finding:
    return Finding(about="access", state=State.NOTE, message=message, costs=costs, remedy=remedy)
