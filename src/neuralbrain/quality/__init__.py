"""Looks at what feeds say: marks on doubtful values, how complete the newest are, series that follow from others."""
