"""Serves detectors of zones: the readings of a zone's sensors in, a decision with the ensemble's votes out."""
