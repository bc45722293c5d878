"""Channels of the notification library: mail, chat and push services, each named by a URL that is a secret."""

from __future__ import annotations

import logging
from datetime import datetime

from apprise import Apprise, AppriseAsset, NotifyType
from apprise.result import AppriseResultStatus

from neuralbrain.alert_ports import Delivered, Notice
from neuralbrain.alerts.message import text, title
from neuralbrain.domain.alert import AlertChange

TOTAL_SECONDS = 30.0  # some services are asked twice, once to sign in
SILENT = logging.CRITICAL + 1


class Notification:
    """One service of the notification library.

    The library makes its calls by itself: our rules for hosts do not hold for them, so the URL is the operator's alone.

    Args:
        url: As the library writes it; never shown.
        total_seconds: How long one attempt may take.
    """

    def __init__(self, url: str, *, total_seconds: float = TOTAL_SECONDS) -> None:
        for name in ("apprise", "urllib3"):
            logging.getLogger(name).setLevel(SILENT)  # what they print may quote the URL
        asset = AppriseAsset(app_id="NeuralBrain", http_redirects=False, service_timeout=total_seconds)
        self._library = Apprise(asset=asset)
        self._url = url

    def send(self, notice: Notice, *, now: datetime) -> Delivered:
        """Send a message once; whether it came twice after a lost answer is the service's to tell."""
        del now
        try:
            # Here, not where it is built: what its plugins raise when they load must not keep other channels away.
            if not self._library and not self._library.add(self._url):
                return Delivered(well=False, said="The notification library does not know such a URL.", lasting=True)
            came = self._library.notify(title=title(notice), body=text(notice), notify_type=_kind(notice))
        except Exception as error:  # noqa: BLE001 - a foreign library's edge; its text may quote the URL
            return Delivered(well=False, said=f"The notification library failed by {type(error).__name__}.")
        if came:
            return Delivered(well=True, said="The service took it.")
        timed_out = came.status is AppriseResultStatus.TIMEOUT
        return Delivered(
            well=False, said=f"The service {'did not answer in time' if timed_out else 'did not take it'}."
        )


def _kind(notice: Notice) -> NotifyType:
    if any(one.event.change is AlertChange.RAISED for one in notice.events):
        return NotifyType.WARNING
    return NotifyType.SUCCESS if notice.events else NotifyType.INFO
