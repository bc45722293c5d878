"""What the service answers over HTTP: every address reads, none changes anything."""
