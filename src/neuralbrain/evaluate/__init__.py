"""What forecasts were worth: scores, the baseline, records, calibration; pure."""
