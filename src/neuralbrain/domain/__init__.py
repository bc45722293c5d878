"""The words everybody shares: values and pure functions, no clock, no settings, no I/O."""
