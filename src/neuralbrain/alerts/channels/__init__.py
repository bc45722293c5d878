"""The channels: each a file that can be deleted, and one that builds those of the settings."""
