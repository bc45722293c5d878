"""The level of a series as the rules of the bottleneck know it; what it is stands in the domain."""

from neuralbrain.domain.level import FEWEST_OF_WEEK, WEEK, last_horizon, levels_of

__all__ = ["FEWEST_OF_WEEK", "WEEK", "last_horizon", "levels_of"]
