"""What happened to alerts, as news for whoever listens to events."""

from __future__ import annotations

from neuralbrain.alert_ports import AlertLog
from neuralbrain.alerts.as_json import event_as_json, key_as_json
from neuralbrain.api.changes import AlertNews, Alerts
from neuralbrain.domain.alert import AlertChange

AT_ONCE = 100  # in one go; the next look, a second later, tells the rest


def alert_news(log: AlertLog) -> Alerts:
    """Return what gives what happened to alerts after an event.

    Args:
        log: Where it is kept.
    """

    def happened(after: int | None, /) -> tuple[AlertNews, ...]:
        return tuple(
            AlertNews(
                number=one.event.number,
                raised=one.event.change is AlertChange.RAISED,
                data={"alert": one.alert.number, **key_as_json(one.alert.key), **event_as_json(one.event)},
            )
            for one in log.happened(after, limit=AT_ONCE)
        )

    return happened
