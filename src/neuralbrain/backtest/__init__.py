"""The live story replayed over past cutoffs, each on what was known then and nothing later."""
