"""The database: what is remembered."""
