"""Alerts: rules that raise and end them, what is said of them, and the channels that carry it."""
