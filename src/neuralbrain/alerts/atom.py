"""The alerts as an Atom feed (RFC 4287): an entry an alert, updated when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from neuralbrain.alerts.as_json import title_of
from neuralbrain.domain.alert import AlertRecord
from neuralbrain.domain.calendar import utc_text
from neuralbrain.errors import printable

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
LONGEST = 2000  # characters of a reason


def atom_feed(alerts: Sequence[AlertRecord], *, address: str, empty_since: datetime) -> bytes:
    """Return the feed as XML.

    Args:
        alerts: Newest first.
        address: Where the service answers, such as ``http://127.0.0.1:8642``; the feed is identified by it.
        empty_since: When a feed without alerts was last changed.
    """
    feed = Element("feed", {"xmlns": NAMESPACE})
    here = f"{address}/api/alerts/feed.atom"
    changed = max((one.latest.at for one in alerts), default=empty_since)
    _add(feed, "id", here)
    _add(feed, "title", "NeuralBrain alerts")
    _add(feed, "updated", utc_text(changed))
    _add(SubElement(feed, "author"), "name", "NeuralBrain")
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": here})
    for alert in alerts:
        _add_entry(feed, alert, address=address)
    whole: str = tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{whole}\n'.encode()


def _add_entry(feed: Element, alert: AlertRecord, *, address: str) -> None:
    entry = SubElement(feed, "entry")
    state = "open" if alert.is_open else alert.latest.change.value
    _add(entry, "id", f"urn:uuid:{alert.uid}")
    _add(entry, "title", f"{title_of(alert.key)} ({state})")
    _add(entry, "published", utc_text(alert.raised_at))
    _add(entry, "updated", utc_text(alert.latest.at))
    SubElement(entry, "category", {"term": alert.key.rule.value})
    SubElement(
        entry,
        "link",
        {"rel": "alternate", "type": "application/json", "href": f"{address}/api/alerts/{alert.number}"},
    )
    _add(entry, "summary", alert.latest.reason)


def _add(parent: Element, name: str, words: str) -> None:
    SubElement(parent, name).text = printable(words, longest=LONGEST)
