"""Registers a trained model as an approved or rejected model package, with reasons."""
