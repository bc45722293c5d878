"""Builds the channels of the settings; what only some of them need is loaded for those alone."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from neuralbrain.alert_ports import Channel
from neuralbrain.alert_settings import AlertSettings, ChannelSettings
from neuralbrain.alerts.channels.webhook import Webhook
from neuralbrain.outgoing.host_rules import HostRules
from neuralbrain.outgoing.transport import Transport


def channels_of(settings: AlertSettings, *, agent: str, tls: ssl.SSLContext) -> Mapping[str, Channel]:
    """Return every channel by its name.

    Args:
        settings: What each is.
        agent: What we call ourselves.
        tls: Whom to trust.
    """
    return {name: _channel(one, agent=agent, tls=tls) for name, one in settings.channels.items()}


def _channel(channel: ChannelSettings, *, agent: str, tls: ssl.SSLContext) -> Channel:
    if channel.webhook is not None and channel.secret is not None:
        url = channel.webhook.get_secret_value()
        host = _host(url)
        rules = HostRules(only_hosts=frozenset({host}), private_hosts=frozenset({host} if channel.private else ()))
        transport = Transport(agent=agent, rules=rules, tls=tls)
        return Webhook(url, secret=channel.secret.get_secret_value(), transport=transport)
    from neuralbrain.alerts.channels.notification import Notification  # noqa: PLC0415 - its library takes a second

    return Notification("" if channel.apprise is None else channel.apprise.get_secret_value())


def _host(url: str) -> str:
    """Return the host that a webhook is at; empty where the URL cannot be read, which the transport then refuses."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
