"""Trains the ensemble of a zone's detector: fourteen members, three ways to combine them, one package."""
