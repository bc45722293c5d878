"""What one event is, as the rules of the bottleneck know it; what it is stands in the domain."""

from neuralbrain.domain.event_size import MOST_EVENTS, ceilings_of, event_sizes

__all__ = ["MOST_EVENTS", "ceilings_of", "event_sizes"]
