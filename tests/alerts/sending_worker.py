"""Looks and sends as the service does, in a process of its own that a receiver may kill in between."""

from __future__ import annotations

from neuralbrain.wiring import application

if __name__ == "__main__":
    alerting = application().alerting
    alerting.look()
    alerting.send_due()
