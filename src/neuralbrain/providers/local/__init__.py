"""The local provider: a statistical forecaster that needs no key and no network."""
