"""The checks of an answer: one a file, in a tuple."""
