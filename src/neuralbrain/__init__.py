"""The public face: the names a user imports."""
