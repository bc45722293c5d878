"""The schedule: which hour is due, and the loop that sees each of them end in exactly one state."""
