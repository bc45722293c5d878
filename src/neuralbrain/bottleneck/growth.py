"""Growth a day, as the rules of the bottleneck know it; what it is stands in the domain."""

from neuralbrain.domain.growth import CUSHION_EVENTS, FAST_GROWTH, growth_per_day, span_days

__all__ = ["CUSHION_EVENTS", "FAST_GROWTH", "growth_per_day", "span_days"]
