"""Trains the click model: rows, objectives, head, calibration, baselines."""
