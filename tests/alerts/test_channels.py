"""Channels against real receivers on this machine: ones that take, fail, drip, redirect, and say secrets back."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
import time
from datetime import UTC, datetime

import pytest
from listeners import answering, listening, read_request
from pydantic import SecretStr

from neuralbrain.alert_ports import Notice
from neuralbrain.alert_settings import AlertSettings, ChannelSettings
from neuralbrain.alerts.channels.building import channels_of
from neuralbrain.alerts.channels.notification import Notification
from neuralbrain.alerts.channels.signature import is_genuine
from neuralbrain.alerts.channels.webhook import Webhook
from neuralbrain.alerts.message import LINES, MOST_EVENTS, body, text, title
from neuralbrain.domain.alert import AlertChange, AlertEvent, AlertKey, AlertRecord, AlertRule, ToldEvent

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
SECRET = "a-secret-of-the-receiver"
KEY = "3f0c1f4e-8f2b-4d5c-9a36-0d6f3c1b2a10"


def notice(events: int = 1) -> Notice:
    """Return a message about some alerts that were raised."""
    told = []
    for number in range(1, events + 1):
        key = AlertKey(AlertRule.RISK_RED, region="AGO", signal=f"signal-{number}")
        event = AlertEvent(
            number=number, alert=number, change=AlertChange.RAISED, at=NOW, edition=7, value=86.9, reason="It is 86."
        )
        alert = AlertRecord(
            number=number, uid=KEY, key=key, raised_at=NOW, edition=7, claim=None, is_open=True, latest=event
        )
        told.append(ToldEvent(alert=alert, event=event))
    return Notice(key=KEY, events=tuple(told), at=NOW)


def status(line: str, *headers: str) -> bytes:
    """Return an answer without a body."""
    return "\r\n".join((f"HTTP/1.1 {line}", *headers, "Content-Length: 0", "", "")).encode()


def send(transport, port: int, *, seconds: float = 5.0):
    """Return what came of sending to a port of this machine."""
    hook = Webhook(f"http://127.0.0.1:{port}/hook/key", secret=SECRET, transport=transport, total_seconds=seconds)
    return hook.send(notice(), now=NOW)


def test_a_receiver_can_check_who_sent_it(transport):
    """The signature is HMAC-SHA256 over timestamp, full stop and body; another secret, body or hour fits no more."""
    requests: list[bytes] = []
    with listening(answering(status("204 No Content"), requests=requests)) as port:
        assert send(transport, port).well
    head, _, content = requests[0].partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    fields = {name.lower(): value for name, value in fields.items()}
    stamp, given = fields["neuralbrain-timestamp"], fields["neuralbrain-signature"]
    assert given == "v1=" + hmac.new(SECRET.encode(), stamp.encode() + b"." + content, hashlib.sha256).hexdigest()
    assert fields["idempotency-key"] == json.loads(content)["id"] == KEY
    now = int(NOW.timestamp())
    assert is_genuine(SECRET, timestamp=stamp, given=given, body=content, now=now)
    assert not is_genuine("another", timestamp=stamp, given=given, body=content, now=now)
    assert not is_genuine(SECRET, timestamp=stamp, given=given, body=content + b" ", now=now)
    assert not is_genuine(SECRET, timestamp=str(now + 1), given=given, body=content, now=now)
    assert not is_genuine(SECRET, timestamp=stamp, given=given, body=content, now=now + 301)
    assert not is_genuine(SECRET, timestamp="soon", given=given, body=content, now=now)


@pytest.mark.parametrize(
    ("answer", "said", "lasting", "wait"),
    [
        (status("500 Oops"), "HTTP 500", False, None),
        (status("429 Slowly", "Retry-After: 90"), "HTTP 429", False, 90.0),
        (status("410 Gone"), "HTTP 410", True, None),
        (b"rubbish\r\n\r\n", "not HTTP", False, None),
    ],
)
def test_what_a_receiver_refuses_is_tried_again(transport, answer, said, lasting, wait):
    """Anything but success is a failure; one that is gone for good is not asked again, and a wish to wait is heard."""
    with listening(answering(answer, requests=[])) as port:
        came = send(transport, port)
    assert (came.well, came.lasting, came.wait_seconds) == (False, lasting, wait)
    assert said in came.said
    assert "key" not in came.said


def test_no_redirect_is_followed(transport):
    """A receiver that leads elsewhere gets no second request, and nobody else gets the message."""
    elsewhere: list[bytes] = []
    with listening(answering(status("204 No Content"), requests=elsewhere)) as other:
        leads = status("307 Elsewhere", f"Location: http://127.0.0.1:{other}/")
        with listening(answering(leads, requests=[])) as port:
            came = send(transport, port)
    assert not came.well
    assert "leads elsewhere" in came.said
    assert elsewhere == []


def test_a_receiver_that_drips_is_left(transport):
    """An answer that never ends is given up when the time of one attempt is over."""

    def drip(connected: socket.socket) -> None:
        read_request(connected)
        connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connected.sendall(b".")
            time.sleep(0.05)

    with listening(drip) as port:
        began = time.monotonic()
        came = send(transport, port, seconds=0.4)
        assert time.monotonic() - began < 2
    assert (came.well, came.lasting) == (False, False)


@pytest.mark.parametrize(
    "url", ["https://10.0.0.7/hook", "http://192.168.1.1/hook", "https://169.254.169.254/latest", "https://[::1]:x/"]
)
def test_a_webhook_leads_to_no_private_address(transport, url):
    """What is not public is refused for good unless the settings say it is meant, and nothing leaves the process."""
    settings = AlertSettings(
        channels={"ops": ChannelSettings(webhook=SecretStr(url), secret=SecretStr("0123456789abcdef"))}
    )
    came = channels_of(settings, agent="Test/1", tls=transport.tls)["ops"].send(notice(), now=NOW)
    assert (came.well, came.lasting) == (False, True)


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # a plugin of the library asks for it
def test_the_notification_library_carries_messages(caplog, capfd):
    """A service of the library gets title and reasons; one that fails says so, and its URL is printed nowhere."""
    requests: list[bytes] = []
    with listening(answering(status("200 OK"), requests=requests)) as port:
        came = Notification(f"json://user:canary-password@127.0.0.1:{port}/").send(notice(), now=NOW)
    assert came.well
    assert b"Risk is RED: Angola, signal-1" in requests[0]
    assert b"It is 86." in requests[0]
    with caplog.at_level(logging.DEBUG), listening(answering(status("500 Oops"), requests=[])) as port:
        failed = Notification(f"json://user:canary-password@127.0.0.1:{port}/").send(notice(), now=NOW)
        unknown = Notification("canary-password://x").send(notice(), now=NOW)
    assert (failed.well, failed.lasting, unknown.well, unknown.lasting) == (False, False, False, True)
    printed = "".join(capfd.readouterr()) + caplog.text + repr(failed) + repr(unknown)
    assert "canary-password" not in printed


def test_many_alerts_are_one_message():
    """A message about many says how many of what, shows the first, and says how many it leaves out."""
    many = notice(MOST_EVENTS + 5)
    assert title(many) == f"NeuralBrain: alerts: {MOST_EVENTS + 5} raised"
    assert title(notice()) == "NeuralBrain: raised: Risk is RED: Angola, signal-1"
    lines = text(many).splitlines()
    assert len(lines) == LINES + 1
    assert lines[-1] == f"And {MOST_EVENTS + 5 - LINES} more."
    told = json.loads(body(many))
    assert (len(told["events"]), told["more"]) == (MOST_EVENTS, 5)
    assert body(many) == body(many)
