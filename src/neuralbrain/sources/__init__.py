"""Feeds: one file each."""
