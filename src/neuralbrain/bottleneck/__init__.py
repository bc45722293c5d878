"""From any answer to the one authoritative shape."""
