"""Any provider's answer becomes the one authoritative shape, or is refused with findings: pure, in arrays."""

BOTTLENECK_VERSION = "2"
"""Part of the inputs digest of an edition: it grows when the same answer would be normalised differently."""
