"""Measurements against named peers, both in one run. Times are ratios first; results stand in `results/`."""
