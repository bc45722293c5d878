"""One file a revision; an applied one is never edited."""
