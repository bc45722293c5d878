"""Authors of forecasts."""
