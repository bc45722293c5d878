"""A signed webhook: a POST of JSON through the one way out, with its rules for hosts, its deadline and its limits."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from neuralbrain.alert_ports import Delivered, Notice
from neuralbrain.alerts.channels.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from neuralbrain.alerts.message import body
from neuralbrain.outgoing.message import NotReceived, NotReceivedKind, OutgoingRequest, Received
from neuralbrain.outgoing.retry_after import told_in_headers
from neuralbrain.outgoing.transport import Transport

TOTAL_SECONDS = 15.0  # a receiver takes a message and works on it afterwards
MOST_BYTES = 65_536  # of an answer that nobody reads
KEY_HEADER = "Idempotency-Key"


class Webhook:
    """One receiver of webhooks.

    Args:
        url: Where it is; never shown, because it may hold a key.
        secret: What it shares with us; never shown.
        transport: The way out.
        total_seconds: How long one attempt may take.
    """

    def __init__(self, url: str, *, secret: str, transport: Transport, total_seconds: float = TOTAL_SECONDS) -> None:
        self._url = url
        self._secret = secret
        self._transport = transport
        self._total_seconds = total_seconds

    def send(self, notice: Notice, *, now: datetime) -> Delivered:
        """Send a message once; any status from 200 to 299 says that it was taken, and no redirect is followed.

        Delivery is at least once: where the answer is lost the same body comes again, under the same key.
        """
        content, timestamp = body(notice), int(now.timestamp())
        outcome = self._transport.send(
            OutgoingRequest(
                method="POST",
                url=self._url,
                headers=(
                    ("Content-Type", "application/json"),
                    (KEY_HEADER, notice.key),
                    (TIMESTAMP_HEADER, str(timestamp)),
                    (SIGNATURE_HEADER, signature(self._secret, timestamp=timestamp, body=content)),
                ),
                body=content,
                total_seconds=self._total_seconds,
                most_bytes=MOST_BYTES,
            )
        )
        return _delivered(outcome, now=now)


def _delivered(outcome: Received | NotReceived, *, now: datetime) -> Delivered:
    if isinstance(outcome, NotReceived):
        if outcome.kind is NotReceivedKind.TOO_LARGE and outcome.status is not None and 200 <= outcome.status < 300:
            return Delivered(well=True, said=f"It was taken (HTTP {outcome.status}), with an answer too long to read.")
        return Delivered(
            well=False,
            said=f"It was not taken: {outcome.why}.",
            lasting=outcome.kind is NotReceivedKind.REFUSED,
        )
    status = outcome.status
    if 200 <= status < 300:
        return Delivered(well=True, said=f"It was taken (HTTP {status}).")
    if 300 <= status < 400:
        return Delivered(well=False, said=f"It was not taken: HTTP {status} leads elsewhere, which is not followed.")
    return Delivered(
        well=False,
        said=f"It was not taken: HTTP {status}.",
        lasting=status == HTTPStatus.GONE,
        wait_seconds=told_in_headers(outcome.headers, now=now),
    )
