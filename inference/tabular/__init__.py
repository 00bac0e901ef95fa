"""Tabular detection: recent windows of sensor readings in, probabilities and decisions with their reasons out."""
